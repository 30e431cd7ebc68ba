import type Database from 'better-sqlite3';
import type { Change, JsonObject, StoredEntry } from '../ports/journal.ts';
import { canonicalJson, parseJsonObject } from './canonical-json.ts';
import { docDigest, sameBytes, toggleInSum, ZERO_HASH } from './chain.ts';
import { JournalDamageError } from './damage.ts';

/** A change as it is stored: canonical bytes, terms in lower case. */
export interface EncodedChange {
  readonly collection: string;
  readonly key: string;
  readonly live: boolean;
  readonly doc: Uint8Array | null;
  readonly terms: string;
}

export function canonicalBytes(value: JsonObject): Uint8Array {
  return Buffer.from(canonicalJson(value), 'utf8');
}

export function encodeChange(change: Change): EncodedChange {
  return {
    collection: wellFormed(change.collection),
    key: wellFormed(change.key),
    live: change.live,
    doc: change.doc === null ? null : canonicalBytes(change.doc),
    terms: normalTerms(wellFormed(change.terms ?? '')),
  };
}

/** Terms and searches are compared in lower case, with single spaces between words. */
export function normalTerms(text: string): string {
  if (text === '') return '';
  return text.toLowerCase().split(/\s+/).filter(isNotEmpty).join(' ');
}

export function isNotEmpty(word: string): boolean {
  return word !== '';
}

/** Half a surrogate pair cannot be stored as UTF-8 and would come back as something else. */
export function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw new RangeError('The text has half a surrogate pair');
  return text;
}

/** No two documents have the same name, whatever their collections and keys hold. */
export function docName(collection: string, key: string): string {
  return `${collection.length} ${collection}${key}`;
}

/** One row of `docs`, `snapshot` or an archive's documents. */
export interface DocRecord {
  readonly collection: string;
  readonly key: string;
  readonly live: boolean;
  readonly firstSeq: number;
  readonly seq: number;
  readonly terms: string;
  readonly digest: Uint8Array;
  readonly doc: string;
}

/** Follows the documents from one state to a later one by the entries alone, as a restore, an archive and a check need it. */
export type Replay = (
  start: Iterable<{
    readonly collection: string;
    readonly key: string;
    readonly doc: JsonObject;
    readonly live: boolean;
  }>,
) => (step: readonly StoredEntry[]) => readonly Change[];

/** All documents at one entry, in memory, with their sum. */
export class DocSet {
  readonly records = new Map<string, DocRecord>();
  sum: Uint8Array;

  /** @param sum of these records and of whatever else there was then and is followed no more */
  constructor(records: Iterable<DocRecord> = [], sum: Uint8Array = ZERO_HASH) {
    for (const record of records) this.records.set(docName(record.collection, record.key), record);
    this.sum = sum;
  }

  apply(changes: readonly Change[], seq: number): void {
    const latest = new Map<string, Change>();
    for (const change of changes) latest.set(docName(change.collection, change.key), change);
    for (const [name, change] of latest) {
      const before = this.records.get(name);
      if (before !== undefined) this.sum = toggleInSum(this.sum, before.digest);
      const { collection, key, live, doc, terms } = encodeChange(change);
      if (doc === null) {
        this.records.delete(name);
        continue;
      }
      const firstSeq = before?.firstSeq ?? seq;
      const digest = docDigest({ collection, key, live, firstSeq, seq, doc, terms });
      this.sum = toggleInSum(this.sum, digest);
      const text = Buffer.from(doc).toString('utf8');
      this.records.set(name, { collection, key, live, firstSeq, seq, terms, digest, doc: text });
    }
  }

  /** What an archiving up to `throughSeq` takes away: documents that nothing live needs and that nothing since has changed. */
  dropArchived(throughSeq: number): void {
    for (const [name, { live, seq }] of this.records)
      if (!live && seq <= throughSeq) this.records.delete(name);
  }

  /** For `Replay`. */
  *docs(): Iterable<{ collection: string; key: string; doc: JsonObject; live: boolean }> {
    for (const { collection, key, doc, live } of this.records.values())
      yield { collection, key, doc: parseJsonObject(doc), live };
  }
}

export function sumOf(records: Iterable<DocRecord>): Uint8Array {
  let sum: Uint8Array = ZERO_HASH;
  for (const { digest } of records) sum = toggleInSum(sum, digest);
  return sum;
}

export type DocTable = 'docs' | 'snapshot' | 'before' | 'documents';

/** @throws JournalDamageError for a record that does not have its digest. */
export function readDocs(database: Database.Database, table: DocTable, where = ''): DocRecord[] {
  const rows = database
    .prepare<[], Omit<DocRecord, 'live'> & { readonly live: number }>(
      `SELECT collection, key, live, first_seq AS firstSeq, seq, terms, digest, doc FROM ${table} ${where}`,
    )
    .all();
  return rows.map((row) => {
    const record = { ...row, live: row.live === 1 };
    if (sameBytes(docDigest(record), row.digest)) return record;
    throw new JournalDamageError(`The document ${row.collection} ${row.key}`);
  });
}

export function writeDocs(
  database: Database.Database,
  table: DocTable,
  records: Iterable<DocRecord>,
): number {
  const insert = database.prepare(
    `INSERT INTO ${table} (collection, key, live, first_seq, seq, terms, digest, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  let count = 0;
  for (const { collection, key, live, firstSeq, seq, terms, digest, doc } of records) {
    insert.run(collection, key, live ? 1 : 0, firstSeq, seq, terms, digest, doc);
    count += 1;
  }
  return count;
}
