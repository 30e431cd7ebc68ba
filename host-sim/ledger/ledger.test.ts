import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../store/sqlite-store.ts';
import type { Store, StoreTransaction } from '../store/store.ts';
import { balanceOf, cardAccount, FLOAT, merchantAccount } from './accounts.ts';
import { audit } from './audit.ts';
import { BOOK_RULES } from './audit-books.ts';
import { type Entry, post, postReversalOf } from './post.ts';

/** Rules about postings alone: these have no transactions, cards or merchants beside them. */
const BY_ITSELF = ['posting-balances', 'entry-belongs', 'balance-is-sum', 'last-posting', 'overdrawn'];
const CARD = cardAccount(1);
const MERCHANT = merchantAccount('898100012340001');

let store: Store;

beforeEach(() => {
  store = openSqliteStore(':memory:');
});

afterEach(() => store.close());

function book(tx: StoreTransaction, entries: readonly Entry[]): Promise<number> {
  return post(tx, { kind: 'test', atMs: 0, accountingDate: '2026-03-10', entries });
}

function issue(tx: StoreTransaction, amountMinor: number): Promise<number> {
  return book(tx, [
    { account: CARD, amountMinor },
    { account: FLOAT, amountMinor: -amountMinor },
  ]);
}

describe('the ledger', () => {
  it('keeps every balance equal to the sum of its entries', async () => {
    await store.transaction(async (tx) => {
      await issue(tx, 500_00);
      await book(tx, [
        { account: CARD, amountMinor: -20_00 },
        { account: MERCHANT, amountMinor: 20_00 },
      ]);
      expect(await balanceOf(tx, CARD)).toEqual({ balanceMinor: 480_00, lastPostingId: 2 });
      expect(await balanceOf(tx, MERCHANT)).toEqual({ balanceMinor: 20_00, lastPostingId: 2 });
      expect(await audit(tx)).toMatchObject({ postings: 2, accounts: 3 });
      for (const rule of BOOK_RULES.filter(({ id }) => BY_ITSELF.includes(id)))
        expect(await tx.all(rule.sql), rule.id).toEqual([]);
    });
  });

  it('refuses a posting that does not balance, and one with a single entry', async () => {
    const lopsided = [
      { account: CARD, amountMinor: 1 },
      { account: MERCHANT, amountMinor: -2 },
    ];
    await expect(store.transaction((tx) => book(tx, lopsided))).rejects.toThrow('does not balance');
    await expect(store.transaction((tx) => book(tx, []))).rejects.toThrow('does not balance');
    expect(await store.transaction(audit)).toMatchObject({ ok: true, postings: 0 });
  });

  it('never takes a card below zero, whatever the rules above it overlooked', async () => {
    const overdraw = (tx: StoreTransaction) =>
      book(tx, [
        { account: CARD, amountMinor: -100_01 },
        { account: MERCHANT, amountMinor: 100_01 },
      ]);
    await store.transaction((tx) => issue(tx, 100_00));
    await expect(store.transaction(overdraw)).rejects.toThrow('CHECK');
    expect(await store.transaction((tx) => balanceOf(tx, CARD))).toMatchObject({ balanceMinor: 100_00 });
  });

  it('reverses a posting to the fen, and once', async () => {
    const postingId = await store.transaction((tx) => issue(tx, 100_00));
    const reverse = (tx: StoreTransaction) =>
      postReversalOf(tx, { postingId, kind: 'reversal', atMs: 1, accountingDate: '2026-03-10' });
    await store.transaction(reverse);
    expect(await store.transaction((tx) => balanceOf(tx, CARD))).toMatchObject({ balanceMinor: 0 });
    await expect(store.transaction(reverse)).rejects.toThrow('UNIQUE');
  });
});

describe('the audit', () => {
  it.each([
    [
      'an entry was changed',
      'UPDATE ledger_entries SET amount_minor = amount_minor + 1 WHERE line = 1',
      'does not balance',
    ],
    ['an entry was lost', 'DELETE FROM ledger_entries WHERE line = 2', 'does not balance'],
    [
      'a balance was changed',
      `UPDATE ledger_accounts SET balance_minor = 1 WHERE account_id = 'card:1'`,
      'differs from its entries',
    ],
  ])('finds that %s', async (_what, damage, sentence) => {
    await store.transaction((tx) => issue(tx, 100_00));
    await store.transaction((tx) => tx.run(damage));
    const report = await store.transaction(audit);
    expect(report.ok).toBe(false);
    expect(report.problems.join('\n')).toContain(sentence);
  });
});
