import { amountMinor } from '../../terminal-core/domain/money.ts';
import type { Approval, Reply } from '../../terminal-core/engine/inputs.ts';
import type { RefundPlanDoc, SaleDoc } from '../../terminal-core/engine/sale-docs.ts';
import {
  dueMinor,
  openSales,
  type SplitSaleDoc,
  splitSaleOf,
  tendersOf,
} from '../../terminal-core/engine/split.ts';
import { undoTenders } from '../../terminal-core/runtime/undo-tenders.ts';
import { Customers } from './customers.ts';
import type { Errand } from './errands.ts';
import { basket, type Payments } from './payments.ts';
import type { CashierParts, Ending, TillHands } from './till-hands.ts';

type SplitErrand = Extract<Errand, { kind: 'split' }>;
const SUPERVISOR: Approval = { operatorCode: '2001', passwordMatches: true };
/** Cards that a cancelling or a refund may have to be shown, one after the other. */
const ROUNDS_MAX = 6;

/** Customers who pay with several tenders, think better of it, and want a part of it back. */
export class SplitPayments {
  readonly #parts: CashierParts;
  readonly #hands: TillHands;
  readonly #payments: Payments;
  readonly #customers: Customers;

  constructor(parts: CashierParts, hands: TillHands, payments: Payments) {
    this.#parts = parts;
    this.#hands = hands;
    this.#payments = payments;
    this.#customers = new Customers(parts);
  }

  async pay(errand: SplitErrand): Promise<void> {
    const { memories, till } = this.#parts;
    const saleId = `sale-${errand.id}`;
    memories.splits.push({ till, saleId, totalMinor: errand.totalMinor });
    for (const [index, tender] of errand.tenders.entries()) {
      const isLast = index === errand.tenders.length - 1;
      const part = Math.max(1, Math.floor(errand.totalMinor * tender.share));
      const ending = await this.#again(() =>
        this.#tender(errand, { saleId, tenderId: `${saleId}#${index}`, card: tender.card, part, isLast }),
      );
      if (this.#sale(saleId)?.split.state === 'complete') return;
      if (ending === 'gone') return;
      if (errand.leavesAfter === index) break;
    }
    if (errand.leavesAfter !== undefined) await this.cancel(saleId);
  }

  async #tender(
    errand: SplitErrand,
    asked: {
      readonly saleId: string;
      readonly tenderId: string;
      readonly card: number | undefined;
      readonly part: number;
      readonly isLast: boolean;
    },
  ): Promise<Ending> {
    const { saleId, tenderId } = asked;
    const sale = this.#sale(saleId);
    const state = this.#parts.box.process?.terminal.state;
    const due = sale && state ? dueMinor(state, sale) : errand.totalMinor;
    // Asked for again under its id a tender is for the same amount, whatever is due by now.
    const before = sale?.split.tenders.find((each) => each.tenderId === tenderId);
    const known = before && state?.get('transactions', before.txnId)?.amountMinor;
    const amount = known ?? (asked.isLast ? due : Math.min(asked.part, due));
    if (amount === 0) return 'not-paid';
    const tender = { tenderId, amountMinor: amountMinor(amount) };
    const goods = basket(saleId, errand.totalMinor);
    const { card } = asked;
    if (card === undefined) {
      const reply = await this.#hands.with((running) =>
        running.terminal.run({
          kind: 'pay-cash',
          basket: goods,
          receivedMinor: amountMinor(amount + 25),
          tender,
        }),
      );
      return this.#hands.ended(reply, 'sale');
    }
    const how = { card, entryMode: 'magnetic', wrongPin: errand.wrongPin } as const;
    const reply = await this.#payments.withPin(tenderId, how, (running, presented, pin) =>
      running.terminal.run({ kind: 'pay-card', basket: goods, presented, tender, ...(pin ? { pin } : {}) }),
    );
    return this.#hands.ended(reply, 'sale');
  }

  /** The customer leaves: what was paid goes back, and whose card is still wanted shows it. */
  async cancel(saleId: string): Promise<void> {
    const { box, story } = this.#parts;
    const reply = await this.#again(async () => {
      const said = await this.#hands.with((running) =>
        running.terminal.run({ kind: 'cancel-sale', saleId, approval: SUPERVISOR }),
      );
      return said.kind === 'gone' ? 'gone' : said;
    });
    story.tell(box.name, `${saleId} is cancelled: ${reply === 'gone' ? 'gone' : reply.kind}`);
    await this.#finishCancelling(saleId);
  }

  async #finishCancelling(saleId: string): Promise<void> {
    await this.#hands.with(async (running) => {
      await running.sync.now();
      await undoTenders(running.terminal, saleId);
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const sale = splitSaleOf(running.terminal.state, saleId);
        if (sale?.split.state !== 'cancelling') return;
        const waiting = tendersOf(running.terminal.state, sale).filter(
          ({ txn, tender }) => tender.undoDeclined !== undefined && txn.panHash !== undefined,
        );
        const next = waiting[round % Math.max(1, waiting.length)];
        if (!next) return;
        const presented = this.#customers.cardOf(running, next.txn, false);
        await undoTenders(running.terminal, saleId, {
          presented,
          ...this.#customers.pinOf(running, presented),
        });
      }
    });
  }

  /** A sale of several tenders comes back, in part or whole; each card gets its part when it is shown. */
  async refund(errand: Extract<Errand, { kind: 'split-refund' }>): Promise<void> {
    const running = this.#parts.box.process;
    if (!running) return;
    const sales = running.journal
      .list('sales', { limit: 1_000 })
      // The journal gives back the documents that evolve put in.
      .map(({ doc }) => doc as unknown as SaleDoc)
      .filter((sale): sale is SplitSaleDoc => sale.split?.state === 'complete');
    const sale = sales[Math.floor(errand.which * sales.length)];
    if (!sale) return;
    const refundId = `refund-${errand.id}`;
    const amount = Math.max(1, Math.floor(sale.amountMinor * errand.share));
    const ask = () =>
      this.#hands.with((till) =>
        till.terminal.run({
          kind: 'refund-sale',
          saleId: sale.saleId,
          refundId,
          amountMinor: amountMinor(amount),
          approval: SUPERVISOR,
        }),
      );
    await Promise.all(errand.doubleKey ? [ask(), ask()] : [ask()]);
    await this.#showCards((plan) => plan.refundId === refundId);
  }

  /** Cards that a refund waits for are shown. */
  async #showCards(which: (plan: RefundPlanDoc) => boolean): Promise<void> {
    await this.#hands.with(async (running) => {
      for (const plan of [...running.terminal.state.live('refundPlans')].filter(which)) {
        for (const part of plan.parts) {
          const txn = running.terminal.state.get('transactions', part.tenderTxnId);
          if (part.state !== 'open' || txn?.panHash === undefined) continue;
          await running.sync.beforeOnline();
          const presented = this.#customers.cardOf(running, txn, false);
          const ask = (pin = {}): Promise<Reply> =>
            running.terminal.run({ kind: 'refund-part', refundId: plan.refundId, presented, ...pin });
          const first = await ask();
          if (first.kind === 'pin-required') await ask(this.#customers.pinOf(running, presented));
        }
      }
    });
  }

  /** The evening: what is half done is brought to its end. */
  async tidyUp(): Promise<void> {
    const state = this.#parts.box.process?.terminal.state;
    for (const { saleId } of state ? openSales(state) : []) await this.cancel(saleId);
    await this.#showCards(() => true);
  }

  #sale(saleId: string): SplitSaleDoc | undefined {
    const state = this.#parts.box.process?.terminal.state;
    return state && splitSaleOf(state, saleId);
  }

  /** After the till has gone down the same thing is asked for again. */
  async #again<T>(ask: () => Promise<T | 'gone'>): Promise<T | 'gone'> {
    let answer = await ask();
    for (let tries = 0; answer === 'gone' && tries < 4; tries += 1) {
      if (await this.#hands.running()) answer = await ask();
    }
    return answer;
  }
}
