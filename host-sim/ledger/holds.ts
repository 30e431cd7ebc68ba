import type { StoreTransaction } from '../store/store.ts';

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
