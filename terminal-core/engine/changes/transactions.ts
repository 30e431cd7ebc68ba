import { amountMinor } from '../../domain/money.ts';
import type { Change } from '../../ports/journal.ts';
import type { NewTxn } from '../events.ts';
import { isBeingUndone } from '../flows/unprinted.ts';
import { isSetAside, wentUpWithoutCard } from '../owed.ts';
import { isOwedBack } from '../purse/doubts.ts';
import { put, type StateView, type TerminalDoc, type Txn, terminalOf } from '../state.ts';
import { type Follower, nextState } from '../transitions.ts';
import { closeClaim } from './blocked-cards.ts';
import { salePaidBy } from './split-sales.ts';

export function txnOf(state: StateView, txnId: string): Txn {
  const txn = state.get('transactions', txnId);
  if (!txn) throw new Error(`No transaction ${txnId}`);
  return txn;
}

export function newTxn(state: StateView, txn: NewTxn, secretSeq?: number): Change[] {
  const doc: Txn = secretSeq === undefined ? txn : { ...txn, secretSeq };
  const before = terminalOf(state);
  return [
    put('terminal', 'terminal', {
      ...before,
      txnCount: before.txnCount + 1,
      latestAtMs: latestAfter(before, txn.atMs),
      ...(txn.stan === undefined ? {} : { lastStan: txn.stan }),
    }),
    ...txnChange(doc, txn.state, {}),
    ...salePaidBy(state, txn),
    ...(txn.undoId === undefined
      ? []
      : [put('undos', txn.undoId, { undoId: txn.undoId, txnId: txn.txnId }, { live: false })]),
  ];
}

/** Kept with the terminal, because the transactions of a closed batch are looked at no more. */
export function latestAfter(terminal: TerminalDoc, atMs: number): number {
  return Math.max(terminal.latestAtMs ?? 0, atMs);
}

/** States in which something is still owed, or waits for a person. */
const OPEN_STATES: readonly Txn['state'][] = [
  'sending',
  'unknown',
  'accepted-offline',
  'rejected',
  'reversal-refused',
  'undeliverable',
  'load-refused',
  'pending',
  'debited',
  'suspect',
  'in-doubt',
  'recovered',
  'debited-without-tac',
  'authorised',
  'uncredited',
  'not-credited',
  'credited-without-tac',
];

/** Unresolved for the host, but the card that comes back still decides it; or paid twice, and still owed back. */
function isPurseOpen(txn: Txn): boolean {
  if (isOwedBack(txn)) return true;
  return (
    txn.state === 'unresolved' &&
    (txn.purse?.unresolvedBecause === 'batch-closed' || txn.purse?.told !== true)
  );
}

/** The card has it and the host will not: there is no claim, and somebody has looked at it. */
function isLoadDoneWith(txn: Txn): boolean {
  return txn.kind === 'purse-load' && txn.state === 'rejected' && !isSetAside(txn);
}

/** A transaction stays in memory while anything can still happen to it without somebody asking for it. */
export function txnChange(txn: Txn, state: Txn['state'], fields: Partial<Txn>): Change[] {
  const doc: Txn = { ...txn, ...fields, state };
  // What names it looks it up again when its own outcome is known.
  const isNamed = doc.pendingTxnId !== undefined;
  const isOpen =
    (OPEN_STATES.includes(state) && !isLoadDoneWith(doc)) ||
    isPurseOpen(doc) ||
    wentUpWithoutCard(doc) ||
    isBeingUndone(doc) ||
    isNamed;
  const terms = [
    doc.txnId,
    doc.stan,
    doc.firstStan,
    doc.rrn,
    doc.maskedPan?.slice(-4),
    doc.batchNumber,
    doc.operatorCode,
  ];
  return [
    put('transactions', doc.txnId, doc, {
      live: isOpen || !doc.settled,
      terms: terms.filter((term) => term !== undefined).join(' '),
    }),
  ];
}

/** A hold outlives its batch. Nothing is sent under its keys any more, so they need not be kept for it. */
export function carryOver(txn: Txn): Change[] {
  const { keySetId: _done, ...rest } = txn;
  return txnChange(rest, txn.state, {});
}

/** While something that follows upon a transaction is on its way, or its outcome is open, no other may. */
export function pendOriginal(state: StateView, txn: NewTxn): Change[] {
  if (txn.originalTxnId === undefined) return [];
  const original = txnOf(state, txn.originalTxnId);
  return txnChange({ ...original, pendingTxnId: txn.txnId }, original.state, {});
}

export function freeOriginal(state: StateView, txn: Txn): Change[] {
  if (txn.originalTxnId === undefined) return [];
  const { pendingTxnId: _free, ...original } = txnOf(state, txn.originalTxnId);
  return txnChange(original, original.state, {});
}

/** What an approved void, refund, completion or collecting purchase does to the transaction that it names. */
export function settleOriginal(state: StateView, txn: NewTxn): Change[] {
  if (txn.originalTxnId === undefined) return [];
  const { pendingTxnId: _free, ...original } = txnOf(state, txn.originalTxnId);
  const refunded = { refundedMinor: amountMinor(original.refundedMinor + txn.amountMinor) };
  switch (txn.kind) {
    case 'void':
      return [...follow(original, 'void', {}), ...holdAgain(state, original)];
    case 'completion':
      return follow(original, 'completion', {});
    case 'purchase':
      return [...follow(original, 'collection', {}), ...closeClaim(state, original)];
    case 'refund':
      return follow(original, 'refund', refunded);
    case 'cash-void':
      return txnChange(original, nextState(original.kind, original.state, 'cash-handed-back', 'void'), {});
    case 'cash-refund':
      return txnChange(
        original,
        nextState(original.kind, original.state, 'cash-handed-back', 'refund'),
        refunded,
      );
    default:
      throw new Error(`A ${txn.kind} follows upon nothing`);
  }
}

/** The void of a completion puts its amount back on hold, that of a collecting purchase opens its claim again. */
function holdAgain(state: StateView, voided: Txn): Change[] {
  if (voided.originalTxnId === undefined) return [];
  const by = voided.kind === 'completion' ? 'void-of-completion' : 'void-of-collection';
  return follow(txnOf(state, voided.originalTxnId), by, {});
}

/** Where the approval of a transaction leads the one that it names. */
function follow(original: Txn, by: Follower, fields: Partial<Txn>): Change[] {
  return txnChange(original, nextState(original.kind, original.state, 'transaction-approved', by), fields);
}
