import { type Decision, type PricedBasket, reply, type TenderAsked } from '../inputs.ts';
import { type RefusalRule, refusal } from '../refusals.ts';
import { dueMinor, OPEN_SALES_MAX, salesInPlace, splitSaleOf, TENDERS_MAX, tendersOf } from '../split.ts';
import type { StateView, Txn } from '../state.ts';

/**
 * A tender that is asked for again by the same `tenderId` gets the outcome it has; another amount under it, or another
 * total of its sale, is refused.
 */
export function earlierTender(
  state: StateView,
  basket: PricedBasket | Pick<PricedBasket, 'saleId' | 'totalMinor'>,
  asked: TenderAsked,
): Decision | undefined {
  const sale = state.get('sales', basket.saleId);
  if (!sale) return undefined;
  if (!sale.split || sale.amountMinor !== basket.totalMinor) return reply(refusal('sale-differs'));
  const tender = sale.split.tenders.find(({ tenderId }) => tenderId === asked.tenderId);
  const txn = tender && state.get('transactions', tender.txnId);
  if (!txn) return undefined;
  if (askedOf(txn) !== asked.amountMinor) return reply(refusal('sale-differs'));
  if (txn.state === 'sending') return reply(refusal('sale-in-progress'));
  if (txn.state === 'voided') return reply(refusal('sale-voided'));
  return reply({ kind: 'transaction', txnId: txn.txnId });
}

/** What was asked for, where the host approved a part of it only. */
function askedOf(txn: Txn): number {
  return txn.askedMinor ?? txn.amountMinor;
}

/** What keeps a further tender from being taken, whatever it is. */
export function whyNotTender(
  state: StateView,
  basket: PricedBasket,
  asked: TenderAsked,
): RefusalRule | undefined {
  const sale = splitSaleOf(state, basket.saleId);
  if (!sale) {
    if (salesInPlace(state).length >= OPEN_SALES_MAX) return 'too-many-open-sales';
    return asked.amountMinor > basket.totalMinor ? 'tender-above-due' : undefined;
  }
  if (sale.split.state === 'complete') return 'sale-complete';
  if (sale.split.state !== 'open') return 'sale-cancelled';
  if (sale.split.tenders.length >= TENDERS_MAX) return 'too-many-tenders';
  // Its outcome decides how much is left to pay.
  if (tendersOf(state, sale).some(({ txn }) => txn.state === 'sending')) return 'sale-in-progress';
  return asked.amountMinor > dueMinor(state, sale) ? 'tender-above-due' : undefined;
}
