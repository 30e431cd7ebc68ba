import type { StoreTransaction } from '../store/store.ts';
import { type Account, cardAccount } from './accounts.ts';

/**
 * Where money of a card is now: on the card itself, or on the one that stands in its place since it was replaced. What comes back of
 * a sale or a hold goes there; on the old card nobody could reach it.
 */
export async function accountInPlaceOf(tx: StoreTransaction, cardId: number): Promise<Account> {
  let current = cardId;
  for (;;) {
    const row = await tx.get<{ successorId: number }>(
      `SELECT json_extract(t.status_before, '$[1].cardId') AS "successorId"
       FROM transactions t JOIN cards c ON c.card_id = t.card_id
       WHERE t.card_id = ? AND c.status = 'replaced' AND t.kind = 'card-service' AND t.reason = 'replace' AND t.state = 'approved'`,
      current,
    );
    // A new card was never in use, so that the chain cannot come back to where it began.
    if (!row) return cardAccount(current);
    current = row.successorId;
  }
}
