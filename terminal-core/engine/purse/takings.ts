import type { Txn } from '../state.ts';
import type { TakingKey } from '../takings.ts';

/** Where a sale or load of a purse stands in the tallies. What a state once counted stays counted in every state after it. */
export function purseTakingKeys(txn: Txn): TakingKey[] {
  return txn.kind === 'purse-load' ? ofLoad(txn) : ofSale(txn);
}

function ofSale({ state }: Txn): TakingKey[] {
  switch (state) {
    case 'declined':
      return ['purse/declined'];
    case 'approved':
    case 'recovered':
    case 'debited-without-tac':
    case 'delivered':
      return ['purse/sale'];
    case 'rejected':
      return ['purse/sale', 'purse/rejected'];
    case 'written-off':
      return ['purse/sale', 'purse/rejected', 'purse/written-off'];
    default:
      return [];
  }
}

function ofLoad(txn: Txn): TakingKey[] {
  const isRefund = txn.originalTxnId !== undefined;
  const taken: TakingKey = isRefund ? 'purse/refund' : 'cash/load';
  switch (txn.state) {
    case 'declined':
      return ['purse/declined'];
    case 'approved':
    case 'recovered':
    case 'credited-without-tac':
    case 'delivered':
      return [taken];
    case 'rejected':
      return [taken, 'purse/rejected'];
    // The cash stays in the drawer for as long as nobody knows, and goes back when it turns out that nothing was loaded.
    case 'in-doubt':
    case 'unresolved':
      return isRefund || !wasInDoubt(txn) ? [] : [taken];
    case 'not-credited':
    case 'uncredited':
    case 'reversed':
      return isRefund || !wasInDoubt(txn) ? [] : [taken, 'cash/load-returned'];
    default:
      return [];
  }
}

function wasInDoubt(txn: Txn): boolean {
  return txn.purse?.cause !== undefined;
}
