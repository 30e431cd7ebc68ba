import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { NO_ANCHOR } from './anchor.ts';
import { ZERO_HASH } from './chain.ts';
import { isAtRest, openForReading, openForWriting, tidyAfterReading } from './connection.ts';
import { appendFailureOf, sqliteProblem } from './failures.ts';
import { HeadFile, type HeadReading, readHead } from './head-file.ts';
import { emptyOrLost, type Inspection, inspect } from './inspect.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';
import { type JournalOpenError, type JournalProblem, openError } from './open-errors.ts';
import { type ProcessLock, takeProcessLock } from './process-lock.ts';
import type { Seal, Unseal } from './sealing.ts';
import { SqliteJournal } from './sqlite-journal.ts';

export interface OpenJournalOptions {
  /** The database file; made when it is absent or empty. `:memory:` for tests and the simulator. */
  readonly file: string;
  readonly seal: Seal;
  readonly unseal: Unseal;
  readonly nowMs: () => number;
  /** All known migrations, unless a test says otherwise. */
  readonly migrations?: readonly Migration[];
}

export type OpenJournalResult =
  | { readonly ok: true; readonly journal: SqliteJournal }
  | { readonly ok: false; readonly error: JournalOpenError };

/**
 * Opens the journal for this process alone, after checking all of it: pages, chain, documents, head file. The check only
 * reads; a journal that is refused is left byte for byte as it was.
 */
export function openJournal(options: OpenJournalOptions): OpenJournalResult {
  if (options.file === ':memory:') return { ok: true, journal: openInMemory(options) };
  const file = resolve(options.file);
  const migrations = options.migrations ?? MIGRATIONS;
  const locked = lockFile(file);
  if ('problem' in locked) return { ok: false, error: openError(file, locked.problem) };
  let isOpen = false;
  try {
    const inspection = examine(file, migrations);
    const [problem] = inspection.problems;
    if (problem !== undefined) return { ok: false, error: openError(file, problem) };
    const journal = openVerified({ file, migrations, inspection, lock: locked.lock, options });
    isOpen = true;
    return { ok: true, journal };
  } catch (error) {
    return { ok: false, error: openError(file, problemOf(error)) };
  } finally {
    if (!isOpen) locked.lock.release();
  }
}

function openInMemory(options: OpenJournalOptions): SqliteJournal {
  const database = new Database(':memory:');
  migrate(database, { migrations: options.migrations ?? MIGRATIONS, nowMs: options.nowMs });
  const start = { entries: 0, head: ZERO_HASH, docsSum: ZERO_HASH };
  return new SqliteJournal({ database, seal: options.seal, unseal: options.unseal, start });
}

function lockFile(file: string): { readonly lock: ProcessLock } | { readonly problem: JournalProblem } {
  const folder = dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return { problem: { code: 'unreadable', detail: `there is no folder ${folder}` } };
  }
  try {
    const lock = takeProcessLock(file);
    if (lock !== undefined) return { lock };
    return { problem: { code: 'locked-by-other-process', detail: 'the lock file is held' } };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** Reads everything, changes nothing. The first problem is the one to report. */
function examine(file: string, migrations: readonly Migration[]): Inspection {
  const head = readHead(file);
  const databaseBytes = sizeOf(file);
  if (databaseBytes === 0) return examineAbsent(file, head);
  if (databaseBytes === 'not-a-file') return refused({ code: 'not-a-journal', detail: 'it is not a file' });
  const wasAtRest = isAtRest(file);
  const database = openForReading(file);
  try {
    database.exec('BEGIN');
    const inspection = inspect(database, { migrations, head });
    const [problem] = inspection.problems;
    // A header that says nonsense about its own format ends here too: we may open the file, and SQLite cannot.
    if (problem?.detail.startsWith('SQLITE_CANTOPEN') && isWritable(file)) {
      return refused({ ...problem, code: 'corrupt-file' });
    }
    if (problem !== undefined) return inspection;
    return isWritable(file) ? inspection : refused({ code: 'read-only', detail: 'no permission to write' });
  } finally {
    database.close();
    if (wasAtRest) tidyAfterReading(file);
  }
}

/** SQLite would throw away a log without a database; we keep it, because it may hold what somebody wants back. */
function examineAbsent(file: string, head: HeadReading): Inspection {
  const identity = emptyOrLost(head);
  if (identity.kind === 'problem') return refused(identity.problem);
  if (sizeOf(`${file}-wal`) !== 0) {
    return refused({ code: 'corrupt-file', detail: 'the database is empty or missing, its log is not' });
  }
  return {
    isEmpty: true,
    anchor: NO_ANCHOR,
    entries: 0,
    head: ZERO_HASH,
    sealed: 0,
    docsSum: ZERO_HASH,
    problems: [],
  };
}

function refused(problem: JournalProblem): Inspection {
  return {
    isEmpty: false,
    anchor: NO_ANCHOR,
    entries: 0,
    head: ZERO_HASH,
    sealed: 0,
    docsSum: ZERO_HASH,
    problems: [problem],
  };
}

function openVerified(parts: {
  readonly file: string;
  readonly migrations: readonly Migration[];
  readonly inspection: Inspection;
  readonly lock: ProcessLock;
  readonly options: OpenJournalOptions;
}): SqliteJournal {
  const { file, inspection, options } = parts;
  const headFile = HeadFile.open(file, { seq: inspection.entries, hash: inspection.head });
  let database: Database.Database | undefined;
  try {
    if (inspection.isEmpty) makePrivateFile(file);
    database = openForWriting(file);
    migrate(database, { migrations: parts.migrations, nowMs: options.nowMs });
    return new SqliteJournal({
      database,
      file,
      seal: options.seal,
      unseal: options.unseal,
      start: inspection,
      headFile,
      release: () => parts.lock.release(),
    });
  } catch (error) {
    database?.close();
    headFile.close();
    throw error;
  }
}

/** For this user only; SQLite gives the files beside it the same permissions. */
function makePrivateFile(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
}

function sizeOf(file: string): number | 'not-a-file' {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  return stat.isFile() ? stat.size : 'not-a-file';
}

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    accessSync(dirname(file), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** What an exception while opening means. @throws the error itself when it is a bug and no condition of the machine. */
function problemOf(error: unknown): JournalProblem {
  const problem = sqliteProblem(error);
  if (problem !== undefined) return sqliteOpenProblem(problem);
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) throw error;
  const detail = error.message;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return { code: 'disk-full', detail };
  if (error.code === 'EROFS') return { code: 'read-only', detail };
  return { code: 'unreadable', detail };
}

function sqliteOpenProblem(problem: { readonly code: string; readonly detail: string }): JournalProblem {
  const { code, detail } = problem;
  if (/^SQLITE_(?:CORRUPT|NOTADB)/.test(code)) return { code: 'corrupt-file', detail };
  const failure = appendFailureOf(code);
  if (failure === 'disk-full' || failure === 'read-only') return { code: failure, detail };
  if (failure === 'locked') return { code: 'locked-by-other-process', detail };
  return { code: 'unreadable', detail };
}
