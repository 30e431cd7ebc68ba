import type { Txn } from '../../../terminal-core/engine/state.ts';
import type { HostTransaction } from './evidence.ts';

const MONEY = ['purchase', 'offline-sale', 'void', 'refund'];

/** Whether a terminal holds that the host has booked it: an undone sale counts, and what undid it counts too. */
export function standsInJournal(txn: Txn): boolean {
  return (
    txn.kind !== 'cash-sale' &&
    (txn.state === 'approved' || txn.state === 'delivered' || txn.state === 'voided')
  );
}

/** The same, as the host holds it. */
export function standsAtHost(transaction: HostTransaction): boolean {
  return (
    MONEY.includes(transaction.kind) && (transaction.state === 'approved' || transaction.state === 'voided')
  );
}

/** Whether the cashier may call it paid: sales that the host refused afterwards are the store's claim, and were paid. */
export function standsForPeople(txn: Txn): boolean {
  return ['approved', 'voided', 'accepted-offline', 'delivered', 'rejected'].includes(txn.state);
}

/** What it takes from the card; negative when it gives. */
export function chargeOf(txn: Txn): number {
  return txn.kind === 'void' || txn.kind === 'refund' ? -txn.amountMinor : txn.amountMinor;
}

/** By which both sides name it. */
export function keyOf(named: {
  readonly terminalId: string;
  readonly batchNumber?: string;
  readonly stan?: string;
}): string {
  return `${named.terminalId}/${named.batchNumber ?? '-'}/${named.stan ?? '-'}`;
}
