import { isOpen } from '../engine/owed.ts';
import { isHeld, splitSaleOf, tenderOf } from '../engine/split.ts';
import type { StateView, Txn } from '../engine/state.ts';
import type { Journal } from '../ports/journal.ts';

/**
 * Erases the card numbers of everything that is settled and over: by rule, at start and after each settlement, so that a
 * crash between a settlement and this only puts it off. The chain of the journal stays valid.
 */
export function forgetCards(journal: Journal, state: StateView): void {
  const done = journal.sealedSeqs().filter((seq) => {
    const [entry] = journal.entries({ fromSeq: seq, limit: 1 });
    const txnId = txnIdIn(entry?.payload);
    const txn = txnId === undefined ? undefined : state.get('transactions', txnId);
    return txn?.settled === true && !needsCardNumber(state, txn);
  });
  journal.eraseSecrets(done);
}

function needsCardNumber(state: StateView, txn: Txn): boolean {
  // A load that the host refused waits for a person, who gives cash back: nothing is sent for it again.
  const goesOn = isOpen(txn) && txn.state !== 'load-refused';
  return goesOn || isBeingCancelled(state, txn);
}

/** A tender that the host would not void is refunded after the settlement, and that needs its number. */
function isBeingCancelled(state: StateView, txn: Txn): boolean {
  const each = tenderOf(state, txn);
  return (
    each !== undefined && isHeld(each) && splitSaleOf(state, txn.saleId ?? '')?.split.state === 'cancelling'
  );
}

function txnIdIn(payload: unknown): string | undefined {
  // Every event that carries card data also carries the transaction it belongs to.
  const txn = (payload as { readonly txn?: { readonly txnId?: unknown } } | undefined)?.txn;
  return typeof txn?.txnId === 'string' ? txn.txnId : undefined;
}
