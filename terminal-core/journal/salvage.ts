import Database from 'better-sqlite3';
import type { StoredEntry } from '../ports/journal.ts';
import { type Anchor, ARCHIVED_KIND, anchorPayload, NO_ANCHOR, readAnchor } from './anchor.ts';
import { followStep } from './archive.ts';
import { parseJsonObject } from './canonical-json.ts';
import { sameBytes } from './chain.ts';
import { JournalDamageError } from './damage.ts';
import { type DocRecord, DocSet, type Replay, readDocs, sumOf } from './doc-records.ts';
import { sqliteProblem } from './failures.ts';
import { isLinked, prepareRawRead, type RawEntry, toStored } from './raw-entries.ts';

/** A journal file of which anything may be damaged: what can be read of it is read, the rest is not there. */
export interface Source {
  readonly name: string;
  /** Where its chain begins and the documents there, when both can be read and belong together. */
  readonly start: { readonly anchor: Anchor; readonly snapshot: readonly DocRecord[] } | undefined;
  entry(seq: number): RawEntry | undefined;
  /** The highest entry number that is readable; 0 when none is. */
  readonly lastSeq: number;
  close(): void;
}

export function openSource(name: string, file: string): Source {
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { fileMustExist: true });
    const opened = database;
    const read = prepareRawRead(opened);
    return {
      name,
      start: attempt(() => readStart(opened)),
      entry: (seq) => attempt(() => read(seq)),
      lastSeq: attempt(() => opened.prepare<[], number>('SELECT max(seq) FROM entries').pluck().get()) ?? 0,
      close: () => opened.close(),
    };
  } catch (error) {
    database?.close();
    if (!isDamage(error)) throw error;
    return { name, start: undefined, entry: () => undefined, lastSeq: 0, close() {} };
  }
}

function readStart(database: Database.Database): Source['start'] {
  const anchor = readAnchor(database);
  const snapshot = anchor.seq === 0 ? [] : readDocs(database, 'snapshot');
  return sameBytes(sumOf(snapshot), anchor.snapshotSum) ? { anchor, snapshot } : undefined;
}

/** Damage is no answer; anything else that goes wrong is a bug. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

function isDamage(error: unknown): boolean {
  // A damaged row may hold what is no number, no text, no JSON.
  return (
    sqliteProblem(error) !== undefined ||
    error instanceof JournalDamageError ||
    error instanceof SyntaxError ||
    error instanceof TypeError ||
    error instanceof RangeError
  );
}

/** The longest chain that the sources give together, and the documents after it. */
export interface Salvaged {
  readonly anchor: Anchor;
  readonly snapshot: readonly DocRecord[];
  readonly entries: readonly RawEntry[];
  readonly docs: DocSet;
  readonly lastSeq: number;
  readonly lastHash: Uint8Array;
  /** How many entries each source gave, by its name. */
  readonly given: ReadonlyMap<string, number>;
}

/** @param sources those to be trusted first come first; all of them are read before a shorter chain is taken */
export function longestChain(sources: readonly Source[], replay: Replay): Salvaged {
  const starts = [{ anchor: NO_ANCHOR, snapshot: [] }, ...sources.flatMap(({ start }) => start ?? [])];
  const seen = new Set<number>();
  let best: Salvaged | undefined;
  for (const start of starts) {
    if (seen.has(start.anchor.seq)) continue;
    const chain = follow(start, sources, replay);
    // An anchor that no entry of the chain names may be anything.
    if (!isNamed(chain)) continue;
    seen.add(start.anchor.seq);
    // Of two that end together, the one that leaves in its archive what is archived.
    const isLonger = best === undefined || chain.lastSeq > best.lastSeq;
    if (isLonger || (chain.lastSeq === best?.lastSeq && chain.anchor.seq > best.anchor.seq)) best = chain;
  }
  return best ?? follow({ anchor: NO_ANCHOR, snapshot: [] }, [], replay);
}

function isNamed({ anchor, entries }: Salvaged): boolean {
  if (anchor.seq === 0) return true;
  const named = entries.findLast(({ kind }) => kind === ARCHIVED_KIND);
  if (named === undefined) return false;
  const payload = parseJsonObject(named.payload);
  return Object.entries(anchorPayload(anchor)).every(([name, value]) => payload[name] === value);
}

function follow(
  start: { readonly anchor: Anchor; readonly snapshot: readonly DocRecord[] },
  sources: readonly Source[],
  replay: Replay,
): Salvaged {
  const { anchor, snapshot } = start;
  const docs = new DocSet(snapshot, anchor.docsSum);
  const step = replay(docs.docs());
  const entries: RawEntry[] = [];
  const given = new Map<string, number>();
  let [lastSeq, lastHash] = [anchor.seq, anchor.hash];
  for (;;) {
    const next = nextStep(sources, lastSeq, lastHash);
    if (next === undefined) break;
    const wrong = attempt(() => followStep(docs, next.step, step) ?? 'none');
    if (wrong !== 'none') break;
    for (const entry of next.step) {
      entries.push(entry);
      [lastSeq, lastHash] = [entry.seq, entry.hash];
    }
    given.set(next.source.name, (given.get(next.source.name) ?? 0) + next.step.length);
  }
  return { anchor, snapshot, entries, docs, lastSeq, lastHash, given };
}

/** The step after an entry, from the first source that has all of it. */
function nextStep(
  sources: readonly Source[],
  afterSeq: number,
  afterHash: Uint8Array,
): { readonly source: Source; readonly step: readonly [...RawEntry[], RawEntry] } | undefined {
  for (const source of sources) {
    const step: RawEntry[] = [];
    let hash = afterHash;
    for (let seq = afterSeq + 1; ; seq += 1) {
      const entry = source.entry(seq);
      if (entry === undefined || attempt(() => isLinked(hash, entry)) !== true) break;
      if (entry.docsSum !== null) return { source, step: [...step, entry] };
      step.push(entry);
      hash = entry.hash;
    }
  }
  return undefined;
}

/** Entries after the chain that can be read and prove nothing: for a person to look at. */
export function* readable(source: Source, afterSeq: number): Iterable<StoredEntry> {
  for (let seq = afterSeq + 1; seq <= source.lastSeq; seq += 1) {
    const entry = source.entry(seq);
    const stored = entry === undefined ? undefined : attempt(() => toStored(entry));
    if (stored !== undefined) yield stored;
  }
}
