import { CardPin } from '../../terminal-core/domain/card-pin.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import type { PricedBasket, Reply } from '../../terminal-core/engine/inputs.ts';
import type { PresentedPurse } from '../../terminal-core/engine/purse/card.ts';
import { doubtOf, isInDoubt } from '../../terminal-core/engine/purse/doubts.ts';
import type { Txn } from '../../terminal-core/engine/state.ts';
import type { Errand } from './errands.ts';
import type { SimPurse } from './purses.ts';
import type { TerminalProcess } from './sim-terminal.ts';
import type { CashierParts } from './till-hands.ts';

type PurseErrand = Extract<Errand, { kind: 'purse' | 'purse-load' }>;
/** The card could not be read, or is at another till. */
const NO_CARD: Reply = { kind: 'done' };
/** Every simulated card has this one. */
const DEMO_PIN = CardPin.parse('123456');
/** How long a card takes to be read after it was put in. */
const READING_MS = 700;

/** The people with chip cards before a till: they put them in, pull them out too early, and come back or do not. */
export class PurseCustomers {
  readonly #parts: CashierParts;

  constructor(parts: CashierParts) {
    this.#parts = parts;
  }

  /** Pays with the purse; when the card was pulled away and its owner is sensible, it is put in again. */
  pay(running: TerminalProcess, errand: PurseErrand, basket: PricedBasket): Promise<Reply> {
    return this.#torn(running, errand, async (purse) => {
      const asked = { kind: 'pay-purse', basket, purse } as const;
      const reply = await running.terminal.run(asked);
      return reply.kind === 'pin-required'
        ? running.terminal.run({ ...asked, ...(DEMO_PIN ? { pin: DEMO_PIN } : {}) })
        : reply;
    });
  }

  load(running: TerminalProcess, errand: PurseErrand, loadId: string): Promise<Reply> {
    return this.#torn(running, errand, (purse) =>
      running.terminal.run({
        kind: 'load-purse',
        loadId,
        amountMinor: amountMinor(errand.amountMinor),
        purse,
      }),
    );
  }

  /** Whoever has a card that a till waits for brings it back. */
  async bringBack(running: TerminalProcess, which: (purse: SimPurse) => boolean): Promise<void> {
    for (const purse of this.#parts.purses) {
      if (doubtOf(running.terminal.state, purse.serial) && which(purse))
        await this.#at(purse, running, async () => {
          await this.#insert(running, purse);
          return NO_CARD;
        });
    }
  }

  async #torn(
    running: TerminalProcess,
    errand: PurseErrand,
    use: (purse: PresentedPurse) => Promise<Reply>,
  ): Promise<Reply> {
    const { faults, prng, purses, story, box, time } = this.#parts;
    const purse = purses[errand.purse % purses.length];
    if (!purse) return NO_CARD;
    return this.#at(purse, running, async () => {
      const presented = await this.#insert(running, purse);
      if (!presented) return NO_CARD;
      const dice = prng.fork(`tear ${errand.id} ${time.nowMs()}`);
      if (faults.strikes('card-tear', dice, 0.7)) {
        story.tell(
          box.name,
          `purse …${purse.serial.slice(-4)} is pulled at ${errand.tear.instruction.toString(16)} ${errand.tear.point}`,
        );
        purse.tear(errand.tear);
      }
      const reply = await use(presented);
      purse.tear(undefined);
      const txn = transactionOf(running, reply);
      if (!txn || !isInDoubt(txn) || errand.comesBack !== 'at-once') return reply;
      await this.#insert(running, purse);
      return reply;
    });
  }

  /** Two tills cannot have the same card in their slots. */
  async #at(purse: SimPurse, running: TerminalProcess, work: () => Promise<Reply>): Promise<Reply> {
    if (purse.isInUse) return NO_CARD;
    purse.isInUse = true;
    try {
      return await Promise.race([work(), running.died.then(() => NO_CARD)]);
    } finally {
      running.reader.remove('card');
      purse.tear(undefined);
      purse.isInUse = false;
    }
  }

  /** Puts the card in; a doubt about it is settled first, as the till does by itself. */
  async #insert(running: TerminalProcess, purse: SimPurse): Promise<PresentedPurse | undefined> {
    const presented = await this.#read(running, purse);
    if (!presented || !doubtOf(running.terminal.state, presented.applicationSerial)) return presented;
    await running.terminal.run({ kind: 'settle-doubt', purse: presented });
    return this.#read(running, purse);
  }

  async #read(running: TerminalProcess, purse: SimPurse): Promise<PresentedPurse | undefined> {
    if (!running.isAlive) return undefined;
    running.reader.remove('card');
    running.reader.insert('card', purse.chip);
    await this.#parts.time.sleep(READING_MS);
    const session = running.desk.sessions().at(-1);
    return session === undefined ? undefined : running.desk.present(session);
  }
}

function transactionOf(running: TerminalProcess, reply: Reply): Txn | undefined {
  return reply.kind === 'transaction' ? running.terminal.state.get('transactions', reply.txnId) : undefined;
}
