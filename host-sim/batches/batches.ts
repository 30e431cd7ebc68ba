import { nextBatchNumber, batchNumber as toBatchNumber } from '../../terminal-core/domain/identifiers.ts';
import type { StoreTransaction } from '../store/store.ts';
import { dropEarlierKeySets } from '../store/terminals.ts';
import type { BatchTotals } from './totals.ts';

export type BatchState = 'open' | 'unbalanced' | 'closed';

export interface Batch {
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly state: BatchState;
  readonly closedBy: 'balanced' | 'upload' | null;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
  /** JSON of BatchTotals, as the terminal told them; null before the first settlement. */
  readonly terminalTotals: string | null;
  readonly hostTotals: string | null;
}

const COLUMNS = `terminal_id AS "terminalId", batch_number AS "batchNumber", state, closed_by AS "closedBy",
  opened_at_ms AS "openedAtMs", closed_at_ms AS "closedAtMs", terminal_totals AS "terminalTotals", host_totals AS "hostTotals"`;

export async function findBatch(
  tx: StoreTransaction,
  terminalId: string,
  batchNumber: string,
): Promise<Batch | undefined> {
  return tx.get<Batch>(
    `SELECT ${COLUMNS} FROM batches WHERE terminal_id = ? AND batch_number = ?`,
    terminalId,
    batchNumber,
  );
}

/** Newest first. */
export async function listBatches(tx: StoreTransaction, limit: number): Promise<Batch[]> {
  return tx.all<Batch>(
    `SELECT ${COLUMNS} FROM batches ORDER BY opened_at_ms DESC, terminal_id, batch_number DESC LIMIT ?`,
    limit,
  );
}

interface BatchId {
  readonly terminalId: string;
  readonly batchNumber: string;
}

interface BothTotals {
  readonly terminal: BatchTotals;
  readonly host: BatchTotals;
}

/** The totals differ: the terminal will upload the batch. */
export async function markUnbalanced(
  tx: StoreTransaction,
  batch: BatchId,
  totals: BothTotals,
): Promise<void> {
  await tx.run(
    `UPDATE batches SET state = 'unbalanced', terminal_totals = ?, host_totals = ? WHERE terminal_id = ? AND batch_number = ?`,
    JSON.stringify(totals.terminal),
    JSON.stringify(totals.host),
    batch.terminalId,
    batch.batchNumber,
  );
}

/** Closes the batch and opens the next number for the terminal, in the same transaction. */
export async function closeBatch(
  tx: StoreTransaction,
  batch: BatchId,
  closing: {
    readonly by: 'balanced' | 'upload';
    /** Without the terminal's, those of its settlement stay. */
    readonly totals: Partial<BothTotals>;
    readonly nowMs: number;
  },
): Promise<void> {
  await tx.run(
    `UPDATE batches SET state = 'closed', closed_by = ?, closed_at_ms = ?, terminal_totals = COALESCE(?, terminal_totals),
       host_totals = COALESCE(?, host_totals) WHERE terminal_id = ? AND batch_number = ?`,
    closing.by,
    closing.nowMs,
    closing.totals.terminal ? JSON.stringify(closing.totals.terminal) : null,
    closing.totals.host ? JSON.stringify(closing.totals.host) : null,
    batch.terminalId,
    batch.batchNumber,
  );
  const next = nextBatchNumber(toBatchNumber(Number(batch.batchNumber)));
  await tx.run(
    `INSERT INTO batches (terminal_id, batch_number, state, opened_at_ms) VALUES (?, ?, 'open', ?)`,
    batch.terminalId,
    next,
    closing.nowMs,
  );
  await tx.run('UPDATE terminals SET batch_number = ? WHERE terminal_id = ?', next, batch.terminalId);
  await dropEarlierKeySets(tx, batch.terminalId);
}
