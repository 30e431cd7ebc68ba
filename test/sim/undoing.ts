import { amountMinor } from '../../terminal-core/domain/money.ts';
import { isCash } from '../../terminal-core/engine/cash.ts';
import { whyNotRefundable, whyNotVoidable } from '../../terminal-core/engine/flows/undo.ts';
import { isHold } from '../../terminal-core/engine/holds.ts';
import type { Approval, PresentedCard, Reply } from '../../terminal-core/engine/inputs.ts';
import type { Txn } from '../../terminal-core/engine/state.ts';
import { Customers } from './customers.ts';
import type { Errand } from './errands.ts';
import type { TerminalProcess } from './sim-terminal.ts';
import type { CashierParts, TillHands } from './till-hands.ts';

/** Voids, refunds and completions of earlier transactions, and their papers printed again. */
export class Undoing {
  readonly #hands: TillHands;
  readonly #customers: Customers;

  constructor(parts: CashierParts, hands: TillHands) {
    this.#hands = hands;
    this.#customers = new Customers(parts);
  }

  async complete(errand: Extract<Errand, { kind: 'complete' }>): Promise<void> {
    const original = this.#hands.chosen(errand.which, isHold);
    if (!original) return;
    const amount = amountMinor(Math.max(1, Math.floor(original.amountMinor * errand.share)));
    await this.#undo({ kind: 'completion', doubleKey: errand.doubleKey }, async (running) => {
      const presented = this.#customers.cardOf(running, original, errand.wrongCard);
      return running.terminal.run({
        kind: 'complete',
        txnId: original.txnId,
        amountMinor: amount,
        presented,
      });
    });
  }

  async void(errand: Extract<Errand, { kind: 'void' }>): Promise<void> {
    const original = this.#hands.chosen(
      errand.which,
      (txn, running) => whyNotVoidable(running.terminal.state, txn) === undefined,
    );
    if (!original) return;
    await this.#undo(errand, async (running) => {
      const how = this.#undoBy(running, original, errand);
      const approval: Approval = { operatorCode: '2001', passwordMatches: !errand.wrongPassword };
      return running.terminal.run({ kind: 'void', txnId: original.txnId, ...how, approval });
    });
  }

  async refund(errand: Extract<Errand, { kind: 'refund' }>): Promise<void> {
    const original = this.#hands.chosen(
      errand.which,
      (txn, running) => whyNotRefundable(running.terminal.state, txn) === undefined,
    );
    if (!original) return;
    const left = original.amountMinor - original.refundedMinor;
    const amount = errand.tooMuch ? left + 1 : Math.max(1, Math.round(left * errand.share));
    await this.#undo(errand, async (running) => {
      const how = this.#undoBy(running, original, { ...errand, wrongCard: false });
      const approval: Approval = { operatorCode: '2001', passwordMatches: true };
      return running.terminal.run({
        kind: 'refund',
        txnId: original.txnId,
        amountMinor: amountMinor(amount),
        ...how,
        approval,
      });
    });
  }

  /**
   * Cash needs no card, and nothing that is on its way stops a second press: there the request's own id does. Card undos
   * go without one here, so that what else keeps them from going twice is tried too.
   */
  #undoBy(
    running: TerminalProcess,
    original: Txn,
    errand: { readonly id: string; readonly wrongCard: boolean },
  ): { readonly undoId: string } | { readonly presented: PresentedCard } {
    if (isCash(original)) return { undoId: `undo ${errand.id}` };
    return { presented: this.#customers.cardOf(running, original, errand.wrongCard) };
  }

  /** A key pressed twice asks twice before either answer is there. */
  async #undo(
    errand: { readonly kind: 'completion' | 'void' | 'refund'; readonly doubleKey: boolean },
    ask: (running: TerminalProcess) => Promise<Reply>,
  ): Promise<void> {
    const press = async (): Promise<void> => {
      const reply = await this.#hands.with(async (running) => {
        await running.sync.beforeOnline();
        return ask(running);
      });
      await this.#hands.ended(reply, errand.kind);
    };
    await Promise.all(errand.doubleKey ? [press(), press()] : [press()]);
  }

  async reprint(which: number): Promise<void> {
    const txn = this.#hands.chosen(which, (each) => each.receipt !== undefined && each.state === 'approved');
    if (txn) await this.#hands.print(txn, 'copy');
  }
}
