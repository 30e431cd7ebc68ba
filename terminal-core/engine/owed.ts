import { strandedTenders } from './split.ts';
import type { StateView, Txn } from './state.ts';

/** What the terminal owes the host for a transaction. Nothing is ever taken off this list but by the host's answer. */
export type OwedKind = 'reversal' | 'refund-repeat' | 'load-repeat' | 'load-confirm' | 'advice';

export interface Owed {
  readonly kind: OwedKind;
  readonly txnId: string;
}

/** @returns what is owed for one transaction, by its state alone. */
export function owedFor(txn: Txn): OwedKind | undefined {
  if (txn.kind === 'purse-sale' || txn.kind === 'purse-load') return owedForPurse(txn);
  if (txn.state === 'unknown') return owedForUnknown(txn);
  if (txn.state === 'accepted-offline') return 'advice';
  return undefined;
}

function owedForUnknown(txn: Txn): OwedKind {
  if (txn.kind === 'refund') return 'refund-repeat';
  return txn.kind === 'load' ? 'load-confirm' : 'reversal';
}

/** A sale with a purse goes up whatever became of it, unless nothing was debited; a load when it is known to be on the card. */
function owedForPurse(txn: Txn): OwedKind | undefined {
  return isHeldBack(txn) ? undefined : purseOwes(txn);
}

/** A purse's record that waits for a person: what the card decided stays as it is, so the state does not say it. */
export function isHeldBack(txn: Txn): boolean {
  return txn.purse !== undefined && txn.setAsideBecause !== undefined;
}

/** @returns what the host should hear of a purse's transaction, whether it is held back or not. */
export function purseOwes(txn: Txn): OwedKind | undefined {
  switch (txn.state) {
    case 'approved':
    case 'recovered':
    case 'debited-without-tac':
    case 'credited-without-tac':
      return 'advice';
    case 'suspect':
      return txn.purse?.told ? undefined : 'advice';
    case 'unresolved':
      // Of a load the host knows already: it holds the amount since before MAC2 left.
      return txn.purse?.told || txn.kind === 'purse-load' ? undefined : 'advice';
    case 'not-credited':
      return 'reversal';
    case 'unknown':
      return 'load-repeat';
    default:
      return undefined;
  }
}

/** Everything owed, in the order in which it must go: reversals first, then refunds, then offline sales, oldest first. */
export function owed(state: StateView): Owed[] {
  const rank: Record<OwedKind, number> = {
    reversal: 0,
    'refund-repeat': 1,
    'load-repeat': 1,
    'load-confirm': 1,
    advice: 2,
  };
  const list: (Owed & { readonly atMs: number })[] = [];
  for (const txn of state.live('transactions')) {
    const kind = owedFor(txn);
    if (kind) list.push({ kind, txnId: txn.txnId, atMs: txn.atMs });
  }
  list.sort((a, b) => rank[a.kind] - rank[b.kind] || a.atMs - b.atMs);
  return list.map(({ kind, txnId }) => ({ kind, txnId }));
}

/** Between a durable step and the answer to it: of the host, or of a card. */
const UNDER_WAY: readonly Txn['state'][] = ['sending', 'pending', 'debited', 'authorised'];

/** A request is on its way, or a card is being asked, and nobody knows the outcome yet. */
export function isAnythingUnderWay(state: StateView): boolean {
  for (const txn of state.live('transactions')) if (isUnderWay(txn)) return true;
  return false;
}

export function isUnderWay(txn: Txn): boolean {
  return UNDER_WAY.includes(txn.state);
}

export function isSetAside(txn: Txn): boolean {
  return (
    (txn.state === 'rejected' && txn.kind !== 'purse-load') ||
    txn.state === 'reversal-refused' ||
    txn.state === 'undeliverable' ||
    txn.state === 'load-refused' ||
    txn.purse?.recordRefused === true ||
    isHeldBack(txn) ||
    wentUpWithoutCard(txn)
  );
}

/** It counts as before; a person compares it with what the host has. */
export function wentUpWithoutCard(txn: Txn): boolean {
  return txn.setAsideBecause === 'sealed-data-missing';
}

/**
 * What waits for a person: offline sales and reversals that the host refused, what cannot be delivered or went up without
 * its card number, and tenders that the terminal cannot give back by itself.
 */
export function setAside(state: StateView): Txn[] {
  return [
    ...[...state.live('transactions')].filter(isSetAside),
    ...strandedTenders(state).filter((txn) => !isSetAside(txn)),
  ];
}

/** Nobody needs the receipt of what was undone. */
function isUndone(txn: Txn): boolean {
  return txn.state === 'voided' || txn.state === 'reversed';
}

/** Successes whose customer may have no proof. */
export function unprintedCount(state: StateView): number {
  let count = 0;
  for (const txn of state.live('transactions')) if (txn.unprinted !== undefined && !isUndone(txn)) count += 1;
  return count;
}

/** A transaction whose outcome or delivery is still open: its card data stays, and it counts in its batch. */
export function isOpen(txn: Txn): boolean {
  return isUnderWay(txn) || txn.state === 'in-doubt' || isSetAside(txn) || owedFor(txn) !== undefined;
}

export function reversalsOwed(state: StateView): number {
  let count = 0;
  for (const txn of state.live('transactions')) if (owedFor(txn) === 'reversal') count += 1;
  return count;
}
