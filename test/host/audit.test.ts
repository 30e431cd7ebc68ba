import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUDIT_RULES, audit } from '../../host-sim/ledger/audit.ts';
import type { StoreTransaction } from '../../host-sim/store/store.ts';
import { everythingOnce } from './audit-story.ts';
import { closePurseBench, host, openPurseBench } from './purse-bench.ts';

/** Time that the audit may take after a test: it runs after every one that has a host. */
const AUDIT_MS_MAX = 250;

beforeAll(async () => {
  await openPurseBench();
  await everythingOnce();
});

afterAll(closePurseBench);

class Undone extends Error {}

/** Changes the books behind the host's back, looks at them, and leaves them as they were. */
async function tampered<T>(
  damage: readonly string[],
  look: (tx: StoreTransaction) => Promise<T>,
): Promise<T> {
  let seen: { readonly value: T } | undefined;
  await host.store
    .transaction(async (tx) => {
      await tx.run('PRAGMA defer_foreign_keys = ON');
      await tx.run('PRAGMA ignore_check_constraints = ON');
      let changed = 0;
      for (const sql of damage) changed += await tx.run(sql);
      expect(changed, 'rows that were tampered with').toBeGreaterThan(0);
      seen = { value: await look(tx) };
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  if (!seen) throw new Error('Nothing was looked at');
  return seen.value;
}

const OF_PURCHASE = `(SELECT posting_id FROM transactions WHERE kind = 'purchase' AND state = 'approved' AND mti = '0200' ORDER BY transaction_id LIMIT 1)`;
const FIRST_PURCHASE = `(SELECT MIN(transaction_id) FROM transactions WHERE kind = 'purchase' AND state = 'approved')`;
const CLOSED_BATCH = `batch_number = '000001'`;
const NEW_ENTRY = 'INSERT INTO ledger_entries (posting_id, line, account_id, amount_minor)';

/** For each rule one way to break it; some need more than a statement because something else would notice it first. */
const DAMAGE: Readonly<Record<string, readonly string[]>> = {
  'posting-balances': [
    `UPDATE ledger_entries SET amount_minor = amount_minor + 1 WHERE posting_id = ${OF_PURCHASE} AND line = 1`,
  ],
  'entry-belongs': [`${NEW_ENTRY} VALUES (9999, 1, 'float', 5)`],
  'balance-is-sum': [
    `UPDATE ledger_accounts SET balance_minor = balance_minor + 1 WHERE account_id = 'float'`,
  ],
  'last-posting': [`UPDATE ledger_accounts SET last_posting_id = 1 WHERE account_id = 'card:1'`],
  overdrawn: [
    `UPDATE ledger_entries SET amount_minor = -99999999 WHERE posting_id = ${OF_PURCHASE} AND account_id = 'card:1'`,
  ],
  'account-owner': [`UPDATE ledger_accounts SET account_id = 'card:4711' WHERE account_id = 'card:3'`],
  'house-account': [
    `UPDATE ledger_entries SET account_id = 'fees' WHERE posting_id = ${OF_PURCHASE} AND account_id LIKE 'merchant:%'`,
  ],
  'reversal-mirrors': [
    `UPDATE ledger_entries SET amount_minor = 2 * amount_minor WHERE posting_id = (SELECT MAX(posting_id) FROM ledger_postings WHERE kind = 'reversal')`,
  ],
  'booked-as-its-kind': [
    `UPDATE ledger_entries SET account_id = 'card:3' WHERE posting_id = ${OF_PURCHASE} AND account_id = 'card:1'`,
  ],
  'never-booked': [`UPDATE transactions SET posting_id = NULL WHERE kind = 'completion-void'`],
  'posting-of-state': [`UPDATE transactions SET state = 'reversed' WHERE transaction_id = ${FIRST_PURCHASE}`],
  'posting-explained': [
    `INSERT INTO ledger_postings (kind, at_ms, accounting_date) VALUES ('purchase', 0, '2026-03-10')`,
    `${NEW_ENTRY} SELECT MAX(posting_id), 1, 'card:1', -5 FROM ledger_postings`,
    `${NEW_ENTRY} SELECT MAX(posting_id), 2, 'card:3', 5 FROM ledger_postings`,
  ],
  'issued-once': [
    `INSERT INTO ledger_postings (kind, at_ms, accounting_date) VALUES ('issue', 0, '2026-03-10')`,
    `${NEW_ENTRY} SELECT MAX(posting_id), 1, 'card:1', 5 FROM ledger_postings`,
    `${NEW_ENTRY} SELECT MAX(posting_id), 2, 'float', -5 FROM ledger_postings`,
  ],
  'standing-voids': [
    `UPDATE transactions SET state = 'approved' WHERE kind = 'purchase' AND state = 'voided'`,
  ],
  'original-fits': [`UPDATE transactions SET original_transaction_id = NULL WHERE kind = 'void'`],
  'refunded-more': [`UPDATE transactions SET amount_minor = 20_01 WHERE kind = 'refund'`],
  'completed-twice': [
    `UPDATE transactions SET state = 'approved', original_transaction_id =
       (SELECT original_transaction_id FROM transactions WHERE kind = 'completion' AND state = 'approved') WHERE kind = 'completion' AND state = 'voided'`,
  ],
  'hold-fits': [
    `UPDATE transactions SET state = 'voided' WHERE kind = 'pre-authorisation' AND amount_minor = 10000`,
  ],
  'barred-number': [
    `INSERT INTO barred_originals (terminal_id, batch_number, stan, barred_by, at_ms)
       SELECT terminal_id, batch_number, stan, 'reversal', 0 FROM transactions WHERE transaction_id = ${FIRST_PURCHASE}`,
  ],
  'code-noted': ['DELETE FROM used_codes'],
  'card-out-of-use': [`UPDATE cards SET status = 'replaced' WHERE card_id = 1`],
  'batch-exists': [
    `UPDATE transactions SET batch_number = '000777' WHERE transaction_id = ${FIRST_PURCHASE}`,
  ],
  'merchant-of-terminal': [`UPDATE transactions SET merchant_id = 'another' WHERE kind = 'settlement'`],
  'terminal-batch-open': [`UPDATE terminals SET batch_number = '000001'`],
  'one-open-batch': [`UPDATE batches SET state = 'open' WHERE ${CLOSED_BATCH}`],
  'batch-closing': [`UPDATE batches SET closed_at_ms = NULL WHERE ${CLOSED_BATCH}`],
  'closed-totals': [
    `UPDATE transactions SET batch_number = '000003' WHERE transaction_id = ${FIRST_PURCHASE}`,
  ],
  'upload-record-lost': [`UPDATE upload_records SET stan = '000902' WHERE stan = '000901'`],
  'settled-sums': ['UPDATE merchant_settlements SET debit_count = debit_count + 1'],
  'settled-net': [
    'UPDATE merchant_settlements SET fee_minor = fee_minor + 1, payout_minor = payout_minor - 1',
  ],
  'settled-posting': [`UPDATE ledger_entries SET account_id = 'float' WHERE account_id = 'fees'`],
  'shadow-is-history': ['UPDATE purses SET opening_minor = opening_minor + 1 WHERE purse_id = 1'],
  'purse-issued': ['UPDATE purses SET opening_minor = opening_minor + 1 WHERE purse_id = 1'],
  'pending-is-open-loads': [`UPDATE purse_loads SET amount_minor = amount_minor + 1 WHERE state = 'pending'`],
  'chain-follows': [
    `INSERT INTO purse_purchases (purse_id, counter, state, amount_minor, balance_before_minor, loads_seen, content, flags, sold_at,
       merchant_id, terminal_id, sale_batch_number, sale_stan, record, at_ms)
     SELECT purse_id, counter + 1, state, 1, balance_before_minor, loads_seen, 'another', 0, sold_at,
       merchant_id, terminal_id, sale_batch_number, '000999', record, 0 FROM purse_purchases WHERE state = 'booked'`,
  ],
  'purse-purchase-booked': [`UPDATE purse_purchases SET posting_id = NULL WHERE state = 'booked'`],
  'purse-transaction-has-record': [
    `UPDATE purse_purchases SET amount_minor = amount_minor + 1 WHERE state = 'booked'`,
  ],
  'suspense-is-withheld': [`UPDATE purse_purchases SET state = 'alert' WHERE state = 'withheld'`],
  'purse-load-booked': [`UPDATE purse_loads SET closing_posting_id = NULL WHERE state = 'credited'`],
  'purse-load-transaction': [
    `UPDATE transactions SET state = 'declined' WHERE kind = 'purse-load' AND state = 'approved'`,
  ],
  'purse-counter-once': ['UPDATE purses SET first_offline = 5'],
  'purse-loads-in-order': ['UPDATE purses SET first_online = 5'],
  'purse-refunded-more': [
    `UPDATE purse_loads SET purchase_id = (SELECT purchase_id FROM purse_purchases WHERE state = 'booked') WHERE state = 'credited'`,
  ],
};

/** Kinds that move money, as the story has them. */
const MONEY_KINDS = [
  'purchase',
  'offline-sale',
  'code-payment',
  'void',
  'refund',
  'load',
  'load-void',
  'pre-authorisation',
  'pre-authorisation-void',
  'completion',
  'completion-void',
  'purse-purchase',
  'purse-load',
  'purse-load-confirmation',
];

describe('the audit', () => {
  it('finds nothing wrong with a host on which everything has happened once, and is quick about it', async () => {
    const startMs = performance.now();
    expect((await host.store.transaction(audit)).problems).toEqual([]);
    expect(performance.now() - startMs).toBeLessThan(AUDIT_MS_MAX);
  });

  it('has a way to break each of its rules, and each rule once', () => {
    const ids = AUDIT_RULES.map(({ id }) => id);
    expect(Object.keys(DAMAGE).toSorted()).toEqual(ids.toSorted());
  });

  it.each(AUDIT_RULES.map((rule) => [rule.id, rule] as const))(
    'finds books that break %s',
    async (id, rule) => {
      await tampered(DAMAGE[id] ?? [], async (tx) => {
        const [row] = await tx.all<Parameters<typeof rule.sentence>[0]>(rule.sql);
        if (!row) throw new Error(`The rule ${id} found nothing`);
        expect((await audit(tx)).problems).toContain(rule.sentence(row));
      });
    },
  );

  it.each(MONEY_KINDS)(
    'finds a %s whose posting is lost, is another one, or has another amount',
    async (kind) => {
      const of = `WHERE kind = '${kind}' AND state IN ('approved', 'voided')`;
      for (const damage of [
        `UPDATE transactions SET posting_id = NULL ${of}`,
        `UPDATE transactions SET posting_id = 1 ${of}`,
        `UPDATE transactions SET amount_minor = amount_minor + 1 ${of}`,
        `UPDATE transactions SET card_id = 4, merchant_id = 'another-------' ${of}`,
        `DELETE FROM transactions ${of}`,
      ])
        expect((await tampered([damage], audit)).problems, damage).not.toEqual([]);
    },
  );

  it('leaves the books as they are', async () => {
    await tampered(['UPDATE cards SET expiry = expiry'], audit);
    expect((await host.store.transaction(audit)).ok).toBe(true);
  });
});
