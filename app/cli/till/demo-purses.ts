import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { purseFile } from '../../../host-sim/purse/office.ts';
import { SimulatedSmartCardReader } from '../../../terminal-core/devices/index.ts';
import { amountMinor, formatMinor, parseMinor } from '../../../terminal-core/domain/money.ts';
import { psamProfile } from '../../../terminal-core/purse/index.ts';
import {
  DEMO_PURSE_ISSUER,
  demoPsam,
  demoPurseCard,
  psamState,
  purseCardState,
  type SimulatedPurseCard,
  simulatedPsam,
  simulatedPurseCard,
} from '../../../terminal-core/purse/simulator/index.ts';
import { systemRandom } from '../../../terminal-core/runtime/system.ts';
import type { TillDevices } from '../../../terminal-core/runtime/till/till-ports.ts';
import { chipFile } from '../card/chip-file.ts';
import { DEMO_FILES } from './demo-data.ts';

const DEBIT_FOR_PURCHASE = 0x54;

interface DemoPurse {
  /** What a person types to put it in. */
  readonly number: number;
  readonly name: string;
  readonly chip: SimulatedPurseCard;
}

/** A chip card reader with a PSAM and the demo's purse cards, for a demo that has none of these in hardware. */
export class DemoPurses {
  readonly #reader = new SimulatedSmartCardReader({ deviceId: 'demo-chip-reader' });
  readonly #purses: readonly DemoPurse[];

  /** @param folder where the cards keep their memory from run to run. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const psam = chipFile(join(folder, 'psam.json'), demoPsam(1), (json) => psamState.parse(json));
    this.#reader.insert('sam', simulatedPsam({ store: psam }));
    const { purses } = purseFile.parse(JSON.parse(readFileSync(DEMO_FILES.purses, 'utf8')));
    this.#purses = purses.map((purse) => {
      const { applicationSerial, balance, expiresOn, name, offlineCounter, onlineCounter, startsOn } = purse;
      const number = Number(applicationSerial.slice(-8));
      const balanceMinor = amountMinor(parseMinor(balance) ?? 0);
      const fresh = demoPurseCard(number, {
        balanceMinor,
        offlineCounter,
        onlineCounter,
        startDate: startsOn,
        expiryDate: expiresOn,
      });
      const file = join(folder, `${applicationSerial}.json`);
      const store = chipFile(file, fresh, (json) => purseCardState.parse(json));
      return { number, name, chip: simulatedPurseCard({ store, random: systemRandom }) };
    });
  }

  get devices(): NonNullable<TillDevices['purses']> {
    return { readers: [this.#reader], issuers: [DEMO_PURSE_ISSUER], psamProfile: psamProfile.parse({}) };
  }

  /** One line a card, for the welcome. */
  list(): readonly {
    readonly number: number;
    readonly name: string;
    readonly balance: string;
    readonly pin: string;
  }[] {
    return this.#purses.map(({ chip, name, number }) => ({
      number,
      name,
      balance: formatMinor(chip.state.balanceMinor),
      // Two digits a byte, as the demo's issuer has them.
      pin: chip.state.pin,
    }));
  }

  /** @returns what a person is told. */
  insert(number: string): string {
    const purse = this.#purses.find((each) => String(each.number) === number);
    if (!purse)
      return `there is no purse ${JSON.stringify(number)}; type purse and one of ${this.#numbers()}`;
    this.#reader.insert('card', purse.chip);
    return `${purse.name} is in the reader, ${formatMinor(purse.chip.state.balanceMinor)} on it`;
  }

  remove(): string {
    this.#reader.remove('card');
    return 'the reader is empty';
  }

  /** Whatever card pays next is pulled away when it has paid and not said so. */
  tearNext(): string {
    for (const { chip } of this.#purses)
      chip.tearAt({ instruction: DEBIT_FOR_PURCHASE, point: 'after-acting' });
    return 'the next card that pays is pulled away before it answers; put the same card in again afterwards';
  }

  #numbers(): string {
    return this.#purses.map(({ number }) => number).join(', ');
  }
}
