import Database from 'better-sqlite3';
import { migrate } from './migrate.ts';
import { type SqlValue, type Store, StoreRefusal, type StoreTransaction } from './store.ts';

/** How long a transaction waits for another process that holds the database. */
const BUSY_TIMEOUT_MS = 10_000;
const STATEMENTS_MAX = 500;

/**
 * The store on one SQLite file: write-ahead log, synchronous FULL, so that an answer that was sent is on disk.
 * @throws StoreRefusal when the file is no database, is damaged or comes from a newer version.
 */
export function openSqliteStore(file: string): Store {
  let database: Database.Database;
  try {
    database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  } catch (cause) {
    throw new StoreRefusal(
      'cannot-open',
      `The host database ${file} cannot be opened: check that the folder exists and can be written.`,
      {
        cause,
      },
    );
  }
  try {
    migrate(database, file);
    return new SqliteStore(database);
  } catch (cause) {
    database.close();
    throw refusalOf(cause, file);
  }
}

class SqliteStore implements Store {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  /** Ends when the transaction that is running has ended: the connection carries one at a time. */
  #tail: Promise<void> = Promise.resolve();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    const before = this.#tail;
    const turn = Promise.withResolvers<void>();
    this.#tail = turn.promise;
    await before;
    try {
      // IMMEDIATE takes the write lock first, so two processes on one file cannot both read a balance and both spend it.
      this.#prepare('BEGIN IMMEDIATE').run();
      try {
        const result = await work(this.#transaction);
        this.#prepare('COMMIT').run();
        return result;
      } catch (error) {
        if (this.#database.inTransaction) this.#prepare('ROLLBACK').run();
        throw error;
      }
    } finally {
      turn.resolve();
    }
  }

  async close(): Promise<void> {
    await this.#tail;
    this.#database.close();
  }

  readonly #transaction: StoreTransaction = {
    // The cast is the database boundary: the statement's author names the row that it returns.
    get: async <Row extends object>(sql: string, ...values: readonly SqlValue[]) =>
      this.#prepare(sql).get(...values) as Row | undefined,
    all: async <Row extends object>(sql: string, ...values: readonly SqlValue[]) =>
      this.#prepare(sql).all(...values) as Row[],
    run: async (sql, ...values) => this.#prepare(sql).run(...values).changes,
  };

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      if (this.#statements.size < STATEMENTS_MAX) this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function refusalOf(cause: unknown, file: string): unknown {
  if (!(cause instanceof Database.SqliteError)) return cause;
  if (cause.code === 'SQLITE_NOTADB') {
    return new StoreRefusal(
      'not-a-database',
      `${file} is not a host database. Give --db another file; this one was not touched.`,
      { cause },
    );
  }
  if (cause.code.startsWith('SQLITE_CORRUPT')) {
    return new StoreRefusal(
      'corrupt',
      `The host database ${file} is damaged. Restore a copy or give --db another file; this one was not touched.`,
      { cause },
    );
  }
  return new StoreRefusal('cannot-open', `The host database ${file} cannot be used (${cause.code}).`, {
    cause,
  });
}
