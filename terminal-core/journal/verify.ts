import type Database from 'better-sqlite3';
import type { Change, JsonObject, StoredEntry } from '../ports/journal.ts';
import { type Anchor, NO_ANCHOR, readAnchor } from './anchor.ts';
import { canonicalJson } from './canonical-json.ts';
import { hex } from './chain.ts';
import { type ClearPan, findClearPans } from './clear-pans.ts';
import { openForReading } from './connection.ts';
import { DocSet, readDocs } from './doc-records.ts';
import { type HeadReading, readHead } from './head-file.ts';
import { type Inspection, inspect } from './inspect.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { JournalProblem } from './open-errors.ts';
import { readEntries, readSecrets } from './reading.ts';
import type { Unseal } from './sealing.ts';

/** All documents after `entries`, from the documents before them. */
type Project = (
  entries: Iterable<StoredEntry>,
  start?: Iterable<Change & { readonly doc: JsonObject }>,
) => Iterable<Change>;

export interface VerifyOptions {
  /** Makes the documents again from the entries alone; with it, the stored ones are compared with the result. */
  readonly project?: Project;
  /** Opens the sealed column, to look for exactly those card numbers in clear. */
  readonly unseal?: Unseal;
}

export interface ProjectionDifference {
  readonly collection: string;
  readonly key: string;
  /** `missing`: the entries make it and it is not stored; `extra`: the other way round. */
  readonly kind: 'missing' | 'extra' | 'different';
}

export interface JournalReport {
  /** Entries whose place in the chain is right, from the first that was ever written: the archived ones are counted too. */
  readonly entries: number;
  /** The last entry that went into an archive; 0 when none did. */
  readonly archivedThrough: number;
  /** Where the chain begins, for the archives that should end there. */
  readonly anchor: Anchor;
  /** Hash of the last of them, upper-case hex. */
  readonly head: string;
  /** The chain, the documents, the head file and the pages hold, no card number is in clear, no projection differs. */
  readonly ok: boolean;
  /** `seq` of the first entry that is wrong or missing. */
  readonly firstBad: number | null;
  /** Entries whose card data is still there, sealed. */
  readonly sealed: number;
  readonly clearPans: number;
  /** Where they are, at most CLEAR_PANS_MAX. */
  readonly clearPanPlaces: readonly ClearPan[];
  /** What is wrong with the file, in the order found. Without a head file (a copy) there is nothing to compare, and that is no problem here. */
  readonly problems: readonly JournalProblem[];
  readonly headFile: HeadReading['kind'];
  /** Only with `project`; at most PROJECTION_DIFFERENCES_MAX. */
  readonly projectionDifferences?: readonly ProjectionDifference[];
}

export const CLEAR_PANS_MAX = 100;
export const PROJECTION_DIFFERENCES_MAX = 100;

/**
 * Checks a whole journal and changes nothing in it. Works on the file of a running terminal: it reads one snapshot, and
 * the terminal appends on meanwhile.
 */
export function verifyJournal(file: string, options: VerifyOptions = {}): JournalReport {
  // Before the snapshot: the head file may then be behind it, and never ahead of it.
  const head = readHead(file);
  let database: Database.Database;
  try {
    database = openForReading(file);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return unreadableReport({ code: 'unreadable', detail }, head);
  }
  try {
    database.exec('BEGIN');
    return verifyDatabase(database, head, options);
  } finally {
    database.close();
  }
}

/** The same on an open connection, e.g. the running journal's own. Call it inside one read transaction. */
export function verifyDatabase(
  database: Database.Database,
  head: HeadReading,
  options: VerifyOptions = {},
): JournalReport {
  const inspection = inspect(database, { migrations: MIGRATIONS, head });
  const problems = inspection.problems.filter(
    (problem) => problem.code !== 'no-head-file' || head.kind !== 'absent',
  );
  // What is damaged is not searched: it may not even be readable.
  if (problems.length > 0) return report(inspection, { problems, head, pans: [] });
  if (inspection.isEmpty) return report(inspection, { problems, head, pans: [] });
  const pans = findClearPans(database, knownPans(database, options.unseal));
  if (options.project === undefined) return report(inspection, { problems, head, pans });
  const differences = compareProjection(database, options.project);
  return report(inspection, { problems, head, pans, differences });
}

function report(
  inspection: Inspection,
  found: {
    readonly problems: readonly JournalProblem[];
    readonly head: HeadReading;
    readonly pans: readonly ClearPan[];
    readonly differences?: readonly ProjectionDifference[];
  },
): JournalReport {
  const { problems, pans, differences } = found;
  return {
    entries: inspection.entries,
    archivedThrough: inspection.anchor.seq,
    anchor: inspection.anchor,
    head: hex(inspection.head),
    ok: problems.length === 0 && pans.length === 0 && (differences ?? []).length === 0,
    firstBad: problems.find((problem) => problem.seq !== undefined)?.seq ?? null,
    sealed: inspection.sealed,
    clearPans: pans.length,
    clearPanPlaces: pans.slice(0, CLEAR_PANS_MAX),
    problems,
    headFile: found.head.kind,
    ...(differences === undefined ? {} : { projectionDifferences: differences }),
  };
}

function unreadableReport(problem: JournalProblem, head: HeadReading): JournalReport {
  return {
    entries: 0,
    archivedThrough: 0,
    anchor: NO_ANCHOR,
    head: '0'.repeat(64),
    ok: false,
    firstBad: null,
    sealed: 0,
    clearPans: 0,
    clearPanPlaces: [],
    problems: [problem],
    headFile: head.kind,
  };
}

function knownPans(database: Database.Database, unseal: Unseal | undefined): ReadonlySet<string> {
  const pans = new Set<string>();
  if (unseal === undefined) return pans;
  for (const { pan } of readSecrets(database, unseal)) {
    if (typeof pan === 'string') pans.add(pan);
  }
  return pans;
}

/** `seq` is left out: a rebuild says what a document is, not which entry changed it last. */
interface ProjectedDoc {
  readonly collection: string;
  readonly key: string;
  readonly live: boolean;
  readonly text: string;
}

function compareProjection(database: Database.Database, project: Project): readonly ProjectionDifference[] {
  const expected = new Map<string, ProjectedDoc>();
  const start = readAnchor(database).seq === 0 ? [] : new DocSet(readDocs(database, 'snapshot')).docs();
  for (const { collection, key, doc, live } of project(readEntries(database, {}), start)) {
    const place = placeOf(collection, key);
    if (doc === null) expected.delete(place);
    else expected.set(place, { collection, key, live, text: canonicalJson(doc) });
  }
  const differences: ProjectionDifference[] = [];
  const stored = database
    .prepare<
      [],
      { readonly collection: string; readonly key: string; readonly live: number; readonly doc: string }
    >('SELECT collection, key, live, doc FROM docs ORDER BY collection, key')
    .iterate();
  for (const { collection, key, live, doc } of stored) {
    const place = placeOf(collection, key);
    const match = expected.get(place);
    expected.delete(place);
    if (match === undefined) differences.push({ collection, key, kind: 'extra' });
    else if (match.text !== doc || match.live !== (live === 1))
      differences.push({ collection, key, kind: 'different' });
    if (differences.length >= PROJECTION_DIFFERENCES_MAX) return differences;
  }
  for (const { collection, key } of expected.values()) differences.push({ collection, key, kind: 'missing' });
  return differences.slice(0, PROJECTION_DIFFERENCES_MAX);
}

function placeOf(collection: string, key: string): string {
  return JSON.stringify([collection, key]);
}
