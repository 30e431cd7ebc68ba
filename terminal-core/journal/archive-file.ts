import Database from 'better-sqlite3';
import type { Anchor } from './anchor.ts';
import { type DocRecord, writeDocs } from './doc-records.ts';
import { prepareRawInsert, type RawEntry } from './raw-entries.ts';

/** `HFJA` in ASCII: marks the file as an archive of a Holdfast journal. */
export const ARCHIVE_APPLICATION_ID = 0x4846_4a41;
export const ARCHIVE_VERSION = 1;

/** One archive a first entry: a file that a crash left is written over by the next try, and no other. */
export function archivePath(journalFile: string, fromSeq: number): string {
  return `${journalFile}-archive-${String(fromSeq).padStart(10, '0')}`;
}

const DOCUMENT_COLUMNS = `collection TEXT NOT NULL, key TEXT NOT NULL, live INTEGER NOT NULL, first_seq INTEGER NOT NULL,
  seq INTEGER NOT NULL, terms TEXT NOT NULL, digest BLOB NOT NULL, doc TEXT NOT NULL`;

/** `before`: the documents that the entries start from. `documents`: those that left the journal with them. */
const SCHEMA = `
  CREATE TABLE range (
    before_seq INTEGER NOT NULL, before_hash BLOB NOT NULL, before_docs_sum BLOB NOT NULL, before_snapshot_sum BLOB NOT NULL,
    through_seq INTEGER NOT NULL, through_hash BLOB NOT NULL, through_docs_sum BLOB NOT NULL,
    through_snapshot_sum BLOB NOT NULL, made_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, secret BLOB,
    secret_hash BLOB, docs_sum BLOB, hash BLOB NOT NULL
  ) STRICT;
  CREATE TABLE before (${DOCUMENT_COLUMNS}) STRICT;
  CREATE TABLE documents (${DOCUMENT_COLUMNS}) STRICT;`;

export interface ArchiveContent {
  readonly before: Anchor;
  readonly anchor: Anchor;
  readonly start: readonly DocRecord[];
  readonly entries: readonly RawEntry[];
  readonly gone: readonly DocRecord[];
  readonly nowMs: number;
}

/** Writes a whole archive under a name that nobody looks for yet. @throws SqliteError when the disk does not take it. */
export function createArchive(file: string, content: ArchiveContent): void {
  const { before, anchor, entries, gone, start } = content;
  const database = new Database(file);
  try {
    database.pragma('synchronous = FULL');
    database.pragma(`application_id = ${ARCHIVE_APPLICATION_ID}`);
    database.pragma(`user_version = ${ARCHIVE_VERSION}`);
    database.exec('BEGIN');
    database.exec(SCHEMA);
    const ends = [before, anchor].flatMap(({ seq, hash, docsSum, snapshotSum }) => [
      seq,
      hash,
      docsSum,
      snapshotSum,
    ]);
    database.prepare('INSERT INTO range VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(...ends, content.nowMs);
    const insert = prepareRawInsert(database);
    for (const entry of entries) insert(entry);
    writeDocs(database, 'before', start);
    writeDocs(database, 'documents', gone);
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}
