import { amountMinor } from '../../domain/money.ts';
import type { Change } from '../../ports/journal.ts';
import { isCash } from '../cash.ts';
import type { NewTxn } from '../events.ts';
import { mayComeAgain } from '../flows/answers.ts';
import { DraftState } from '../memory-state.ts';
import type { SaleDoc, Tender } from '../sale-docs.ts';
import {
  dueMinor,
  isHeld,
  isOwedBackOf,
  isSplit,
  paidMinor,
  type SplitSaleDoc,
  type TenderTxn,
  tendersOf,
  worthOf,
} from '../split.ts';
import { put, type StateView, type Txn } from '../state.ts';

/** A sale gets a payment: its only one, or one of several. */
export function salePaidBy(state: StateView, txn: NewTxn): Change[] {
  const { saleId, txnId, tenderId } = txn;
  if (saleId === undefined) return [];
  if (tenderId === undefined)
    return [put('sales', saleId, { saleId, txnId, amountMinor: txn.amountMinor }, { live: false })];
  const before = state.get('sales', saleId);
  // What could not be sent and was taken offline instead is the same tender.
  const others = (before?.split?.tenders ?? []).filter((each) => each.tenderId !== tenderId);
  const doc: SaleDoc = {
    saleId,
    txnId,
    amountMinor: before?.amountMinor ?? txn.saleTotalMinor ?? txn.amountMinor,
    split: { ...(before?.split ?? { state: 'open' }), tenders: [...others, { tenderId, txnId }] },
  };
  return [put('sales', saleId, doc)];
}

/**
 * What the changes of an event make of the split sales whose tenders they touch. In one place and for every event, so that
 * no way of undoing a tender can leave its sale as it was.
 */
export function splitSalesAfter(before: StateView, changes: readonly Change[]): Change[] {
  const touched = new Set<string>();
  const after = new DraftState(before);
  after.changes.push(...changes);
  for (const { collection, key } of changes) {
    if (collection === 'sales' && after.get('sales', key)?.split) touched.add(key);
    const txn = collection === 'transactions' ? tenderIn(after, key) : undefined;
    if (txn?.saleId !== undefined) touched.add(txn.saleId);
  }
  return [...touched].flatMap((saleId) => {
    const sale = after.get('sales', saleId);
    return sale && isSplit(sale) ? saleAfter({ before, after }, sale) : [];
  });
}

/** The tender that a changed transaction is, or undoes. */
function tenderIn(state: StateView, txnId: string): Txn | undefined {
  const txn = state.get('transactions', txnId);
  if (txn?.tenderId !== undefined) return txn;
  const original =
    txn?.originalTxnId === undefined ? undefined : state.get('transactions', txn.originalTxnId);
  return original?.tenderId === undefined ? undefined : original;
}

function saleAfter(
  views: { readonly before: StateView; readonly after: DraftState },
  sale: SplitSaleDoc,
): Change[] {
  const { after } = views;
  const { split } = sale;
  const each = tendersOf(after, sale);
  const isOpen = each.some((one) => isHeld(one) || worthOf(one).isPending);
  const tenders = each.map((one) =>
    beyondAfter(views, sale, { ...one, tender: undoAfter(views, one.tender) }),
  );
  let { state } = split;
  if (state === 'open' && dueMinor(after, sale) === 0) state = 'complete';
  // A tender of unknown outcome was given up as lost, and the host says that it stands: it is given back, too.
  if (state === 'cancelled' && each.some(isHeld)) state = 'cancelling';
  if (state === 'cancelling' && !isOpen) state = 'cancelled';
  const isOwedBack = tendersOf(after, { ...sale, split: { ...split, tenders } }).some(isOwedBackOf);
  const live = state === 'complete' ? isOwedBack : isOpen && state !== 'cancelled';
  return [put('sales', sale.saleId, { ...sale, split: { ...split, state, tenders } }, { live })];
}

/**
 * Of a tender that counts from now on: what it pays beyond the total, which others paid while nobody knew of it. It is owed
 * back to its own card, and no other tender's refund is changed by it.
 */
function beyondAfter(
  { before, after }: { readonly before: StateView; readonly after: DraftState },
  sale: SplitSaleDoc,
  each: TenderTxn,
): Tender {
  const { tender, txn } = each;
  const back = refundsOf(after, tender.txnId).find(
    ({ txnId, state, refundId }) =>
      state === 'approved' &&
      refundId === undefined &&
      before.get('transactions', txnId)?.state !== 'approved',
  );
  if (back && tender.beyondMinor !== undefined)
    return { ...tender, beyondBackMinor: amountMinor((tender.beyondBackMinor ?? 0) + back.amountMinor) };
  const earlier = before.get('transactions', tender.txnId);
  const isNew = !earlier || worthOf({ tender, txn: earlier }).paidMinor === 0;
  if (!isNew || tender.beyondMinor !== undefined || isCash(txn)) return tender;
  const { paidMinor: own } = worthOf(each);
  const beyond = Math.min(own, paidMinor(after, sale) - sale.amountMinor);
  return beyond > 0 ? { ...tender, beyondMinor: amountMinor(beyond) } : tender;
}

function refundsOf(after: DraftState, txnId: string): Txn[] {
  return after.changes
    .filter(({ collection }) => collection === 'transactions')
    .flatMap(({ key }) => after.get('transactions', key) ?? [])
    .filter((txn) => txn.kind === 'refund' && txn.originalTxnId === txnId);
}

/** What the host said to the undoing of a tender, since it was last asked and in this batch. */
function undoAfter(
  { before, after }: { readonly before: StateView; readonly after: DraftState },
  tender: Tender,
): Tender {
  const { undoDeclined: _declined, undoPutOff: _putOff, ...rest } = tender;
  const undo = after.changes
    .filter(({ collection }) => collection === 'transactions')
    .map(({ key }) => after.get('transactions', key))
    // Only what has just happened to it: a batch that closes changes every transaction of it.
    .find(
      (txn) =>
        txn?.originalTxnId === tender.txnId && txn.state !== before.get('transactions', txn.txnId)?.state,
    );
  if (undo?.state === 'declined') {
    const code = undo.responseCode ?? '';
    return mayComeAgain(code) ? { ...rest, undoPutOff: code } : { ...rest, undoDeclined: code };
  }
  // While it is on its way it stays as it was, so that no settlement waits for what was put off before.
  if (undo) return undo.state === 'sending' ? { ...rest, ...putOffBefore(tender) } : rest;
  const wasSettled = before.get('transactions', tender.txnId)?.settled === true;
  const isSettled = after.get('transactions', tender.txnId)?.settled === true;
  return isSettled && !wasSettled ? rest : tender;
}

function putOffBefore({ undoPutOff }: Tender): Pick<Tender, 'undoPutOff'> {
  return undoPutOff === undefined ? {} : { undoPutOff };
}
