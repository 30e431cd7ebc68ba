import type Database from 'better-sqlite3';
import { type Anchor, ARCHIVED_KIND, anchorPayload, NO_ANCHOR, readAnchor } from './anchor.ts';
import { parseJsonObject } from './canonical-json.ts';
import { docDigest, entryHash, hex, sameBytes, sha256Of, toggleInSum, ZERO_HASH } from './chain.ts';
import { JournalDamageError } from './damage.ts';
import { readDocs, sumOf } from './doc-records.ts';
import { sqliteProblem } from './failures.ts';
import { describeHead, type HeadReading } from './head-file.ts';
import { APPLICATION_ID, applicationId, expectedSchemaText, schemaText, userVersion } from './migrate.ts';
import type { Migration } from './migrations/index.ts';
import type { JournalProblem } from './open-errors.ts';

/** Everything that can be said about a journal without changing it. */
export interface Inspection {
  /** Nothing was ever written here: a new journal may be made in its place. */
  readonly isEmpty: boolean;
  /** Where the chain begins. */
  readonly anchor: Anchor;
  /** Entries whose hash is right, counted from the first that was ever written: the archived ones are counted too. */
  readonly entries: number;
  /** Hash of the last of them. */
  readonly head: Uint8Array;
  /** Entries whose card data is still there. */
  readonly sealed: number;
  readonly docsSum: Uint8Array;
  /** In the order found; empty when all is well. */
  readonly problems: readonly JournalProblem[];
}

const INTEGRITY_PROBLEMS_MAX = 10;

/** Checks the whole database, from its pages to the last document. Only reads; call it inside one read transaction. */
export function inspect(
  database: Database.Database,
  options: { readonly migrations: readonly Migration[]; readonly head: HeadReading },
): Inspection {
  const problems: JournalProblem[] = [];
  const blank = { anchor: NO_ANCHOR, entries: 0, head: ZERO_HASH, sealed: 0, docsSum: ZERO_HASH };
  try {
    const identity = inspectIdentity(database, options);
    if (identity.kind === 'empty') return { ...blank, isEmpty: true, problems };
    if (identity.kind === 'problem') return { ...blank, isEmpty: false, problems: [identity.problem] };
    problems.push(...inspectPages(database));
    const chain = inspectChain(database);
    if (chain.problem === undefined)
      problems.push(...inspectSnapshot(database, chain.anchor), ...inspectDocs(database, chain.docsSum));
    else problems.push(chain.problem);
    problems.push(...inspectHead(database, options.head, chain));
    return { ...chain, isEmpty: false, problems };
  } catch (error) {
    const problem = sqliteProblem(error);
    if (problem === undefined) throw error;
    return { ...blank, isEmpty: false, problems: [...problems, unreadableProblem(problem, options.head)] };
  }
}

/** A file that SQLite cannot read was a journal if the head file says so. */
function unreadableProblem(
  problem: { readonly code: string; readonly detail: string },
  head: HeadReading,
): JournalProblem {
  if (problem.code === 'SQLITE_NOTADB' && head.kind === 'absent')
    return { code: 'not-a-journal', detail: problem.detail };
  if (/^SQLITE_(?:BUSY|CANTOPEN|PERM|NOMEM|PROTOCOL|LOCKED)/.test(problem.code)) {
    return { code: 'unreadable', detail: problem.detail };
  }
  return { code: 'corrupt-file', detail: problem.detail };
}

type Identity =
  | { readonly kind: 'empty' }
  | { readonly kind: 'journal' }
  | { readonly kind: 'problem'; readonly problem: JournalProblem };

function inspectIdentity(
  database: Database.Database,
  options: { readonly migrations: readonly Migration[]; readonly head: HeadReading },
): Identity {
  const id = applicationId(database);
  const version = userVersion(database);
  const schema = schemaText(database);
  if (id === 0 && version === 0 && schema === '') return emptyOrLost(options.head);
  if (id !== APPLICATION_ID) {
    const detail = `application_id is ${id}, not ${APPLICATION_ID}`;
    return {
      kind: 'problem',
      problem: { code: options.head.kind === 'absent' ? 'not-a-journal' : 'corrupt-file', detail },
    };
  }
  const newest = options.migrations.at(-1)?.version ?? 0;
  if (version > newest) {
    const detail = `user_version is ${version}, this program knows ${newest}`;
    return { kind: 'problem', problem: { code: 'newer-version', detail } };
  }
  if (schema !== expectedSchemaText(options.migrations, version)) {
    const detail = `the tables are not those of version ${version}`;
    return { kind: 'problem', problem: { code: 'corrupt-file', detail } };
  }
  return { kind: 'journal' };
}

/** What an empty or missing database means depends on whether the head file remembers entries. */
export function emptyOrLost(head: HeadReading): Identity {
  if (head.kind === 'absent' || (head.kind === 'head' && head.seq === 0)) return { kind: 'empty' };
  const detail =
    head.kind === 'head'
      ? `the database is empty, the head file knows ${describeHead(head)}`
      : 'the database is empty and the head file is damaged';
  return { kind: 'problem', problem: { code: 'lost-entries', detail, seq: 1 } };
}

function inspectPages(database: Database.Database): readonly JournalProblem[] {
  const lines = database
    .prepare<[], string>(`PRAGMA integrity_check(${INTEGRITY_PROBLEMS_MAX})`)
    .pluck()
    .all();
  return lines.length === 1 && lines[0] === 'ok'
    ? []
    : [{ code: 'corrupt-file', detail: `integrity_check: ${lines.join('; ')}` }];
}

interface ChainInspection {
  readonly anchor: Anchor;
  readonly entries: number;
  readonly head: Uint8Array;
  readonly sealed: number;
  readonly docsSum: Uint8Array;
  readonly problem?: JournalProblem;
}

/** As it should be. A damaged page may hold anything in any column, so both are checked before they are used. */
type EntryRow = [
  seq: number,
  atMs: number,
  kind: Uint8Array,
  payload: Uint8Array,
  hash: Uint8Array,
  secret: Uint8Array | null,
  secretHash: Uint8Array | null,
  docsSum: Uint8Array | null,
];

function isEntryRow(row: readonly unknown[]): row is EntryRow {
  const [seq, atMs, kind, payload, hash, ...optional] = row;
  return (
    [seq, atMs].every(Number.isSafeInteger) &&
    [kind, payload, hash].every(isBytes) &&
    optional.every((value) => value === null || isBytes(value))
  );
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function inspectChain(database: Database.Database): ChainInspection {
  const anchor = readAnchor(database);
  let entries = anchor.seq;
  let head = anchor.hash;
  let sealed = 0;
  let docsSum: Uint8Array | null = anchor.docsSum;
  // As bytes, not as text: decoding would make some different bytes the same.
  const rows = database
    .prepare<[], unknown[]>(
      `SELECT seq, at_ms, CAST(kind AS BLOB), CAST(payload AS BLOB), hash, secret, secret_hash, docs_sum
       FROM entries ORDER BY seq`,
    )
    .raw()
    .iterate();
  const broken = (seq: number, detail: string): ChainInspection => ({
    anchor,
    entries,
    head,
    sealed,
    docsSum: docsSum ?? ZERO_HASH,
    problem: { code: 'broken-chain', detail: `entry ${seq}: ${detail}`, seq },
  });
  for (const row of rows) {
    if (!isEntryRow(row)) return broken(entries + 1, 'its row cannot be read');
    const [seq, atMs, kind, payload, hash, secret, secretHash, rowDocsSum] = row;
    if (seq !== entries + 1) return broken(entries + 1, `missing, the next one is ${seq}`);
    const expected = entryHash(head, { seq, atMs, kind, payload, secretHash, docsSum: rowDocsSum });
    if (!sameBytes(expected, hash))
      return broken(seq, 'its hash does not follow from its content and the entry before');
    if (secret !== null && (secretHash === null || !sameBytes(sha256Of(secret), secretHash))) {
      return broken(seq, 'its sealed card data was changed');
    }
    entries = seq;
    head = hash;
    docsSum = rowDocsSum;
    if (secret !== null) sealed += 1;
  }
  if (docsSum === null) return broken(entries + 1, 'missing, the last step is not complete');
  return { anchor, entries, head, sealed, docsSum };
}

type DocRow = [
  live: number,
  firstSeq: number,
  seq: number,
  collection: Uint8Array,
  key: Uint8Array,
  doc: Uint8Array,
  terms: Uint8Array,
  digest: Uint8Array,
];

function isDocRow(row: readonly unknown[]): row is DocRow {
  const [live, firstSeq, seq, ...bytes] = row;
  return [live, firstSeq, seq].every(Number.isSafeInteger) && bytes.every(isBytes);
}

/** The documents of the anchor are those that the last archiving named in the chain. */
function inspectSnapshot(database: Database.Database, anchor: Anchor): readonly JournalProblem[] {
  if (anchor.seq === 0) return [];
  const said = database
    .prepare<[string], string>('SELECT payload FROM entries WHERE kind = ? ORDER BY seq DESC LIMIT 1')
    .pluck()
    .get(ARCHIVED_KIND);
  const payload = said === undefined ? {} : parseJsonObject(said);
  const wrong = Object.entries(anchorPayload(anchor)).some(([name, value]) => payload[name] !== value);
  if (wrong)
    return [{ code: 'broken-chain', detail: 'the anchor is not the one that the last archiving names' }];
  try {
    if (sameBytes(sumOf(readDocs(database, 'snapshot')), anchor.snapshotSum)) return [];
  } catch (error) {
    if (!(error instanceof JournalDamageError)) throw error;
  }
  return [
    { code: 'damaged-documents', detail: 'the documents at the anchor are not those that the entry names' },
  ];
}

function inspectDocs(database: Database.Database, expectedSum: Uint8Array): readonly JournalProblem[] {
  let sum: Uint8Array = ZERO_HASH;
  const rows = database
    .prepare<[], unknown[]>(
      `SELECT live, first_seq, seq, CAST(collection AS BLOB), CAST(key AS BLOB), CAST(doc AS BLOB), CAST(terms AS BLOB), digest
       FROM docs`,
    )
    .raw()
    .iterate();
  for (const row of rows) {
    if (!isDocRow(row)) return [{ code: 'damaged-documents', detail: 'a document cannot be read' }];
    const [live, firstSeq, seq, collection, key, doc, terms, digest] = row;
    if (!sameBytes(docDigest({ collection, key, live: live === 1, firstSeq, seq, doc, terms }), digest)) {
      const name = `${Buffer.from(collection).toString()} ${Buffer.from(key).toString()}`;
      return [{ code: 'damaged-documents', detail: `document ${name} was changed` }];
    }
    sum = toggleInSum(sum, digest);
  }
  if (sameBytes(sum, expectedSum)) return [];
  return [{ code: 'damaged-documents', detail: 'the documents are not those that the last entry names' }];
}

function inspectHead(
  database: Database.Database,
  head: HeadReading,
  chain: ChainInspection,
): readonly JournalProblem[] {
  // Also without entries: the head file is made before the first table, so it is missing only when it was lost.
  if (head.kind !== 'head') return [{ code: 'no-head-file', detail: `the head file is ${head.kind}` }];
  if (head.seq === 0 && chain.anchor.seq === 0) return [];
  // A chain that breaks before the remembered entry is already reported.
  if (head.seq > chain.entries && chain.problem !== undefined) return [];
  if (head.seq > chain.entries) {
    const detail = `the database ends at entry ${chain.entries}, the head file knows ${describeHead(head)}`;
    return [{ code: 'lost-entries', detail, seq: chain.entries + 1 }];
  }
  // It was on disk before the entries went, so an older one was put in its place.
  if (head.seq < chain.anchor.seq) {
    const detail = `the head file knows ${describeHead(head)}, which is archived`;
    return [{ code: 'no-head-file', detail }];
  }
  if (head.seq === chain.anchor.seq && sameBytes(head.hash, chain.anchor.hash)) return [];
  const stored = database
    .prepare<[number], unknown>('SELECT hash FROM entries WHERE seq = ?')
    .pluck()
    .get(head.seq);
  if (isBytes(stored) && sameBytes(stored, head.hash)) return [];
  const found = isBytes(stored) ? hex(stored).slice(0, 16) : 'nothing';
  return [
    {
      code: 'broken-chain',
      detail: `the head file knows ${describeHead(head)}, the database has ${found}`,
      seq: head.seq,
    },
  ];
}
