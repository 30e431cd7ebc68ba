import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { firstTables } from './migrations/0001-first-tables.ts';

it('a database of the first version keeps its cards, accounts and entries through every later one', () => {
  const database = new Database(':memory:');
  database.exec(firstTables);
  database.pragma('user_version = 1');
  database.exec(`
    INSERT INTO cards (card_id, pan_hash, pan_sealed, pan_masked, kind, status, status_since_ms, expiry, holder_name, created_at_ms)
      VALUES (7, 'AB', x'00', '622888******0001', 'bearer', 'active', 1, '2912', '', 1);
    INSERT INTO ledger_accounts VALUES ('card:7', 'card', 500, 1), ('float', 'float', -500, 1);
    INSERT INTO ledger_postings (posting_id, kind, at_ms, accounting_date) VALUES (1, 'issue', 1, '2026-03-10');
    INSERT INTO ledger_entries VALUES (1, 1, 'card:7', 500), (1, 2, 'float', -500);
    INSERT INTO barred_originals VALUES ('80010001', '000001', '000002', 'query', 1);
  `);
  migrate(database, 'test');
  expect(database.prepare('SELECT card_id, pan_masked, status FROM cards').all()).toEqual([
    { card_id: 7, pan_masked: '622888******0001', status: 'active' },
  ]);
  expect(
    database.prepare('SELECT account_id, balance_minor FROM ledger_accounts ORDER BY account_id').all(),
  ).toEqual([
    { account_id: 'card:7', balance_minor: 500 },
    { account_id: 'float', balance_minor: -500 },
  ]);
  expect(database.prepare('SELECT barred_by FROM barred_originals').all()).toEqual([{ barred_by: 'query' }]);
  expect(database.pragma('foreign_keys', { simple: true })).toBe(1);
  const orphan = `INSERT INTO ledger_entries VALUES (1, 3, 'card:8', 1)`;
  expect(() => database.exec(orphan)).toThrow('FOREIGN KEY');
  database.close();
});
