import { isCash } from '../../../terminal-core/engine/cash.ts';
import type { Txn } from '../../../terminal-core/engine/state.ts';
import type { HostTransaction } from './evidence.ts';

const RECORDED = [
  'purchase',
  'offline-sale',
  'void',
  'refund',
  'pre-authorisation',
  'pre-authorisation-void',
  'completion',
  'completion-void',
  'load',
  'load-void',
  'card-service',
];

/** Chip cards have tables and checkers of their own (`purses.ts`). */
export function isOfPurse(txn: Pick<Txn, 'kind'>): boolean {
  return txn.kind === 'purse-sale' || txn.kind === 'purse-load';
}

/** Whether a terminal holds that the host has booked it: an undone sale counts, and what undid it counts too. */
export function standsInJournal(txn: Txn): boolean {
  return (
    !isCash(txn) && !isOfPurse(txn) && ['approved', 'delivered', 'voided', 'completed'].includes(txn.state)
  );
}

/** The same, as the host holds it. */
export function standsAtHost(transaction: HostTransaction): boolean {
  return (
    RECORDED.includes(transaction.kind) &&
    (transaction.state === 'approved' || transaction.state === 'voided')
  );
}

const FOR_PEOPLE: readonly Txn['state'][] = [
  'approved',
  'voided',
  'completed',
  'accepted-offline',
  'delivered',
  'rejected',
  'collected',
  'written-off',
  'recovered',
  'debited-without-tac',
  'credited-without-tac',
];

/** Whether the cashier may call it paid: sales that the host refused afterwards are the store's claim, and were paid. */
export function standsForPeople(txn: Txn): boolean {
  return FOR_PEOPLE.includes(txn.state) || isGivenUp(txn);
}

/** It was paid for, the host refused it, and the store gives the claim up because the whole sale was cancelled. */
function isGivenUp(txn: Txn): boolean {
  return txn.kind === 'offline-sale' && txn.state === 'reversed';
}

/**
 * What it takes from the card's owner; negative when it gives. A hold takes nothing: what is held is still the owner's, on
 * an account of its own. A replacement takes nothing: the owner has another card.
 */
export function chargeOf(txn: Txn, original: Txn | undefined): number {
  if (txn.kind === 'pre-authorisation' || (txn.kind === 'void' && original?.kind === 'pre-authorisation'))
    return 0;
  return isCredit(txn, original) ? -txn.amountMinor : txn.amountMinor;
}

/** Whether it gives to the card; in a batch's totals these are the credits. */
export function isCredit(txn: Txn, original: Txn | undefined): boolean {
  if (txn.kind === 'void') return original?.kind !== 'load';
  return txn.kind === 'refund' || txn.kind === 'load' || txn.kind === 'purse-load';
}

/** What the host calls a transaction of this kind. */
export function hostKindOf(txn: Txn, original: Txn | undefined): string {
  const hasOwnVoid =
    original?.kind === 'pre-authorisation' || original?.kind === 'completion' || original?.kind === 'load';
  return txn.kind === 'void' && hasOwnVoid ? `${original.kind}-void` : txn.kind;
}

/** The same state in the host's words: it knows a completed hold by its completion. */
export function hostStateOf(txn: Txn): string {
  return txn.state === 'voided' ? 'voided' : 'approved';
}

/**
 * Whether it counts in the totals of its batch: holds and their voids move no money to the merchant, and what a card desk does
 * to a card is in no totals.
 */
export function isInTotals(txn: Txn, original: Txn | undefined): boolean {
  if (isCash(txn) || txn.kind === 'pre-authorisation' || txn.kind === 'card-service') return false;
  return !(txn.kind === 'void' && original?.kind === 'pre-authorisation');
}

/** Whether it counts in its batch, as far as the terminal knows: of a purse's sale the host says by its reference number. */
export function countsInBatch(txn: Txn): boolean {
  if (txn.kind === 'purse-sale') {
    // Told anew in a later batch after the host had found out by itself: it stands where it was told first.
    const wasKnown = txn.purse?.firstStan !== undefined && txn.responseCode === '94';
    return txn.state === 'delivered' && txn.rrn !== undefined && !wasKnown;
  }
  if (txn.kind === 'purse-load') return txn.state === 'delivered';
  return standsInJournal(txn);
}

/** The transaction that it follows upon. */
export function originalOf(txn: Txn, transactions: ReadonlyMap<string, Txn>): Txn | undefined {
  return txn.originalTxnId === undefined ? undefined : transactions.get(txn.originalTxnId);
}

/** By which both sides name it. */
export function keyOf(named: {
  readonly terminalId: string;
  readonly batchNumber?: string;
  readonly stan?: string;
}): string {
  return `${named.terminalId}/${named.batchNumber ?? '-'}/${named.stan ?? '-'}`;
}
