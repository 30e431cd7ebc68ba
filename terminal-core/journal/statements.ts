import type Database from 'better-sqlite3';

export interface DocRow {
  readonly collection: string;
  readonly key: string;
  readonly live: number;
  readonly seq: number;
  readonly doc: string;
  readonly terms: string;
  readonly digest: Uint8Array;
}

export interface EntryRow {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly payload: string;
  readonly hash: Uint8Array;
  readonly secretState: 'none' | 'sealed' | 'erased';
}

export interface SecretRow {
  readonly atMs: number;
  readonly kind: string;
  readonly secret: Uint8Array | null;
}

type EntryValues = [
  seq: number,
  atMs: number,
  kind: string,
  payload: string,
  secret: Uint8Array | null,
  secretHash: Uint8Array | null,
  docsSum: Uint8Array | null,
  hash: Uint8Array,
];

type DocValues = [
  collection: string,
  key: string,
  live: number,
  seq: number,
  doc: string,
  terms: string,
  digest: Uint8Array,
];

const DOC_COLUMNS = 'collection, key, live, seq, doc, terms, digest';

/** Every statement of a running journal, prepared once. */
export function prepareStatements(database: Database.Database) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    insertEntry: database.prepare<EntryValues>(
      `INSERT INTO entries (seq, at_ms, kind, payload, secret, secret_hash, docs_sum, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    digestOfDoc: database
      .prepare<[string, string], Uint8Array>('SELECT digest FROM docs WHERE collection = ? AND key = ?')
      .pluck(),
    putDoc: database.prepare<DocValues>(
      `INSERT INTO docs (${DOC_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (collection, key) DO UPDATE SET live = excluded.live, seq = excluded.seq, doc = excluded.doc,
         terms = excluded.terms, digest = excluded.digest`,
    ),
    removeDoc: database.prepare<[string, string]>('DELETE FROM docs WHERE collection = ? AND key = ?'),
    getDoc: database.prepare<[string, string], DocRow>(
      `SELECT ${DOC_COLUMNS} FROM docs WHERE collection = ? AND key = ?`,
    ),
    liveDocs: database.prepare<[], DocRow>(
      `SELECT ${DOC_COLUMNS} FROM docs WHERE live = 1 ORDER BY seq, collection, key`,
    ),
    entries: database.prepare<[number, number], EntryRow>(
      `SELECT seq, at_ms AS atMs, kind, payload, hash,
         CASE WHEN secret_hash IS NULL THEN 'none' WHEN secret IS NULL THEN 'erased' ELSE 'sealed' END AS secretState
       FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?`,
    ),
    secret: database.prepare<[number], SecretRow>(
      'SELECT at_ms AS atMs, kind, secret FROM entries WHERE seq = ?',
    ),
    eraseSecret: database.prepare<[number]>(
      'UPDATE entries SET secret = NULL WHERE seq = ? AND secret IS NOT NULL',
    ),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;

/**
 * Newest first, with `wordCount` words that must be among the terms. The index has every column up to the LIMIT, so only
 * the documents returned are read.
 */
export function prepareList(
  database: Database.Database,
  wordCount: number,
): Database.Statement<(string | number)[], DocRow> {
  const words = ` AND instr(' ' || terms || ' ', ' ' || ? || ' ') > 0`.repeat(wordCount);
  return database.prepare<(string | number)[], DocRow>(
    `SELECT ${DOC_COLUMNS} FROM docs WHERE collection = ? AND seq < ?${words} ORDER BY seq DESC, key DESC LIMIT ?`,
  );
}
