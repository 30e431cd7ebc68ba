import type { AuditRule } from '../ledger/audit-rule.ts';
import type { StoreTransaction } from '../store/store.ts';

function hasEntry(postingId: string, that: string): string {
  return `EXISTS (SELECT 1 FROM ledger_entries e WHERE e.posting_id = ${postingId} AND ${that})`;
}

/** What must hold of every purse: its shadow is the sum of its history, and its counters lead from one balance to the next. */
export const PURSE_RULES: readonly AuditRule[] = [
  {
    id: 'shadow-is-history',
    sql: `SELECT p.application_serial AS name, COALESCE(a.balance_minor, 0) - p.opening_minor
            - COALESCE((SELECT SUM(l.amount_minor) FROM purse_loads l WHERE l.purse_id = p.purse_id AND l.state = 'credited'), 0)
            + COALESCE((SELECT SUM(d.amount_minor) FROM purse_purchases d WHERE d.purse_id = p.purse_id AND d.state IN ('booked', 'withheld')), 0) AS detail
          FROM purses p LEFT JOIN ledger_accounts a ON a.account_id = 'purse:' || p.purse_id
          WHERE COALESCE(a.balance_minor, 0) - p.opening_minor
            - COALESCE((SELECT SUM(l.amount_minor) FROM purse_loads l WHERE l.purse_id = p.purse_id AND l.state = 'credited'), 0)
            + COALESCE((SELECT SUM(d.amount_minor) FROM purse_purchases d WHERE d.purse_id = p.purse_id AND d.state IN ('booked', 'withheld')), 0) <> 0`,
    sentence: (row) => `the shadow of purse ${row.name} differs from its records by ${row.detail}`,
  },
  {
    id: 'purse-issued',
    sql: `SELECT p.application_serial AS name, p.opening_minor AS detail FROM purses p
          WHERE p.opening_minor <> COALESCE((SELECT SUM(e.amount_minor) FROM ledger_entries e
            JOIN ledger_postings i ON i.posting_id = e.posting_id AND i.kind = 'purse-issue'
            WHERE e.account_id = 'purse:' || p.purse_id), 0)`,
    sentence: (row) =>
      `purse ${row.name} was given out with ${row.detail} and was booked with another amount`,
  },
  {
    id: 'pending-is-open-loads',
    sql: `SELECT p.application_serial AS name, COALESCE(a.balance_minor, 0) AS detail
          FROM purses p LEFT JOIN ledger_accounts a ON a.account_id = 'purse-load:' || p.purse_id
          WHERE COALESCE(a.balance_minor, 0) <>
            COALESCE((SELECT SUM(l.amount_minor) FROM purse_loads l WHERE l.purse_id = p.purse_id AND l.state = 'pending'), 0)`,
    sentence: (row) =>
      `${row.detail} is held for loads of purse ${row.name}, and its open loads are another sum`,
  },
  {
    id: 'chain-follows',
    sql: `SELECT p.application_serial AS name, n.counter AS detail
          FROM purse_purchases d JOIN purse_purchases n ON n.purse_id = d.purse_id AND n.counter = d.counter + 1
          JOIN purses p ON p.purse_id = d.purse_id
          WHERE d.state IN ('booked', 'withheld') AND n.state IN ('booked', 'withheld')
            AND d.loads_seen IS NOT NULL AND n.loads_seen IS NOT NULL
            AND n.balance_before_minor <> d.balance_before_minor - d.amount_minor
              + COALESCE((SELECT SUM(l.amount_minor) FROM purse_loads l WHERE l.purse_id = d.purse_id AND l.state = 'credited'
                            AND l.counter >= d.loads_seen AND l.counter < n.loads_seen), 0)`,
    sentence: (row) =>
      `the balance of purse ${row.name} at counter ${row.detail} does not follow from the one before`,
  },
  {
    // Also says which purse, merchant and amount, which the transaction alone does not know.
    id: 'purse-purchase-booked',
    sql: `SELECT d.purchase_id AS name, d.state || ' over ' || d.amount_minor AS detail FROM purse_purchases d
          LEFT JOIN ledger_postings p ON p.posting_id = d.posting_id
          WHERE NOT CASE
            WHEN d.state = 'booked' THEN COALESCE(p.kind = 'purse-purchase', 0) AND ${hasEntry('d.posting_id', `e.account_id = 'purse:' || d.purse_id AND e.amount_minor = -d.amount_minor`)}
              AND ${hasEntry('d.posting_id', `e.account_id IN ('merchant:' || d.merchant_id, 'exceptions') AND e.amount_minor = d.amount_minor`)}
            WHEN d.state = 'withheld' THEN COALESCE(p.kind = 'purse-withheld', 0) AND ${hasEntry('d.posting_id', `e.account_id = 'purse:' || d.purse_id AND e.amount_minor = -d.amount_minor`)}
              AND ${hasEntry('d.posting_id', `e.account_id = 'suspense' AND e.amount_minor = d.amount_minor`)}
            ELSE d.posting_id IS NULL END`,
    sentence: (row) => `purse purchase ${row.name}, ${row.detail}, is booked otherwise than its state says`,
  },
  {
    id: 'purse-transaction-has-record',
    sql: `SELECT t.transaction_id AS name, t.amount_minor AS detail FROM transactions t
          LEFT JOIN purse_purchases d ON d.posting_id = t.posting_id
          WHERE t.kind = 'purse-purchase' AND t.state = 'approved' AND t.mti <> 'upload'
            AND NOT COALESCE(d.state = 'booked' AND d.amount_minor = t.amount_minor AND d.terminal_id = t.terminal_id, 0)`,
    sentence: (row) =>
      `purse purchase of transaction ${row.name} over ${row.detail} has no record of the card`,
  },
  {
    id: 'suspense-is-withheld',
    sql: `SELECT 'suspense' AS name, COALESCE((SELECT balance_minor FROM ledger_accounts WHERE account_id = 'suspense'), 0) AS detail
          WHERE COALESCE((SELECT balance_minor FROM ledger_accounts WHERE account_id = 'suspense'), 0)
            <> COALESCE((SELECT SUM(amount_minor) FROM purse_purchases WHERE state = 'withheld'), 0)`,
    sentence: (row) => `${row.detail} is in suspense, and what was withheld of purses is another sum`,
  },
  {
    // A load that was taken back and then confirmed by the card is paid by the exceptions account.
    id: 'purse-load-booked',
    sql: `SELECT l.load_id AS name, l.state || ' over ' || l.amount_minor AS detail FROM purse_loads l
          LEFT JOIN ledger_postings p ON p.posting_id = l.pending_posting_id
          LEFT JOIN ledger_postings c ON c.posting_id = l.closing_posting_id
          WHERE NOT (COALESCE(p.kind = 'purse-load-pending', 0)
            AND ${hasEntry('l.pending_posting_id', `e.account_id = 'purse-load:' || l.purse_id AND e.amount_minor = l.amount_minor`)}
            AND CASE l.state
              WHEN 'pending' THEN l.closing_posting_id IS NULL
              WHEN 'credited' THEN COALESCE(c.kind = 'purse-load', 0)
                AND ${hasEntry('l.closing_posting_id', `e.account_id = 'purse:' || l.purse_id AND e.amount_minor = l.amount_minor`)}
                AND ${hasEntry('l.closing_posting_id', `e.amount_minor = -l.amount_minor AND e.account_id = CASE WHEN EXISTS (SELECT 1 FROM ledger_postings r WHERE r.reverses_posting_id = l.pending_posting_id) THEN 'exceptions' ELSE 'purse-load:' || l.purse_id END`)}
              ELSE COALESCE(c.reverses_posting_id = l.pending_posting_id, 0) END)`,
    sentence: (row) => `purse load ${row.name}, ${row.detail}, is booked otherwise than its state says`,
  },
  {
    id: 'purse-load-transaction',
    sql: `SELECT l.load_id AS name, l.state AS detail FROM purse_loads l
          LEFT JOIN transactions t ON t.posting_id = l.pending_posting_id
          WHERE NOT COALESCE(t.kind = 'purse-load' AND t.amount_minor = l.amount_minor AND t.terminal_id = l.terminal_id
            AND t.batch_number = l.batch_number AND t.stan = l.stan
            AND CASE l.state WHEN 'pending' THEN t.state = 'approved' WHEN 'reversed' THEN t.state = 'reversed' ELSE 1 END, 0)`,
    sentence: (row) => `purse load ${row.name} is ${row.detail} and its transaction says otherwise`,
  },
  {
    id: 'purse-counter-once',
    sql: `SELECT p.application_serial AS name, d.counter AS detail FROM purse_purchases d JOIN purses p ON p.purse_id = d.purse_id
          WHERE d.state IN ('booked', 'withheld') GROUP BY p.application_serial, p.first_offline, d.counter
          HAVING COUNT(*) > 1 OR d.counter < p.first_offline`,
    sentence: (row) => `counter ${row.detail} of purse ${row.name} was used twice or before its first`,
  },
  {
    // The card counts up only when it is credited, so that its loads leave no counter out.
    id: 'purse-loads-in-order',
    sql: `SELECT p.application_serial AS name, COUNT(*) AS detail FROM purse_loads l JOIN purses p ON p.purse_id = l.purse_id
          WHERE l.state = 'credited' GROUP BY p.application_serial, p.first_online
          HAVING COUNT(DISTINCT l.counter) <> COUNT(*) OR MIN(l.counter) <> p.first_online OR MAX(l.counter) <> p.first_online + COUNT(*) - 1`,
    sentence: (row) => `the ${row.detail} loads of purse ${row.name} do not have one counter each, in order`,
  },
  {
    id: 'purse-refunded-more',
    sql: `SELECT d.purchase_id AS name, SUM(l.amount_minor) - d.amount_minor AS detail FROM purse_loads l
          JOIN purse_purchases d ON d.purchase_id = l.purchase_id
          WHERE l.state IN ('pending', 'credited') GROUP BY d.purchase_id, d.amount_minor HAVING SUM(l.amount_minor) > d.amount_minor`,
    sentence: (row) => `purse purchase ${row.name} was given back ${row.detail} more than it was`,
  },
];

interface Gap {
  readonly applicationSerial: string;
  readonly counter: number;
  readonly previous: number;
}

/**
 * What is not wrong and not whole either: counters whose records have not come (one sentence for each gap), and what is still in
 * doubt. A gap closes when its records come.
 */
export async function purseNotes(tx: StoreTransaction, limit: number): Promise<string[]> {
  const gaps = await tx.all<Gap>(
    `SELECT serial AS "applicationSerial", counter, previous FROM (
       SELECT p.application_serial AS serial, d.counter AS counter,
         COALESCE(LAG(d.counter) OVER (PARTITION BY d.purse_id ORDER BY d.counter), p.first_offline - 1) AS previous
       FROM purse_purchases d JOIN purses p ON p.purse_id = d.purse_id WHERE d.state IN ('booked', 'withheld')) AS debits
     WHERE counter > previous + 1 ORDER BY serial, counter LIMIT ?`,
    limit,
  );
  const doubts = await tx.all<{ applicationSerial: string; counter: number; what: string }>(
    `SELECT p.application_serial AS "applicationSerial", d.counter AS counter, 'purchase' AS what
     FROM purse_purchases d JOIN purses p ON p.purse_id = d.purse_id WHERE d.state IN ('held', 'unresolved')
     UNION ALL
     SELECT p.application_serial, l.counter, 'load'
     FROM purse_loads l JOIN purses p ON p.purse_id = l.purse_id WHERE l.state = 'pending' ORDER BY 1, 2 LIMIT ?`,
    limit,
  );
  return [...gaps.map(sentenceOfGap), ...doubts.map(sentenceOfDoubt)];
}

function sentenceOfGap({ applicationSerial, counter, previous }: Gap): string {
  const [first, last] = [previous + 1, counter - 1];
  const which =
    first === last ? `the record of counter ${first} is` : `the records of counters ${first} to ${last} are`;
  return `purse ${applicationSerial}: ${which} missing`;
}

function sentenceOfDoubt(doubt: { applicationSerial: string; counter: number; what: string }): string {
  return `purse ${doubt.applicationSerial}: the ${doubt.what} with counter ${doubt.counter} is still in doubt`;
}
