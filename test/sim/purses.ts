import type { PurseFile } from '../../host-sim/purse/office.ts';
import { fromHex, purseHash, SecretKey } from '../../terminal-core/crypto/index.ts';
import { type ApplicationSerial, purseHex } from '../../terminal-core/domain/purse.ts';
import {
  type ChipStore,
  DEMO_PURSE_ISSUER,
  DEMO_PURSE_KEYS,
  demoPurseCard,
  memoryStore,
  type PurseCardState,
  type SimulatedPurseCard,
  simulatedPurseCard,
  type Tear,
} from '../../terminal-core/purse/simulator/index.ts';
import type { Prng } from './prng.ts';

/** Money that a card itself has moved. The card's own memory is the truth; nobody's record of it is asked. */
export interface PurseMove {
  readonly kind: 'purchase' | 'load';
  /** From before the move, as INITIALIZE gave it. */
  readonly counter: number;
  readonly amountMinor: number;
  /** Of the PSAM or terminal that asked for it, 12 hex digits. */
  readonly terminalNumber: string;
  /** YYYYMMDDhhmmss, as the card was told. */
  readonly toldAt: string;
  /** The card was torn away before it had written down what PROVE would give. */
  isProofLost: boolean;
}

const TYPE_LOAD = 0x02;
/** An instruction that no card has: a tear at it never comes. */
const NEVER: Tear = { instruction: 0xff, point: 'before-acting' };

/** A chip card of the simulated world, with everything that ever happened to its money. */
export class SimPurse {
  readonly serial: ApplicationSerial;
  readonly openingMinor: number;
  readonly chip: SimulatedPurseCard;
  readonly moves: PurseMove[] = [];
  /** Nobody brings it back in the evening; it may come to a till another day. */
  readonly isLost: boolean;
  /** It is in a slot or on its way there: a card is in one place only. */
  isInUse = false;

  constructor(options: { readonly number: number; readonly balanceMinor: number; readonly prng: Prng }) {
    const { balanceMinor, number, prng } = options;
    const state = demoPurseCard(number, { balanceMinor, offlineCounter: 11, onlineCounter: 5 });
    this.serial = purseHex('applicationSerial', state.applicationSerial);
    this.isLost = prng.fork('lost').chance(0.25);
    this.openingMinor = balanceMinor;
    const random = { bytes: (length: number) => prng.bytes(length) };
    this.chip = simulatedPurseCard({ store: this.#watched(memoryStore(state)), random });
  }

  get balanceMinor(): number {
    return this.chip.state.balanceMinor;
  }

  /** The next command with this instruction tears the card away; undefined takes back what has not happened. */
  tear(tear: Tear | undefined): void {
    this.chip.tearAt(tear ?? NEVER);
  }

  #watched(store: ChipStore<PurseCardState>): ChipStore<PurseCardState> {
    return {
      read: () => store.read(),
      write: (next) => {
        const before = store.read();
        store.write(next);
        const latest = this.moves.at(-1);
        if (latest && before.proof && !next.proof) latest.isProofLost = true;
        if (next.balanceMinor === before.balanceMinor) return;
        const record = next.log[0] ?? '';
        const isLoad = Number.parseInt(record.slice(18, 20), 16) === TYPE_LOAD;
        this.moves.push({
          kind: isLoad ? 'load' : 'purchase',
          counter: isLoad ? before.onlineCounter : before.offlineCounter,
          amountMinor: Math.abs(next.balanceMinor - before.balanceMinor),
          terminalNumber: record.slice(20, 32),
          toldAt: record.slice(32, 46),
          isProofLost: false,
        });
      },
    };
  }
}

/** What the host is told of these cards before the first day. */
export function purseFileOf(purses: readonly SimPurse[]): PurseFile {
  const levels = [DEMO_PURSE_ISSUER.levels].flatMap((each) =>
    each.kind === 'city' ? [each.city, each.bank] : [],
  );
  return {
    issuerId: DEMO_PURSE_ISSUER.issuerCode ?? '',
    keyVersion: 1,
    levels,
    keys: DEMO_PURSE_KEYS,
    purses: purses.map(({ chip, openingMinor, serial }) => ({
      applicationSerial: serial,
      balance: (openingMinor / 100).toFixed(2),
      startsOn: chip.state.startDate,
      expiresOn: chip.state.expiryDate,
      offlineCounter: chip.state.offlineCounter,
      onlineCounter: chip.state.onlineCounter,
      status: 'active',
      name: '',
    })),
  };
}

/** The keyed hash by which the hotlist names a purse. */
export function serialHasher(cardHashKey: string): (serial: string) => string {
  const key = SecretKey.fromHex(cardHashKey);
  return (serial) => purseHash(fromHex(serial, 'The application serial'), key);
}
