import { findBatch } from '../../batches/batches.ts';
import { openException } from '../../exceptions/exceptions.ts';
import type { ExceptionKind } from '../../exceptions/kinds.ts';
import { balanceOf, holdAccount } from '../../ledger/accounts.ts';
import { postReversalOf } from '../../ledger/post.ts';
import { purseLoadReversal } from '../../purse/load-reversal.ts';
import { barOriginal } from '../../store/barred-originals.ts';
import { cardStatusById, setCardStatusById } from '../../store/cards.ts';
import {
  findOriginal,
  findTransaction,
  followersOf,
  type StoredTransaction,
  setState,
  type TransactionKind,
  wasBookedSince,
  wasServedSince,
} from '../../store/transactions.ts';
import { type CardStatusBefore, declined, type MessageContext, type Outcome } from '../outcome.ts';
import { amountAsked, recordOf } from '../record.ts';

/** Undone by a void or a completion of their own, never by a reversal that comes later; refunds are repeated instead. */
const NOT_REVERSIBLE: ReadonlySet<TransactionKind> = new Set([
  'refund',
  'load',
  'load-confirmation',
  'offline-sale',
  'purse-purchase',
  'purse-load-confirmation',
  'purse-transfer-confirmation',
]);
const VOIDS: ReadonlySet<TransactionKind> = new Set([
  'void',
  'load-void',
  'pre-authorisation-void',
  'completion-void',
]);

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
  if (original.kind === 'purse-load') return purseLoadReversal(context, original);
  if (NOT_REVERSIBLE.has(original.kind)) {
    return declined(
      'reversal',
      { code: '12', reason: `${original.kind}-not-reversible` },
      { originalTransactionId },
    );
  }
  // A declined request, an inquiry or one that was reversed already has no effect that could be taken back; a sale with a
  // standing void moves no money any more, and its reversal is remembered for when the void is undone.
  if (original.state !== 'approved') return { ...nothingToUndo, reason: `original-${original.state}` };
  const batch = await findBatch(tx, original.terminalId, original.batchNumber);
  if (batch?.state === 'closed') return refuseForPerson(context, original, 'reversal-after-settlement');
  if (request.amountMinor !== undefined && !isAmountOf(original, request.amountMinor)) {
    return refuseForPerson(context, original, 'reversal-mismatch');
  }
  if (await isUsed(context, original)) return refuseForPerson(context, original, 'reversal-of-used');
  if (VOIDS.has(original.kind)) await undoVoid(context, original);
  else await undo(context, original);
  return nothingToUndo;
}

/** A reversal repeats what was asked for; who has read the answer to a partial approval may name what was given. */
function isAmountOf(original: StoredTransaction, amountMinor: number): boolean {
  return amountMinor === original.amountMinor || amountMinor === amountAsked(original.record);
}

/**
 * A pre-authorisation that was completed cannot be taken back without its completion, nor when the void of one found less on the card
 * than it held at first; the void of a completion not when its hold was used since; nor a card service when the card has been served or changed since: a card that was reported lost
 * after it was blocked stays lost.
 */
async function isUsed(context: MessageContext, original: StoredTransaction): Promise<boolean> {
  if (original.statusBefore !== null) return hasChangedSince(context, original, original.statusBefore);
  if (original.kind === 'completion-void') return isHoldUsed(context, original);
  if (original.kind !== 'pre-authorisation') return false;
  const completions = await followersOf(context.tx, original.transactionId, 'completion');
  if (completions.some(({ state }) => state === 'approved')) return true;
  return (await balanceOf(context.tx, holdAccount(original))).balanceMinor < original.amountMinor;
}

/** What the void of a completion held again was completed or given back since: it cannot pay the first completion, too. */
async function isHoldUsed(context: MessageContext, voiding: StoredTransaction): Promise<boolean> {
  const { tx } = context;
  const named = async (id: number | null | undefined) =>
    id === null || id === undefined ? undefined : findTransaction(tx, id);
  const completed = await named(voiding.originalTransactionId);
  const preAuthorised = await named(completed?.originalTransactionId);
  if (preAuthorised?.state !== 'approved') return true;
  const completions = await followersOf(tx, preAuthorised.transactionId, 'completion');
  return completions.some(({ state }) => state === 'approved');
}

async function hasChangedSince(
  { tx }: MessageContext,
  { reason, transactionId }: StoredTransaction,
  statusBefore: string,
): Promise<boolean> {
  for (const { cardId, to } of statusChangesOf(statusBefore)) {
    if ((await cardStatusById(tx, cardId)) !== to) return true;
    if (await wasServedSince(tx, cardId, transactionId)) return true;
    // The whole balance would go back to the old card, and what the new one has spent with it.
    if (reason === 'replace' && (await wasBookedSince(tx, cardId, transactionId))) return true;
  }
  return false;
}

/** Written from a CardStatusBefore by the processor and by nobody else. */
function statusChangesOf(statusBefore: string): CardStatusBefore {
  return JSON.parse(statusBefore) as CardStatusBefore;
}

async function undo(context: MessageContext, original: StoredTransaction): Promise<void> {
  const { accountingDate, nowMs, tx } = context;
  await setState(tx, original.transactionId, 'reversed');
  if (original.statusBefore !== null) {
    for (const { cardId, status } of statusChangesOf(original.statusBefore)) {
      await setCardStatusById(tx, { cardId, status, nowMs });
    }
  }
  if (original.postingId === null) return;
  const { shortMinor } = await postReversalOf(tx, {
    postingId: original.postingId,
    kind: 'reversal',
    atMs: nowMs,
    accountingDate,
  });
  // What a void gave back, or a completion left over, was spent meanwhile: a person collects.
  if (shortMinor > 0) await openDifference(context, original, 'card-short');
  const status = original.cardId === null ? undefined : await cardStatusById(tx, original.cardId);
  if (status === 'surrendered') await openDifference(context, original, 'credit-to-surrendered');
}

/** Undoing a void makes its original stand again, unless the original's own reversal came meanwhile: then both are gone. */
async function undoVoid(context: MessageContext, voiding: StoredTransaction): Promise<void> {
  const { tx } = context;
  const voided =
    voiding.originalTransactionId === null
      ? undefined
      : await findTransaction(tx, voiding.originalTransactionId);
  if (!voided) throw new Error('A booked void has its original');
  const isReversed = (await followersOf(tx, voided.transactionId, 'reversal')).length > 0;
  if (isReversed) await undo(context, voided);
  else await setState(tx, voided.transactionId, 'approved');
  await undo(context, voiding);
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
