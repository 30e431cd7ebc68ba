import type Database from 'better-sqlite3';
import type { SecretRow } from './sealing.ts';

export interface DocRow {
  readonly collection: string;
  readonly key: string;
  readonly live: number;
  readonly firstSeq: number;
  readonly seq: number;
  readonly doc: string;
  readonly terms: string;
  readonly digest: Uint8Array;
}

/** What must be known of a document to change it. */
export interface DocPlaceRow {
  readonly id: number;
  readonly firstSeq: number;
  readonly terms: string;
  readonly digest: Uint8Array;
}

type EntryValues = [
  seq: number,
  atMs: number,
  kind: string,
  payload: Uint8Array,
  secret: Uint8Array | null,
  secretHash: Uint8Array | null,
  docsSum: Uint8Array | null,
  hash: Uint8Array,
];

type DocValues = [
  collection: string,
  key: string,
  live: number,
  firstSeq: number,
  seq: number,
  terms: string,
  digest: Uint8Array,
  doc: Uint8Array,
];

const DOC_COLUMNS = 'collection, key, live, first_seq AS firstSeq, seq, doc, terms, digest';

/** Every statement of a running journal, prepared once. */
export function prepareStatements(database: Database.Database) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    insertEntry: database.prepare<EntryValues>(
      `INSERT INTO entries (seq, at_ms, kind, payload, secret, secret_hash, docs_sum, hash)
       VALUES (?, ?, ?, CAST(? AS TEXT), ?, ?, ?, ?)`,
    ),
    docPlace: database.prepare<[string, string], DocPlaceRow>(
      `SELECT rowid AS id, first_seq AS firstSeq, terms, digest FROM docs WHERE collection = ? AND key = ?`,
    ),
    insertDoc: database.prepare<DocValues>(
      `INSERT INTO docs (collection, key, live, first_seq, seq, terms, digest, doc)
       VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT))`,
    ),
    // Two statements, because SQLite writes an index again whenever a column of it is named, changed or not.
    updateDoc: database.prepare<[live: number, seq: number, digest: Uint8Array, doc: Uint8Array, id: number]>(
      'UPDATE docs SET live = ?, seq = ?, digest = ?, doc = CAST(? AS TEXT) WHERE rowid = ?',
    ),
    updateTerms: database.prepare<[terms: string, id: number]>('UPDATE docs SET terms = ? WHERE rowid = ?'),
    removeDoc: database.prepare<[id: number]>('DELETE FROM docs WHERE rowid = ?'),
    getDoc: database.prepare<[string, string], DocRow>(
      `SELECT ${DOC_COLUMNS} FROM docs WHERE collection = ? AND key = ?`,
    ),
    liveDocs: database.prepare<[], DocRow>(
      `SELECT ${DOC_COLUMNS} FROM docs WHERE live = 1 ORDER BY seq, collection, key`,
    ),
    secret: database.prepare<[number], SecretRow>(
      'SELECT seq, at_ms AS atMs, kind, secret FROM entries WHERE seq = ?',
    ),
    sealedSeqs: database.prepare<[], number>('SELECT seq FROM entries WHERE secret IS NOT NULL ORDER BY seq'),
    eraseSecret: database.prepare<[number]>(
      'UPDATE entries SET secret = NULL WHERE seq = ? AND secret IS NOT NULL',
    ),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;

export function prepareList(
  database: Database.Database,
  wordCount: number,
): Database.Statement<(string | number)[], DocRow> {
  return database.prepare<(string | number)[], DocRow>(listSql(wordCount));
}

/**
 * Newest first by the entry that made them, with `wordCount` words that must be among the terms. The index has every
 * column up to the LIMIT and is in this order, so only the documents returned are read and nothing is sorted.
 */
export function listSql(wordCount: number): string {
  const words = ` AND instr(' ' || terms || ' ', ' ' || ? || ' ') > 0`.repeat(wordCount);
  return `SELECT ${DOC_COLUMNS} FROM docs INDEXED BY docs_by_first_seq
    WHERE collection = ? AND first_seq < ?${words} ORDER BY first_seq DESC, key DESC LIMIT ?`;
}
