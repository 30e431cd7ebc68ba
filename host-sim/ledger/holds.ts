import type { StoreTransaction } from '../store/store.ts';
import type { Account } from './accounts.ts';
import { cardAccount } from './accounts.ts';

/** Minor units that pre-authorisations hold of a card, all of them together. */
export async function heldOfCard(tx: StoreTransaction, cardId: number): Promise<number> {
  const row = await tx.get<{ heldMinor: number }>(
    `SELECT COALESCE(SUM(a.balance_minor), 0) AS "heldMinor" FROM transactions t
     JOIN ledger_accounts a ON a.account_id = 'hold:' || t.terminal_id || ':' || t.batch_number || ':' || t.stan
     WHERE t.card_id = ? AND t.kind = 'pre-authorisation'`,
    cardId,
  );
  return row?.heldMinor ?? 0;
}

/**
 * Where what was held of a card goes back to: the card itself, or the card that stands in its place when it was replaced
 * between a completion and that completion's void.
 */
export async function accountForRest(tx: StoreTransaction, cardId: number): Promise<Account> {
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
