import Database from 'better-sqlite3';
import type { AppendFailure } from '../ports/journal.ts';

/** SQLite's code and words, when the error is SQLite's. */
export function sqliteProblem(
  error: unknown,
): { readonly code: string; readonly detail: string } | undefined {
  return error instanceof Database.SqliteError
    ? { code: error.code, detail: `${error.code}: ${error.message}` }
    : undefined;
}

/**
 * Sorts SQLite's result codes (https://sqlite.org/rescode.html) by what a person can do about them. Extended codes
 * share their beginning with the primary one. Everything that is not full, read-only or locked is hardware or damage
 * to us: nothing was written, and the terminal must not trade on.
 * @returns undefined for codes that only a bug brings about (wrong SQL, wrong binding); those are thrown.
 */
export function appendFailureOf(sqliteCode: string): AppendFailure | undefined {
  if (sqliteCode.startsWith('SQLITE_FULL')) return 'disk-full';
  if (sqliteCode === 'SQLITE_IOERR_SHMSIZE') return 'disk-full';
  if (sqliteCode.startsWith('SQLITE_READONLY')) return 'read-only';
  if (sqliteCode.startsWith('SQLITE_PERM')) return 'read-only';
  if (sqliteCode.startsWith('SQLITE_BUSY')) return 'locked';
  if (sqliteCode.startsWith('SQLITE_LOCKED')) return 'locked';
  if (sqliteCode.startsWith('SQLITE_PROTOCOL')) return 'locked';
  if (/^SQLITE_(?:IOERR|CORRUPT|NOTADB|CANTOPEN|NOMEM|CONSTRAINT|INTERRUPT|SCHEMA)/.test(sqliteCode))
    return 'io-error';
  return undefined;
}
