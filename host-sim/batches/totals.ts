import type { StoreTransaction } from '../store/store.ts';

/** What a batch comes to, in counts and minor units. */
export interface BatchTotals {
  readonly debitCount: number;
  readonly debitMinor: number;
  readonly creditCount: number;
  readonly creditMinor: number;
}

const DEBITS = `'purchase', 'offline-sale', 'purse-purchase', 'completion', 'code-payment', 'load-void'`;
const CREDITS = `'void', 'refund', 'completion-void', 'load', 'purse-load-confirmation'`;

/**
 * SQL of the four members of BatchTotals over transactions that are approved or voided. Debits are sales, code payments, offline
 * sales, purse purchases, completions and voids of loads; credits are voids of sales, refunds and cash loads. A sale with a standing
 * void counts on both sides; what was reversed or declined counts on neither.
 */
export const TOTALS_OF_BATCH = `
  COALESCE(SUM(CASE WHEN kind IN (${DEBITS}) THEN 1 ELSE 0 END), 0) AS "debitCount",
  COALESCE(SUM(CASE WHEN kind IN (${DEBITS}) THEN amount_minor ELSE 0 END), 0) AS "debitMinor",
  COALESCE(SUM(CASE WHEN kind IN (${CREDITS}) THEN 1 ELSE 0 END), 0) AS "creditCount",
  COALESCE(SUM(CASE WHEN kind IN (${CREDITS}) THEN amount_minor ELSE 0 END), 0) AS "creditMinor"`;

/** The host's own totals of a batch. */
export async function hostTotals(
  tx: StoreTransaction,
  terminalId: string,
  batchNumber: string,
): Promise<BatchTotals> {
  const row = await tx.get<BatchTotals>(
    `SELECT ${TOTALS_OF_BATCH}
     FROM transactions WHERE terminal_id = ? AND batch_number = ? AND state IN ('approved', 'voided')`,
    terminalId,
    batchNumber,
  );
  return row ?? { debitCount: 0, debitMinor: 0, creditCount: 0, creditMinor: 0 };
}

export function sameTotals(a: BatchTotals, b: BatchTotals): boolean {
  return (
    a.debitCount === b.debitCount &&
    a.debitMinor === b.debitMinor &&
    a.creditCount === b.creditCount &&
    a.creditMinor === b.creditMinor
  );
}
