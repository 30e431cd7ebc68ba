import type { AuditRule } from './audit-rule.ts';

/** What merchants were paid: the sums of their days, the fee, and the posting. */
export const MERCHANT_RULES: readonly AuditRule[] = [
  {
    id: 'settled-sums',
    sql: `SELECT s.merchant_id AS name, s.accounting_date AS detail FROM merchant_settlements s
          LEFT JOIN (SELECT e.account_id, p.accounting_date,
              SUM(CASE WHEN e.amount_minor > 0 THEN 1 ELSE 0 END) AS debit_count,
              SUM(CASE WHEN e.amount_minor > 0 THEN e.amount_minor ELSE 0 END) AS debit_minor,
              SUM(CASE WHEN e.amount_minor < 0 THEN 1 ELSE 0 END) AS credit_count,
              SUM(CASE WHEN e.amount_minor < 0 THEN -e.amount_minor ELSE 0 END) AS credit_minor
            FROM ledger_entries e JOIN ledger_postings p ON p.posting_id = e.posting_id
            WHERE e.account_id LIKE 'merchant:%' AND p.kind <> 'merchant-settlement' GROUP BY e.account_id, p.accounting_date) d
            ON d.account_id = 'merchant:' || s.merchant_id AND d.accounting_date = s.accounting_date
          WHERE NOT COALESCE(s.debit_count = d.debit_count AND s.debit_minor = d.debit_minor AND s.credit_count = d.credit_count
            AND s.credit_minor = d.credit_minor, 0)`,
    sentence: (row) =>
      `merchant ${row.name} was settled for ${row.detail} with other sums than its postings have`,
  },
  {
    id: 'settled-net',
    sql: `SELECT s.merchant_id AS name, s.accounting_date AS detail FROM merchant_settlements s
          WHERE s.payout_minor <> s.debit_minor - s.credit_minor - s.fee_minor
            OR s.fee_minor <> CASE WHEN s.debit_minor <= s.credit_minor THEN 0
              ELSE ((s.debit_minor - s.credit_minor) * s.fee_basis_points + 5000) / 10000 END`,
    sentence: (row) => `merchant ${row.name} was settled for ${row.detail} with a wrong fee or payout`,
  },
  {
    id: 'settled-posting',
    sql: `SELECT s.merchant_id AS name, s.accounting_date AS detail FROM merchant_settlements s
          LEFT JOIN ledger_postings p ON p.posting_id = s.posting_id
          WHERE NOT CASE WHEN s.posting_id IS NULL THEN s.debit_minor = s.credit_minor
            ELSE COALESCE(p.kind = 'merchant-settlement', 0)
              AND COALESCE((SELECT SUM(e.amount_minor) FROM ledger_entries e WHERE e.posting_id = s.posting_id AND e.account_id = 'merchant:' || s.merchant_id), 0) = -s.payout_minor - s.fee_minor
              AND COALESCE((SELECT SUM(e.amount_minor) FROM ledger_entries e WHERE e.posting_id = s.posting_id AND e.account_id = 'fees'), 0) = s.fee_minor
              AND COALESCE((SELECT SUM(e.amount_minor) FROM ledger_entries e WHERE e.posting_id = s.posting_id AND e.account_id = 'float'), 0) = s.payout_minor END`,
    sentence: (row) => `merchant ${row.name} was settled for ${row.detail} and the posting says otherwise`,
  },
];
