import type { AuditRule } from '../ledger/audit.ts';
import type { StoreTransaction } from '../store/store.ts';

/** What must hold of every purse: its shadow is the sum of its history, and its counters lead from one balance to the next. */
export const PURSE_RULES: readonly AuditRule[] = [
  {
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
    sql: `SELECT p.application_serial AS name, COALESCE(a.balance_minor, 0) AS detail
          FROM purses p LEFT JOIN ledger_accounts a ON a.account_id = 'purse-load:' || p.purse_id
          WHERE COALESCE(a.balance_minor, 0) <>
            COALESCE((SELECT SUM(l.amount_minor) FROM purse_loads l WHERE l.purse_id = p.purse_id AND l.state = 'pending'), 0)`,
    sentence: (row) =>
      `${row.detail} is held for loads of purse ${row.name}, and its open loads are another sum`,
  },
  {
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
    sql: `SELECT d.purchase_id AS name, d.amount_minor AS detail FROM purse_purchases d
          LEFT JOIN ledger_entries e ON e.posting_id = d.posting_id AND e.account_id = 'purse:' || d.purse_id
          WHERE (d.state IN ('booked', 'withheld')) <> (e.amount_minor IS NOT NULL)
             OR (e.amount_minor IS NOT NULL AND e.amount_minor <> -d.amount_minor)`,
    sentence: (row) =>
      `purse purchase ${row.name} over ${row.detail} is booked otherwise than its state says`,
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
