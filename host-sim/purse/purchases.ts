import type { StoreTransaction } from '../store/store.ts';

/**
 * `booked`: the card paid the merchant. `withheld`: the card was debited and the merchant is not paid. `held`: debited by the
 * terminal's word alone, and what would prove it is still missing. `unresolved`: nobody knows yet. `not-debited`: decided so.
 * `alert`: MAC2 or TAC was wrong; nothing was booked.
 */
export type PurchaseState = 'booked' | 'withheld' | 'held' | 'unresolved' | 'not-debited' | 'alert';

export interface StoredPurchase {
  readonly purchaseId: number;
  readonly purseId: number;
  /** Offline counter as INITIALIZE gave it. */
  readonly counter: number;
  readonly state: PurchaseState;
  readonly amountMinor: number;
  readonly balanceBeforeMinor: number;
  /** The online counter that the card had then; null while records between are missing. */
  readonly loadsSeen: number | null;
  /** Tells the same purchase from another one with the same counter. */
  readonly content: string;
  /** DF10. */
  readonly flags: number;
  /** YYYYMMDDhhmmss by the terminal. */
  readonly soldAt: string;
  readonly merchantId: string;
  readonly terminalId: string;
  readonly saleBatchNumber: string;
  readonly saleStan: string;
  readonly rrn: string | null;
  /** The masked request, JSON. */
  readonly record: string;
  readonly postingId: number | null;
  readonly atMs: number;
}

export type NewPurchase = Omit<StoredPurchase, 'purchaseId'>;

const COLUMN_OF = {
  purseId: 'purse_id',
  counter: 'counter',
  state: 'state',
  amountMinor: 'amount_minor',
  balanceBeforeMinor: 'balance_before_minor',
  loadsSeen: 'loads_seen',
  content: 'content',
  flags: 'flags',
  soldAt: 'sold_at',
  merchantId: 'merchant_id',
  terminalId: 'terminal_id',
  saleBatchNumber: 'sale_batch_number',
  saleStan: 'sale_stan',
  rrn: 'rrn',
  record: 'record',
  postingId: 'posting_id',
  atMs: 'at_ms',
} as const satisfies Record<keyof NewPurchase, string>;

// Object.keys of a const object: its keys are exactly the members of NewPurchase.
const MEMBERS = Object.keys(COLUMN_OF) as (keyof NewPurchase)[];
const SELECT = `SELECT purchase_id AS "purchaseId", ${MEMBERS.map((member) => `${COLUMN_OF[member]} AS "${member}"`).join(', ')} FROM purse_purchases`;
const INSERT = `INSERT INTO purse_purchases (${MEMBERS.map((member) => COLUMN_OF[member]).join(', ')})
  VALUES (${MEMBERS.map(() => '?').join(', ')})`;
/** These used up their counter. */
const DEBITED = `state IN ('booked', 'withheld')`;

export async function insertPurchase(tx: StoreTransaction, purchase: NewPurchase): Promise<void> {
  await tx.run(INSERT, ...MEMBERS.map((member) => purchase[member]));
}

/** Everything that was ever said of a counter, oldest first. */
export async function purchasesAt(
  tx: StoreTransaction,
  purseId: number,
  counter: number,
): Promise<StoredPurchase[]> {
  return tx.all<StoredPurchase>(
    `${SELECT} WHERE purse_id = ? AND counter = ? ORDER BY purchase_id`,
    purseId,
    counter,
  );
}

export async function debitedAt(
  tx: StoreTransaction,
  purseId: number,
  counter: number,
): Promise<StoredPurchase | undefined> {
  return tx.get<StoredPurchase>(
    `${SELECT} WHERE purse_id = ? AND counter = ? AND ${DEBITED}`,
    purseId,
    counter,
  );
}

/** Debits of a purse under other counters, over the same amount and of the same second. */
export async function debitsOfSameMoment(
  tx: StoreTransaction,
  purchase: Pick<StoredPurchase, 'purseId' | 'counter' | 'amountMinor' | 'soldAt'>,
): Promise<StoredPurchase[]> {
  return tx.all<StoredPurchase>(
    `${SELECT} WHERE purse_id = ? AND counter <> ? AND amount_minor = ? AND sold_at = ? AND ${DEBITED}`,
    purchase.purseId,
    purchase.counter,
    purchase.amountMinor,
    purchase.soldAt,
  );
}

/** The nearest debits on either side of a counter. */
export async function debitsAround(
  tx: StoreTransaction,
  purseId: number,
  counter: number,
): Promise<{ readonly before: StoredPurchase | undefined; readonly after: StoredPurchase | undefined }> {
  return {
    before: await tx.get<StoredPurchase>(
      `${SELECT} WHERE purse_id = ? AND counter < ? AND ${DEBITED} ORDER BY counter DESC LIMIT 1`,
      purseId,
      counter,
    ),
    after: await tx.get<StoredPurchase>(
      `${SELECT} WHERE purse_id = ? AND counter > ? AND ${DEBITED} ORDER BY counter LIMIT 1`,
      purseId,
      counter,
    ),
  };
}

/** The most that the card is known to have held before a debit while it had this online counter; undefined when none is known. */
export async function highestBalanceSince(
  tx: StoreTransaction,
  purseId: number,
  onlineCounter: number,
): Promise<number | undefined> {
  const row = await tx.get<{ readonly highest: number | null }>(
    `SELECT MAX(balance_before_minor) AS highest FROM purse_purchases
     WHERE purse_id = ? AND (loads_seen = ? OR loads_seen IS NULL) AND ${DEBITED}`,
    purseId,
    onlineCounter,
  );
  return row?.highest ?? undefined;
}

/** What is not known yet, in the order of counters. */
export async function purchasesInDoubt(tx: StoreTransaction, purseId: number): Promise<StoredPurchase[]> {
  return tx.all<StoredPurchase>(
    `${SELECT} WHERE purse_id = ? AND state IN ('held', 'unresolved') ORDER BY counter, purchase_id`,
    purseId,
  );
}

/** The latest word on a sale that a terminal names by its own batch and trace number. */
export async function findPurchaseBySale(
  tx: StoreTransaction,
  sale: { readonly terminalId: string; readonly batchNumber: string; readonly stan: string },
): Promise<StoredPurchase | undefined> {
  return tx.get<StoredPurchase>(
    `${SELECT} WHERE terminal_id = ? AND sale_batch_number = ? AND sale_stan = ? ORDER BY purchase_id DESC LIMIT 1`,
    sale.terminalId,
    sale.batchNumber,
    sale.stan,
  );
}

export async function findPurchaseByRrn(
  tx: StoreTransaction,
  rrn: string,
): Promise<StoredPurchase | undefined> {
  return tx.get<StoredPurchase>(`${SELECT} WHERE rrn = ?`, rrn);
}

/** The newest purchases of a purse, newest first. */
export async function latestPurchases(
  tx: StoreTransaction,
  purseId: number,
  limit: number,
): Promise<StoredPurchase[]> {
  return tx.all<StoredPurchase>(
    `${SELECT} WHERE purse_id = ? ORDER BY counter DESC, purchase_id DESC LIMIT ?`,
    purseId,
    limit,
  );
}

/** What became of a purchase. */
export interface PurchaseDecision {
  readonly state: PurchaseState;
  readonly postingId?: number;
  readonly loadsSeen?: number | null;
  readonly rrn?: string;
}

export async function decidePurchase(
  tx: StoreTransaction,
  purchaseId: number,
  decided: PurchaseDecision,
): Promise<void> {
  await tx.run(
    `UPDATE purse_purchases SET state = ?, posting_id = COALESCE(?, posting_id), loads_seen = COALESCE(?, loads_seen),
       rrn = COALESCE(?, rrn) WHERE purchase_id = ?`,
    decided.state,
    decided.postingId ?? null,
    decided.loadsSeen ?? null,
    decided.rrn ?? null,
    purchaseId,
  );
}

/** It was taken for a debit and was none; its posting is reversed. */
export async function unbookPurchase(tx: StoreTransaction, purchaseId: number): Promise<void> {
  await tx.run(
    `UPDATE purse_purchases SET state = 'not-debited', posting_id = NULL, loads_seen = NULL WHERE purchase_id = ?`,
    purchaseId,
  );
}
