import type { Reply } from '../../terminal-core/engine/inputs.ts';
import type { Txn } from '../../terminal-core/engine/state.ts';
import { standsForPeople } from './checkers/standing.ts';
import type { Faults } from './faults.ts';
import type { Memories, Told } from './memories.ts';
import type { SimCard } from './plan.ts';
import type { Prng } from './prng.ts';
import type { SimPurse } from './purses.ts';
import type { SimTerminal, TerminalProcess } from './sim-terminal.ts';
import type { Story } from './story.ts';
import type { VirtualHost } from './virtual-host.ts';
import type { VirtualTime } from './virtual-time.ts';

export const GONE = { kind: 'gone' } as const;
export type Gone = typeof GONE;

export interface CashierParts {
  readonly till: number;
  readonly box: SimTerminal;
  readonly host: VirtualHost;
  readonly cards: readonly SimCard[];
  readonly purses: readonly SimPurse[];
  readonly memories: Memories;
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly prng: Prng;
  readonly story: Story;
}

/** How a payment ended for those who stand at the till. */
export type Ending = 'approved' | 'not-paid' | 'unknown' | 'gone' | 'waits';

/** What a person at a till does whatever the errand: works the process while it lives, reads what it says, prints. */
export class TillHands {
  readonly #parts: CashierParts;

  constructor(parts: CashierParts) {
    this.#parts = parts;
  }

  /** Starts the till again where that is needed. @returns false when it did not come up in time. */
  async running(): Promise<boolean> {
    const { box, prng, time } = this.#parts;
    for (let tries = 0; tries < 5; tries += 1) {
      if (box.process?.isAlive) return true;
      await time.sleep(prng.fork(`restart ${time.nowMs()}`).int(5_000, 120_000));
      if (!box.process?.isAlive) await box.start();
    }
    return false;
  }

  /** Does something with the process, unless it dies meanwhile. */
  async with<T>(work: (running: TerminalProcess) => Promise<T>): Promise<T | Gone> {
    const { box } = this.#parts;
    const running = box.process;
    if (!running?.isAlive) return GONE;
    return Promise.race([
      work(running).catch((error: unknown): Gone => {
        box.noteFailure(running, error);
        return GONE;
      }),
      running.died.then((): Gone => GONE),
    ]);
  }

  /** What the screen shows, from the state that the transaction has reached; an approval is printed at once. */
  async ended(reply: Reply | Gone, kind: Told['kind']): Promise<Ending> {
    const { box, memories, story, till } = this.#parts;
    if (reply.kind === 'gone') return 'gone';
    if (reply.kind !== 'transaction') {
      story.tell(box.name, `cashier is told: ${reply.kind}${'rule' in reply ? ` ${reply.rule}` : ''}`);
      return 'not-paid';
    }
    const txn = box.process?.terminal.state.get('transactions', reply.txnId);
    if (!txn) return 'gone';
    story.tell(box.name, `cashier is told: ${txn.txnId} is ${txn.state}`);
    if (txn.state === 'sending' || txn.state === 'unknown') return 'unknown';
    if (!standsForPeople(txn)) return 'not-paid';
    memories.told.push({ till, txnId: txn.txnId, kind, amountMinor: txn.amountMinor });
    if (!txn.receiptPrinted) await this.print(txn, 'original');
    return 'approved';
  }

  async print(txn: Txn, copy: 'original' | 'copy'): Promise<void> {
    const { box, faults, memories, till } = this.#parts;
    if (txn.receipt === undefined) return;
    if (box.isPrinterBroken) {
      faults.counts.printer += 1;
      return;
    }
    await this.#parts.time.sleep(900);
    memories.printed.push({ till, txnId: txn.txnId });
    await this.with((running) => running.terminal.markPrinted(txn.txnId, copy === 'copy'));
  }

  /** A transaction of the till's list that the person may take for this. */
  chosen(which: number, fits: (txn: Txn, running: TerminalProcess) => boolean): Txn | undefined {
    const running = this.#parts.box.process;
    if (!running) return undefined;
    const found = running.journal
      .list('transactions', { limit: 1_000 })
      // The journal gives back the documents that evolve put in.
      .map(({ doc }) => doc as unknown as Txn)
      .filter((txn) => fits(txn, running));
    return found[Math.floor(which * found.length)];
  }
}
