import type { StoreTransaction } from './store.ts';
import type { StoredTransaction } from './transactions.ts';

/** A transaction as lists show it. */
export type ListedTransaction = Pick<
  StoredTransaction,
  | 'terminalId'
  | 'batchNumber'
  | 'stan'
  | 'mti'
  | 'kind'
  | 'state'
  | 'responseCode'
  | 'reason'
  | 'amountMinor'
  | 'panMasked'
  | 'rrn'
  | 'atMs'
>;

const COLUMNS = `terminal_id AS "terminalId", batch_number AS "batchNumber", stan, mti, kind, state,
  response_code AS "responseCode", reason, amount_minor AS "amountMinor", pan_masked AS "panMasked", rrn, at_ms AS "atMs"`;

/** What happened to a card, newest first. */
export async function transactionsOfCard(
  tx: StoreTransaction,
  cardId: number,
  limit: number,
): Promise<ListedTransaction[]> {
  return tx.all<ListedTransaction>(
    `SELECT ${COLUMNS} FROM transactions WHERE card_id = ? ORDER BY transaction_id DESC LIMIT ?`,
    cardId,
    limit,
  );
}

/** What a terminal has sent since a moment, oldest first. */
export async function transactionsOfTerminal(
  tx: StoreTransaction,
  terminalId: string,
  since: { readonly atMs: number; readonly limit: number },
): Promise<ListedTransaction[]> {
  return tx.all<ListedTransaction>(
    `SELECT ${COLUMNS} FROM transactions WHERE terminal_id = ? AND at_ms >= ? ORDER BY transaction_id LIMIT ?`,
    terminalId,
    since.atMs,
    since.limit,
  );
}

/** What a terminal has sent on an accounting day, oldest first. */
export async function transactionsOfDay(
  tx: StoreTransaction,
  of: { readonly terminalId: string /** YYYY-MM-DD. */; readonly day: string; readonly limit: number },
): Promise<ListedTransaction[]> {
  return tx.all<ListedTransaction>(
    `SELECT ${COLUMNS} FROM transactions WHERE terminal_id = ? AND accounting_date = ? ORDER BY transaction_id LIMIT ?`,
    of.terminalId,
    of.day,
    of.limit,
  );
}

/** Everything of one batch, oldest first. */
export async function listBatchTransactions(
  tx: StoreTransaction,
  terminalId: string,
  batchNumber: string,
): Promise<ListedTransaction[]> {
  return tx.all<ListedTransaction>(
    `SELECT ${COLUMNS} FROM transactions WHERE terminal_id = ? AND batch_number = ? ORDER BY transaction_id`,
    terminalId,
    batchNumber,
  );
}

/** The newest first. */
export async function latestTransactions(tx: StoreTransaction, limit: number): Promise<ListedTransaction[]> {
  return tx.all<ListedTransaction>(
    `SELECT ${COLUMNS} FROM transactions ORDER BY transaction_id DESC LIMIT ?`,
    limit,
  );
}
