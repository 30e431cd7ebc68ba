import type { Txn } from './state.ts';

/** Notes and coins: the host never hears of it, and it is in no batch totals but those of the drawer. */
export function isCash(txn: Pick<Txn, 'kind'>): boolean {
  return txn.kind === 'cash-sale' || txn.kind === 'cash-void' || txn.kind === 'cash-refund';
}

/** A cash sale that stands, in full or in part. */
export function isCashSale(txn: Txn): boolean {
  return txn.kind === 'cash-sale' && txn.state === 'approved';
}
