import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journalOptions, stepOf } from '../../test/crash/journal-support.ts';
import type { Change, StoredEntry } from '../ports/journal.ts';
import { openJournal, verifyJournal } from './index.ts';
import { schemaText } from './migrate.ts';
import { verifyDatabase } from './verify.ts';

const STEPS = 12;
let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-verify-'));
  file = join(folder, 'journal.db');
  const opened = openJournal(journalOptions(file));
  if (!opened.ok) throw new Error(opened.error.detail);
  for (let seq = 1; seq <= STEPS; seq += 1) opened.journal.append([stepOf(seq).entry], stepOf(seq).changes);
  opened.journal.eraseSecrets([3]);
  opened.journal.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The journal in memory, free to be tampered with: the triggers are gone, and only while the tampering lasts. */
function tampered(tamper: (database: Database.Database) => void) {
  const image = readFileSync(file);
  image.fill(1, 18, 20);
  const database = new Database(image);
  const schema = schemaText(database);
  const triggers = database
    .prepare<[], { readonly name: string; readonly sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`,
    )
    .all();
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
  database.pragma('ignore_check_constraints = ON');
  tamper(database);
  for (const { sql } of triggers) database.exec(sql);
  expect(schemaText(database)).toBe(schema);
  return verifyDatabase(database, { kind: 'absent' });
}

function* stepsProjection(entries: Iterable<StoredEntry>): Iterable<Change> {
  for (const { seq } of entries) yield* stepOf(seq).changes;
}

describe('verifyJournal', () => {
  it('says what a whole journal holds, and leaves it as it was', () => {
    const before = readFileSync(file);
    const report = verifyJournal(file, { unseal: journalOptions(file).unseal, project: stepsProjection });
    expect(report).toMatchObject({
      entries: STEPS,
      ok: true,
      firstBad: null,
      sealed: STEPS - 1,
      clearPans: 0,
      problems: [],
      projectionDifferences: [],
      headFile: 'head',
    });
    expect(report.head).toMatch(/^[0-9A-F]{64}$/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('verifies a copy without its head file, and says that the end was not compared', () => {
    const copy = join(folder, 'copy.db');
    writeFileSync(copy, readFileSync(file));
    expect(verifyJournal(copy)).toMatchObject({ ok: true, headFile: 'absent' });
  });

  it('is not ok for a file that is not there, or is no journal', () => {
    expect(verifyJournal(join(folder, 'none.db'))).toMatchObject({
      ok: false,
      problems: [{ code: 'unreadable' }],
    });
    const text = join(folder, 'text.db');
    writeFileSync(text, 'x'.repeat(5000));
    expect(verifyJournal(text)).toMatchObject({ ok: false, problems: [{ code: 'not-a-journal' }] });
    expect(readdirSync(folder)).not.toContain('none.db');
  });

  it('reports the same from the running journal itself', () => {
    const opened = openJournal(journalOptions(file));
    if (!opened.ok) throw new Error(opened.error.detail);
    expect(opened.journal.verify({ project: stepsProjection })).toEqual(
      verifyJournal(file, { project: stepsProjection }),
    );
    opened.journal.close();
  });

  it.each(['at_ms', 'kind', 'payload', 'secret', 'secret_hash', 'docs_sum', 'hash'])(
    'finds any changed byte of %s, in any entry',
    (column) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: STEPS }),
          fc.nat(),
          fc.integer({ min: 1, max: 255 }),
          (seq, place, mask) => {
            let hadBytes = true;
            const report = tampered((database) => {
              const bytes = database
                .prepare<[number], Uint8Array | null>(
                  `SELECT CAST(${column} AS BLOB) FROM entries WHERE seq = ?`,
                )
                .pluck()
                .get(seq);
              hadBytes = bytes instanceof Uint8Array && bytes.length > 0;
              if (!(bytes instanceof Uint8Array) || bytes.length === 0) return;
              const index = place % bytes.length;
              bytes[index] = (bytes[index] ?? 0) ^ mask;
              const type =
                column === 'at_ms' ? 'INTEGER' : column === 'kind' || column === 'payload' ? 'TEXT' : 'BLOB';
              const value = column === 'at_ms' ? BigInt(seq) + BigInt(mask) : bytes;
              database
                .prepare(`UPDATE entries SET ${column} = CAST(? AS ${type}) WHERE seq = ?`)
                .run(value, seq);
            });
            expect(report.ok).toBe(!hadBytes);
            if (hadBytes) expect(report.firstBad).toBe(seq);
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  it.each([
    ['a number', 'UPDATE entries SET seq = 99 WHERE seq = 12', 12],
    ['the last entry', 'DELETE FROM entries WHERE seq = 12', null],
    ['an entry in the middle', 'DELETE FROM entries WHERE seq = 5', 5],
    ['the hash of card data', 'UPDATE entries SET secret_hash = NULL, secret = NULL WHERE seq = 4', 4],
  ])('finds that %s was changed or taken', (_name, sql, firstBad) => {
    expect(tampered((database) => database.exec(sql))).toMatchObject({ ok: false, firstBad });
  });

  it.each([
    ['doc', `doc = '{}'`],
    ['key', `key = 'other'`],
    ['terms', `terms = 'other'`],
    ['live', 'live = 1 - live'],
    ['seq', 'seq = seq + 1'],
    ['seq to a negative one', 'seq = -7'],
    ['first_seq to the largest number', 'first_seq = 9223372036854775807'],
    ['digest', 'digest = zeroblob(32)'],
  ])('finds a changed %s of a document', (_name, change) => {
    const report = tampered((database) => database.exec(`UPDATE docs SET ${change} WHERE key = 'S4'`));
    expect(report).toMatchObject({ ok: false, problems: [{ code: 'damaged-documents' }] });
  });

  it('finds documents that do not follow from the entries', () => {
    const report = verifyJournal(file, {
      project: function* (entries) {
        for (const change of stepsProjection(entries)) {
          if (change.key === 'S1') continue;
          if (change.key === 'S2') yield { ...change, doc: {} };
          else if (change.key === 'S3') yield { ...change, live: !change.live };
          else yield change;
        }
        yield { collection: 'more', key: 'M', doc: {}, live: true };
      },
    });
    expect(report.ok).toBe(false);
    expect(report.projectionDifferences?.map(({ key, kind }) => [key, kind])).toEqual([
      ['S1', 'extra'],
      ['S2', 'different'],
      ['S3', 'different'],
      ['M', 'missing'],
    ]);
  });

  it('counts card numbers in clear, those of the sealed column also without a check digit', () => {
    const clear = join(folder, 'clear.db');
    const options = journalOptions(clear);
    const opened = openJournal(options);
    if (!opened.ok) throw new Error(opened.error.detail);
    const pan = '6210940000000000001';
    opened.journal.append([{ atMs: 1, kind: 'a', payload: { leaked: pan }, secret: { pan } }], []);
    opened.journal.close();
    expect(verifyJournal(clear)).toMatchObject({ ok: true, clearPans: 0 });
    const report = verifyJournal(clear, { unseal: options.unseal });
    expect(report).toMatchObject({ ok: false, clearPans: 1, clearPanPlaces: [{ place: 'entry 1' }] });
    expect(JSON.stringify(report)).not.toContain(pan);
  });
});
