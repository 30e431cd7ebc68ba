import { type Decision, reply } from '../inputs.ts';
import { refusal } from '../refusals.ts';
import type { StateView, Txn, TxnKind } from '../state.ts';

/** The PIN that was not entered, or is wrong. */
export const PIN_WRONG = '55';

export interface AskedUndo {
  readonly undoId?: string | undefined;
  readonly does: 'void' | 'refund' | 'completion';
  /** What it is to undo or complete. */
  readonly txnId: string;
  /** Of a void: none, it undoes all. */
  readonly amountMinor?: number;
  readonly hasPin: boolean;
}

const KINDS: Readonly<Record<AskedUndo['does'], readonly TxnKind[]>> = {
  void: ['void', 'cash-void'],
  refund: ['refund', 'cash-refund'],
  completion: ['completion'],
};

/**
 * A void, refund or completion that is asked for again by the same `undoId`: it gets the outcome it has and is not sent a
 * second time. What the host declined for want of a PIN is the one thing that goes on under the same id.
 */
export function earlierUndo(state: StateView, asked: AskedUndo): Decision | undefined {
  const txn = transactionOf(state, asked);
  if (!txn) return undefined;
  const same =
    KINDS[asked.does].includes(txn.kind) &&
    txn.originalTxnId === asked.txnId &&
    (asked.amountMinor === undefined || txn.amountMinor === asked.amountMinor);
  if (!same) return reply(refusal('undo-differs'));
  if (txn.state === 'sending') return reply(refusal('sale-in-progress'));
  if (wantsPin(txn)) return asked.hasPin ? undefined : reply({ kind: 'pin-required' });
  return reply({ kind: 'transaction', txnId: txn.txnId });
}

/** The host declined it because no PIN was entered: no money has moved, and it may be asked again with one. */
export function wantsPin(txn: Txn): boolean {
  return txn.state === 'declined' && txn.responseCode === PIN_WRONG && txn.pinUsed !== true;
}

function transactionOf(state: StateView, { undoId }: AskedUndo): Txn | undefined {
  const undo = undoId === undefined ? undefined : state.get('undos', undoId);
  return undo && state.get('transactions', undo.txnId);
}
