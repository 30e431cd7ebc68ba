import { DAY_MS } from '../../domain/local-time.ts';
import { type AmountMinor, allocateByLargestRemainder, amountMinor, sumAmounts } from '../../domain/money.ts';
import { isCash } from '../cash.ts';
import type { EngineEvent } from '../events.ts';
import { type Context, type Decision, type Input, reply } from '../inputs.ts';
import { type RefusalRule, refusal } from '../refusals.ts';
import type { RefundPlanDoc } from '../sale-docs.ts';
import { type SplitSaleDoc, splitSaleOf, type TenderTxn, tendersOf, worthOf } from '../split.ts';
import { parametersOf, type StateView } from '../state.ts';
import { cashBackTxn } from './cash-back.ts';
import { permission, refuse } from './operator.ts';
import { sendUndo, whyNotNow, whyNotTenderRefundable } from './undo.ts';

/**
 * Shares a refund in proportion to what is left of each tender. A part is never more than what is left (the share is not,
 * and rounding it up reaches it at most), so when all is refunded each tender has got back exactly what it paid, in
 * however many steps.
 */
export function shareRefund(amount: AmountMinor, left: readonly AmountMinor[]): AmountMinor[] {
  return allocateByLargestRemainder(amount, left);
}

/**
 * Refund of a sale that several tenders paid: back to each of them. This step fixes the parts and hands out the cash; each
 * card gets its part when it is presented (`refund-part`), now or later.
 */
export function decideRefundSale(
  state: StateView,
  input: Extract<Input, { kind: 'refund-sale' }>,
  context: Context,
): Decision {
  const command = input.kind;
  const { saleId, refundId, approval } = input;
  const before = earlierRefund(state, input);
  if (before) return before;
  const sale = splitSaleOf(state, saleId);
  if (!sale) return refuse(state, { command, rule: 'no-such-sale' });
  const tenders = refundableOf(state, sale);
  const rule = whyNotRefund(state, { sale, tenders, amount: input.amountMinor }, context);
  if (rule) return refuse(state, { command, rule });
  const may = permission(state, { action: 'refund', approval }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  const can = tenders.filter(canBeRefunded);
  const shares = shareRefund(
    input.amountMinor,
    can.map((each) => each.leftMinor),
  );
  const shared = can
    .map(({ txn }, index) => ({ txn, amountMinor: shares[index] ?? amountMinor(0) }))
    .filter((part) => part.amountMinor > 0);
  const { operatorCode, supervisorCode } = may;
  const by = { operatorCode, ...(supervisorCode === undefined ? {} : { supervisorCode }) };
  const planned: EngineEvent = {
    kind: 'refund-planned',
    refundId,
    saleId,
    amountMinor: input.amountMinor,
    ...by,
    parts: shared.map(({ txn, ...part }) => ({ tenderTxnId: txn.txnId, ...part, state: 'open' })),
  };
  const cash = shared
    .filter(({ txn }) => isCash(txn))
    .map(({ txn: original, ...part }, offset): EngineEvent => {
      const undo = { command: 'refund', original, ...part, offset, ...by } as const;
      return { kind: 'cash-handed-back', txn: { ...cashBackTxn(state, undo, context), refundId } };
    });
  return reply({ kind: 'refund-plan', refundId }, [...may.events, planned, ...cash]);
}

/** The same refund asked for again says how far it is. */
export function earlierRefund(
  state: StateView,
  asked: { readonly refundId: string; readonly saleId: string; readonly amountMinor: number },
): Decision | undefined {
  const plan = state.get('refundPlans', asked.refundId);
  if (!plan) return undefined;
  if (plan.saleId !== asked.saleId || plan.amountMinor !== asked.amountMinor)
    return reply(refusal('undo-differs'));
  return reply({ kind: 'refund-plan', refundId: plan.refundId });
}

/** The tenders of which something can still be refunded, with how much. Parts that are planned are taken. */
export function refundableOf(
  state: StateView,
  sale: SplitSaleDoc,
): (TenderTxn & { readonly leftMinor: AmountMinor })[] {
  return tendersOf(state, sale)
    .map((each) => ({ ...each, leftMinor: worthOf(each).refundableMinor }))
    .filter(({ leftMinor }) => leftMinor > 0);
}

/** One that never can be (a claim, one that the host never named) does not keep the others from being refunded. */
function canBeRefunded({ txn: { pendingTxnId: _pending, ...txn } }: TenderTxn): boolean {
  // A part of another refund of it that is on its way does not keep this one from being planned.
  return isCash(txn) || whyNotTenderRefundable(txn) === undefined;
}

function whyNotRefund(
  state: StateView,
  asked: {
    readonly sale: SplitSaleDoc;
    readonly tenders: ReturnType<typeof refundableOf>;
    readonly amount: AmountMinor;
  },
  context: Context,
): RefusalRule | undefined {
  const { sale, tenders, amount } = asked;
  const isSettled = tenders.every(({ txn }) => isCash(txn) || txn.settled);
  const can = tenders.filter(canBeRefunded);
  if (sale.split.state !== 'complete' || !isSettled || can.length === 0) return 'sale-not-refundable';
  if (amount === 0) return 'amount-zero';
  if (amount > sumAmounts(tenders.map(({ leftMinor }) => leftMinor))) return 'refund-above-original';
  if (amount > sumAmounts(can.map(({ leftMinor }) => leftMinor))) return 'refund-above-refundable';
  const oldestMs = Math.min(...can.map(({ txn }) => txn.atMs));
  return context.nowMs - oldestMs > parametersOf(state).refundDaysMax * DAY_MS
    ? 'refund-too-late'
    : undefined;
}

/** Gives the card that was presented its part of a planned refund. The plan was approved; whoever sells may go on with it. */
export function decideRefundPart(
  state: StateView,
  input: Extract<Input, { kind: 'refund-part' }>,
  context: Context,
): Decision {
  const command = input.kind;
  const { refundId, presented, pin } = input;
  const plan = state.get('refundPlans', refundId);
  if (!plan) return refuse(state, { command, rule: 'no-such-refund' });
  const may = permission(state, { action: 'sell' }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  const ofCard = partsOf(state, plan).filter(({ original }) => original.panHash === presented.panHash);
  if (ofCard.length === 0) return refuse(state, { command, rule: 'different-card' });
  const next = ofCard.find(({ part }) => part.state === 'open');
  if (!next) return refuse(state, { command, rule: 'refund-part-done' });
  const { part, original } = next;
  const isTooLate = context.nowMs - original.atMs > parametersOf(state).refundDaysMax * DAY_MS;
  const rule =
    whyNotTenderRefundable(original) ??
    (isTooLate ? 'refund-too-late' : whyNotNow(state, { original, presented }, context));
  if (rule) return refuse(state, { command, rule });
  const { supervisorCode } = plan;
  return sendUndo(
    state,
    {
      command: 'refund',
      original,
      amountMinor: part.amountMinor,
      presented,
      operatorCode: may.operatorCode,
      ...(supervisorCode === undefined ? {} : { supervisorCode }),
      refundId,
      ...(pin ? { pin } : {}),
    },
    context,
  );
}

/** Takes back what has not gone out of a planned refund. What was refunded stays so, and what is on its way goes on. */
export function decideWithdrawRefund(
  state: StateView,
  input: Extract<Input, { kind: 'withdraw-refund' }>,
  context: Context,
): Decision {
  const command = input.kind;
  const { refundId } = input;
  const plan = state.get('refundPlans', refundId);
  if (!plan) return refuse(state, { command, rule: 'no-such-refund' });
  // It was approved when it was planned; that less of it goes out needs nobody's.
  const may = permission(state, { action: 'sell' }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  if (plan.withdrawnBy) return reply({ kind: 'refund-plan', refundId });
  if (!plan.parts.some((part) => part.state === 'open'))
    return refuse(state, { command, rule: 'refund-nothing-open' });
  return reply({ kind: 'refund-plan', refundId }, [
    { kind: 'refund-withdrawn', refundId, operatorCode: may.operatorCode },
  ]);
}

/** The parts of a refund with the tenders that they go back to. */
export function partsOf(state: StateView, plan: RefundPlanDoc) {
  return plan.parts.map((part) => {
    const original = state.get('transactions', part.tenderTxnId);
    if (!original) throw new Error(`${plan.refundId} refunds ${part.tenderTxnId}, which does not exist`);
    return { part, original };
  });
}
