import type { StateView, Txn } from './state.ts';

/** What the terminal owes the host for a transaction. Nothing is ever taken off this list but by the host's answer. */
export type OwedKind = 'reversal' | 'refund-repeat' | 'advice';

export interface Owed {
  readonly kind: OwedKind;
  readonly txnId: string;
}

/** @returns what is owed for one transaction, by its state alone. */
export function owedFor(txn: Txn): OwedKind | undefined {
  if (txn.state === 'unknown') return txn.kind === 'refund' ? 'refund-repeat' : 'reversal';
  if (txn.state === 'accepted-offline') return 'advice';
  return undefined;
}

/** Everything owed, in the order in which it must go: reversals first, then refunds, then offline sales, oldest first. */
export function owed(state: StateView): Owed[] {
  const rank: Record<OwedKind, number> = { reversal: 0, 'refund-repeat': 1, advice: 2 };
  const list: (Owed & { readonly atMs: number })[] = [];
  for (const txn of state.live('transactions')) {
    const kind = owedFor(txn);
    if (kind) list.push({ kind, txnId: txn.txnId, atMs: txn.atMs });
  }
  list.sort((a, b) => rank[a.kind] - rank[b.kind] || a.atMs - b.atMs);
  return list.map(({ kind, txnId }) => ({ kind, txnId }));
}

/** A request is on its way, and nobody knows its outcome yet. */
export function isAnythingSending(state: StateView): boolean {
  for (const txn of state.live('transactions')) if (txn.state === 'sending') return true;
  return false;
}

export function isSetAside(txn: Txn): boolean {
  return txn.state === 'rejected' || txn.state === 'reversal-refused' || txn.state === 'undeliverable';
}

/** What waits for a person: offline sales and reversals that the host refused, and what cannot be delivered. */
export function setAside(state: StateView): Txn[] {
  return [...state.live('transactions')].filter(isSetAside);
}

/** Successes whose customer may have no proof. */
export function unprintedCount(state: StateView): number {
  let count = 0;
  for (const txn of state.live('transactions')) if (txn.unprinted !== undefined) count += 1;
  return count;
}

/** A transaction whose outcome or delivery is still open: its card data stays, and it counts in its batch. */
export function isOpen(txn: Txn): boolean {
  return txn.state === 'sending' || isSetAside(txn) || owedFor(txn) !== undefined;
}

export function reversalsOwed(state: StateView): number {
  let count = 0;
  for (const txn of state.live('transactions')) if (owedFor(txn) === 'reversal') count += 1;
  return count;
}
