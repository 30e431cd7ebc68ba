import type {
  CancelResult,
  PaymentResult,
  RefundPlan,
  RefundPlanResult,
  SplitSale,
} from '../../../terminal-core/api/contract.ts';
import { allocateByLargestRemainder, amountMinor } from '../../../terminal-core/domain/money.ts';
import { refusal } from './fake-payments.ts';

interface Asked {
  readonly saleId: string;
  readonly lines: SplitSale['lines'];
  readonly totalMinor: number;
  readonly tender: { readonly tenderId: string; readonly amountMinor: number };
}

const NO_SUCH_SALE = refusal(
  'no-such-sale',
  '找不到这笔组合付款的销售。',
  'There is no such sale with several tenders.',
  '请核对后重试。',
  'Check which sale it is.',
);
const NO_SUCH_REFUND = refusal(
  'no-such-refund',
  '找不到这笔退货。',
  'There is no such refund.',
  '请核对后重试。',
  'Check which refund it is.',
);
const ASK_SUPERVISOR = refusal(
  'supervisor-required',
  '收银员不能单独取消已收款的销售或退货。',
  'A cashier cannot cancel a paid sale or refund it alone.',
  '请主管在本机输入工号和密码。',
  'Ask a supervisor to sign on here.',
);
const ABOVE_DUE = refusal(
  'tender-above-due',
  '这笔付款超过剩余应付金额。',
  'This tender is more than what is left to pay.',
  '请按剩余金额收款；现金多收的部分会找零。',
  'Take what is left; cash above it is given back as change.',
);

/** Sales that several tenders pay, kept as the real core does: the same tender twice gets its first outcome. */
export class FakeSplitSales {
  readonly #sales = new Map<string, SplitSale>();
  readonly #refunds = new Map<string, RefundPlan>();
  readonly #outcomes = new Map<string, PaymentResult>();

  /** The outcome of a tender, and its sale with it. */
  async pay(asked: Asked, outcome: () => Promise<PaymentResult>): Promise<PaymentResult> {
    const { saleId, tender, totalMinor, lines } = asked;
    const before = this.#outcomes.get(tender.tenderId);
    if (before) return before;
    const fresh: SplitSale = {
      ...{ saleId, lines, totalMinor, state: 'open', tenders: [] },
      ...{ paidMinor: 0, dueMinor: totalMinor, cashBackMinor: 0 },
    };
    const sale = this.#sales.get(saleId) ?? fresh;
    if (tender.amountMinor > sale.dueMinor) return ABOVE_DUE;
    const result = await outcome();
    if (!('transaction' in result) || result.kind === 'card-in-doubt' || result.kind === 'undone')
      return result;
    // A card that has less gives what it has: the transaction's own amount counts.
    const paidMinor = sale.paidMinor + (result.kind === 'approved' ? result.transaction.amountMinor : 0);
    const after: SplitSale = {
      ...sale,
      paidMinor,
      dueMinor: totalMinor - paidMinor,
      state: paidMinor === totalMinor ? 'complete' : 'open',
      tenders: [
        ...sale.tenders,
        {
          tenderId: tender.tenderId,
          transaction: { ...result.transaction, saleId, tenderId: tender.tenderId, voidable: false },
        },
      ],
    };
    this.#sales.set(saleId, after);
    const told = { ...result, sale: after };
    this.#outcomes.set(tender.tenderId, told);
    return told;
  }

  /** Shares the amount as the core does; cash is handed out at once, a card waits to be presented. */
  refund(asked: {
    readonly saleId: string;
    readonly refundId: string;
    readonly amountMinor: number;
    readonly hasSupervisor: boolean;
  }): RefundPlanResult {
    const before = this.#refunds.get(asked.refundId);
    if (before) return { kind: 'refund', refund: before };
    if (!asked.hasSupervisor) return ASK_SUPERVISOR;
    const { refundId, saleId } = asked;
    const sale = this.#sales.get(saleId);
    if (sale?.state !== 'complete') return NO_SUCH_SALE;
    const paid = sale.tenders.filter(({ transaction }) => transaction.state === 'approved');
    const left = paid.map(({ transaction }) => amountMinor(transaction.amountMinor));
    const shares = allocateByLargestRemainder(amountMinor(asked.amountMinor), left);
    const parts = paid.map(({ transaction }, index) => ({
      tender: transaction,
      amountMinor: shares[index] ?? 0,
      state: transaction.kind === 'cash-sale' ? ('done' as const) : ('open' as const),
    }));
    return {
      kind: 'refund',
      refund: this.#keep({ refundId, saleId, amountMinor: asked.amountMinor, leftMinor: 0, parts }),
    };
  }

  /** Carries out the next open part. */
  async refundPart(
    refundId: string,
    outcome: (amountMinor: number) => Promise<PaymentResult>,
  ): Promise<PaymentResult> {
    const plan = this.#refunds.get(refundId);
    const next = plan?.parts.find(({ state }) => state === 'open');
    if (!plan || !next) return NO_SUCH_REFUND;
    const result = await outcome(next.amountMinor);
    if (!('transaction' in result) || result.kind === 'card-in-doubt' || result.kind === 'undone')
      return result;
    const states = { approved: 'done', declined: 'open', unknown: 'under-way' } as const;
    const { txnId } = result.transaction;
    const parts = plan.parts.map((part) =>
      part === next ? { ...part, txnId, state: states[result.kind] } : part,
    );
    return { ...result, refund: this.#keep({ ...plan, parts }) };
  }

  withdrawRefund(refundId: string): RefundPlanResult {
    const plan = this.#refunds.get(refundId);
    if (!plan) return NO_SUCH_REFUND;
    const parts = plan.parts.map((part) =>
      part.state === 'open' ? { ...part, state: 'withdrawn' as const } : part,
    );
    return { kind: 'refund', refund: this.#keep({ ...plan, parts }) };
  }

  getRefund(refundId: string): RefundPlanResult {
    const refund = this.#refunds.get(refundId);
    return refund ? { kind: 'refund', refund } : NO_SUCH_REFUND;
  }

  openRefunds() {
    return [...this.#refunds.values()]
      .filter(({ leftMinor }) => leftMinor > 0)
      .map(({ refundId, saleId, amountMinor: amount, leftMinor }) => ({
        refundId,
        saleId,
        amountMinor: amount,
        leftMinor,
      }));
  }

  #keep(plan: RefundPlan): RefundPlan {
    const open = plan.parts.filter(({ state }) => state === 'open' || state === 'under-way');
    const kept = { ...plan, leftMinor: open.reduce((sum, part) => sum + part.amountMinor, 0) };
    this.#refunds.set(plan.refundId, kept);
    return kept;
  }

  get(saleId: string) {
    const sale = this.#sales.get(saleId);
    return sale ? ({ kind: 'sale', sale } as const) : NO_SUCH_SALE;
  }

  /** Sales that are paid in full. */
  complete(): readonly SplitSale[] {
    return [...this.#sales.values()].filter(({ state }) => state === 'complete');
  }

  /** What the status strip counts. */
  open() {
    return [...this.#sales.values()].flatMap(({ saleId, state, totalMinor, paidMinor }) =>
      state === 'open' && paidMinor > 0 ? [{ saleId, state, totalMinor, paidMinor } as const] : [],
    );
  }

  cancel(saleId: string, hasSupervisor: boolean): CancelResult {
    const sale = this.#sales.get(saleId);
    if (!sale) return NO_SUCH_SALE;
    if (sale.paidMinor > 0 && !hasSupervisor) return ASK_SUPERVISOR;
    if (sale.state === 'cancelled') return { kind: 'cancelled', sale };
    const paid = sale.tenders.filter(({ transaction }) =>
      ['approved', 'accepted-offline'].includes(transaction.state),
    );
    const cash = paid.filter(({ transaction }) => transaction.kind === 'cash-sale');
    const cancelled: SplitSale = {
      ...sale,
      state: 'cancelled',
      paidMinor: 0,
      dueMinor: sale.totalMinor,
      cashBackMinor: cash.reduce((sum, { transaction }) => sum + transaction.amountMinor, 0),
      tenders: sale.tenders.map((each) =>
        paid.includes(each) ? { ...each, transaction: { ...each.transaction, state: 'voided' } } : each,
      ),
    };
    this.#sales.set(saleId, cancelled);
    return { kind: 'cancelled', sale: cancelled };
  }
}
