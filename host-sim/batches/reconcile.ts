import { openException } from '../exceptions/exceptions.ts';
import type { ExceptionKind } from '../exceptions/kinds.ts';
import type { StoreTransaction } from '../store/store.ts';
import {
  findOfflineSale,
  type StoredTransaction,
  type TransactionKind,
  transactionsOfBatch,
} from '../store/transactions.ts';
import { type UploadRecord, uploadRecordsOf } from '../store/upload-records.ts';
import { type BookAt, bookMissing } from './book-missing.ts';

/** One difference between the terminal's record and the host's; one side may be missing. */
type Difference =
  | { readonly kind: 'missing-at-host'; readonly record: UploadRecord }
  | { readonly kind: 'missing-at-terminal'; readonly transaction: StoredTransaction }
  | {
      readonly kind: 'amount-differs' | 'card-differs' | 'not-approved-at-host' | 'offline-sale-refused';
      readonly record: UploadRecord;
      readonly transaction: StoredTransaction;
    };

/**
 * Compares an uploaded batch with the host's own, line by line, by trace number. What the host lacks is booked from the
 * terminal's record; every difference is written down for a person, with both sides' records.
 */
export async function reconcile(
  tx: StoreTransaction,
  batch: { readonly terminalId: string; readonly merchantId: string; readonly batchNumber: string },
  at: BookAt,
): Promise<{ readonly records: number; readonly differences: number }> {
  const records = await uploadRecordsOf(tx, batch.terminalId, batch.batchNumber);
  const transactions = await transactionsOfBatch(tx, batch.terminalId, batch.batchNumber);
  const differences = compare(records, transactions);
  for (const difference of differences) {
    if (difference.kind === 'missing-at-host') {
      // Delivered in another batch: on a stick, or before this one was opened.
      if (await cameElsewhere(tx, difference.record)) continue;
      await bookMissing(tx, { ...difference.record, merchantId: batch.merchantId }, at);
    }
    await write(tx, difference, at.nowMs);
  }
  return { records: records.length, differences: differences.length };
}

async function cameElsewhere(tx: StoreTransaction, record: UploadRecord): Promise<boolean> {
  if (record.kind !== 'offline-sale') return false;
  const { batchNumber: saleBatchNumber, stan: saleStan, terminalId } = record;
  return (await findOfflineSale(tx, { terminalId, saleBatchNumber, saleStan })) !== undefined;
}

/** Pure: the differences, the terminal's side first, in the order of trace numbers. */
export function compare(
  records: readonly UploadRecord[],
  transactions: readonly StoredTransaction[],
): readonly Difference[] {
  const money = transactions.filter((each) => isMoney(each));
  // A sale or load may have come under another number than its own, and be reported under either.
  const byStan = new Map(money.flatMap((each) => numbersOf(each).map((stan) => [stan, each] as const)));
  for (const each of money) byStan.set(each.stan, each);
  const reported = new Set(records.map((record) => record.stan));
  const differences: Difference[] = [];
  for (const record of records) {
    const transaction = byStan.get(record.stan);
    if (!transaction) {
      differences.push({ kind: 'missing-at-host', record });
      continue;
    }
    const kind = differenceOf(record, transaction);
    if (kind) differences.push({ kind, record, transaction });
  }
  for (const transaction of money) {
    if (counts(transaction) && !numbersOf(transaction).some((stan) => reported.has(stan)))
      differences.push({ kind: 'missing-at-terminal', transaction });
  }
  return differences;
}

/** The trace number of the message, and the one under which the terminal had sold or loaded in this batch. */
function numbersOf({ batchNumber, saleBatchNumber, saleStan, stan }: StoredTransaction): readonly string[] {
  return saleStan === null || saleBatchNumber !== batchNumber ? [stan] : [stan, saleStan];
}

function differenceOf(
  record: UploadRecord,
  transaction: StoredTransaction,
): 'amount-differs' | 'card-differs' | 'not-approved-at-host' | 'offline-sale-refused' | undefined {
  if (!counts(transaction)) {
    return transaction.kind === 'offline-sale' ? 'offline-sale-refused' : 'not-approved-at-host';
  }
  // A record without a card number (the terminal has erased it) says nothing about the card.
  if (record.panMasked !== '' && transaction.cardId !== record.cardId) return 'card-differs';
  return transaction.amountMinor === record.amountMinor ? undefined : 'amount-differs';
}

const MONEY: ReadonlySet<TransactionKind> = new Set([
  'purchase',
  'offline-sale',
  'purse-purchase',
  'code-payment',
  'completion',
  'void',
  'refund',
  'completion-void',
  'load',
  'load-void',
  'purse-load-confirmation',
]);

function isMoney(transaction: StoredTransaction): boolean {
  return MONEY.has(transaction.kind);
}

/** As in the totals: a sale with a standing void counts, and so does its void. */
function counts(transaction: StoredTransaction): boolean {
  return transaction.state === 'approved' || transaction.state === 'voided';
}

async function write(tx: StoreTransaction, difference: Difference, atMs: number): Promise<void> {
  const kind: ExceptionKind = difference.kind;
  const record = 'record' in difference ? difference.record : undefined;
  const transaction = 'transaction' in difference ? difference.transaction : undefined;
  const named = record ?? transaction;
  if (!named) return;
  await openException(tx, {
    kind,
    terminalId: named.terminalId,
    batchNumber: named.batchNumber,
    stan: named.stan,
    amountMinor: named.amountMinor,
    terminalRecord: record?.record ?? null,
    hostRecord: transaction?.record ?? null,
    atMs,
  });
}
