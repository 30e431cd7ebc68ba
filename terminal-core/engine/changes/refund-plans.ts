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
  const sale = splitSaleOf(state, plan.saleId);
  if (!sale) throw new Error(`${plan.saleId} has no tenders to refund`);
  const tenders = sale.split.tenders.map((tender) => {
    const part = plan.parts.find((each) => each.tenderTxnId === tender.txnId);
    return part
      ? { ...tender, backMinor: amountMinor((tender.backMinor ?? ZERO) + part.amountMinor) }
      : tender;
  });
  return [
    put('refundPlans', plan.refundId, plan),
    put('sales', sale.saleId, { ...sale, split: { ...sale.split, tenders } }, { live: false }),
  ];
}

/** What the changes of an event make of the refunds whose parts they carry out. */
export function refundPlansAfter(before: StateView, changes: readonly Change[]): Change[] {
  const after = new DraftState(before);
  after.changes.push(...changes);
  for (const { collection, key } of changes) {
    const txn = collection === 'transactions' ? after.get('transactions', key) : undefined;
    const plan = txn?.refundId === undefined ? undefined : after.get('refundPlans', txn.refundId);
    if (!txn || !plan || txn.state === before.get('transactions', key)?.state) continue;
    const parts = plan.parts.map((part) =>
      part.tenderTxnId === txn.originalTxnId ? partAfter(part, txn) : part,
    );
    after.changes.push(planChange({ ...plan, parts }));
  }
  return after.changes.slice(changes.length);
}

function planChange(plan: RefundPlanDoc): Change {
  return put('refundPlans', plan.refundId, plan, { live: plan.parts.some((part) => part.state !== 'done') });
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
