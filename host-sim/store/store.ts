/** What a column can hold: amounts and times are whole numbers within the safe range. */
export type SqlValue = string | number | Uint8Array | null;

/**
 * One serializable database transaction. Statements use `?` for values and only what SQLite and PostgreSQL share
 * (RETURNING, ON CONFLICT), so that another database can be put under the rules.
 */
export interface StoreTransaction {
  /** The first row, or undefined. Rows have the column names that the statement gives them. */
  get<Row extends object>(sql: string, ...values: readonly SqlValue[]): Promise<Row | undefined>;
  all<Row extends object>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]>;
  /** @returns how many rows changed. */
  run(sql: string, ...values: readonly SqlValue[]): Promise<number>;
}

/**
 * The host's only memory. Every message is one `transaction`: its booking, its record and its stored answer are on disk
 * together, or none of them is.
 */
export interface Store {
  /**
   * Runs `work` and commits; when it rejects, nothing of it remains. Transactions do not overlap: what one reads, no
   * other changes before it commits. `work` must have no effect outside the transaction.
   */
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A database that cannot be used; the message says what a person can do. The file is left as it was. */
export class StoreRefusal extends Error {
  readonly code: 'from-the-future' | 'not-a-database' | 'corrupt' | 'cannot-open';

  constructor(code: StoreRefusal['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreRefusal';
    this.code = code;
  }
}
