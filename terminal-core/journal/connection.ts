import { accessSync, constants, existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

/**
 * How long an append waits when another program holds the database. Short: the thread that waits is the one that
 * answers the cashier, and no other program has any business writing here.
 */
export const BUSY_TIMEOUT_MS = 250;

/**
 * Pages in the write-ahead log before they are copied into the database. Four times SQLite's default: the copying is
 * what a cashier could feel, and the log is read once at start, so a longer one costs little. About 16 MiB on disk.
 */
export const CHECKPOINT_PAGES = 4000;

/** Opens the database so that a committed transaction is on disk. */
export function openForWriting(file: string): Database.Database {
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    setWriterPragmas(database);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** The settings of the journal's writer; the benchmark gives them to the connection it compares with. */
export function setWriterPragmas(database: Database.Database): void {
  database.pragma('journal_mode = WAL');
  // After journal_mode: this build of SQLite lowers a WAL database to NORMAL, which may lose the last commits.
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  // Erased card data, sealed as it is, is overwritten and does not stay in free space.
  database.pragma('secure_delete = ON');
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.pragma(`journal_size_limit = ${CHECKPOINT_PAGES * 4096}`);
  database.pragma('trusted_schema = OFF');
}

/** Where a database file says that it uses a write-ahead log: the two format bytes of its header. */
const FORMAT_BYTES_OFFSET = 18;
const ROLLBACK_JOURNAL_FORMAT = 1;

/**
 * Opens the database so that nothing in it can change: the database and its log stay byte for byte as they are. Beside
 * them SQLite may make the `-shm`, which is scratch memory and no data, and an empty `-wal`. Where it cannot (read-only
 * media), a database at rest is read into memory instead.
 */
export function openForReading(file: string): Database.Database {
  if (isAtRest(file) && !isFolderWritable(file)) {
    const image = readFileSync(file);
    image.fill(ROLLBACK_JOURNAL_FORMAT, FORMAT_BYTES_OFFSET, FORMAT_BYTES_OFFSET + 2);
    return new Database(image, { readonly: true });
  }
  return new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
}

/** True when nobody has the database open and the last one to have it ended cleanly: it is one file, complete. */
export function isAtRest(file: string): boolean {
  return !SIDE_FILES.some((suffix) => existsSync(`${file}${suffix}`));
}

/** Removes what reading a database that was at rest left beside it. Only while holding the process lock. */
export function tidyAfterReading(file: string): void {
  for (const suffix of SIDE_FILES) rmSync(`${file}${suffix}`, { force: true });
}

const SIDE_FILES = ['-wal', '-shm', '-journal'] as const;

function isFolderWritable(file: string): boolean {
  try {
    accessSync(dirname(file), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
