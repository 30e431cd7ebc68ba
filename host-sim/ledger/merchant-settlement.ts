import type { StoreTransaction } from '../store/store.ts';
import { FEES, FLOAT, merchantAccount } from './accounts.ts';
import { type Entry, post } from './post.ts';

/** What one merchant is paid for one accounting day. Minor units; a negative payout is what the merchant pays in. */
export interface MerchantSettlement {
  readonly accountingDate: string;
  readonly merchantId: string;
  /** What was credited to the merchant: sales and what undoes voids. */
  readonly debitCount: number;
  readonly debitMinor: number;
  /** What was taken back: voids, refunds, reversals, cash loads. */
  readonly creditCount: number;
  readonly creditMinor: number;
  readonly feeBasisPoints: number;
  readonly feeMinor: number;
  readonly payoutMinor: number;
  readonly settledAtMs: number;
}

const KIND = 'merchant-settlement';

const COLUMNS = `accounting_date AS "accountingDate", merchant_id AS "merchantId", debit_count AS "debitCount",
  debit_minor AS "debitMinor", credit_count AS "creditCount", credit_minor AS "creditMinor",
  fee_basis_points AS "feeBasisPoints", fee_minor AS "feeMinor", payout_minor AS "payoutMinor", settled_at_ms AS "settledAtMs"`;

/** A hundredth of a percent of what is left of the sales, rounded half up; there is no fee on a day that lost money. */
export function feeOf(netMinor: number, basisPoints: number): number {
  return netMinor <= 0 ? 0 : Math.floor((netMinor * basisPoints + 5_000) / 10_000);
}

/**
 * Settles every merchant for every accounting day that has ended before `today` and was not settled yet (T+1), net of fee.
 * @returns what was settled now; nothing when it is called again.
 */
export async function settleMerchants(
  tx: StoreTransaction,
  at: {
    readonly nowMs: number;
    /** YYYY-MM-DD, the accounting day that is open. */
    readonly today: string;
    /** Only this day; every day that has ended unless given. */
    readonly day?: string;
  },
): Promise<readonly MerchantSettlement[]> {
  const days = await tx.all<Omit<MerchantSettlement, 'feeMinor' | 'payoutMinor' | 'settledAtMs'>>(
    `SELECT p.accounting_date AS "accountingDate", m.merchant_id AS "merchantId", m.fee_basis_points AS "feeBasisPoints",
       SUM(CASE WHEN e.amount_minor > 0 THEN 1 ELSE 0 END) AS "debitCount",
       SUM(CASE WHEN e.amount_minor > 0 THEN e.amount_minor ELSE 0 END) AS "debitMinor",
       SUM(CASE WHEN e.amount_minor < 0 THEN 1 ELSE 0 END) AS "creditCount",
       SUM(CASE WHEN e.amount_minor < 0 THEN -e.amount_minor ELSE 0 END) AS "creditMinor"
     FROM merchants m
     JOIN ledger_entries e ON e.account_id = 'merchant:' || m.merchant_id
     JOIN ledger_postings p ON p.posting_id = e.posting_id
     WHERE p.accounting_date < ? AND p.accounting_date = COALESCE(?, p.accounting_date) AND p.kind <> '${KIND}'
       AND NOT EXISTS (SELECT 1 FROM merchant_settlements s
                       WHERE s.accounting_date = p.accounting_date AND s.merchant_id = m.merchant_id)
     GROUP BY p.accounting_date, m.merchant_id, m.fee_basis_points ORDER BY p.accounting_date, m.merchant_id`,
    at.today,
    at.day ?? null,
  );
  const settled: MerchantSettlement[] = [];
  for (const day of days) {
    const netMinor = day.debitMinor - day.creditMinor;
    const feeMinor = feeOf(netMinor, day.feeBasisPoints);
    const settlement = { ...day, feeMinor, payoutMinor: netMinor - feeMinor, settledAtMs: at.nowMs };
    await book(tx, settlement, at.today);
    settled.push(settlement);
  }
  return settled;
}

async function book(tx: StoreTransaction, settlement: MerchantSettlement, today: string): Promise<void> {
  const { feeMinor, payoutMinor } = settlement;
  const entries: readonly Entry[] = [
    { account: merchantAccount(settlement.merchantId), amountMinor: -payoutMinor - feeMinor },
    { account: FEES, amountMinor: feeMinor },
    { account: FLOAT, amountMinor: payoutMinor },
  ].filter((entry) => entry.amountMinor !== 0);
  const postingId =
    entries.length === 0
      ? null
      : await post(tx, { kind: KIND, atMs: settlement.settledAtMs, accountingDate: today, entries });
  await tx.run(
    `INSERT INTO merchant_settlements (accounting_date, merchant_id, debit_count, debit_minor, credit_count, credit_minor,
       fee_basis_points, fee_minor, payout_minor, posting_id, settled_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    settlement.accountingDate,
    settlement.merchantId,
    settlement.debitCount,
    settlement.debitMinor,
    settlement.creditCount,
    settlement.creditMinor,
    settlement.feeBasisPoints,
    feeMinor,
    payoutMinor,
    postingId,
    settlement.settledAtMs,
  );
}

/** Settled days, newest first. */
export async function listMerchantSettlements(
  tx: StoreTransaction,
  filter: { readonly merchantId?: string; readonly limit: number },
): Promise<MerchantSettlement[]> {
  const { limit, merchantId } = filter;
  return merchantId === undefined
    ? tx.all(
        `SELECT ${COLUMNS} FROM merchant_settlements ORDER BY accounting_date DESC, merchant_id LIMIT ?`,
        limit,
      )
    : tx.all(
        `SELECT ${COLUMNS} FROM merchant_settlements WHERE merchant_id = ? ORDER BY accounting_date DESC LIMIT ?`,
        merchantId,
        limit,
      );
}
