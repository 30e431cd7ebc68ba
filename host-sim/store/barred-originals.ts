import type { StoreTransaction } from './store.ts';

/** A trace number that must not be booked any more: its reversal, its confirmation or a query for it came before it did. */
export interface BarredOriginal {
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
}

export type BarredBy = 'reversal' | 'query' | 'confirmation';

export async function barOriginal(
  tx: StoreTransaction,
  original: BarredOriginal,
  bar: { readonly by: BarredBy; readonly nowMs: number },
): Promise<void> {
  await tx.run(
    `INSERT INTO barred_originals (terminal_id, batch_number, stan, barred_by, at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (terminal_id, batch_number, stan) DO NOTHING`,
    original.terminalId,
    original.batchNumber,
    original.stan,
    bar.by,
    bar.nowMs,
  );
}

export async function findBar(tx: StoreTransaction, original: BarredOriginal): Promise<BarredBy | undefined> {
  const row = await tx.get<{ barredBy: BarredBy }>(
    `SELECT barred_by AS "barredBy" FROM barred_originals WHERE terminal_id = ? AND batch_number = ? AND stan = ?`,
    original.terminalId,
    original.batchNumber,
    original.stan,
  );
  return row?.barredBy;
}
