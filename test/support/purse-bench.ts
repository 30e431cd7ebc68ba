import { createHash } from 'node:crypto';
import { SimulatedSmartCardReader } from '../../terminal-core/devices/simulators/simulated-smart-card-reader.ts';
import { CardPin } from '../../terminal-core/domain/card-pin.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import type { Reply } from '../../terminal-core/engine/inputs.ts';
import { owed } from '../../terminal-core/engine/owed.ts';
import type { PresentedPurse } from '../../terminal-core/engine/purse/card.ts';
import { type Txn, terminalOf } from '../../terminal-core/engine/state.ts';
import type { Random } from '../../terminal-core/ports/clock.ts';
import { type PurseIssuer, psamProfile } from '../../terminal-core/purse/index.ts';
import {
  DEMO_PURSE_ISSUER,
  demoPsam,
  demoPurseCard,
  memoryStore,
  type SimulatedPurseCard,
  simulatedPsam,
  simulatedPurseCard,
} from '../../terminal-core/purse/simulator/index.ts';
import { PurseDesk } from '../../terminal-core/runtime/purse/purse-desk.ts';
import type { CardPerformer, StepPoint } from '../../terminal-core/runtime/terminal.ts';
import { PurseBook } from './purse-book.ts';
import { TerminalBench } from './terminal-bench.ts';

let randomState = 1;
/** Different every time and the same in every run. */
const random: Random = {
  bytes: (length) =>
    Uint8Array.from({ length }, () => {
      randomState = (randomState * 1_103_515_245 + 12_345) % 2_147_483_648;
      return randomState >>> 16;
    }),
};

/** A terminal with a reader, a PSAM and cards that can be torn away, and a host that keeps a book of purses. */
export class PurseBench extends TerminalBench {
  readonly book = new PurseBook();
  readonly card1 = newCard(1);
  readonly card2 = newCard(2);
  readonly psam = simulatedPsam({ store: memoryStore(demoPsam(1)) });
  reader: SimulatedSmartCardReader;
  desk: PurseDesk;
  readonly #issuer: PurseIssuer;

  constructor(issuer: Partial<PurseIssuer> = {}, file?: string) {
    super(file);
    this.#issuer = { ...DEMO_PURSE_ISSUER, ...issuer };
    this.reader = new SimulatedSmartCardReader({ deviceId: 'chip-1' });
    this.desk = this.#newDesk();
    this.host = (exchange) => {
      const outcome = this.book.answer(exchange);
      // The batch after the one that was closed, as a real host says.
      if (exchange.purpose.kind === 'terminal-sign-on' && outcome.kind === 'answered' && this.batch() !== '')
        outcome.message.fields[60] = `00${this.batch()}003`;
      return outcome;
    };
    this.boot();
  }

  protected override cardPorts(): { readonly cards?: CardPerformer } {
    return { cards: { perform: (order) => this.desk.perform(order) } };
  }

  async ready(): Promise<this> {
    await this.reader.open();
    this.reader.insert('sam', this.psam);
    await settled();
    await this.open();
    return this;
  }

  #newDesk(): PurseDesk {
    return new PurseDesk({
      readers: [this.reader],
      random,
      issuers: [this.#issuer],
      psamProfile: psamProfile.parse({}),
      purseHash: (serial) => createHash('sha256').update(serial).digest('hex').slice(0, 32).toUpperCase(),
    });
  }

  /** The process ends at this point of its next run. */
  killAt(point: StepPoint): void {
    this.crashAt = point;
  }

  /** Whether the run was cut short. */
  async cut(run: Promise<Reply>): Promise<Reply | 'killed'> {
    try {
      return await run;
    } catch (error) {
      if (this.crashAt === undefined || !String(error).includes(this.crashAt)) throw error;
      return 'killed';
    }
  }

  /** A new process: no card and no PSAM has power, or a session, from before. */
  async restart(): Promise<void> {
    this.crashAt = undefined;
    await this.reader.close();
    this.reader = new SimulatedSmartCardReader({ deviceId: 'chip-1' });
    this.desk = this.#newDesk();
    this.boot();
    await this.reader.open();
    this.reader.insert('sam', this.psam);
    await settled();
    await this.terminal.run({ kind: 'recover' });
  }

  /** Puts a card in, as it is told to the engine. */
  async insert(card: SimulatedPurseCard): Promise<PresentedPurse> {
    this.reader.remove('card');
    this.reader.insert('card', card);
    await settled();
    const session = this.desk.sessions().at(-1);
    const purse = session === undefined ? undefined : await this.desk.present(session);
    if (!purse) throw new Error('The card is not recognised');
    return purse;
  }

  payPurse(purse: PresentedPurse, totalMinor: number, saleId?: string, typed = ''): Promise<Reply> {
    const basket = this.basket(totalMinor, saleId);
    const pin = CardPin.parse(typed);
    return this.terminal.run({ kind: 'pay-purse', basket, purse, ...(pin ? { pin } : {}) });
  }

  loadPurse(purse: PresentedPurse, loadMinor: number, loadId: string): Promise<Reply> {
    return this.terminal.run({ kind: 'load-purse', loadId, amountMinor: amountMinor(loadMinor), purse });
  }

  /** A card in the slot that left something open settles it, as the till does by itself. */
  async comesBack(card: SimulatedPurseCard): Promise<PresentedPurse> {
    await this.terminal.run({ kind: 'settle-doubt', purse: await this.insert(card) });
    return this.insert(card);
  }

  async deliverAll(): Promise<void> {
    for (const { txnId } of owed(this.terminal.state)) await this.terminal.run({ kind: 'deliver', txnId });
  }

  /** The end of the day, as the till goes through it. @returns what was settled. */
  async settle(): Promise<{ readonly debitMinor: number; readonly creditMinor: number }> {
    await this.deliverAll();
    let reply = await this.terminal.run({ kind: 'settle' });
    if (reply.kind === 'doubts-closed') {
      await this.deliverAll();
      reply = await this.terminal.run({ kind: 'settle' });
    }
    if (reply.kind !== 'settled') throw new Error(`Not settled: ${JSON.stringify(reply)}`);
    await this.terminal.run({ kind: 'terminal-sign-on' });
    return { debitMinor: reply.totals.debitMinor, creditMinor: reply.totals.creditMinor };
  }

  /** The transactions of one kind, oldest first. */
  all(kind: Txn['kind']): Txn[] {
    return this.journal
      .list('transactions', { limit: 100 })
      .map(({ doc }) => doc as unknown as Txn)
      .filter((txn) => txn.kind === kind)
      .reverse();
  }

  batch(): string {
    return terminalOf(this.terminal.state).batchNumber ?? '';
  }
}

export const START_MINOR = 300_00;

function newCard(number: number): SimulatedPurseCard {
  const state = demoPurseCard(number, { balanceMinor: START_MINOR, offlineCounter: 7, onlineCounter: 3 });
  return simulatedPurseCard({ store: memoryStore(state), random });
}

/** What a reader tells is asked of the card in promises that follow one another. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
