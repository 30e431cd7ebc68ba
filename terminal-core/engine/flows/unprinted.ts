import { isCashSale } from '../cash.ts';
import type { EngineEvent } from '../events.ts';
import { type Context, type Decision, type Input, reply } from '../inputs.ts';
import { refusal } from '../refusals.ts';
import type { StateView, Txn, TxnState } from '../state.ts';
import { txnOf } from './answers.ts';
import { sealedCard } from './cancel-sale.ts';
import { cashBackTxn } from './cash-back.ts';
import { sendUndo, whyNotNow, whyNotVoidable } from './undo.ts';

/** States whose receipt is printed by itself. */
export const PRINTS: readonly TxnState[] = [
  'approved',
  'accepted-offline',
  'delivered',
  'recovered',
  'debited-without-tac',
  'credited-without-tac',
];

/**
 * A sale that stands or falls with a receipt that is not out yet. What a person or a card that came back decided later is
 * none: its customer is not at the till.
 */
export function isAwaitingPrint(txn: Txn): boolean {
  return (
    txn.undoIfUnprinted === true &&
    PRINTS.includes(txn.state) &&
    !txn.receiptPrinted &&
    txn.unprinted === undefined &&
    !txn.settled &&
    txn.benchSteps === undefined &&
    txn.purse?.provenBy === undefined &&
    txn.pendingTxnId === undefined &&
    txn.refundedMinor === 0
  );
}

/** Durable before the first byte of the receipt; costs a flush, so only where it decides something. */
export function decidePrintBegun(
  state: StateView,
  { txnId }: Extract<Input, { kind: 'print-begun' }>,
): Decision {
  const txn = txnOf(state, txnId);
  const events: EngineEvent[] =
    isAwaitingPrint(txn) && !txn.printBegun ? [{ kind: 'receipt-print-begun', txnId }] : [];
  return reply({ kind: 'done' }, events);
}

/**
 * An original that came out before stays one: then only a copy is missing. Where nothing at all came out, a sale that falls
 * with its receipt begins to be undone in this step; cash is handed back in it.
 */
export function decideNotPrinted(
  state: StateView,
  input: Extract<Input, { kind: 'receipt-not-printed' }>,
  context: Context,
): Decision {
  const { kind, paper, txnId } = input;
  const txn = state.get('transactions', txnId);
  // The same trouble twice is journalled once.
  if (!txn || txn.receiptPrinted || txn.unprinted === paper) return reply({ kind: 'done' });
  const events: EngineEvent[] = [{ kind, txnId, paper }];
  if (paper === 'none' && isAwaitingPrint(txn)) {
    events.push({ kind: 'sale-undo-begun', txnId });
    if (isCashSale(txn)) events.push({ kind: 'cash-handed-back', txn: cashBack(state, txn, context) });
  }
  return reply({ kind: 'done' }, events);
}

function cashBack(state: StateView, original: Txn, context: Context) {
  const { amountMinor, operatorCode } = original;
  return cashBackTxn(state, { command: 'void', original, amountMinor, operatorCode }, context);
}

/** Nothing has become of it yet. A purse waits for its card and a supervisor: its amount is owed back. */
export function isBeingUndone(txn: Txn): boolean {
  if (txn.unprintedUndo !== 'under-way' || txn.refundedMinor >= txn.amountMinor) return false;
  return txn.state !== 'voided' && txn.state !== 'reversed';
}

/** The sales without a receipt whose undoing can go on by itself. An offline sale is delivered first. */
export function unprintedToUndo(state: StateView): Txn[] {
  return [...state.live('transactions')].filter(
    (txn) => isBeingUndone(txn) && txn.pendingTxnId === undefined && isUndoable(txn),
  );
}

/** What the host has: it can be voided. A claim of the store's is dropped. */
function isUndoable(txn: Txn): boolean {
  switch (txn.kind) {
    case 'purchase':
      return txn.state === 'approved';
    case 'offline-sale':
      return txn.state === 'delivered' || txn.state === 'rejected';
    default:
      return false;
  }
}

/**
 * A known success is undone by a void and never by a reversal. Its card is the one that paid, by its sealed number, so nobody
 * has to present it. What can never be voided stands.
 */
export function decideUndoUnprinted(
  state: StateView,
  { txnId }: Extract<Input, { kind: 'undo-unprinted' }>,
  context: Context,
): Decision {
  const original = txnOf(state, txnId);
  if (!isBeingUndone(original) || original.pendingTxnId !== undefined || !isUndoable(original))
    return reply({ kind: 'done' });
  const stands = (because: string): Decision =>
    reply({ kind: 'done' }, [{ kind: 'sale-undo-ended', txnId, because }]);
  if (original.state === 'rejected') return reply({ kind: 'done' }, [{ kind: 'claim-dropped', txnId }]);
  const never = whyNotVoidable(state, original);
  if (never) return stands(never);
  const presented = sealedCard(original, context);
  if (!presented) return stands('card-needed');
  const rule = whyNotNow(state, { original, presented }, context);
  if (rule === 'batch-full') return stands(rule);
  // Not journalled: it is tried again and again by itself.
  if (rule) return reply(refusal(rule));
  const { amountMinor, operatorCode } = original;
  return sendUndo(state, { command: 'void', original, amountMinor, presented, operatorCode }, context);
}
