import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import type { AppendFailure, AppendResult, Change, NewEntry } from '../ports/journal.ts';
import { type Anchor, ARCHIVED_KIND, anchorPayload, readAnchor, writeAnchor } from './anchor.ts';
import { archivePath, createArchive } from './archive-file.ts';
import { parseJsonObject } from './canonical-json.ts';
import { sameBytes, ZERO_HASH } from './chain.ts';
import { JournalDamageError } from './damage.ts';
import { type DocRecord, DocSet, docName, type Replay, readDocs, sumOf, writeDocs } from './doc-records.ts';
import { appendFailureOf, sqliteProblem } from './failures.ts';
import { syncDirectory } from './head-file.ts';
import { type RawEntry, readRawEntries, stepsOf, toStored } from './raw-entries.ts';

/** Entries that one call moves at most: some tenths of a second. What is left goes with the next call. */
export const ARCHIVE_ENTRIES_MAX = 5000;

export interface ArchiveOptions {
  /** The last entry that may go. Of a step, all entries go or none. */
  readonly throughSeq: number;
  readonly replay: Replay;
  readonly nowMs: number;
  /** Where a crash could fall, for tests. */
  readonly onPoint?: (point: 'archive-written' | 'entries-removed') => void;
}

export type ArchiveResult =
  | {
      readonly kind: 'archived';
      readonly file: string;
      readonly fromSeq: number;
      readonly throughSeq: number;
      readonly documents: number;
    }
  | { readonly kind: 'nothing-to-archive' }
  /** Nothing was removed. */
  | { readonly kind: 'failed'; readonly failure: AppendFailure; readonly detail: string };

/** What leaves the journal in one step. */
export interface Moved {
  readonly entry: NewEntry;
  readonly changes: readonly Change[];
  readonly remove: () => void;
}

export function archiveInto(
  file: string,
  database: Database.Database,
  options: ArchiveOptions,
  journal: {
    readonly firstSealed: number | undefined;
    readonly commit: (moved: Moved) => AppendResult;
  },
): ArchiveResult {
  const before = readAnchor(database);
  const throughSeq = stepEnd(database, before, options, journal.firstSealed);
  if (throughSeq === undefined) return { kind: 'nothing-to-archive' };
  const fromSeq = before.seq + 1;
  const start = before.seq === 0 ? [] : readDocs(database, 'snapshot');
  const { docs, hash, entries } = follow(database, { before, start, throughSeq, replay: options.replay });
  const gone = readDocs(database, 'docs', `WHERE live = 0 AND seq <= ${throughSeq}`);
  const kept = withoutGone(docs, gone);
  const anchor: Anchor = { seq: throughSeq, hash, docsSum: docs.sum, snapshotSum: sumOf(kept) };
  const archive = archivePath(file, fromSeq);
  const nextFile = `${archive}.new`;
  try {
    rmSync(nextFile, { force: true });
    createArchive(nextFile, { before, anchor, start, entries, gone, nowMs: options.nowMs });
    makeDurable(nextFile, archive);
  } catch (error) {
    return failedBy(error);
  }
  options.onPoint?.('archive-written');
  const written = journal.commit({
    entry: {
      atMs: options.nowMs,
      kind: ARCHIVED_KIND,
      payload: { ...anchorPayload(anchor), fromSeq, documents: gone.length },
    },
    changes: gone.map(({ collection, key }) => ({ collection, key, doc: null, live: false })),
    remove: () => {
      writeAnchor(database, anchor);
      database.prepare('DELETE FROM entries WHERE seq <= ?').run(throughSeq);
      database.prepare('DELETE FROM snapshot').run();
      writeDocs(database, 'snapshot', kept);
    },
  });
  if (!written.ok) return { kind: 'failed', failure: written.failure, detail: written.detail };
  options.onPoint?.('entries-removed');
  return { kind: 'archived', file: archive, fromSeq, throughSeq, documents: gone.length };
}

/** The last end of a step that may go; card data that is still kept is needed, and so is everything after it. */
function stepEnd(
  database: Database.Database,
  before: Anchor,
  options: ArchiveOptions,
  firstSealed: number | undefined,
): number | undefined {
  const last = Math.min(
    options.throughSeq,
    before.seq + ARCHIVE_ENTRIES_MAX,
    (firstSealed ?? Number.MAX_SAFE_INTEGER) - 1,
  );
  return (
    database
      .prepare<[number, number], number>(
        'SELECT max(seq) FROM entries WHERE seq > ? AND seq <= ? AND docs_sum IS NOT NULL',
      )
      .pluck()
      .get(before.seq, last) ?? undefined
  );
}

/** The documents as they were after `throughSeq`, made from the entries; each step must come to the sum that it has. */
function follow(
  database: Database.Database,
  range: {
    readonly before: Anchor;
    readonly start: readonly DocRecord[];
    readonly throughSeq: number;
    readonly replay: Replay;
  },
): { readonly docs: DocSet; readonly hash: Uint8Array; readonly entries: readonly RawEntry[] } {
  const { before, start, throughSeq } = range;
  const docs = new DocSet(start, before.docsSum);
  const step = range.replay(docs.docs());
  const entries = [...readRawEntries(database, before.seq, throughSeq)];
  for (const each of stepsOf(entries)) {
    const wrong = followStep(docs, each, step);
    if (wrong !== undefined) throw new JournalDamageError(`What entry ${wrong} says of the documents`);
  }
  return { docs, hash: entries.at(-1)?.hash ?? ZERO_HASH, entries };
}

/** Applies one step. @returns its last entry when the documents do not come to the sum that it names. */
export function followStep(
  docs: DocSet,
  entries: readonly [...RawEntry[], RawEntry],
  step: ReturnType<Replay>,
): number | undefined {
  const last = entries[entries.length - 1];
  if (last?.docsSum == null) return last?.seq;
  docs.apply(step(entries.map(toStored)), last.seq);
  for (const { kind, payload } of entries) {
    if (kind !== ARCHIVED_KIND) continue;
    docs.dropArchived(Number(parseJsonObject(payload).throughSeq));
    // What an earlier archiving took away is in no snapshot, so the sum is taken as the chain has it.
    docs.sum = last.docsSum;
  }
  return sameBytes(docs.sum, last.docsSum) ? undefined : last.seq;
}

function withoutGone(docs: DocSet, gone: readonly DocRecord[]): readonly DocRecord[] {
  const kept = new Map(docs.records);
  for (const { collection, key, digest } of gone) {
    const name = docName(collection, key);
    const made = kept.get(name);
    if (made === undefined || !sameBytes(made.digest, digest))
      throw new JournalDamageError(`The document ${collection} ${key}`);
    kept.delete(name);
  }
  return [...kept.values()];
}

/** The file's bytes, then its name. */
function makeDurable(writtenAs: string, path: string): void {
  const descriptor = openSync(writtenAs, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  // One of that name is left from a crash before the entries were removed: the journal still has all that is in it.
  if (existsSync(path)) rmSync(path);
  renameSync(writtenAs, path);
  syncDirectory(dirname(path));
}

function failedBy(error: unknown): ArchiveResult {
  const problem = sqliteProblem(error);
  if (problem !== undefined) {
    const failure = appendFailureOf(problem.code);
    if (failure === undefined) throw error;
    return { kind: 'failed', failure, detail: problem.detail };
  }
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) throw error;
  return {
    kind: 'failed',
    failure: error.code === 'ENOSPC' ? 'disk-full' : 'io-error',
    detail: error.message,
  };
}
