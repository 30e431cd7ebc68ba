import Database from 'better-sqlite3';
import { migrate } from './migrate.ts';
import { type SqlValue, type Store, StoreRefusal, type StoreTransaction } from './store.ts';

/** How long a transaction waits for another process that holds the database. */
const BUSY_TIMEOUT_MS = 10_000;
const STATEMENTS_MAX = 500;
/** Transactions that share a commit at most, so that another process waits for the lock a bounded time. */
export const GROUP_MAX = 64;
/** Transactions that may wait; above it the caller is told at once instead of after its terminal has given up. */
export const WAITING_MAX = 10_000;

/**
 * The store on one SQLite file: write-ahead log, synchronous FULL, so that an answer that was sent is on disk.
 * @throws StoreRefusal when the file is no database, is damaged or comes from a newer version.
 */
export function openSqliteStore(file: string, options: { readonly busyTimeoutMs?: number } = {}): Store {
  let database: Database.Database;
  try {
    database = new Database(file, { timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS });
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

/** A transaction that waits for its turn. */
interface Job {
  /** Runs the work inside its savepoint. @returns how to tell the caller once it is on disk. */
  readonly run: (tx: StoreTransaction) => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

/**
 * Transactions that wait at the same time share one commit: each has a savepoint of its own, so one that fails leaves
 * nothing and disturbs nobody, and nobody is told of success before the common commit is on disk.
 */
class SqliteStore implements Store {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #waiting: Job[] = [];
  /** Ends when nothing waits any more; undefined while nothing does. */
  #working: Promise<void> | undefined;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.reject(new Error(`The store is overloaded: ${WAITING_MAX} transactions wait`));
    }
    const { promise, reject, resolve } = Promise.withResolvers<T>();
    this.#waiting.push({
      run: async (tx) => {
        const value = await work(tx);
        return () => resolve(value);
      },
      reject,
    });
    this.#working ??= this.#workOff();
    return promise;
  }

  async close(): Promise<void> {
    await this.#working;
    this.#database.close();
  }

  async #workOff(): Promise<void> {
    // A turn of the event loop lets the messages that one read brought come together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#runGroup();
    this.#working = undefined;
  }

  async #runGroup(): Promise<void> {
    try {
      // IMMEDIATE takes the write lock first, so two processes on one file cannot both read a balance and both spend it.
      this.#prepare('BEGIN IMMEDIATE').run();
    } catch (error) {
      this.#waiting.shift()?.reject(error);
      return;
    }
    const group: { readonly job: Job; readonly succeed: () => void }[] = [];
    try {
      for (let taken = 0; taken < GROUP_MAX; taken += 1) {
        const job = this.#waiting.shift();
        if (!job) break;
        const succeed = await this.#runInSavepoint(job);
        if (succeed) group.push({ job, succeed });
      }
      this.#prepare('COMMIT').run();
    } catch (error) {
      // Nothing of the group is on disk, so nobody in it may be told otherwise.
      if (this.#database.inTransaction) this.#prepare('ROLLBACK').run();
      for (const { job } of group) job.reject(error);
      return;
    }
    for (const { succeed } of group) succeed();
  }

  /** @throws when the database has given up the whole transaction and not only this part of it. */
  async #runInSavepoint(job: Job): Promise<(() => void) | undefined> {
    this.#prepare('SAVEPOINT message').run();
    try {
      const succeed = await job.run(this.#transaction);
      this.#prepare('RELEASE message').run();
      return succeed;
    } catch (error) {
      job.reject(error);
      // A full disk or a broken file makes SQLite roll back everything: then there is no savepoint left.
      if (!this.#database.inTransaction) throw error;
      this.#prepare('ROLLBACK TO message').run();
      this.#prepare('RELEASE message').run();
      return undefined;
    }
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
