import type { StoreTransaction } from './store.ts';

export type CardKind = 'registered' | 'bearer';
/** `inactive` was never activated; `replaced` and `surrendered` are the ends of a card's life. */
export type CardStatus =
  | 'inactive'
  | 'active'
  | 'blocked'
  | 'lost'
  | 'hotlisted'
  | 'replaced'
  | 'surrendered';
export const CARD_KINDS: readonly CardKind[] = ['registered', 'bearer'];
/** What a card file may say. */
export const CARD_STATUSES: readonly CardStatus[] = ['inactive', 'active', 'blocked', 'lost', 'hotlisted'];

export interface StoredCard {
  readonly cardId: number;
  /** The keyed hash of the card number, as certificates and the hotlist have it. */
  readonly panHash: string;
  readonly panMasked: string;
  readonly kind: CardKind;
  readonly status: CardStatus;
  readonly statusSinceMs: number;
  /** YYMM; the card is good to the end of that month. */
  readonly expiry: string;
  readonly holderName: string;
  readonly pinSalt: Uint8Array | null;
  readonly pinVerifier: Uint8Array | null;
  readonly pinFailures: number;
  /** The accounting date that the failures count for. */
  readonly pinFailuresDate: string;
}

export interface NewCard {
  readonly panHash: string;
  readonly panSealed: Uint8Array;
  readonly panMasked: string;
  readonly kind: CardKind;
  readonly status: CardStatus;
  readonly expiry: string;
  readonly holderName: string;
  readonly pinSalt: Uint8Array | null;
  readonly pinVerifier: Uint8Array | null;
}

const COLUMNS = `card_id AS "cardId", pan_hash AS "panHash", pan_masked AS "panMasked", kind, status,
  status_since_ms AS "statusSinceMs", expiry, holder_name AS "holderName", pin_salt AS "pinSalt",
  pin_verifier AS "pinVerifier", pin_failures AS "pinFailures", pin_failures_date AS "pinFailuresDate"`;

export async function findCard(tx: StoreTransaction, panHash: string): Promise<StoredCard | undefined> {
  return tx.get<StoredCard>(`SELECT ${COLUMNS} FROM cards WHERE pan_hash = ?`, panHash);
}

export async function listCards(tx: StoreTransaction): Promise<StoredCard[]> {
  return tx.all<StoredCard>(`SELECT ${COLUMNS} FROM cards ORDER BY card_id`);
}

/** @returns the new card's number in the store. */
export async function insertCard(tx: StoreTransaction, card: NewCard, nowMs: number): Promise<number> {
  const row = await tx.get<{ cardId: number }>(
    `INSERT INTO cards (pan_hash, pan_sealed, pan_masked, kind, status, status_since_ms, expiry, holder_name, pin_salt,
       pin_verifier, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING card_id AS "cardId"`,
    card.panHash,
    card.panSealed,
    card.panMasked,
    card.kind,
    card.status,
    nowMs,
    card.expiry,
    card.holderName,
    card.pinSalt,
    card.pinVerifier,
    nowMs,
  );
  if (!row) throw new Error('The store gave no card number');
  return row.cardId;
}

export async function setCardStatus(
  tx: StoreTransaction,
  change: { readonly panHash: string; readonly status: CardStatus; readonly nowMs: number },
): Promise<boolean> {
  const changed = await tx.run(
    'UPDATE cards SET status = ?, status_since_ms = ? WHERE pan_hash = ?',
    change.status,
    change.nowMs,
    change.panHash,
  );
  return changed === 1;
}

export async function setCardStatusById(
  tx: StoreTransaction,
  change: { readonly cardId: number; readonly status: CardStatus; readonly nowMs: number },
): Promise<void> {
  await tx.run(
    'UPDATE cards SET status = ?, status_since_ms = ? WHERE card_id = ?',
    change.status,
    change.nowMs,
    change.cardId,
  );
}

export async function cardStatusById(tx: StoreTransaction, cardId: number): Promise<CardStatus | undefined> {
  const row = await tx.get<{ status: CardStatus }>('SELECT status FROM cards WHERE card_id = ?', cardId);
  return row?.status;
}

export async function setPinFailures(
  tx: StoreTransaction,
  cardId: number,
  failures: { readonly count: number; readonly accountingDate: string },
): Promise<void> {
  await tx.run(
    'UPDATE cards SET pin_failures = ?, pin_failures_date = ? WHERE card_id = ?',
    failures.count,
    failures.accountingDate,
    cardId,
  );
}

/** The hashes of every card that must be refused, in a stable order. */
export async function hotlistedPanHashes(tx: StoreTransaction): Promise<string[]> {
  const rows = await tx.all<{ panHash: string }>(
    `SELECT pan_hash AS "panHash" FROM cards WHERE status <> 'active' ORDER BY pan_hash`,
  );
  return rows.map((row) => row.panHash);
}

/** Active cards that a merchant's terminals are likely to meet: those it saw last, then the newest. */
export async function cardsForMerchant(
  tx: StoreTransaction,
  merchantId: string,
  limit: number,
): Promise<StoredCard[]> {
  return tx.all<StoredCard>(
    `SELECT ${COLUMNS} FROM cards c
     WHERE status = 'active'
     ORDER BY (SELECT MAX(t.transaction_id) FROM transactions t WHERE t.card_id = c.card_id AND t.merchant_id = ?) DESC NULLS LAST,
       card_id DESC LIMIT ?`,
    merchantId,
    limit,
  );
}
