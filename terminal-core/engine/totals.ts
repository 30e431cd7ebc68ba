import { amountMinor } from '../domain/money.ts';
import { isCash } from './cash.ts';
import { isOpen } from './owed.ts';
import { type BatchTotals, type StateView, type Txn, terminalOf } from './state.ts';

/**
 * The transactions of the open batch that count at settlement: what the host has said yes to. A voided sale counts as a
 * debit and its void as a credit, as on the host's side.
 */
export function batchTransactions(state: StateView): Txn[] {
  const { batchNumber } = terminalOf(state);
  return [...state.live('transactions')].filter(
    (txn) => hasTotal(state, txn) && txn.batchNumber === batchNumber && !txn.settled && counts(txn),
  );
}

/** All that may still come to count in the open batch; DE48 has three digits for each side. */
export function batchCount(state: StateView): number {
  const { batchNumber } = terminalOf(state);
  let count = 0;
  for (const txn of state.live('transactions')) {
    if (
      hasTotal(state, txn) &&
      txn.batchNumber === batchNumber &&
      !txn.settled &&
      (counts(txn) || isOpen(txn))
    ) {
      count += 1;
    }
  }
  return count;
}

/** Cash is not settled with the host; a pre-authorisation, its void and a card service move no money to the merchant. */
function hasTotal(state: StateView, txn: Txn): boolean {
  if (txn.kind === 'void') return voidedKind(state, txn) !== 'pre-authorisation';
  return !isCash(txn) && txn.kind !== 'pre-authorisation' && txn.kind !== 'card-service';
}

function counts(txn: Txn): boolean {
  // The host says with its reference number that it has booked a purse's sale; one that it only holds counts nowhere.
  if (txn.kind === 'purse-sale') {
    // 94 to a record that went up anew: it was booked under its first number, or when the host decided it.
    const isKnownElsewhere = txn.responseCode === '94' && txn.purse?.firstStan !== undefined;
    return txn.state === 'delivered' && txn.rrn !== undefined && !isKnownElsewhere;
  }
  // A load is in the batch in which the host hears that the card has it.
  if (txn.kind === 'purse-load') return txn.state === 'delivered';
  return txn.state === 'approved' || txn.state === 'delivered' || txn.state === 'voided';
}

/** What the merchant gives back or has taken in cash for the issuer. */
const CREDITS: readonly Txn['kind'][] = ['void', 'refund', 'purse-load', 'load'];

/** The void of a load gives back what was a credit. */
function isCredit(state: StateView, txn: Txn): boolean {
  return CREDITS.includes(txn.kind) && voidedKind(state, txn) !== 'load';
}

function voidedKind(state: StateView, txn: Txn): Txn['kind'] | undefined {
  if (txn.kind !== 'void' || txn.originalTxnId === undefined) return undefined;
  return state.get('transactions', txn.originalTxnId)?.kind;
}

/** Debits are sales and completions; credits are voids of either, refunds and loads in cash, whose void is a debit (docs/protocol.md, DE48 at settlement). */
export function batchTotals(state: StateView): BatchTotals {
  const totals = { debitCount: 0, debitMinor: 0, creditCount: 0, creditMinor: 0 };
  for (const txn of batchTransactions(state)) {
    if (isCredit(state, txn)) {
      totals.creditCount += 1;
      totals.creditMinor += txn.amountMinor;
    } else {
      totals.debitCount += 1;
      totals.debitMinor += txn.amountMinor;
    }
  }
  return {
    debitCount: totals.debitCount,
    debitMinor: amountMinor(totals.debitMinor),
    creditCount: totals.creditCount,
    creditMinor: amountMinor(totals.creditMinor),
  };
}

/** Cash taken since the last batch was closed, and cash handed back. A voided sale counts on both sides. */
export interface CashTotals {
  readonly cashCount: number;
  readonly cashMinor: number;
  readonly cashBackCount: number;
  readonly cashBackMinor: number;
}

export function cashTotals(state: StateView): CashTotals {
  const totals = { cashCount: 0, cashMinor: 0, cashBackCount: 0, cashBackMinor: 0 };
  for (const txn of state.live('transactions')) {
    if (!isCash(txn) || txn.settled) continue;
    if (txn.kind === 'cash-sale') {
      totals.cashCount += 1;
      totals.cashMinor += txn.amountMinor;
    } else {
      totals.cashBackCount += 1;
      totals.cashBackMinor += txn.amountMinor;
    }
  }
  return totals;
}
