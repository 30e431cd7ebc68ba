import Database from 'better-sqlite3';

/**
 * Keeps a second process off the journal. The lock is SQLite's own, on a file of its own beside the database: it dies
 * with the process, however that dies, so there is no stale lock to clear by hand; and it leaves the database itself
 * free for readers, so that `journal verify` works while the terminal runs (with `locking_mode = EXCLUSIVE` it would not).
 *
 * Nothing in this process may open the lock file or the database other than through SQLite: closing any descriptor of a
 * file gives up all of the process's POSIX locks on it.
 */
export interface ProcessLock {
  release(): void;
}

export function lockFilePath(databaseFile: string): string {
  return `${databaseFile}-lock`;
}

/** @returns undefined when somebody else holds it. @throws SqliteError when the lock file cannot be made. */
export function takeProcessLock(databaseFile: string): ProcessLock | undefined {
  const database = new Database(lockFilePath(databaseFile), { timeout: 0 });
  try {
    // Nothing is ever written, so there is nothing to roll back; without this an empty `-journal` would lie beside it.
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
}
