import { type AmountMinor, amountMinor, sumAmounts, ZERO } from '../domain/money.ts';
import { isCash } from './cash.ts';
import type { SaleDoc, SplitSale, Tender } from './sale-docs.ts';
import type { PurseState, StateView, Txn, TxnState } from './state.ts';

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

/** What a tender is worth to its sale, minor units. Whoever asks what a tender counts for asks here. */
export interface TenderWorth {
  /** Nobody knows yet; it is worth nothing until then. */
  readonly isPending: boolean;
  /** Of the sale's total: a receipt names it, and what is left to pay is less by it. */
  readonly paidMinor: AmountMinor;
  /** What the store has of it or claims: a sale that is cancelled gives it back. */
  readonly heldMinor: AmountMinor;
  /** What a refund of the sale may still take of it; parts that are planned are taken. */
  readonly refundableMinor: AmountMinor;
  /** What it paid beyond the total, and was not given back: it is its own card's alone. */
  readonly beyondMinor: AmountMinor;
}

export function worthOf({ tender, txn }: TenderTxn): TenderWorth {
  const isPending = standingOf(txn.state) === 'pending';
  const isCounted =
    txn.state === 'undeliverable' ? txn.kind === 'offline-sale' : standingOf(txn.state) === 'paid';
  if (!isCounted)
    return { isPending, paidMinor: ZERO, heldMinor: ZERO, refundableMinor: ZERO, beyondMinor: ZERO };
  const beyond = tender.beyondMinor ?? ZERO;
  const paidMinor = amountMinor(txn.amountMinor - beyond);
  const isGivenUp = txn.state === 'written-off';
  const returned = txn.returnedMinor ?? 0;
  return {
    isPending,
    paidMinor,
    heldMinor: isGivenUp ? ZERO : amountMinor(txn.amountMinor - txn.refundedMinor - returned),
    refundableMinor: isGivenUp ? ZERO : amountMinor(paidMinor - (tender.backMinor ?? 0)),
    beyondMinor: amountMinor(Math.max(0, beyond - (tender.beyondBackMinor ?? 0) - returned)),
  };
}

/** What waits for a person to give it back, because the terminal cannot by itself; minor units. */
export function strandedMinor(state: StateView, txn: Txn): AmountMinor {
  const each = tenderOf(state, txn);
  if (!each || txn.pendingTxnId !== undefined || isCash(txn)) return ZERO;
  const { beyondMinor, heldMinor } = worthOf(each);
  switch (splitSaleOf(state, txn.saleId ?? '')?.split.state) {
    case 'complete':
      return beyondMinor;
    case 'cancelling':
      return isStuck(each) ? heldMinor : ZERO;
    default:
      return ZERO;
  }
}

/** Of a sale that is being cancelled: no void and no refund of the terminal's can name it, or the host declined both. */
function isStuck({ tender, txn }: TenderTxn): boolean {
  if (txn.state === 'collected') return true;
  if (txn.state !== 'approved' && txn.state !== 'delivered') return false;
  return txn.rrn === undefined || (txn.settled && tender.undoDeclined !== undefined);
}

/** The tenders that wait for a person, of all sales. */
export function strandedTenders(state: StateView): Txn[] {
  return [...state.live('sales')]
    .filter(isSplit)
    .flatMap((sale) => tendersOf(state, sale))
    .map(({ txn }) => txn)
    .filter((txn) => strandedMinor(state, txn) > 0);
}

/** Something is still to happen to it though it is paid: a part of it is owed back, or planned to be refunded. */
export function isOwedBackOf({ tender, txn }: TenderTxn): boolean {
  const taken = (tender.backMinor ?? 0) + (tender.beyondBackMinor ?? 0);
  return worthOf({ tender, txn }).beyondMinor > 0 || taken > txn.refundedMinor;
}

/** It holds money that a cancelled sale must give back. */
export function isHeld(each: TenderTxn): boolean {
  return worthOf(each).heldMinor > 0;
}

/** What its tenders pay of it, without what was given back of them since. */
export function paidMinor(state: StateView, sale: SplitSaleDoc): AmountMinor {
  return sumAmounts(tendersOf(state, sale).map((each) => worthOf(each).paidMinor));
}

/** A transaction as the tender that it is of its sale; undefined when it pays a sale alone, or none. */
export function tenderOf(state: StateView, txn: Txn): TenderTxn | undefined {
  const sale = txn.tenderId === undefined ? undefined : splitSaleOf(state, txn.saleId ?? '');
  const tender = sale?.split.tenders.find(({ txnId }) => txnId === txn.txnId);
  return tender && { tender, txn };
}

/** What is left to pay. */
export function dueMinor(state: StateView, sale: SplitSaleDoc): AmountMinor {
  return amountMinor(Math.max(0, sale.amountMinor - paidMinor(state, sale)));
}

/** The sales that hold money and are not finished: paid in part, or being cancelled. */
export function openSales(state: StateView): SplitSaleDoc[] {
  return [...state.live('sales')].filter(isSplit).filter(({ split }) => split.state !== 'complete');
}

/** Those that take one of the OPEN_SALES_MAX places: not what waits for a person alone. */
export function salesInPlace(state: StateView): SplitSaleDoc[] {
  return openSales(state).filter(
    (sale) =>
      sale.split.state === 'open' ||
      tendersOf(state, sale).some(
        (each) => worthOf(each).isPending || (isHeld(each) && strandedMinor(state, each.txn) === 0),
      ),
  );
}
