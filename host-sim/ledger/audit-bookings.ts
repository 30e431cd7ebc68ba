import type { TransactionKind } from '../store/transactions.ts';
import { type AuditRule, isAccountOfHeir, sqlList } from './audit-rule.ts';

/** One entry that the posting of a transaction must have; SQL over `t`, its original `o`, and the entry `e`. */
interface Leg {
  readonly account: string;
  /** Of `e.amount_minor`. */
  readonly amount: string;
}

interface Booking {
  readonly postingKind: string;
  readonly legs: readonly Leg[];
  /** An entry more than the legs, which has whatever balances them: the rest of a hold. */
  readonly mayHaveRest?: true;
}

const CARD = isAccountOfHeir({ account: 'e.account_id', cardId: 't.card_id' });
const MERCHANT = `e.account_id = 'merchant:' || t.merchant_id`;
const WALLET = `e.account_id LIKE 'wallet:%'`;
/** The card of the transaction, or the wallet that paid its original. */
const CARD_OR_WALLET = `CASE WHEN t.card_id IS NOT NULL THEN ${CARD} ELSE ${WALLET} AND EXISTS (
  SELECT 1 FROM ledger_entries w WHERE w.posting_id = o.posting_id AND w.account_id = e.account_id) END`;
const OWN_HOLD = `e.account_id = 'hold:' || t.terminal_id || ':' || t.batch_number || ':' || t.stan`;
const HOLD_OF_ORIGINAL = `e.account_id = 'hold:' || o.terminal_id || ':' || o.batch_number || ':' || o.stan`;
/** The original of a completion's void is the completion. */
const HOLD_OF_COMPLETED = `e.account_id = (SELECT 'hold:' || h.terminal_id || ':' || h.batch_number || ':' || h.stan
  FROM transactions h WHERE h.transaction_id = o.original_transaction_id)`;
const PURSE = `e.account_id LIKE 'purse:%'`;
const PURSE_LOAD = `e.account_id LIKE 'purse-load:%'`;
const EXCEPTIONS = `e.account_id = 'exceptions'`;

const GIVEN = '= t.amount_minor';
const TAKEN = '= -t.amount_minor';

function twoLegs(postingKind: string, given: string, taken: string): Booking {
  const legs = [
    { account: given, amount: GIVEN },
    { account: taken, amount: TAKEN },
  ];
  return { postingKind, legs };
}

/** What the posting of each kind of transaction consists of. A kind that is not here moves no money. */
const BOOKINGS = {
  purchase: twoLegs('purchase', MERCHANT, CARD),
  'offline-sale': twoLegs('offline-sale', MERCHANT, CARD),
  'code-payment': twoLegs('code-payment', MERCHANT, WALLET),
  void: twoLegs('void', CARD_OR_WALLET, MERCHANT),
  refund: twoLegs('refund', CARD_OR_WALLET, MERCHANT),
  load: twoLegs('load', CARD, MERCHANT),
  'load-void': twoLegs('load-void', MERCHANT, CARD),
  'pre-authorisation': twoLegs('pre-authorisation', OWN_HOLD, CARD),
  // What is held may be less than what was asked for, when a completion was voided whose rest the card has spent.
  'pre-authorisation-void': {
    postingKind: 'pre-authorisation-void',
    legs: [
      { account: HOLD_OF_ORIGINAL, amount: 'BETWEEN -t.amount_minor AND -1' },
      { account: CARD, amount: '> 0' },
    ],
  },
  completion: {
    postingKind: 'completion',
    legs: [
      { account: MERCHANT, amount: GIVEN },
      { account: HOLD_OF_ORIGINAL, amount: '< 0' },
    ],
    mayHaveRest: true,
  },
  'completion-void': {
    postingKind: 'completion-void',
    legs: [
      { account: MERCHANT, amount: TAKEN },
      { account: HOLD_OF_COMPLETED, amount: '> 0' },
    ],
    mayHaveRest: true,
  },
  'purse-purchase': twoLegs('purse-purchase', MERCHANT, PURSE),
  'purse-load': twoLegs('purse-load-pending', PURSE_LOAD, `(${MERCHANT} OR ${CARD})`),
  'purse-load-confirmation': twoLegs('purse-load', PURSE, `(${PURSE_LOAD} OR ${EXCEPTIONS})`),
  'purse-transfer-confirmation': twoLegs('purse-load', PURSE, `(${PURSE_LOAD} OR ${EXCEPTIONS})`),
} as const satisfies Partial<Record<TransactionKind, Booking>>;

const CREDITS_AT_UPLOAD = ['void', 'refund', 'completion-void', 'load', 'purse-load-confirmation'];

/** Booked from a terminal's record: the merchant on one side, the card or what stands in for it on the other. */
const AT_UPLOAD = `p.kind = t.kind || '-at-upload' AND ${has({
  account: MERCHANT,
  amount: `= CASE WHEN t.kind IN (${sqlList(CREDITS_AT_UPLOAD)}) THEN -t.amount_minor ELSE t.amount_minor END`,
})} AND ${has({ account: `(${CARD} OR ${EXCEPTIONS})`, amount: '<> 0' })} AND ${entries('= 2')}`;

/** Card services are told apart by their reason; the others move nothing. */
const CARD_SERVICE = `CASE t.reason
  WHEN 'replace' THEN p.kind = 'replace' AND ${has({ account: `e.account_id = 'card:' || t.card_id`, amount: '< 0' })}
    AND ${has({ account: `e.account_id = 'card:' || json_extract(t.status_before, '$[1].cardId')`, amount: '> 0' })}
  WHEN 'surrender' THEN p.kind = 'surrender' AND ${has({ account: `e.account_id = 'card:' || t.card_id`, amount: '< 0' })}
    AND ${has({ account: MERCHANT, amount: '> 0' })}
  ELSE 0 END AND ${entries('= 2')}`;

function has({ account, amount }: Leg): string {
  return `EXISTS (SELECT 1 FROM ledger_entries e WHERE e.posting_id = t.posting_id AND e.amount_minor ${amount} AND (${account}))`;
}

function entries(count: string): string {
  return `(SELECT COUNT(*) FROM ledger_entries e WHERE e.posting_id = t.posting_id) ${count}`;
}

function fits([kind, booking]: readonly [string, Booking]): string {
  const { legs, mayHaveRest, postingKind } = booking;
  const count = mayHaveRest ? `BETWEEN ${legs.length} AND ${legs.length + 1}` : `= ${legs.length}`;
  return `WHEN '${kind}' THEN p.kind = '${postingKind}' AND ${legs.map(has).join(' AND ')} AND ${entries(count)}`;
}

/** How a posting is explained that no message's transaction has: by kind, whether it is the one that it should be. */
const EXPLAINED_ELSEWHERE: Readonly<Record<string, string>> = {
  issue: `(SELECT COUNT(*) FROM ledger_entries e WHERE e.posting_id = p.posting_id AND e.amount_minor > 0 AND e.account_id LIKE 'card:%') = 1
    AND (SELECT COUNT(*) FROM ledger_entries e WHERE e.posting_id = p.posting_id) = 2`,
  'purse-issue': `EXISTS (SELECT 1 FROM ledger_entries e JOIN purses u ON e.account_id = 'purse:' || u.purse_id
    WHERE e.posting_id = p.posting_id AND e.amount_minor = u.opening_minor)`,
  'merchant-settlement': 'settlements.n = 1',
  // One that a doubt was decided for, and that another sale of the card turned out to be.
  'purse-purchase': `purchases.n = 1 OR EXISTS (SELECT 1 FROM ledger_postings c WHERE c.reverses_posting_id = p.posting_id AND c.kind = 'purse-purchase-correction')`,
  'purse-withheld': 'purchases.n = 1',
  'purse-load-pending': 'pending.n = 1',
  // One that was inferred and turned out to be another load's is taken back again.
  'purse-load': `closing.n = 1 OR EXISTS (SELECT 1 FROM ledger_postings c WHERE c.reverses_posting_id = p.posting_id AND c.kind = 'purse-load-correction')`,
};

function countedBy(table: string, column: string): string {
  return `(SELECT ${column} AS posting_id, COUNT(*) AS n FROM ${table} WHERE ${column} IS NOT NULL GROUP BY ${column})`;
}

/** Transactions and postings belong together one to one, by kind, accounts and amounts. */
export const BOOKING_RULES: readonly AuditRule[] = [
  {
    id: 'booked-as-its-kind',
    sql: `SELECT t.transaction_id AS name, t.kind || ' over ' || t.amount_minor AS detail
          FROM transactions t LEFT JOIN ledger_postings p ON p.posting_id = t.posting_id
          LEFT JOIN transactions o ON o.transaction_id = t.original_transaction_id
          WHERE t.posting_id IS NOT NULL AND NOT COALESCE(CASE WHEN t.mti = 'upload' THEN ${AT_UPLOAD}
            ELSE CASE t.kind ${Object.entries(BOOKINGS).map(fits).join('\n ')} WHEN 'card-service' THEN ${CARD_SERVICE} ELSE 0 END END, 0)`,
    sentence: (row) => `transaction ${row.name}, a ${row.detail}, was booked as something else`,
  },
  {
    id: 'never-booked',
    sql: `SELECT t.transaction_id AS name, t.kind AS detail FROM transactions t
          WHERE t.state IN ('approved', 'voided') AND t.kind IN (${sqlList(Object.keys(BOOKINGS))}) AND t.posting_id IS NULL
            AND NOT (t.mti = 'upload' AND t.amount_minor = 0)`,
    sentence: (row) => `transaction ${row.name}, an approved ${row.detail}, was never booked`,
  },
  {
    id: 'posting-of-state',
    sql: `SELECT t.transaction_id AS name, t.state AS detail FROM transactions t
          LEFT JOIN ledger_postings r ON r.reverses_posting_id = t.posting_id
          WHERE t.posting_id IS NOT NULL
            AND (t.state IN ('declined', 'recorded') OR (t.state = 'reversed') <> (r.posting_id IS NOT NULL))`,
    sentence: (row) => `transaction ${row.name} is ${row.detail} and its posting says otherwise`,
  },
  {
    id: 'posting-explained',
    sql: `SELECT p.posting_id AS name, p.kind AS detail FROM ledger_postings p
          LEFT JOIN ${countedBy('transactions', 'posting_id')} own ON own.posting_id = p.posting_id
          LEFT JOIN ${countedBy('merchant_settlements', 'posting_id')} settlements ON settlements.posting_id = p.posting_id
          LEFT JOIN ${countedBy('purse_purchases', 'posting_id')} purchases ON purchases.posting_id = p.posting_id
          LEFT JOIN ${countedBy('purse_loads', 'pending_posting_id')} pending ON pending.posting_id = p.posting_id
          LEFT JOIN ${countedBy('purse_loads', 'closing_posting_id')} closing ON closing.posting_id = p.posting_id
          WHERE p.reverses_posting_id IS NULL AND (own.n > 1 OR NOT COALESCE(CASE p.kind
            ${Object.entries(EXPLAINED_ELSEWHERE)
              .map(([kind, isExplained]) => `WHEN '${kind}' THEN ${isExplained}`)
              .join('\n ')} ELSE own.n = 1 END, 0))`,
    sentence: (row) => `posting ${row.name} (${row.detail}) belongs to no transaction, or to more than one`,
  },
  {
    id: 'issued-once',
    sql: `SELECT e.account_id AS name, COUNT(*) AS detail FROM ledger_entries e JOIN ledger_postings p ON p.posting_id = e.posting_id
          WHERE p.kind IN ('issue', 'purse-issue') AND e.account_id <> 'float' GROUP BY e.account_id HAVING COUNT(*) > 1`,
    sentence: (row) => `account ${row.name} was given its first balance ${row.detail} times`,
  },
];
