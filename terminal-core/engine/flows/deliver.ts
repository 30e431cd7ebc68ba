import { loadConfirmMessage } from '../card-desk/messages.ts';
import type { CardSecret } from '../events.ts';
import { type Context, type Decision, type Input, reply, send } from '../inputs.ts';
import { offlineAdviceMessage, refundRepeatMessage, reversalMessage } from '../messages.ts';
import { type OwedKind, owedFor } from '../owed.ts';
import { loadConfirmation, loadMessage, loadReversal, purseRecordMessage } from '../purse/messages.ts';
import { type StateView, type Txn, terminalOf } from '../state.ts';
import { txnOf } from './answers.ts';

/**
 * Sends what is owed for one transaction. Made anew from the journal each time and the same to the byte each time; the
 * MAC is that of the key set it was first made under, unless the host has said that it no longer takes it.
 */
export function decideDeliver(
  state: StateView,
  input: Extract<Input, { kind: 'deliver' }>,
  context: Context,
): Decision {
  const txn = txnOf(state, input.txnId);
  const { txnId } = txn;
  const kind = owedFor(txn);
  if (kind === undefined) return reply({ kind: 'transaction', txnId });
  if (txn.purse) return decideDeliverPurse(state, { txn, kind }, input);
  const terminal = terminalOf(state);
  const secret = secretFor(txn, context);
  const original = txn.originalTxnId === undefined ? undefined : txnOf(state, txn.originalTxnId);
  const keySetId = input.macKeySetId ?? txn.keySetId;
  const macKeySetId = keySetId === undefined ? {} : { macKeySetId: keySetId };
  switch (kind) {
    case 'reversal':
      return send({
        purpose: { kind: 'reversal', txnId },
        message: reversalMessage(terminal, txn, {
          secret,
          reason: txn.reversalReason ?? '06',
          ...(original ? { original } : {}),
        }),
        ...macKeySetId,
      });
    case 'advice':
      return send({
        purpose: { kind: 'advice', txnId },
        message: offlineAdviceMessage(terminal, txn, secret),
        ...macKeySetId,
      });
    case 'load-repeat':
      throw new Error(`${txnId} is no load`);
    case 'load-confirm':
      return send({
        purpose: { kind: 'load-confirm', txnId },
        message: loadConfirmMessage(terminal, txn, secret),
        ...macKeySetId,
      });
    case 'refund-repeat':
      if (!original) throw new Error(`The refund ${txnId} has no original`);
      return send({
        purpose: { kind: 'refund-repeat', txnId },
        message: refundRepeatMessage(terminal, txn, secret, original),
        ...macKeySetId,
      });
  }
}

/** Tries after which a record that alone does not get through is set aside, so that it holds up nobody. */
export const DELIVERY_FAILURES_MAX = 8;

/**
 * Counts a try that failed although the host could be reached, and sets the record aside after the last. A reversal or a
 * refund that is merely not answered is never given up; one that cannot even be made, or that the host answers by nothing
 * that settles it, would stop the till for good.
 */
export function decideDeliveryFailed(
  state: StateView,
  input: Extract<Input, { kind: 'delivery-failed' }>,
): Decision {
  const { txnId, fault } = input;
  const txn = txnOf(state, txnId);
  const kind = owedFor(txn);
  if (kind === undefined || (kind !== 'advice' && fault === 'not-answered'))
    return reply({ kind: 'still-owed', txnId });
  const isLast = (txn.deliveryFailures ?? 0) + 1 >= DELIVERY_FAILURES_MAX;
  return reply({ kind: isLast ? 'transaction' : 'still-owed', txnId }, [
    { kind: isLast ? 'delivery-set-aside' : 'delivery-failed', txnId, fault },
  ]);
}

/** Of the electronic purse: nothing of it is sealed, and what a card decided days later has the keys of that day. */
function decideDeliverPurse(
  state: StateView,
  owing: { readonly txn: Txn; readonly kind: OwedKind },
  input: Extract<Input, { kind: 'deliver' }>,
): Decision {
  const { txn, kind } = owing;
  const { txnId } = txn;
  const macKeySetId = input.macKeySetId ?? txn.keySetId ?? terminalOf(state).keySetId;
  const keys = macKeySetId === undefined ? {} : { macKeySetId };
  switch (kind) {
    case 'advice': {
      const message =
        txn.kind === 'purse-load' ? loadConfirmation(state, txn) : purseRecordMessage(state, txn);
      return send({ purpose: { kind: 'advice', txnId }, message, ...keys });
    }
    case 'reversal':
      return send({ purpose: { kind: 'reversal', txnId }, message: loadReversal(state, txn), ...keys });
    case 'load-repeat':
      return send({
        purpose: { kind: 'purse-load-repeat', txnId },
        message: loadMessage(state, txn),
        ...keys,
      });
    case 'refund-repeat':
    case 'load-confirm':
      throw new Error(`${txnId} is of a purse`);
  }
}

/** @returns undefined when it was erased, or cannot be opened any more. */
export function cardDataOf(txn: Txn, context: Context): CardSecret | undefined {
  return txn.secretSeq === undefined ? undefined : context.openSecret(txn.secretSeq);
}

/** Card data stays sealed in the journal for as long as anything is owed; its absence then is damage, not a case. */
export function secretFor(txn: Txn, context: Context): CardSecret {
  const secret = cardDataOf(txn, context);
  if (!secret) throw new Error(`The card data of ${txn.txnId} is gone while something is still owed for it`);
  return secret;
}
