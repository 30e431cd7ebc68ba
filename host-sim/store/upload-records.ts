import type { StoreTransaction } from './store.ts';

export type UploadRecordKind =
  | 'purchase'
  | 'offline-sale'
  | 'completion'
  | 'void'
  | 'refund'
  | 'completion-void'
  | 'load'
  | 'load-void'
  | 'purse-purchase'
  | 'purse-load-confirmation';

/** One transaction of a batch as the terminal reports it. */
export interface UploadRecord {
  readonly terminalId: string;
  readonly batchNumber: string;
  /** A record of DE48 has no kind of its own: it is a purchase. */
  readonly kind: UploadRecordKind;
  readonly stan: string;
  /** null for a card that the host does not have. */
  readonly cardId: number | null;
  readonly panMasked: string;
  readonly amountMinor: number;
  /** When the terminal says that it happened; null where the record does not carry it. */
  readonly saleAtMs: number | null;
  /** JSON without clear card data. */
  readonly record: string;
}

const COLUMNS = `terminal_id AS "terminalId", batch_number AS "batchNumber", kind, stan, card_id AS "cardId",
  pan_masked AS "panMasked", amount_minor AS "amountMinor", sale_at_ms AS "saleAtMs", record`;

/** Keeps a record; an upload that starts again brings the same records and replaces them. */
export async function saveUploadRecord(tx: StoreTransaction, record: UploadRecord): Promise<void> {
  await tx.run(
    `INSERT INTO upload_records (terminal_id, batch_number, kind, stan, card_id, pan_masked, amount_minor, sale_at_ms, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (terminal_id, batch_number, stan) DO UPDATE SET kind = excluded.kind, card_id = excluded.card_id,
       pan_masked = excluded.pan_masked, amount_minor = excluded.amount_minor, sale_at_ms = excluded.sale_at_ms, record = excluded.record`,
    record.terminalId,
    record.batchNumber,
    record.kind,
    record.stan,
    record.cardId,
    record.panMasked,
    record.amountMinor,
    record.saleAtMs,
    record.record,
  );
}

export async function uploadRecordsOf(
  tx: StoreTransaction,
  terminalId: string,
  batchNumber: string,
): Promise<UploadRecord[]> {
  return tx.all<UploadRecord>(
    `SELECT ${COLUMNS} FROM upload_records WHERE terminal_id = ? AND batch_number = ? ORDER BY stan`,
    terminalId,
    batchNumber,
  );
}

/** Messages of an upload that were taken, whatever was in them. */
export async function countUploadMessages(
  tx: StoreTransaction,
  terminalId: string,
  batchNumber: string,
): Promise<number> {
  const row = await tx.get<{ n: number }>(
    `SELECT COUNT(*) AS n FROM transactions WHERE terminal_id = ? AND batch_number = ? AND mti = '0320'`,
    terminalId,
    batchNumber,
  );
  return row?.n ?? 0;
}
