import { type AmountMinor, amountMinor } from '../domain/money.ts';
import type { PurseState, SaleDoc, SplitSale, StateView, Tender, Txn, TxnState } from './state.ts';

/** Payments of one sale, tried ones included. */
export const TENDERS_MAX = 20;
/** Sales at one time that are paid in part, or whose cancelling is not finished. */
export const OPEN_SALES_MAX = 20;

/** A sale that is paid, or was to be paid, by several tenders. */
export type SplitSaleDoc = SaleDoc & { readonly split: SplitSale };

type Standing = 'paid' | 'pending' | 'nothing';

/**
 * What a tender is to its sale. `paid`: it counts, and must be undone when the sale is cancelled. `pending`: nobody knows
 * yet; it does not count, and its reversal goes by itself. A reversal that the host refused waits for a person, apart from
 * the sale.
 */
const STANDING: Readonly<Record<Exclude<TxnState, PurseState>, Standing>> = {
  sending: 'pending',
  unknown: 'pending',
  approved: 'paid',
  'accepted-offline': 'paid',
  delivered: 'paid',
  // The goods may be gone: it is the store's claim.
  rejected: 'paid',
  collected: 'paid',
  'written-off': 'paid',
  // Of what was taken offline; nobody counts on an online payment whose reversal was set aside.
  undeliverable: 'paid',
  declined: 'nothing',
  reversed: 'nothing',
  'reversal-refused': 'nothing',
  'not-sent': 'nothing',
  voided: 'nothing',
  completed: 'nothing',
  'load-refused': 'nothing',
};

export interface TenderTxn {
  readonly tender: Tender;
  readonly txn: Txn;
}

export function splitSaleOf(state: StateView, saleId: string): SplitSaleDoc | undefined {
  const sale = state.get('sales', saleId);
  return sale && isSplit(sale) ? sale : undefined;
}

export function isSplit(sale: SaleDoc): sale is SplitSaleDoc {
  return sale.split !== undefined;
}

/** In the order in which they were tried. */
export function tendersOf(state: StateView, sale: SplitSaleDoc): TenderTxn[] {
  return sale.split.tenders.map((tender) => {
    const txn = state.get('transactions', tender.txnId);
    if (!txn) throw new Error(`The tender ${tender.tenderId} of ${sale.saleId} has no transaction`);
    return { tender, txn };
  });
}

/** A purse pays a sale alone: its own states are none of a tender. */
function standingOf(state: TxnState): Standing {
  return Object.hasOwn(STANDING, state) ? STANDING[state as keyof typeof STANDING] : 'nothing';
}

function counts(txn: Txn): boolean {
  if (txn.state === 'undeliverable') return txn.kind === 'offline-sale';
  return standingOf(txn.state) === 'paid';
}

/** It holds money that a cancelled sale must give back. */
export function isPaid(txn: Txn): boolean {
  return counts(txn) && txn.state !== 'written-off' && txn.refundedMinor < txn.amountMinor;
}

export function isPending(txn: Txn): boolean {
  return standingOf(txn.state) === 'pending';
}

/** What its tenders add up to, without what was given back of them since. */
export function paidMinor(state: StateView, sale: SplitSaleDoc): AmountMinor {
  let paid = 0;
  for (const { txn } of tendersOf(state, sale)) if (counts(txn)) paid += txn.amountMinor;
  return amountMinor(paid);
}

/** What is left to pay. An unknown tender that the host turns out to have booked can make it more than paid. */
export function dueMinor(state: StateView, sale: SplitSaleDoc): AmountMinor {
  return amountMinor(Math.max(0, sale.amountMinor - paidMinor(state, sale)));
}

/** The sales that hold money and are not finished: paid in part, or being cancelled. */
export function openSales(state: StateView): SplitSaleDoc[] {
  return [...state.live('sales')].filter(isSplit);
}
