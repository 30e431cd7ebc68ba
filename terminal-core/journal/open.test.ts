import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journalOptions, stepOf } from '../../test/crash/journal-support.ts';
import { type OpenJournalResult, openJournal } from './index.ts';
import type { Migration } from './migrations/index.ts';
import { MIGRATIONS } from './migrations/index.ts';

const STEPS = 30;
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-open-'));
  file = join(folder, 'journal.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(migrations?: readonly Migration[]): OpenJournalResult {
  return openJournal({ ...journalOptions(file), ...(migrations === undefined ? {} : { migrations }) });
}

/** Makes a journal with STEPS steps, closed cleanly. */
function makeJournal(): void {
  const opened = open();
  if (!opened.ok) throw new Error(opened.error.detail);
  for (let seq = 1; seq <= STEPS; seq += 1) opened.journal.append([stepOf(seq).entry], stepOf(seq).changes);
  opened.journal.close();
}

/** Everything in the folder but the lock, which is empty and says nothing. */
function contents(): Record<string, string> {
  const names = readdirSync(folder).filter((name) => !name.endsWith('-lock'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'base64')]));
}

/** Opens a file that must be refused, and checks that nothing in the folder changed and that it has words. */
function refusal(): Extract<OpenJournalResult, { ok: false }>['error'] {
  const before = contents();
  const opened = open();
  if (opened.ok) throw new Error('the journal was opened');
  expect(contents()).toEqual(before);
  const { message } = opened.error;
  for (const text of [message.en, message['zh-CN']]) expect(text).toContain(file);
  return opened.error;
}

function tamper(sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

describe('openJournal', () => {
  it.each([
    ['an absent file', () => {}],
    ['an empty file', () => writeFileSync(file, '')],
    ['a database that was made and never filled', () => new Database(file).exec('VACUUM').close()],
  ])('makes a new journal from %s', (_name, prepare) => {
    prepare();
    const opened = open();
    if (!opened.ok) throw new Error(opened.error.detail);
    expect(opened.journal.append([stepOf(1).entry], [])).toMatchObject({ ok: true, lastSeq: 1 });
    opened.journal.close();
    expect(contents()).toHaveProperty(['journal.db-head']);
  });

  it('opens what it closed, once at a time', () => {
    makeJournal();
    const first = open();
    expect(first).toMatchObject({ ok: true });
    expect(open()).toMatchObject({ ok: false, error: { code: 'locked-by-other-process' } });
    if (first.ok) first.journal.close();
    const second = open();
    expect(second.ok).toBe(true);
    if (second.ok) second.journal.close();
  });

  it('refuses a file with a damaged page', () => {
    makeJournal();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096 * 3, 4096 * 3 + 400);
    writeFileSync(file, bytes);
    expect(refusal().code).toBe('corrupt-file');
  });

  it('refuses a file that was cut', () => {
    makeJournal();
    truncateSync(file, 4096 * 2);
    expect(refusal().code).toBe('corrupt-file');
  });

  it('refuses a changed entry and names the first bad one', () => {
    makeJournal();
    tamper(`DROP TRIGGER entries_never_changed; UPDATE entries SET payload = replace(payload, 'step 7', 'step 8') WHERE seq = 7;
      ${String(triggerSql('entries_never_changed'))}`);
    expect(refusal()).toMatchObject({ code: 'broken-chain', firstBadSeq: 7 });
  });

  it('refuses a journal that lost its last entries', () => {
    makeJournal();
    tamper(`DROP TRIGGER entries_never_deleted; DELETE FROM entries WHERE seq = ${STEPS};
      ${String(triggerSql('entries_never_deleted'))}; DELETE FROM docs WHERE seq = ${STEPS}`);
    expect(refusal()).toMatchObject({ firstBadSeq: STEPS });
  });

  it('refuses an empty database where the head file remembers entries', () => {
    makeJournal();
    truncateSync(file, 0);
    expect(refusal()).toMatchObject({ code: 'lost-entries', firstBadSeq: 1 });
    rmSync(file);
    expect(refusal().code).toBe('lost-entries');
  });

  it.each([
    ['missing', () => rmSync(`${file}-head`)],
    ['cut', () => truncateSync(`${file}-head`, 40)],
    ['another one', () => writeFileSync(`${file}-head`, Buffer.alloc(76, 1))],
  ])('refuses entries whose head file is %s', (_name, damage) => {
    makeJournal();
    damage();
    expect(refusal().code).toBe('no-head-file');
  });

  it('refuses documents that were changed, or put back to an older state', () => {
    makeJournal();
    const whole = readFileSync(file);
    tamper(`UPDATE docs SET doc = '{"lastSeq":1}' WHERE collection = 'rotating' AND key = 'R5'`);
    expect(refusal().code).toBe('damaged-documents');

    writeFileSync(file, whole);
    tamper(`DELETE FROM docs WHERE collection = 'rotating' AND key = 'R5'`);
    expect(refusal().code).toBe('damaged-documents');
  });

  it('refuses tables that are not the ones it made', () => {
    makeJournal();
    tamper('DROP TRIGGER entries_never_deleted');
    expect(refusal().code).toBe('corrupt-file');
  });

  it('refuses a journal of a newer version', () => {
    makeJournal();
    tamper('PRAGMA user_version = 99');
    expect(refusal()).toMatchObject({ code: 'newer-version', detail: expect.stringContaining('99') });
  });

  it.each([
    ['text', () => writeFileSync(file, 'not a database, but long enough to look at. '.repeat(50))],
    [
      'a database of another program',
      () => new Database(file).exec('CREATE TABLE t (x); PRAGMA application_id = 7').close(),
    ],
    ['a folder', () => mkdirSync(file)],
  ])('refuses %s as no journal', (_name, make) => {
    make();
    const opened = open();
    expect(opened).toMatchObject({ ok: false, error: { code: 'not-a-journal' } });
  });

  it('keeps a log whose database is gone', () => {
    writeFileSync(`${file}-wal`, 'frames');
    expect(refusal().code).toBe('corrupt-file');
    expect(readFileSync(`${file}-wal`, 'utf8')).toBe('frames');
  });

  it('refuses a folder that is not there', () => {
    file = join(folder, 'nowhere', 'journal.db');
    expect(open()).toMatchObject({ ok: false, error: { code: 'unreadable' } });
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  // Only root may become another user, and for root nothing is read-only.
  it.runIf(process.getuid?.() === 0)('refuses a journal that this user may read and not write', () => {
    makeJournal();
    chmodSync(folder, 0o777);
    chmodSync(file, 0o444);
    chmodSync(`${file}-head`, 0o444);
    chmodSync(`${file}-lock`, 0o666);
    const script = fileURLToPath(new URL('../../test/crash/journal-open-child.ts', import.meta.url));
    const output = execFileSync(process.execPath, [script, file], { encoding: 'utf8' });
    expect(output).toBe('read-only');
  });

  it('brings a journal of the version before forward, and refuses to take it back', () => {
    const first = open(MIGRATIONS.slice(0, 1));
    if (!first.ok) throw new Error(first.error.detail);
    first.journal.close();
    makeJournal();
    const version = MIGRATIONS.length + 1;
    const next: Migration = { version, name: 'next', sql: 'CREATE TABLE next (x INTEGER) STRICT;' };
    const forward = open([...MIGRATIONS, next]);
    if (!forward.ok) throw new Error(forward.error.detail);
    expect(forward.journal.nextSeq()).toBe(STEPS + 1);
    forward.journal.close();
    expect(refusal().code).toBe('newer-version');
  });

  it('has migrations numbered from 1 without gaps', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });
});

/** The text of a trigger, to put it back after tampering so that only the tampering shows. */
function triggerSql(name: string): string {
  const database = new Database(file, { readonly: true });
  try {
    const sql: unknown = database.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name);
    return String(sql);
  } finally {
    database.close();
  }
}
