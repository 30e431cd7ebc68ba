import type Database from 'better-sqlite3';
import type {
  AppendFailure,
  AppendResult,
  Change,
  Journal,
  JsonObject,
  NewEntry,
  StoredDoc,
  StoredEntry,
} from '../ports/journal.ts';
import { readAnchor } from './anchor.ts';
import {
  ARCHIVE_ENTRIES_MAX,
  type ArchiveOptions,
  type ArchiveResult,
  archiveInto,
  type Moved,
} from './archive.ts';
import { parseJsonObject } from './canonical-json.ts';
import { docDigest, entryHash, hex, sameBytes, sha256Of, toggleInSum } from './chain.ts';
import { type CopyResult, takeCopy } from './copies.ts';
import { JournalDamageError } from './damage.ts';
import {
  canonicalBytes,
  docName,
  type EncodedChange,
  encodeChange,
  isNotEmpty,
  normalTerms,
  wellFormed,
} from './doc-records.ts';
import { appendFailureOf, sqliteProblem } from './failures.ts';
import type { HeadFile, HeadReading } from './head-file.ts';
import type { Inspection } from './inspect.ts';
import { type EntryRange, readEntries } from './reading.ts';
import { openSecretRow, type Seal, secretPlace, type Unseal } from './sealing.ts';
import {
  type DocPlaceRow,
  type DocRow,
  prepareList,
  prepareStatements,
  type Statements,
} from './statements.ts';
import { type JournalReport, type VerifyOptions, verifyDatabase } from './verify.ts';

/** How many words of a search count; the rest is dropped. Each becomes a condition of the statement. */
export const SEARCH_WORDS_MAX = 8;

/** Places of documents kept in memory: the ones that a busy hour changes again, at some 300 bytes each. */
const KNOWN_PLACES_MAX = 2000;

/** A document with the entry that made it: the place to go on from in a list. */
export interface ListedDoc extends StoredDoc {
  readonly firstSeq: number;
}

interface EncodedEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly payload: Uint8Array;
  readonly secret: Uint8Array | null;
  readonly secretHash: Uint8Array | null;
}

export interface JournalParts {
  readonly database: Database.Database;
  readonly seal: Seal;
  readonly unseal: Unseal;
  /** Archives go beside it; absent for a journal in memory. */
  readonly file?: string;
  /** Where the chain stands, as just verified. */
  readonly start: Pick<Inspection, 'entries' | 'head' | 'docsSum'>;
  readonly headFile?: HeadFile;
  /** Gives up the lock and whatever else the opener took. */
  readonly release?: () => void;
}

/** The journal on one open SQLite connection, which it owns. */
export class SqliteJournal implements Journal {
  readonly #parts: JournalParts;
  readonly #statements: Statements;
  readonly #lists = new Map<number, ReturnType<typeof prepareList>>();
  #lastSeq: number;
  #head: Uint8Array;
  #docsSum: Uint8Array;
  /** Entries with card data: few, and asked for often enough not to search the table for them. */
  readonly #sealed: Set<number>;
  /** Where the documents last changed are stored; nobody else writes here, so it need not be asked for again. */
  readonly #places = new Map<string, DocPlaceRow>();
  #isClosed = false;
  /** A COMMIT failed: its frames may lie in the write-ahead log and must go before anything else is written. */
  #hasDoubtfulFrames = false;

  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#statements = prepareStatements(parts.database);
    this.#lastSeq = parts.start.entries;
    this.#head = parts.start.head;
    this.#docsSum = parts.start.docsSum;
    this.#sealed = new Set(this.#statements.sealedSeqs.pluck().all() as number[]);
  }

  append(entries: readonly NewEntry[], changes: readonly Change[]): AppendResult {
    return this.#append(entries, changes, () => {});
  }

  /** @param also what else is done in the transaction, after the entries are in */
  #append(entries: readonly NewEntry[], changes: readonly Change[], also: () => void): AppendResult {
    if (this.#isClosed) return { ok: false, failure: 'closed', detail: 'the journal is closed' };
    if (entries.length === 0) {
      if (changes.length > 0) throw new RangeError('Documents change only together with an entry');
      return { ok: true, firstSeq: this.#lastSeq + 1, lastSeq: this.#lastSeq, head: this.head() };
    }
    // Everything that can be wrong with the caller's data is found before the transaction starts.
    const encodedEntries = entries.map((entry, index) => this.#encodeEntry(entry, this.#lastSeq + 1 + index));
    const encodedChanges = changes.map(encodeChange);
    const firstSeq = this.#lastSeq + 1;
    const lastSeq = this.#lastSeq + entries.length;
    const written = this.#inTransaction(() => {
      const docsSum = this.#applyChanges(encodedChanges, lastSeq);
      const head = this.#insertEntries(encodedEntries, docsSum);
      also();
      return { docsSum, head };
    });
    if (!written.ok) return written;
    this.#lastSeq = lastSeq;
    this.#head = written.value.head;
    this.#docsSum = written.value.docsSum;
    for (const { seq, secret } of encodedEntries) if (secret !== null) this.#sealed.add(seq);
    // The commit is on disk, the caller does not know yet. A crash here leaves the head file one step behind, which the
    // next start accepts. A failed write does too, so it does not make a durable step a failure.
    this.#parts.headFile?.write({ seq: lastSeq, hash: this.#head });
    return { ok: true, firstSeq, lastSeq, head: this.head() };
  }

  nextSeq(): number {
    return this.#lastSeq + 1;
  }

  head(): string {
    return hex(this.#head);
  }

  loadLive(): Iterable<StoredDoc> {
    return this.#statements.liveDocs.all().map(toStoredDoc);
  }

  get(collection: string, key: string): StoredDoc | undefined {
    const row = this.#statements.getDoc.get(collection, key);
    return row === undefined ? undefined : toStoredDoc(row);
  }

  /** By the entry that made them, so that a later change (a batch that closes) moves nothing; `beforeSeq` is that entry's. */
  list(
    collection: string,
    options: { readonly search?: string; readonly limit: number; readonly beforeSeq?: number },
  ): readonly ListedDoc[] {
    const words = normalTerms(options.search ?? '')
      .split(' ')
      .filter(isNotEmpty)
      .slice(0, SEARCH_WORDS_MAX);
    let statement = this.#lists.get(words.length);
    if (statement === undefined) {
      statement = prepareList(this.#parts.database, words.length);
      this.#lists.set(words.length, statement);
    }
    const beforeSeq = options.beforeSeq ?? Number.MAX_SAFE_INTEGER;
    return statement.all(collection, beforeSeq, ...words, options.limit).map(toStoredDoc);
  }

  openSecret(seq: number): JsonObject | undefined {
    const row = this.#statements.secret.get(seq);
    return row === undefined ? undefined : openSecretRow(row, this.#parts.unseal);
  }

  /** Erasing is housekeeping: when the disk does not take it, nothing is erased, 0 is returned and it can be tried again. */
  eraseSecrets(seqs: readonly number[]): number {
    if (this.#isClosed || seqs.length === 0) return 0;
    const erased = this.#inTransaction(() => {
      let count = 0;
      for (const seq of seqs) count += this.#statements.eraseSecret.run(seq).changes;
      return count;
    });
    if (!erased.ok) return 0;
    for (const seq of seqs) this.#sealed.delete(seq);
    return erased.value;
  }

  sealedSeqs(): readonly number[] {
    return [...this.#sealed];
  }

  /** Reads page by page, so that appending while somebody iterates is allowed; entries appended meanwhile are seen. */
  entries(options: EntryRange = {}): Iterable<StoredEntry> {
    return readEntries(this.#parts.database, options);
  }

  /** Checks the whole journal, as `journal verify` does on the file. Reads only; takes seconds on a large one. */
  verify(options: Omit<VerifyOptions, 'unseal'> = {}): JournalReport {
    const head: HeadReading = { kind: 'head', seq: this.#lastSeq, hash: this.#head };
    return verifyDatabase(this.#parts.database, head, { ...options, unseal: this.#parts.unseal });
  }

  /** The last entry of this kind from before `beforeMs` that one archiving may take, else the first after those. */
  oldestOf(kind: string, beforeMs: number): number | undefined {
    const select = (what: string) =>
      this.#parts.database
        .prepare<[string, number, number], number | null>(
          `SELECT ${what} FROM entries WHERE kind = ? AND at_ms < ? AND seq <= ?`,
        )
        .pluck();
    const reachSeq = readAnchor(this.#parts.database).seq + ARCHIVE_ENTRIES_MAX;
    return (
      select('max(seq)').get(kind, beforeMs, reachSeq) ??
      select('min(seq)').get(kind, beforeMs, Number.MAX_SAFE_INTEGER) ??
      undefined
    );
  }

  /** The entry that made the oldest live document of a collection. */
  firstSeqOfLive(collection: string): number | undefined {
    const find = 'SELECT min(first_seq) FROM docs WHERE live = 1 AND collection = ?';
    return this.#parts.database.prepare<[string], number | null>(find).pluck().get(collection) ?? undefined;
  }

  /**
   * Moves the entries up to `throughSeq` into an archive file, with the documents that nothing since has changed. Work and
   * time are bounded by how many entries the caller lets go. The archive is whole and on disk before the first entry is
   * removed; removing them, and the entry that says so, is one step.
   */
  archive(options: ArchiveOptions): ArchiveResult {
    const { database, file, headFile } = this.#parts;
    if (this.#isClosed || file === undefined) return { kind: 'nothing-to-archive' };
    // After a power cut the head file must not name an entry that is no longer in the journal.
    headFile?.sync();
    const commit = (moved: Moved): AppendResult => this.#append([moved.entry], moved.changes, moved.remove);
    return archiveInto(file, database, options, { firstSealed: this.sealedSeqs()[0], commit });
  }

  /** Takes a good copy while the journal goes on being written. A close meanwhile ends it without one. */
  copy(): Promise<CopyResult> {
    const { database, file } = this.#parts;
    if (this.#isClosed || file === undefined)
      return Promise.resolve({ kind: 'failed', detail: 'not on disk' });
    return takeCopy(file, database);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#parts.database.close();
    this.#parts.headFile?.close();
    this.#parts.release?.();
  }

  #encodeEntry(entry: NewEntry, seq: number): EncodedEntry {
    if (!Number.isSafeInteger(entry.atMs))
      throw new RangeError(`atMs ${entry.atMs} is not a whole number of milliseconds`);
    const { atMs } = entry;
    const kind = wellFormed(entry.kind);
    const payload = canonicalBytes(entry.payload);
    if (entry.secret === undefined) return { seq, atMs, kind, payload, secret: null, secretHash: null };
    const clear = canonicalBytes(entry.secret);
    const secret = this.#parts.seal(clear, secretPlace(seq, atMs, kind));
    return { seq, atMs, kind, payload, secret, secretHash: sha256Of(secret) };
  }

  #applyChanges(changes: readonly EncodedChange[], seq: number): Uint8Array {
    let sum = this.#docsSum;
    for (const change of changes) {
      const { collection, key, doc } = change;
      const name = docName(collection, key);
      const place = this.#places.get(name) ?? this.#statements.docPlace.get(collection, key);
      if (place !== undefined) sum = toggleInSum(sum, place.digest);
      if (doc !== null) {
        const next = this.#putDoc({ ...change, doc }, place, seq);
        sum = toggleInSum(sum, next.digest);
        if (this.#places.size >= KNOWN_PLACES_MAX) this.#places.clear();
        this.#places.set(name, next);
      } else if (place !== undefined) {
        this.#statements.removeDoc.run(place.id);
        this.#places.delete(name);
      }
    }
    return sum;
  }

  #putDoc(
    change: EncodedChange & { readonly doc: Uint8Array },
    place: DocPlaceRow | undefined,
    seq: number,
  ): DocPlaceRow {
    const { collection, key, doc, terms } = change;
    const live = change.live ? 1 : 0;
    const firstSeq = place?.firstSeq ?? seq;
    const digest = docDigest({ collection, key, live: change.live, firstSeq, seq, doc, terms });
    if (place === undefined) {
      const inserted = this.#statements.insertDoc.run(
        collection,
        key,
        live,
        firstSeq,
        seq,
        terms,
        digest,
        doc,
      );
      return { id: Number(inserted.lastInsertRowid), firstSeq, terms, digest };
    }
    this.#statements.updateDoc.run(live, seq, digest, doc, place.id);
    if (place.terms !== terms) this.#statements.updateTerms.run(terms, place.id);
    return { ...place, terms, digest };
  }

  #insertEntries(entries: readonly EncodedEntry[], docsSum: Uint8Array): Uint8Array {
    let head = this.#head;
    for (const [index, entry] of entries.entries()) {
      const sumHere = index === entries.length - 1 ? docsSum : null;
      head = entryHash(head, { ...entry, docsSum: sumHere });
      const { seq, atMs, kind, payload, secret, secretHash } = entry;
      this.#statements.insertEntry.run(seq, atMs, kind, payload, secret, secretHash, sumHere, head);
    }
    return head;
  }

  /** Runs `work` in one transaction that is on disk when this returns ok, and is gone when it does not. */
  #inTransaction<T>(work: () => T): { readonly ok: true; readonly value: T } | Failed {
    let isCommitting = false;
    try {
      if (this.#hasDoubtfulFrames && !this.#dropDoubtfulFrames()) {
        return {
          ok: false,
          failure: 'io-error',
          detail: 'the last write failed and could not be taken back yet',
        };
      }
      this.#statements.begin.run();
      const value = work();
      isCommitting = true;
      this.#statements.commit.run();
      return { ok: true, value };
    } catch (error) {
      this.#rollback();
      this.#places.clear();
      const problem = sqliteProblem(error);
      const failure = problem === undefined ? undefined : appendFailureOf(problem.code);
      if (problem === undefined || failure === undefined) throw error;
      if (isCommitting) {
        this.#hasDoubtfulFrames = true;
        this.#dropDoubtfulFrames();
      }
      return { ok: false, failure, detail: problem.detail };
    }
  }

  #rollback(): void {
    if (!this.#parts.database.inTransaction) return;
    try {
      this.#statements.rollback.run();
    } catch (error) {
      // Some errors roll back by themselves, and then there is nothing left to roll back.
      if (sqliteProblem(error) === undefined) throw error;
    }
  }

  /**
   * When the sync inside a COMMIT fails, SQLite forgets the transaction but its frames are already in the log: after a
   * crash it would come back although we said it was not written. Emptying the log takes that chance away.
   */
  #dropDoubtfulFrames(): boolean {
    try {
      const [result] = this.#parts.database
        .prepare<[], { readonly busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')
        .all();
      if (result?.busy === 0) this.#hasDoubtfulFrames = false;
    } catch (error) {
      if (sqliteProblem(error) === undefined) throw error;
    }
    return !this.#hasDoubtfulFrames;
  }
}

interface Failed {
  readonly ok: false;
  readonly failure: AppendFailure;
  readonly detail: string;
}

function toStoredDoc(row: DocRow): ListedDoc {
  const { collection, key, firstSeq, seq, doc, terms } = row;
  const live = row.live === 1;
  if (!sameBytes(docDigest({ collection, key, live, firstSeq, seq, doc, terms }), row.digest)) {
    throw new JournalDamageError(`The document ${collection} ${key}`);
  }
  return { collection, key, live, firstSeq, seq, doc: parseJsonObject(doc) };
}
