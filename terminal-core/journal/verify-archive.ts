import Database from 'better-sqlite3';
import type { Anchor } from './anchor.ts';
import { followStep } from './archive.ts';
import { ARCHIVE_APPLICATION_ID, ARCHIVE_VERSION } from './archive-file.ts';
import { hex, sameBytes } from './chain.ts';
import { JournalDamageError } from './damage.ts';
import { DocSet, docName, type Replay, readDocs, sumOf } from './doc-records.ts';
import { sqliteProblem } from './failures.ts';
import { applicationId, userVersion } from './migrate.ts';
import { isLinked, type RawEntry, readRawEntries, stepsOf } from './raw-entries.ts';

export interface ArchiveReport {
  readonly file: string;
  readonly fromSeq: number;
  readonly throughSeq: number;
  /** Hash of its last entry, upper-case hex. */
  readonly throughHash: string;
  readonly ok: boolean;
  /** What is wrong, in the order found. */
  readonly problems: readonly string[];
}

interface Checked extends ArchiveReport {
  readonly before: Anchor;
  readonly through: Anchor;
}

/** Whether a file calls itself an archive. */
export function isArchive(file: string): boolean {
  try {
    const database = new Database(file, { readonly: true, fileMustExist: true });
    try {
      return applicationId(database) === ARCHIVE_APPLICATION_ID;
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}

/**
 * Checks archives, each by itself and whether each goes on where the one before it ends; and, with `anchor`, whether the
 * last ends where the journal begins. @returns a report for each, oldest first.
 */
export function verifyArchives(
  files: readonly string[],
  options: { readonly replay: Replay; readonly anchor?: Anchor },
): readonly ArchiveReport[] {
  const checked = files.map((file) => checkArchive(file, options.replay));
  checked.sort((left, right) => left.fromSeq - right.fromSeq);
  return checked.map(({ before: _before, through, ...report }, index) => {
    const next = checked[index + 1];
    const after = next === undefined ? options.anchor : next.before;
    const name = next === undefined ? 'the journal' : next.file;
    if (after === undefined || isSame(through, after)) return report;
    const problem = `it ends with ${placeOf(through)}, and ${name} begins after ${placeOf(after)}: they do not join`;
    return { ...report, ok: false, problems: [...report.problems, problem] };
  });
}

function isSame(left: Anchor, right: Anchor): boolean {
  return (
    left.seq === right.seq &&
    sameBytes(left.hash, right.hash) &&
    sameBytes(left.docsSum, right.docsSum) &&
    sameBytes(left.snapshotSum, right.snapshotSum)
  );
}

function placeOf({ seq, hash }: Anchor): string {
  return seq === 0 ? 'no entry' : `entry ${seq} (${hex(hash).slice(0, 16)}…)`;
}

const NOWHERE: Anchor = {
  seq: 0,
  hash: new Uint8Array(32),
  docsSum: new Uint8Array(32),
  snapshotSum: new Uint8Array(32),
};

function checkArchive(file: string, replay: Replay): Checked {
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { readonly: true, fileMustExist: true });
    if (applicationId(database) !== ARCHIVE_APPLICATION_ID)
      return broken(file, 'it is no archive of a journal');
    if (userVersion(database) !== ARCHIVE_VERSION) return broken(file, 'a newer program made it');
    const pages = database.pragma('integrity_check(1)', { simple: true });
    if (pages !== 'ok') return broken(file, `integrity_check: ${String(pages)}`);
    return checkContent(file, database, replay);
  } catch (error) {
    const problem = sqliteProblem(error);
    if (problem !== undefined) return broken(file, problem.detail);
    if (error instanceof JournalDamageError) return broken(file, error.message);
    throw error;
  } finally {
    database?.close();
  }
}

function broken(file: string, problem: string): Checked {
  const throughHash = hex(NOWHERE.hash);
  return {
    file,
    fromSeq: 0,
    throughSeq: 0,
    throughHash,
    ok: false,
    problems: [problem],
    before: NOWHERE,
    through: NOWHERE,
  };
}

function checkContent(file: string, database: Database.Database, replay: Replay): Checked {
  const before = readEnd(database, 'before');
  const through = readEnd(database, 'through');
  if (before === undefined || through === undefined)
    return broken(file, 'it does not say which entries it has');
  const problem =
    chainProblem(database, before, through) ?? docsProblem(database, { before, through, replay });
  return {
    file,
    fromSeq: before.seq + 1,
    throughSeq: through.seq,
    throughHash: hex(through.hash),
    ok: problem === undefined,
    problems: problem === undefined ? [] : [problem],
    before,
    through,
  };
}

function readEnd(database: Database.Database, end: 'before' | 'through'): Anchor | undefined {
  return database
    .prepare<[], Anchor>(
      `SELECT ${end}_seq AS seq, ${end}_hash AS hash, ${end}_docs_sum AS docsSum, ${end}_snapshot_sum AS snapshotSum
       FROM range`,
    )
    .get();
}

function chainProblem(database: Database.Database, before: Anchor, through: Anchor): string | undefined {
  let { seq, hash } = before;
  for (const entry of readRawEntries(database, 0, Number.MAX_SAFE_INTEGER)) {
    if (entry.seq !== seq + 1) return `entry ${seq + 1} is missing, the next one is ${entry.seq}`;
    if (!isLinked(hash, entry)) return `entry ${entry.seq} is not what was written`;
    ({ seq, hash } = entry);
  }
  if (seq === through.seq && sameBytes(hash, through.hash)) return undefined;
  return `it should end with ${placeOf(through)} and ends with entry ${seq}`;
}

/** Every step makes the documents that its entry names, and those that left the journal are among them at the end. */
function docsProblem(
  database: Database.Database,
  ends: { readonly before: Anchor; readonly through: Anchor; readonly replay: Replay },
): string | undefined {
  const start = readDocs(database, 'before');
  if (!sameBytes(sumOf(start), ends.before.snapshotSum)) return 'the documents it starts from were changed';
  const docs = new DocSet(start, ends.before.docsSum);
  const step = ends.replay(docs.docs());
  const entries: Iterable<RawEntry> = readRawEntries(database, 0, Number.MAX_SAFE_INTEGER);
  for (const each of stepsOf(entries)) {
    const wrong = followStep(docs, each, step);
    if (wrong !== undefined) return `the documents do not follow from entry ${wrong}`;
  }
  for (const { collection, key, digest } of readDocs(database, 'documents')) {
    const name = docName(collection, key);
    const made = docs.records.get(name);
    if (made === undefined || !sameBytes(made.digest, digest))
      return `document ${collection} ${key} does not follow from the entries`;
    docs.records.delete(name);
  }
  if (sameBytes(sumOf(docs.records.values()), ends.through.snapshotSum)) return undefined;
  return 'the documents it leaves to the journal do not follow from the entries';
}
