import { findBatch } from '../../batches/batches.ts';
import { openException } from '../../exceptions/exceptions.ts';
import type { ExceptionKind } from '../../exceptions/kinds.ts';
import { balanceOf, cardAccount, EXCEPTIONS, merchantAccount } from '../../ledger/accounts.ts';
import { post, postReversalOf } from '../../ledger/post.ts';
import { barOriginal } from '../../store/barred-originals.ts';
import {
  findOriginal,
  findTransaction,
  followersOf,
  type StoredTransaction,
  setState,
} from '../../store/transactions.ts';
import { declined, type MessageContext, type Outcome } from '../outcome.ts';
import { recordOf } from '../record.ts';

/**
 * Reversal (冲正): the terminal does not know what became of its request and takes it back. Whatever the answer, the
 * original has no effect afterwards, except where both sides have settled it: then a person decides.
 */
export async function reversal(context: MessageContext): Promise<Outcome> {
  const { nowMs, request, terminal, tx } = context;
  const key = { terminalId: terminal.terminalId, batchNumber: request.batchNumber, stan: request.stan };
  const original = await findOriginal(tx, key);
  if (!original) {
    await barOriginal(tx, key, { by: 'reversal', nowMs });
    return { kind: 'reversal', state: 'recorded', code: '00', reason: 'reversal-first' };
  }
  const originalTransactionId = original.transactionId;
  const nothingToUndo: Outcome = { kind: 'reversal', state: 'recorded', code: '00', originalTransactionId };
  if (original.kind === 'refund')
    return declined('reversal', { code: '12', reason: 'refund-not-reversible' }, { originalTransactionId });
  // A declined request, an inquiry or one that was reversed already has no effect that could be taken back.
  if (original.postingId === null || original.state === 'reversed' || original.state === 'declined') {
    return { ...nothingToUndo, reason: `original-${original.state}` };
  }
  const batch = await findBatch(tx, original.terminalId, original.batchNumber);
  if (batch?.state === 'closed') return refuseForPerson(context, original, 'reversal-after-settlement');
  if (request.amountMinor !== undefined && request.amountMinor !== original.amountMinor) {
    return refuseForPerson(context, original, 'reversal-mismatch');
  }
  switch (original.kind) {
    case 'void':
      await undoVoid(context, original);
      break;
    default:
      // A sale with a standing void moves no money any more; the reversal is remembered for when the void is undone.
      if (original.state === 'voided') return { ...nothingToUndo, reason: 'original-voided' };
      await undo(context, original);
  }
  return nothingToUndo;
}

async function undo(context: MessageContext, original: StoredTransaction): Promise<void> {
  const { accountingDate, nowMs, tx } = context;
  if (original.postingId === null) return;
  await postReversalOf(tx, { postingId: original.postingId, kind: 'reversal', atMs: nowMs, accountingDate });
  await setState(tx, original.transactionId, 'reversed');
}

/** Undoing a void makes its sale stand again, unless the sale's own reversal came meanwhile: then both are gone. */
async function undoVoid(context: MessageContext, voided: StoredTransaction): Promise<void> {
  const { accountingDate, nowMs, tx } = context;
  const sale =
    voided.originalTransactionId === null
      ? undefined
      : await findTransaction(tx, voided.originalTransactionId);
  if (!sale || voided.postingId === null || voided.cardId === null)
    throw new Error('A booked void has its sale');
  if ((await followersOf(tx, sale.transactionId, 'reversal')).length > 0) {
    await undo(context, sale);
    await undo(context, voided);
    return;
  }
  await setState(tx, sale.transactionId, 'approved');
  const { balanceMinor } = await balanceOf(tx, cardAccount(voided.cardId));
  if (balanceMinor >= voided.amountMinor) {
    await undo(context, voided);
    return;
  }
  // The void gave the money back and the customer has spent it elsewhere: the merchant gets his sale, a person collects.
  await post(tx, {
    kind: 'reversal',
    atMs: nowMs,
    accountingDate,
    reversesPostingId: voided.postingId,
    entries: [
      { account: EXCEPTIONS, amountMinor: -voided.amountMinor },
      { account: merchantAccount(sale.merchantId), amountMinor: voided.amountMinor },
    ],
  });
  await setState(tx, voided.transactionId, 'reversed');
  await openDifference(context, voided, 'card-short');
}

async function refuseForPerson(
  context: MessageContext,
  original: StoredTransaction,
  kind: ExceptionKind,
): Promise<Outcome> {
  await openDifference(context, original, kind);
  return declined(
    'reversal',
    { code: '12', reason: kind },
    { originalTransactionId: original.transactionId },
  );
}

async function openDifference(
  context: MessageContext,
  original: StoredTransaction,
  kind: ExceptionKind,
): Promise<void> {
  await openException(context.tx, {
    kind,
    terminalId: original.terminalId,
    batchNumber: original.batchNumber,
    stan: original.stan,
    amountMinor: original.amountMinor,
    terminalRecord: recordOf(context.request),
    hostRecord: original.record,
    atMs: context.nowMs,
  });
}
