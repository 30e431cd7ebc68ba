import type { AuditRule } from './audit-rule.ts';
import { sqlList } from './audit-rule.ts';

/** What undoes or completes another transaction: what it may name, and whether it must be of the same batch and amount. */
const FOLLOWERS: Readonly<Record<string, { readonly of: readonly string[]; readonly more: string }>> = {
  void: {
    of: ['purchase', 'offline-sale', 'code-payment'],
    more: 'o.batch_number = t.batch_number AND o.amount_minor = t.amount_minor',
  },
  'load-void': { of: ['load'], more: 'o.batch_number = t.batch_number AND o.amount_minor = t.amount_minor' },
  refund: {
    of: ['purchase', 'offline-sale', 'completion', 'code-payment'],
    more: 'o.merchant_id = t.merchant_id',
  },
  completion: { of: ['pre-authorisation'], more: 'o.terminal_id = t.terminal_id' },
  'pre-authorisation-void': { of: ['pre-authorisation'], more: 'o.amount_minor = t.amount_minor' },
  'completion-void': {
    of: ['completion'],
    more: 'o.batch_number = t.batch_number AND o.amount_minor = t.amount_minor',
  },
};

const VOIDS = ['void', 'load-void', 'pre-authorisation-void', 'completion-void'];

/** Transactions that name another one, and what is left of the one that they name. */
export const ORIGINAL_RULES: readonly AuditRule[] = [
  {
    id: 'standing-voids',
    sql: `SELECT t.transaction_id AS name, COUNT(v.transaction_id) AS detail FROM transactions t
          LEFT JOIN transactions v ON v.original_transaction_id = t.transaction_id AND v.kind IN (${sqlList(VOIDS)}) AND v.state = 'approved'
          WHERE t.kind IN ('purchase', 'offline-sale', 'code-payment', 'pre-authorisation', 'completion', 'load')
          GROUP BY t.transaction_id, t.state HAVING COUNT(v.transaction_id) <> (CASE t.state WHEN 'voided' THEN 1 ELSE 0 END)`,
    sentence: (row) =>
      `transaction ${row.name} has ${row.detail} standing voids and its state says otherwise`,
  },
  {
    // What a batch upload brought names no original.
    id: 'original-fits',
    sql: `SELECT t.transaction_id AS name, t.kind AS detail FROM transactions t
          LEFT JOIN transactions o ON o.transaction_id = t.original_transaction_id
          WHERE t.state = 'approved' AND t.mti <> 'upload' AND t.kind IN (${sqlList(Object.keys(FOLLOWERS))})
            AND NOT COALESCE((t.card_id = o.card_id OR (t.card_id IS NULL AND o.card_id IS NULL)) AND o.state IN ('approved', 'voided')
              AND CASE t.kind ${Object.entries(FOLLOWERS)
                .map(([kind, { more, of }]) => `WHEN '${kind}' THEN o.kind IN (${sqlList(of)}) AND ${more}`)
                .join('\n ')} END, 0)`,
    sentence: (row) => `transaction ${row.name}, a ${row.detail}, does not fit the one that it names`,
  },
  {
    id: 'refunded-more',
    sql: `SELECT o.transaction_id AS name, SUM(t.amount_minor) - o.amount_minor AS detail FROM transactions t
          JOIN transactions o ON o.transaction_id = t.original_transaction_id
          WHERE t.kind = 'refund' AND t.state = 'approved'
          GROUP BY o.transaction_id, o.amount_minor HAVING SUM(t.amount_minor) > o.amount_minor`,
    sentence: (row) => `transaction ${row.name} was refunded ${row.detail} more than it was`,
  },
  {
    id: 'completed-twice',
    sql: `SELECT t.original_transaction_id AS name, COUNT(*) AS detail FROM transactions t
          WHERE t.kind = 'completion' AND t.state = 'approved' AND t.original_transaction_id IS NOT NULL
          GROUP BY t.original_transaction_id HAVING COUNT(*) > 1`,
    sentence: (row) => `pre-authorisation ${row.name} was completed ${row.detail} times`,
  },
  {
    // Nothing is held of what is over; all of it is held of what stands, unless the void of a completion found less on the card.
    id: 'hold-fits',
    sql: `SELECT t.transaction_id AS name, COALESCE(a.balance_minor, 0) AS detail FROM transactions t
          LEFT JOIN ledger_accounts a ON a.account_id = 'hold:' || t.terminal_id || ':' || t.batch_number || ':' || t.stan
          WHERE t.kind = 'pre-authorisation' AND t.state <> 'declined' AND NOT CASE
            WHEN t.state <> 'approved' OR EXISTS (SELECT 1 FROM transactions c WHERE c.original_transaction_id = t.transaction_id
              AND c.kind = 'completion' AND c.state = 'approved') THEN COALESCE(a.balance_minor, 0) = 0
            WHEN EXISTS (SELECT 1 FROM transactions c WHERE c.original_transaction_id = t.transaction_id
              AND c.kind = 'completion' AND c.state = 'voided') THEN COALESCE(a.balance_minor, 0) BETWEEN 1 AND t.amount_minor
            ELSE COALESCE(a.balance_minor, 0) = t.amount_minor END`,
    sentence: (row) =>
      `pre-authorisation ${row.name} holds ${row.detail}, which does not fit what became of it`,
  },
  {
    id: 'barred-number',
    sql: `SELECT t.transaction_id AS name, b.barred_by AS detail FROM barred_originals b
          JOIN transactions t ON t.terminal_id = b.terminal_id AND t.batch_number = b.batch_number AND t.stan = b.stan
          WHERE b.barred_by IN ('reversal', 'query') AND t.mti IN ('0100', '0200', '0220') AND t.kind <> 'query'
            AND t.state IN ('approved', 'voided')`,
    sentence: (row) => `transaction ${row.name} was booked although a ${row.detail} had come before it`,
  },
  {
    id: 'code-noted',
    sql: `SELECT t.transaction_id AS name, t.stan AS detail FROM transactions t
          LEFT JOIN used_codes c ON c.terminal_id = t.terminal_id AND c.batch_number = t.batch_number AND c.stan = t.stan
          WHERE t.kind = 'code-payment' AND t.state <> 'declined' AND c.code_hash IS NULL`,
    sentence: (row) => `code payment ${row.name} was taken and its code is not noted as used`,
  },
  {
    id: 'card-out-of-use',
    sql: `SELECT c.pan_masked AS name, a.balance_minor AS detail FROM cards c
          JOIN ledger_accounts a ON a.account_id = 'card:' || c.card_id
          WHERE c.status = 'replaced' AND a.balance_minor <> 0`,
    sentence: (row) => `card ${row.name} was replaced and still holds ${row.detail}`,
  },
];
