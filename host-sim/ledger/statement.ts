import type { StoreTransaction } from '../store/store.ts';
import { type Account, balanceOf } from './accounts.ts';

/** One movement of an account. Minor units. */
export interface StatementLine {
  readonly postingId: number;
  readonly kind: string;
  readonly atMs: number;
  readonly amountMinor: number;
  /** The balance after it. */
  readonly balanceMinor: number;
}

/** What moved an account, newest first. */
export async function statementOf(
  tx: StoreTransaction,
  account: Account,
  limit: number,
): Promise<readonly StatementLine[]> {
  const rows = await tx.all<Omit<StatementLine, 'balanceMinor'>>(
    `SELECT p.posting_id AS "postingId", p.kind, p.at_ms AS "atMs", SUM(e.amount_minor) AS "amountMinor"
     FROM ledger_entries e JOIN ledger_postings p ON p.posting_id = e.posting_id
     WHERE e.account_id = ? GROUP BY p.posting_id, p.kind, p.at_ms ORDER BY p.posting_id DESC LIMIT ?`,
    account.accountId,
    limit,
  );
  let { balanceMinor } = await balanceOf(tx, account);
  return rows.map((row) => {
    const line = { ...row, balanceMinor };
    balanceMinor -= row.amountMinor;
    return line;
  });
}
