import type Database from 'better-sqlite3';
import type { StoredEntry } from '../ports/journal.ts';
import { parseJsonObject } from './canonical-json.ts';
import { entryHash, hex, sameBytes, sha256Of } from './chain.ts';

/** A row of `entries`, to be carried from file to file as it is. */
export interface RawEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly payload: string;
  readonly secret: Uint8Array | null;
  readonly secretHash: Uint8Array | null;
  readonly docsSum: Uint8Array | null;
  readonly hash: Uint8Array;
}

const COLUMNS =
  'seq, at_ms AS atMs, kind, payload, secret, secret_hash AS secretHash, docs_sum AS docsSum, hash';
const PAGE = 500;

/** Entries after `afterSeq` up to `throughSeq`, oldest first, read page by page. */
export function* readRawEntries(
  database: Database.Database,
  afterSeq: number,
  throughSeq: number,
): Iterable<RawEntry> {
  const page = database.prepare<[number, number, number], RawEntry>(
    `SELECT ${COLUMNS} FROM entries WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
  );
  for (let last = afterSeq; ; ) {
    const rows = page.all(last, throughSeq, PAGE);
    yield* rows;
    last = rows.at(-1)?.seq ?? last;
    if (rows.length < PAGE) return;
  }
}

/** Reads one entry at a time, so that a damaged page costs only what is on it. */
export function prepareRawRead(database: Database.Database): (seq: number) => RawEntry | undefined {
  const read = database.prepare<[number], RawEntry>(`SELECT ${COLUMNS} FROM entries WHERE seq = ?`);
  return (seq) => read.get(seq);
}

export function prepareRawInsert(database: Database.Database): (entry: RawEntry) => void {
  const insert = database.prepare(
    `INSERT INTO entries (seq, at_ms, kind, payload, secret, secret_hash, docs_sum, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ seq, atMs, kind, payload, secret, secretHash, docsSum, hash }) =>
    void insert.run(seq, atMs, kind, payload, secret, secretHash, docsSum, hash);
}

/** Entries in the steps in which they were written; what is left of a step that has no end is dropped. */
export function* stepsOf(entries: Iterable<RawEntry>): Iterable<readonly [...RawEntry[], RawEntry]> {
  let step: RawEntry[] = [];
  for (const entry of entries) {
    if (entry.docsSum === null) {
      step.push(entry);
      continue;
    }
    yield [...step, entry];
    step = [];
  }
}

/** Whether an entry is what was written after the one with `previousHash`. */
export function isLinked(previousHash: Uint8Array, entry: RawEntry): boolean {
  if (!sameBytes(entryHash(previousHash, entry), entry.hash)) return false;
  if (entry.secret === null) return true;
  return entry.secretHash !== null && sameBytes(sha256Of(entry.secret), entry.secretHash);
}

export function toStored({ seq, atMs, kind, payload, hash, secret, secretHash }: RawEntry): StoredEntry {
  const secretState = secretHash === null ? 'none' : secret === null ? 'erased' : 'sealed';
  return { seq, atMs, kind, payload: parseJsonObject(payload), hash: hex(hash), secretState };
}
