import { WALLETS } from '../wallets/wallets.ts';
import type { AuditRule } from './audit-rule.ts';
import { isAccountOfHeir, sqlList } from './audit-rule.ts';

/**
 * Who may move money on the accounts that belong to nobody outside. Every other account is held to the transaction that a posting
 * belongs to.
 */
const POSTINGS_OF_HOUSE_ACCOUNTS: Readonly<Record<string, string>> = {
  float: `p.kind IN ('issue', 'purse-issue', 'merchant-settlement')`,
  fees: `p.kind = 'merchant-settlement'`,
  suspense: `p.kind = 'purse-withheld'`,
  exceptions: `p.kind LIKE '%-at-upload' OR p.kind IN ('reversal', 'purse-load-reversal', 'purse-load-correction', 'purse-load', 'purse-purchase')`,
};

const HOUSE_ACCOUNTS = Object.keys(POSTINGS_OF_HOUSE_ACCOUNTS);

/** Whether the holder of an account is there; the part behind the colon names it. */
const OWNER_OF_ACCOUNT: Readonly<Record<string, string>> = {
  card: `EXISTS (SELECT 1 FROM cards WHERE card_id = CAST(substr(a.account_id, 6) AS INTEGER))`,
  merchant: `EXISTS (SELECT 1 FROM merchants WHERE merchant_id = substr(a.account_id, 10))`,
  purse: `EXISTS (SELECT 1 FROM purses WHERE purse_id = CAST(substr(a.account_id, 7) AS INTEGER))`,
  'purse-load': `EXISTS (SELECT 1 FROM purses WHERE purse_id = CAST(substr(a.account_id, 12) AS INTEGER))`,
  wallet: `substr(a.account_id, 8) IN (${sqlList(WALLETS.map(({ name }) => name))})`,
  hold: `EXISTS (SELECT 1 FROM transactions t WHERE t.kind = 'pre-authorisation'
           AND a.account_id = 'hold:' || t.terminal_id || ':' || t.batch_number || ':' || t.stan
           AND t.terminal_id = substr(a.account_id, 6, 8) AND t.batch_number = substr(a.account_id, 15, 6) AND t.stan = substr(a.account_id, 22))`,
};

function cases(of: Readonly<Record<string, string>>): string {
  return Object.entries(of)
    .map(([kind, holds]) => `WHEN '${kind}' THEN (${holds})`)
    .join('\n              ');
}

/** Postings, entries and balances by themselves: everything is recomputed from the entries, the balances are only compared. */
export const BOOK_RULES: readonly AuditRule[] = [
  {
    id: 'posting-balances',
    sql: `SELECT p.posting_id AS name, COALESCE(SUM(e.amount_minor), 0) AS detail
          FROM ledger_postings p LEFT JOIN ledger_entries e ON e.posting_id = p.posting_id
          GROUP BY p.posting_id HAVING COALESCE(SUM(e.amount_minor), 0) <> 0 OR COUNT(e.line) < 2`,
    sentence: (row) => `posting ${row.name} does not balance: its entries add up to ${row.detail}`,
  },
  {
    id: 'entry-belongs',
    sql: `SELECT e.posting_id AS name, e.account_id AS detail FROM ledger_entries e
          LEFT JOIN ledger_postings p ON p.posting_id = e.posting_id
          LEFT JOIN ledger_accounts a ON a.account_id = e.account_id
          WHERE p.posting_id IS NULL OR a.account_id IS NULL`,
    sentence: (row) => `an entry of posting ${row.name} on ${row.detail} has no posting or no account`,
  },
  {
    id: 'balance-is-sum',
    sql: `SELECT a.account_id AS name, a.balance_minor - COALESCE(SUM(e.amount_minor), 0) AS detail
          FROM ledger_accounts a LEFT JOIN ledger_entries e ON e.account_id = a.account_id
          GROUP BY a.account_id, a.balance_minor HAVING a.balance_minor <> COALESCE(SUM(e.amount_minor), 0)`,
    sentence: (row) => `account ${row.name} differs from its entries by ${row.detail}`,
  },
  {
    id: 'last-posting',
    sql: `SELECT a.account_id AS name, a.last_posting_id AS detail
          FROM ledger_accounts a LEFT JOIN ledger_entries e ON e.account_id = a.account_id
          GROUP BY a.account_id, a.last_posting_id HAVING a.last_posting_id <> COALESCE(MAX(e.posting_id), 0)`,
    sentence: (row) => `account ${row.name} says that posting ${row.detail} was its last, and it was not`,
  },
  {
    id: 'overdrawn',
    sql: `SELECT e.account_id AS name, SUM(e.amount_minor) AS detail FROM ledger_entries e
          WHERE e.account_id LIKE 'card:%' OR e.account_id LIKE 'hold:%' OR e.account_id LIKE 'purse%' GROUP BY e.account_id HAVING SUM(e.amount_minor) < 0`,
    sentence: (row) => `account ${row.name} is overdrawn: ${row.detail}`,
  },
  {
    id: 'account-owner',
    sql: `SELECT a.account_id AS name, a.kind AS detail FROM ledger_accounts a
          WHERE NOT CASE WHEN a.kind IN (${sqlList(HOUSE_ACCOUNTS)}) THEN a.account_id = a.kind
              WHEN a.account_id NOT LIKE a.kind || ':%' THEN 0
              ELSE CASE a.kind
              ${cases(OWNER_OF_ACCOUNT)}
              ELSE 0 END END`,
    sentence: (row) => `account ${row.name} of kind ${row.detail} belongs to nobody the host knows`,
  },
  {
    id: 'house-account',
    sql: `SELECT p.posting_id AS name, e.account_id || ' by a posting of kind ' || p.kind AS detail
          FROM ledger_entries e JOIN ledger_postings p ON p.posting_id = e.posting_id
          WHERE e.account_id IN (${sqlList(HOUSE_ACCOUNTS)}) AND NOT CASE e.account_id
              ${cases(POSTINGS_OF_HOUSE_ACCOUNTS)} END`,
    sentence: (row) => `posting ${row.name} moves money on ${row.detail}, which may not`,
  },
  {
    // Line by line; where the holder no longer had the money, the exceptions account stands in.
    id: 'reversal-mirrors',
    sql: `SELECT r.posting_id AS name, r.reverses_posting_id AS detail FROM ledger_postings r
          WHERE r.reverses_posting_id IS NOT NULL AND (
            r.kind NOT IN ('reversal', 'purse-load-reversal', 'purse-load-correction', 'purse-purchase-correction')
            OR (SELECT COUNT(*) FROM ledger_entries e WHERE e.posting_id = r.posting_id)
              <> (SELECT COUNT(*) FROM ledger_entries o WHERE o.posting_id = r.reverses_posting_id)
            OR EXISTS (SELECT 1 FROM ledger_entries o
              LEFT JOIN ledger_entries e ON e.posting_id = r.posting_id AND e.line = o.line AND e.amount_minor = -o.amount_minor
                AND (e.account_id = o.account_id
                  OR (e.account_id = 'exceptions' AND (o.account_id LIKE 'card:%' OR o.account_id LIKE 'hold:%'))
                  OR (o.account_id LIKE 'card:%' AND ${isAccountOfHeir({ account: 'e.account_id', cardId: 'CAST(substr(o.account_id, 6) AS INTEGER)' })}))
              WHERE o.posting_id = r.reverses_posting_id AND e.line IS NULL))`,
    sentence: (row) => `posting ${row.name} is not the opposite of posting ${row.detail}, which it reverses`,
  },
];
