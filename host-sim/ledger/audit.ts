import { PURSE_RULES, purseNotes } from '../purse/audit-rules.ts';
import type { StoreTransaction } from '../store/store.ts';

/** The answer of `holdfast host check`. */
export interface AuditReport {
  readonly ok: boolean;
  readonly postings: number;
  readonly accounts: number;
  readonly cards: number;
  readonly purses: number;
  /** One sentence for each thing that does not hold. */
  readonly problems: readonly string[];
  /** One sentence for each thing that holds and is not whole yet: gaps in a purse's counters, open doubts. */
  readonly notes: readonly string[];
}

export interface AuditRule {
  /** Rows are violations; `name` and `detail` are put into the sentence. */
  readonly sql: string;
  readonly sentence: (row: { name: string | number; detail: string | number | null }) => string;
}

/** Everything is recomputed from the entries; the stored balances are only compared with them. */
const RULES: readonly AuditRule[] = [
  {
    sql: `SELECT p.posting_id AS name, COALESCE(SUM(e.amount_minor), 0) AS detail
          FROM ledger_postings p LEFT JOIN ledger_entries e ON e.posting_id = p.posting_id
          GROUP BY p.posting_id HAVING COALESCE(SUM(e.amount_minor), 0) <> 0 OR COUNT(e.line) < 2`,
    sentence: (row) => `posting ${row.name} does not balance: its entries add up to ${row.detail}`,
  },
  {
    sql: `SELECT a.account_id AS name, a.balance_minor - COALESCE(SUM(e.amount_minor), 0) AS detail
          FROM ledger_accounts a LEFT JOIN ledger_entries e ON e.account_id = a.account_id
          GROUP BY a.account_id, a.balance_minor HAVING a.balance_minor <> COALESCE(SUM(e.amount_minor), 0)`,
    sentence: (row) => `account ${row.name} differs from its entries by ${row.detail}`,
  },
  {
    sql: `SELECT e.account_id AS name, SUM(e.amount_minor) AS detail FROM ledger_entries e
          WHERE e.account_id LIKE 'card:%' OR e.account_id LIKE 'hold:%' OR e.account_id LIKE 'purse%' GROUP BY e.account_id HAVING SUM(e.amount_minor) < 0`,
    sentence: (row) => `account ${row.name} is overdrawn: ${row.detail}`,
  },
  {
    sql: `SELECT t.transaction_id AS name, t.state AS detail FROM transactions t
          LEFT JOIN ledger_postings r ON r.reverses_posting_id = t.posting_id
          WHERE t.posting_id IS NOT NULL
            AND (t.state IN ('declined', 'recorded') OR (t.state = 'reversed') <> (r.posting_id IS NOT NULL))`,
    sentence: (row) => `transaction ${row.name} is ${row.detail} and its posting says otherwise`,
  },
  {
    sql: `SELECT t.transaction_id AS name, COUNT(v.transaction_id) AS detail FROM transactions t
          LEFT JOIN transactions v ON v.original_transaction_id = t.transaction_id AND v.kind IN ('void', 'load-void', 'pre-authorisation-void', 'completion-void') AND v.state = 'approved'
          WHERE t.kind IN ('purchase', 'offline-sale', 'pre-authorisation', 'completion', 'load')
          GROUP BY t.transaction_id, t.state HAVING COUNT(v.transaction_id) <> (CASE t.state WHEN 'voided' THEN 1 ELSE 0 END)`,
    sentence: (row) =>
      `transaction ${row.name} has ${row.detail} standing voids and its state says otherwise`,
  },
  {
    sql: `SELECT t.transaction_id AS name, t.kind AS detail FROM transactions t
          WHERE t.state IN ('approved', 'voided') AND t.kind IN ('purchase', 'void', 'refund', 'offline-sale', 'pre-authorisation', 'completion', 'load', 'load-void', 'code-payment',
              'purse-purchase', 'purse-load', 'purse-load-confirmation', 'purse-transfer-confirmation')
            AND t.posting_id IS NULL`,
    sentence: (row) => `transaction ${row.name}, an approved ${row.detail}, was never booked`,
  },
  {
    // The void of a pre-authorisation gives back what is held, which may be less than what was asked for.
    sql: `SELECT t.transaction_id AS name, t.amount_minor AS detail FROM transactions t
          JOIN ledger_entries e ON e.posting_id = t.posting_id AND e.line = 1
          WHERE ABS(e.amount_minor) <> t.amount_minor AND t.kind <> 'card-service'
            AND NOT (t.kind = 'pre-authorisation-void' AND ABS(e.amount_minor) < t.amount_minor)`,
    sentence: (row) => `transaction ${row.name} over ${row.detail} was booked with another amount`,
  },
  {
    sql: `SELECT o.transaction_id AS name, SUM(t.amount_minor) - o.amount_minor AS detail FROM transactions t
          JOIN transactions o ON o.transaction_id = t.original_transaction_id
          WHERE t.kind = 'refund' AND t.state = 'approved'
          GROUP BY o.transaction_id, o.amount_minor HAVING SUM(t.amount_minor) > o.amount_minor`,
    sentence: (row) => `transaction ${row.name} was refunded ${row.detail} more than it was`,
  },
  {
    sql: `SELECT t.transaction_id AS name, t.batch_number AS detail FROM transactions t
          LEFT JOIN batches b ON b.terminal_id = t.terminal_id AND b.batch_number = t.batch_number
          WHERE b.batch_number IS NULL AND t.state IN ('approved', 'voided')`,
    sentence: (row) => `transaction ${row.name} is in batch ${row.detail}, which does not exist`,
  },
  {
    sql: `SELECT t.terminal_id AS name, t.batch_number AS detail FROM terminals t
          LEFT JOIN batches b ON b.terminal_id = t.terminal_id AND b.batch_number = t.batch_number
          WHERE b.state IS NULL OR b.state = 'closed'`,
    sentence: (row) => `terminal ${row.name} is in batch ${row.detail}, which is not open`,
  },
];

const PROBLEMS_SHOWN_MAX = 200;

/** Audits ledger and batches. Reads only. */
export async function audit(tx: StoreTransaction): Promise<AuditReport> {
  const problems: string[] = [];
  for (const rule of [...RULES, ...PURSE_RULES]) {
    const rows = await tx.all<{ name: string | number; detail: string | number | null }>(
      `${rule.sql} LIMIT ${PROBLEMS_SHOWN_MAX}`,
    );
    problems.push(...rows.map(rule.sentence));
  }
  return {
    ok: problems.length === 0,
    postings: await count(tx, 'ledger_postings'),
    accounts: await count(tx, 'ledger_accounts'),
    cards: await count(tx, 'cards'),
    purses: await count(tx, 'purses'),
    problems,
    notes: await purseNotes(tx, PROBLEMS_SHOWN_MAX),
  };
}

async function count(
  tx: StoreTransaction,
  table: 'ledger_postings' | 'ledger_accounts' | 'cards' | 'purses',
): Promise<number> {
  return (await tx.get<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))?.n ?? 0;
}
