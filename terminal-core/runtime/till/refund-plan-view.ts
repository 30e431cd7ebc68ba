import type { RefundPlan, RefundPlanResult } from '../../api/contract.ts';
import { partsOf } from '../../engine/flows/refund-sale.ts';
import { refusal } from '../../engine/refusals.ts';
import type { RefundPlanDoc } from '../../engine/sale-docs.ts';
import type { StateView, Txn } from '../../engine/state.ts';
import { transactionView } from './views.ts';

/** What of a refund is still to go back, minor units. */
export function leftMinorOf(plan: RefundPlanDoc): number {
  return plan.parts
    .filter(({ state }) => state === 'open' || state === 'under-way')
    .reduce((sum, part) => sum + part.amountMinor, 0);
}

export function refundPlanView(state: StateView, plan: RefundPlanDoc): RefundPlan {
  const { refundId, saleId, amountMinor } = plan;
  return {
    refundId,
    saleId,
    amountMinor,
    leftMinor: leftMinorOf(plan),
    parts: partsOf(state, plan).map(({ part, original }) => ({
      tender: transactionView(state, original),
      amountMinor: part.amountMinor,
      state: part.state,
      ...(part.txnId === undefined ? {} : { txnId: part.txnId }),
    })),
  };
}

export function refundPlanResult(state: StateView, refundId: string): RefundPlanResult {
  const plan = state.get('refundPlans', refundId);
  return plan ? { kind: 'refund', refund: refundPlanView(state, plan) } : refusal('no-such-refund');
}

/** The refund that a transaction is a part of. */
export function refundOfPart(state: StateView, txn: Txn): { readonly refund?: RefundPlan } {
  const plan = txn.refundId === undefined ? undefined : state.get('refundPlans', txn.refundId);
  return plan ? { refund: refundPlanView(state, plan) } : {};
}
