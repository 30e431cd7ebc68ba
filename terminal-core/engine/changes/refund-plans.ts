import { amountMinor, ZERO } from '../../domain/money.ts';
import type { Change } from '../../ports/journal.ts';
import type { EngineEvent } from '../events.ts';
import { DraftState } from '../memory-state.ts';
import type { RefundPart, RefundPlanDoc } from '../sale-docs.ts';
import { splitSaleOf } from '../split.ts';
import { put, type StateView, type Txn } from '../state.ts';

/** A planned refund takes its parts from what can still be refunded of each tender, whether they are done or not. */
export function refundPlanned(
  state: StateView,
  event: Extract<EngineEvent, { kind: 'refund-planned' }>,
): Change[] {
  const { kind: _kind, ...plan } = event;
  return [put('refundPlans', plan.refundId, plan), ...taken(state, plan.saleId, plan.parts)];
}

/** What was to go back and does not can be refunded another time. */
export function refundWithdrawn(
  state: StateView,
  event: Extract<EngineEvent, { kind: 'refund-withdrawn' }>,
): Change[] {
  const { kind: _kind, refundId, ...withdrawnBy } = event;
  const plan = state.get('refundPlans', refundId);
  if (!plan) throw new Error(`No refund ${refundId}`);
  const parts = plan.parts.map((part) => withdrawnPart(part));
  return [planChange({ ...plan, withdrawnBy, parts }), ...releasedBy(state, plan, parts)];
}

function withdrawnPart(part: RefundPart): RefundPart {
  return part.state === 'open' ? { ...part, state: 'withdrawn' } : part;
}

/** Frees the tenders of parts that are withdrawn now and were not before. */
function releasedBy(state: StateView, before: RefundPlanDoc, parts: readonly RefundPart[]): Change[] {
  const released = parts.filter(
    (part, index) => part.state === 'withdrawn' && before.parts[index]?.state !== 'withdrawn',
  );
  return released.length === 0 ? [] : taken(state, before.saleId, released, -1);
}

/** @param sign -1 where the parts are given back to their tenders */
function taken(state: StateView, saleId: string, parts: readonly RefundPart[], sign: 1 | -1 = 1): Change[] {
  const sale = splitSaleOf(state, saleId);
  if (!sale) throw new Error(`${saleId} has no tenders to refund`);
  const tenders = sale.split.tenders.map((tender) => {
    const part = parts.find((each) => each.tenderTxnId === tender.txnId);
    return part
      ? { ...tender, backMinor: amountMinor((tender.backMinor ?? ZERO) + sign * part.amountMinor) }
      : tender;
  });
  return [put('sales', sale.saleId, { ...sale, split: { ...sale.split, tenders } }, { live: false })];
}

/** What the changes of an event make of the refunds whose parts they carry out. */
export function refundPlansAfter(before: StateView, changes: readonly Change[]): Change[] {
  const after = new DraftState(before);
  after.changes.push(...changes);
  for (const { collection, key } of changes) {
    const txn = collection === 'transactions' ? after.get('transactions', key) : undefined;
    const plan = txn?.refundId === undefined ? undefined : after.get('refundPlans', txn.refundId);
    if (!txn || !plan || txn.state === before.get('transactions', key)?.state) continue;
    const tried = plan.parts.map((part) =>
      part.tenderTxnId === txn.originalTxnId ? partAfter(part, txn) : part,
    );
    const parts = plan.withdrawnBy ? tried.map(withdrawnPart) : tried;
    after.changes.push(planChange({ ...plan, parts }));
    after.changes.push(...releasedBy(after, plan, parts));
  }
  return after.changes.slice(changes.length);
}

function planChange(plan: RefundPlanDoc): Change {
  return put('refundPlans', plan.refundId, plan, {
    live: plan.parts.some((part) => part.state === 'open' || part.state === 'under-way'),
  });
}

/** A part that the host declined, or that never left, is open again; one of unknown outcome is repeated by itself. */
function partAfter(part: RefundPart, txn: Txn): RefundPart {
  const { txnId } = txn;
  switch (txn.state) {
    case 'approved':
      return { ...part, state: 'done', txnId };
    case 'declined':
    case 'not-sent':
      return { ...part, state: 'open', txnId };
    default:
      return { ...part, state: 'under-way', txnId };
  }
}
