import type { StoreTransaction } from './store.ts';

export interface Merchant {
  /** 15 characters. */
  readonly merchantId: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** Hundredths of a percent of each sale. */
  readonly feeBasisPoints: number;
}

const COLUMNS = `merchant_id AS "merchantId", name_zh AS "nameZh", name_en AS "nameEn", fee_basis_points AS "feeBasisPoints"`;

export async function findMerchant(tx: StoreTransaction, merchantId: string): Promise<Merchant | undefined> {
  return tx.get<Merchant>(`SELECT ${COLUMNS} FROM merchants WHERE merchant_id = ?`, merchantId);
}

/** Leaves a merchant that is there as it is. */
export async function ensureMerchant(tx: StoreTransaction, merchant: Merchant, nowMs: number): Promise<void> {
  await tx.run(
    `INSERT INTO merchants (merchant_id, name_zh, name_en, fee_basis_points, created_at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (merchant_id) DO NOTHING`,
    merchant.merchantId,
    merchant.nameZh,
    merchant.nameEn,
    merchant.feeBasisPoints,
    nowMs,
  );
}

/** Every merchant with what it is owed, minor units. */
export async function listMerchants(
  tx: StoreTransaction,
): Promise<(Merchant & { readonly payableMinor: number })[]> {
  return tx.all(
    `SELECT ${COLUMNS}, COALESCE((SELECT balance_minor FROM ledger_accounts WHERE account_id = 'merchant:' || merchant_id), 0)
       AS "payableMinor" FROM merchants ORDER BY merchant_id`,
  );
}
