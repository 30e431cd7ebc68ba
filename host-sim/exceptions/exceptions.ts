import type { StoreTransaction } from '../store/store.ts';
import type { ExceptionKind } from './kinds.ts';

export interface NewException {
  readonly kind: ExceptionKind;
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
  readonly amountMinor: number;
  /** Both sides' records, JSON without clear card data; null where a side has none. */
  readonly terminalRecord: string | null;
  readonly hostRecord: string | null;
  readonly note?: string;
  readonly atMs: number;
}

export interface StoredException {
  readonly exceptionId: number;
  readonly kind: ExceptionKind;
  readonly status: 'open' | 'closed';
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
  readonly amountMinor: number;
  readonly terminalRecord: string | null;
  readonly hostRecord: string | null;
  readonly note: string | null;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
}

const COLUMNS = `exception_id AS "exceptionId", kind, status, terminal_id AS "terminalId", batch_number AS "batchNumber", stan,
  amount_minor AS "amountMinor", terminal_record AS "terminalRecord", host_record AS "hostRecord", note,
  opened_at_ms AS "openedAtMs", closed_at_ms AS "closedAtMs"`;

/** Writes a difference down for a person. */
export async function openException(tx: StoreTransaction, exception: NewException): Promise<void> {
  await tx.run(
    `INSERT INTO exceptions (kind, status, terminal_id, batch_number, stan, amount_minor, terminal_record, host_record, note, opened_at_ms)
     VALUES (?, 'open', ?, ?, ?, ?, ?, ?, ?, ?)`,
    exception.kind,
    exception.terminalId,
    exception.batchNumber,
    exception.stan,
    exception.amountMinor,
    exception.terminalRecord,
    exception.hostRecord,
    exception.note ?? null,
    exception.atMs,
  );
}

/** Whether a person has been told of this and has not closed it. */
export async function hasOpenException(
  tx: StoreTransaction,
  of: Pick<NewException, 'kind' | 'terminalId' | 'batchNumber' | 'stan'>,
): Promise<boolean> {
  const row = await tx.get(
    `SELECT 1 AS found FROM exceptions
     WHERE terminal_id = ? AND batch_number = ? AND stan = ? AND kind = ? AND status = 'open' LIMIT 1`,
    of.terminalId,
    of.batchNumber,
    of.stan,
    of.kind,
  );
  return row !== undefined;
}

/** Oldest first. */
export async function listExceptions(
  tx: StoreTransaction,
  filter: { readonly status?: 'open' | 'closed'; readonly limit: number },
): Promise<StoredException[]> {
  return filter.status === undefined
    ? tx.all<StoredException>(`SELECT ${COLUMNS} FROM exceptions ORDER BY exception_id LIMIT ?`, filter.limit)
    : tx.all<StoredException>(
        `SELECT ${COLUMNS} FROM exceptions WHERE status = ? ORDER BY exception_id LIMIT ?`,
        filter.status,
        filter.limit,
      );
}

export async function exceptionsOfBatch(
  tx: StoreTransaction,
  terminalId: string,
  batchNumber: string,
): Promise<StoredException[]> {
  return tx.all<StoredException>(
    `SELECT ${COLUMNS} FROM exceptions WHERE terminal_id = ? AND batch_number = ? ORDER BY exception_id`,
    terminalId,
    batchNumber,
  );
}

/** Of whatever a card did, newest first. */
export async function exceptionsOfCard(
  tx: StoreTransaction,
  cardId: number,
  limit: number,
): Promise<StoredException[]> {
  return tx.all<StoredException>(
    `SELECT ${COLUMNS} FROM exceptions x WHERE EXISTS (SELECT 1 FROM transactions t
       WHERE t.card_id = ? AND t.terminal_id = x.terminal_id AND t.batch_number = x.batch_number AND t.stan = x.stan)
     ORDER BY exception_id DESC LIMIT ?`,
    cardId,
    limit,
  );
}

export async function findException(
  tx: StoreTransaction,
  exceptionId: number,
): Promise<StoredException | undefined> {
  return tx.get<StoredException>(`SELECT ${COLUMNS} FROM exceptions WHERE exception_id = ?`, exceptionId);
}

/** @returns false when there is no such open exception. */
export async function closeException(
  tx: StoreTransaction,
  closing: { readonly exceptionId: number; readonly note: string; readonly nowMs: number },
): Promise<boolean> {
  const changed = await tx.run(
    `UPDATE exceptions SET status = 'closed', note = ?, closed_at_ms = ? WHERE exception_id = ? AND status = 'open'`,
    closing.note,
    closing.nowMs,
    closing.exceptionId,
  );
  return changed === 1;
}
