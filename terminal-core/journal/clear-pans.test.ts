import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { passesLuhn } from '../domain/pan.ts';
import { findClearPans, maskClearPans } from './clear-pans.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** 16 digits with a right check digit. */
const BANK_PAN = '6222021234567894';
/** 19 digits with a wrong one, as stored-value cards have. */
const STORED_VALUE_PAN = '6210940000000000001';

function scan(payload: string, known: readonly string[] = []) {
  const database = new Database(':memory:');
  migrate(database, { migrations: MIGRATIONS, nowMs: () => 0 });
  database
    .prepare('INSERT INTO entries (seq, at_ms, kind, payload, hash) VALUES (1, 0, ?, ?, zeroblob(32))')
    .run('x', payload);
  return findClearPans(database, new Set(known)).map(({ masked }) => masked);
}

describe('findClearPans', () => {
  it('is tested with the numbers it says', () => {
    expect([passesLuhn(BANK_PAN), passesLuhn(STORED_VALUE_PAN)]).toEqual([true, false]);
  });

  it.each([
    ['a string', `{"pan":"${BANK_PAN}"}`],
    ['a number', `{"pan":${BANK_PAN}}`],
    ['text', `{"note":"card ${BANK_PAN}, please call"}`],
    ['text after a line break', `{"receipt":"CARD\\n${BANK_PAN}\\n"}`],
    ['groups of four', '{"receipt":"6222 0212 3456 7894"}'],
    ['groups with hyphens', '{"receipt":"6222-0212-3456-7894"}'],
  ])('finds a bank card number in %s', (_name, payload) => {
    expect(scan(payload)).toEqual(['622202…7894']);
  });

  it('finds a number without a check digit only when it is known', () => {
    const payload = `{"pan":"${STORED_VALUE_PAN}"}`;
    expect(scan(payload)).toEqual([]);
    expect(scan(payload, [STORED_VALUE_PAN])).toEqual(['621094…0001']);
  });

  it.each([
    ['a masked number', '{"maskedPan":"622202******7894"}'],
    ['a reference number', '{"rrn":"624512345670"}'],
    ['a time', '{"atMs":1790000000000}'],
    ['an article number', '{"sku":"6901234567892"}'],
    ['a hash', `{"panHash":"AB${BANK_PAN}CD"}`],
    ['base64', `{"certificate":"Qk${BANK_PAN}=="}`],
    ['a wrong check digit', '{"n":"6222021234567890"}'],
    ['a number that no card starts with', '{"n":"1234567890123452"}'],
    [
      'a merchant number with the check digit of a card',
      '{"n":"378282246310005","merchantId":"378282246310005"}',
    ],
  ])('does not take %s for a card number', (_name, payload) => {
    expect(scan(payload)).toEqual([]);
  });

  it('looks into documents, their keys and their terms', () => {
    const database = new Database(':memory:');
    migrate(database, { migrations: MIGRATIONS, nowMs: () => 0 });
    const insert = database.prepare(
      `INSERT INTO docs (collection, key, live, first_seq, seq, terms, digest, doc) VALUES ('c', ?, 0, 1, 1, ?, zeroblob(32), ?)`,
    );
    insert.run(BANK_PAN, '', '{}');
    insert.run('k2', `a ${BANK_PAN}`, '{}');
    insert.run('k3', '', `{"n":"${BANK_PAN}"}`);
    insert.run('k4', 'a b', '{}');
    expect(findClearPans(database, new Set())).toHaveLength(3);
    expect(JSON.stringify(findClearPans(database, new Set()))).not.toContain(BANK_PAN);
  });
});

describe('maskClearPans', () => {
  it('masks what looks like a card number and leaves the rest', () => {
    expect(maskClearPans(`a ${BANK_PAN} b 6222 0212 3456 7894 c 624512345670`)).toBe(
      'a 622202******7894 b 622202******7894 c 624512345670',
    );
  });
});
