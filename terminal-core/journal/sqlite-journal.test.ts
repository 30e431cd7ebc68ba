import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journalOptions } from '../../test/crash/journal-support.ts';
import type { Change, NewEntry } from '../ports/journal.ts';
import { ZERO_HASH } from './chain.ts';
import { BUSY_TIMEOUT_MS, setWriterPragmas } from './connection.ts';
import { JournalDamageError } from './damage.ts';
import { openJournal } from './index.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { SEARCH_WORDS_MAX, SqliteJournal } from './sqlite-journal.ts';
import { listSql } from './statements.ts';

const entry = (kind: string, payload: NewEntry['payload'] = {}): NewEntry => ({ atMs: 1, kind, payload });
const put = (key: string, doc: NonNullable<Change['doc']>, rest: Partial<Change> = {}): Change => ({
  collection: 'things',
  key,
  doc,
  live: true,
  ...rest,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(file = ':memory:'): SqliteJournal {
  const opened = openJournal(journalOptions(file));
  if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.detail}`);
  return opened.journal;
}

/** A journal on a connection that the test can put into trouble. */
function withConnection(): {
  readonly journal: SqliteJournal;
  readonly database: Database.Database;
  readonly file: string;
} {
  const file = join(folder, 'troubled.db');
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  setWriterPragmas(database);
  migrate(database, { migrations: MIGRATIONS, nowMs: () => 0 });
  const { seal, unseal } = journalOptions(file);
  const start = { entries: 0, head: ZERO_HASH, docsSum: ZERO_HASH };
  return { journal: new SqliteJournal({ database, seal, unseal, start }), database, file };
}

describe('append', () => {
  it('numbers entries from 1 without gaps and returns the head of the chain', () => {
    const journal = open();
    expect([journal.nextSeq(), journal.head()]).toEqual([1, '0'.repeat(64)]);
    const first = journal.append([entry('a'), entry('b', { x: [1, 'two'] })], []);
    expect(first).toEqual({ ok: true, firstSeq: 1, lastSeq: 2, head: journal.head() });
    expect(journal.append([entry('c')], [])).toMatchObject({ ok: true, firstSeq: 3, lastSeq: 3 });
    expect(journal.nextSeq()).toBe(4);
    const stored = [...journal.entries()];
    expect(stored.map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect(stored[1]).toMatchObject({ payload: { x: [1, 'two'] }, secretState: 'none' });
    expect(stored[2]?.hash).toBe(journal.head());
    expect(journal.head()).toMatch(/^[0-9A-F]{64}$/);
  });

  it('does nothing for no entries, and refuses documents without an entry', () => {
    const journal = open();
    expect(journal.append([], [])).toMatchObject({ ok: true, firstSeq: 1, lastSeq: 0 });
    expect(() => journal.append([], [put('k', {})])).toThrow(RangeError);
  });

  it('throws for data that cannot be stored and writes nothing', () => {
    const journal = open();
    expect(() => journal.append([entry('a'), entry('b', { half: 0.5 })], [])).toThrow('$.half');
    expect(() => journal.append([entry('a')], [put('\ud800', {})])).toThrow(RangeError);
    expect(() => journal.append([{ ...entry('a'), atMs: 1.5 }], [])).toThrow(RangeError);
    expect(journal.nextSeq()).toBe(1);
  });

  it('says closed after close, which may be called twice', () => {
    const journal = open();
    journal.close();
    journal.close();
    expect(journal.append([entry('a')], [])).toMatchObject({ ok: false, failure: 'closed' });
  });
});

describe('append in trouble', () => {
  it('says disk-full when the database may not grow, keeps what it had, and goes on when there is room', () => {
    const { journal, database } = withConnection();
    expect(journal.append([entry('a')], [put('k', { n: 1 })]).ok).toBe(true);
    const head = journal.head();
    database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true }))}`);
    const large = 'x'.repeat(20_000);
    const refused = journal.append([entry('b', { large }), entry('c')], [put('k', { n: 2 })]);
    expect(refused).toMatchObject({ ok: false, failure: 'disk-full' });
    expect([journal.nextSeq(), journal.head(), journal.get('things', 'k')?.doc]).toEqual([2, head, { n: 1 }]);
    database.pragma('max_page_count = 100000');
    expect(journal.append([entry('b', { large })], [put('k', { n: 2 })])).toMatchObject({
      ok: true,
      lastSeq: 2,
    });
    expect(journal.verify().ok).toBe(true);
  });

  it('says read-only when nothing may be written', () => {
    const { journal, database } = withConnection();
    database.pragma('query_only = ON');
    expect(journal.append([entry('a')], [put('k', {})])).toMatchObject({ ok: false, failure: 'read-only' });
    database.pragma('query_only = OFF');
    expect(journal.append([entry('a')], [put('k', {})])).toMatchObject({ ok: true, firstSeq: 1 });
  });

  it('says locked, soon, when another program holds the database', () => {
    const { journal, file } = withConnection();
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const startMs = performance.now();
    expect(journal.append([entry('a')], [])).toMatchObject({ ok: false, failure: 'locked' });
    expect(performance.now() - startMs).toBeLessThan(BUSY_TIMEOUT_MS * 8);
    other.exec('ROLLBACK');
    expect(journal.append([entry('a')], [])).toMatchObject({ ok: true, firstSeq: 1 });
    other.close();
  });

  it('says io-error when another program has written entries behind its back', () => {
    const { journal, file } = withConnection();
    const other = new Database(file);
    other.exec(
      `INSERT INTO entries (seq, at_ms, kind, payload, hash) VALUES (1, 0, 'x', '{}', zeroblob(32))`,
    );
    other.close();
    expect(journal.append([entry('a')], [])).toMatchObject({ ok: false, failure: 'io-error' });
  });

  it('erases nothing and says so when the disk does not take it', () => {
    const { journal, database } = withConnection();
    journal.append([{ ...entry('a'), secret: { pan: '6222' } }], []);
    database.pragma('query_only = ON');
    expect(journal.eraseSecrets([1])).toBe(0);
    database.pragma('query_only = OFF');
    expect(journal.openSecret(1)).toEqual({ pan: '6222' });
  });
});

describe('the table of entries', () => {
  it.each([
    ['deleted', 'DELETE FROM entries WHERE seq = 1', 'deleted only once they are archived'],
    ['changed', `UPDATE entries SET payload = '{"b":1}' WHERE seq = 1`, 'only the card data can be erased'],
    [
      'given other card data',
      `UPDATE entries SET secret = x'00' WHERE seq = 1`,
      'only the card data can be erased',
    ],
    [
      'replaced',
      `REPLACE INTO entries (seq, at_ms, kind, payload, hash) VALUES (1, 0, 'x', '{}', zeroblob(32))`,
      'without gaps',
    ],
    [
      'skipped',
      `INSERT INTO entries (seq, at_ms, kind, payload, hash) VALUES (9, 0, 'x', '{}', zeroblob(32))`,
      'without gaps',
    ],
  ])('does not let an entry be %s by any program', (_name, sql, message) => {
    const { journal, database } = withConnection();
    journal.append([{ ...entry('a', { a: 1 }), secret: { pan: '6222' } }], []);
    expect(() => database.exec(sql)).toThrow(message);
    expect(journal.verify().ok).toBe(true);
  });
});

describe('card data', () => {
  it('is sealed in its entry, opens there and nowhere else, and can be erased without breaking the chain', () => {
    const { journal, database } = withConnection();
    const pan = '6210940000001234';
    journal.append(
      [{ ...entry('sent'), secret: { pan } }, { ...entry('sent'), secret: { pan } }, entry('plain')],
      [],
    );
    expect(journal.openSecret(1)).toEqual({ pan });
    expect(journal.openSecret(3)).toBeUndefined();
    expect(journal.openSecret(99)).toBeUndefined();
    expect(database.serialize().includes(pan)).toBe(false);

    const head = journal.head();
    expect(journal.eraseSecrets([1, 3, 99])).toBe(1);
    expect(journal.eraseSecrets([1])).toBe(0);
    expect(journal.openSecret(1)).toBeUndefined();
    expect(Array.from(journal.entries(), (each) => each.secretState)).toEqual(['erased', 'sealed', 'none']);
    expect(journal.verify()).toMatchObject({ ok: true, sealed: 1, head });
  });

  it('is refused when its seal belongs to another entry', () => {
    const { journal, database } = withConnection();
    journal.append(
      [
        { ...entry('sent'), secret: { pan: '1' } },
        { ...entry('sent'), secret: { pan: '2' } },
      ],
      [],
    );
    database.exec(
      'DROP TRIGGER entries_never_changed; UPDATE entries SET secret = (SELECT secret FROM entries WHERE seq = 1)',
    );
    expect(() => journal.openSecret(2)).toThrow(JournalDamageError);
  });
});

describe('documents', () => {
  it('are put, replaced and removed with the entry that does it', () => {
    const journal = open();
    journal.append([entry('a')], [put('one', { n: 1 }), put('two', { n: 2 }, { live: false })]);
    journal.append(
      [entry('b'), entry('c')],
      [put('one', { n: 10 }), put('gone', { n: 0 }), put('gone', {}, { doc: null })],
    );
    expect(journal.get('things', 'one')).toMatchObject({ doc: { n: 10 }, seq: 3, firstSeq: 1, live: true });
    expect(journal.get('things', 'gone')).toBeUndefined();
    expect(journal.get('others', 'one')).toBeUndefined();
    expect(Array.from(journal.loadLive(), ({ key }) => key)).toEqual(['one']);
    journal.append([entry('d')], [put('one', {}, { doc: null }), put('never', {}, { doc: null })]);
    expect([...journal.loadLive()]).toEqual([]);
    expect(journal.verify().ok).toBe(true);
  });

  it('are listed newest first, page by page, and do not move when they change later', () => {
    const journal = open();
    for (let n = 1; n <= 5; n += 1)
      journal.append([entry('a')], [put(`k${n}`, { n }), put(`x${n}`, { n }, { collection: 'other' })]);
    journal.append(
      [entry('settled')],
      [1, 2, 3].map((n) => put(`k${n}`, { n, settled: true })),
    );
    const page = journal.list('things', { limit: 2 });
    expect(page.map(({ key }) => key)).toEqual(['k5', 'k4']);
    const last = page.at(-1);
    expect(last?.firstSeq).toBe(4);
    const next = journal.list('things', { limit: 9, beforeSeq: last?.firstSeq ?? 0 });
    expect(next.map(({ key }) => key)).toEqual(['k3', 'k2', 'k1']);
  });

  it('are found by whole words, all of them, in any case, and by new words after a change', () => {
    const journal = open();
    journal.append(
      [entry('a')],
      [put('one', {}, { terms: '000123 4567  RRN9' }), put('two', {}, { terms: '000124 4567' })],
    );
    const keys = (search: string) => journal.list('things', { search, limit: 9 }).map(({ key }) => key);
    expect(keys('4567')).toEqual(['two', 'one']);
    expect(keys(' rrn9   4567 ')).toEqual(['one']);
    expect(keys('456')).toEqual([]);
    expect(keys('4567 nothing')).toEqual([]);
    expect(keys('%')).toEqual([]);
    journal.append([entry('b')], [put('two', {}, { terms: 'new' })]);
    expect([keys('new'), keys('000124')]).toEqual([['two'], []]);
    expect(journal.verify().ok).toBe(true);
  });

  it('are searched by the first words only, up to the limit', () => {
    const journal = open();
    journal.append([entry('a')], [put('one', {}, { terms: 'yes' })]);
    const found = (words: number) =>
      journal.list('things', { search: `${'yes '.repeat(words)}no`, limit: 9 }).length;
    expect([found(SEARCH_WORDS_MAX - 1), found(SEARCH_WORDS_MAX)]).toEqual([0, 1]);
  });

  it('are listed by the index alone, without sorting', () => {
    const { database } = withConnection();
    const plan = database
      .prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${listSql(1)}`)
      .all('things', 9, 'word', 1);
    expect(plan.map(({ detail }) => detail).join()).not.toContain('TEMP B-TREE');
  });

  it('are not handed out when their bytes changed on disk', () => {
    const { journal, database } = withConnection();
    journal.append([entry('a')], [put('one', { amountMinor: 100 })]);
    database.exec(`UPDATE docs SET doc = '{"amountMinor":900}'`);
    expect(() => journal.get('things', 'one')).toThrow(JournalDamageError);
    expect(() => journal.list('things', { limit: 1 })).toThrow(JournalDamageError);
    expect(() => journal.loadLive()).toThrow(JournalDamageError);
  });
});

describe('a journal on disk', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const change = fc.record({
    collection: fc.constantFrom('x', 'y'),
    key,
    doc: fc.option(fc.dictionary(key, fc.oneof(fc.string(), fc.maxSafeInteger()), { noNullPrototype: true })),
    live: fc.boolean(),
    terms: fc.string(),
  });
  const step = fc.record({
    entries: fc.array(
      fc.record({
        atMs: fc.maxSafeInteger(),
        kind: fc.string({ unit: 'grapheme' }),
        payload: fc.dictionary(key, fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
        secret: fc.record({ pan: fc.string() }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    changes: fc.array(change, { maxLength: 5 }),
  });

  it('has the same entries, documents and secrets after it was closed and opened again', () => {
    let run = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
        run += 1;
        const file = join(folder, `${run}.db`);
        const first = open(file);
        for (const each of steps) expect(first.append(each.entries, each.changes).ok).toBe(true);
        const everything = (journal: SqliteJournal) => ({
          head: journal.head(),
          nextSeq: journal.nextSeq(),
          entries: [...journal.entries()],
          secrets: Array.from(journal.entries(), ({ seq }) => journal.openSecret(seq)),
          docs: ['x', 'y'].flatMap((collection) => journal.list(collection, { limit: 99 })),
          live: [...journal.loadLive()],
        });
        const before = everything(first);
        first.close();
        const second = open(file);
        expect(everything(second)).toEqual(before);
        expect(second.append([entry('more')], [])).toMatchObject({ ok: true, firstSeq: before.nextSeq });
        expect(second.verify().problems).toEqual([]);
        second.close();
      }),
      { numRuns: 40 },
    );
  });
});
