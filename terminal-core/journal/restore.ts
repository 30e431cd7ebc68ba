import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Change, NewEntry, StoredEntry } from '../ports/journal.ts';
import { writeAnchor } from './anchor.ts';
import { isAtRest, setWriterPragmas, tidyAfterReading } from './connection.ts';
import { listCopies } from './copies.ts';
import { type Replay, writeDocs } from './doc-records.ts';
import { HeadFile, readHead, syncDirectory } from './head-file.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { openJournal } from './open.ts';
import { takeProcessLock } from './process-lock.ts';
import { prepareRawInsert } from './raw-entries.ts';
import { longestChain, openSource, readable, type Salvaged, type Source } from './salvage.ts';
import { verifyJournal } from './verify.ts';

/** Readable entries without proof that a report lists at most. */
export const UNPROVEN_MAX = 1000;

const FILES = ['', '-wal', '-head'] as const;

export interface RestoreOptions {
  /** The journal, damaged or not there at all. */
  readonly file: string;
  readonly replay: Replay;
  readonly nowMs: number;
  /** The entry that says so in the chain, and what it changes besides what `replay` makes of it. */
  readonly entryFor: (found: { readonly throughSeq: number; readonly lostThroughSeq?: number }) => NewEntry;
  /** Where a crash could fall, for tests. */
  readonly onPoint?: (point: 'built' | 'kept-aside' | 'log-removed' | 'database-in-place') => void;
}

export type RestoreResult =
  | { readonly kind: 'running' }
  | { readonly kind: 'nothing-to-restore' }
  /** Neither the journal nor a copy has an entry that can be proven; nothing was changed. */
  | { readonly kind: 'nothing-left' }
  | {
      readonly kind: 'restored';
      /** The folder that the damaged files are kept in. */
      readonly keptIn: string;
      readonly throughSeq: number;
      readonly head: string;
      /** Entries by where they came from. */
      readonly given: ReadonlyMap<string, number>;
      /** The last entry that is known to have been there; absent when neither head file nor database says. */
      readonly lostThroughSeq?: number;
      /** Lost to the chain and still readable: no proof, but worth a look. */
      readonly unproven: readonly StoredEntry[];
    };

/**
 * Puts a refused journal together again from itself and its good copies: the longest chain that they give. Deletes
 * nothing: the damaged files are kept in a folder of their own. A crash at any point leaves a journal that is refused as
 * before, or the restored one; running it again goes on.
 */
export function restoreJournal(options: RestoreOptions): RestoreResult {
  const { file } = options;
  const lock = takeProcessLock(file);
  if (lock === undefined) return { kind: 'running' };
  try {
    if (isWhole(file)) return { kind: 'nothing-to-restore' };
    const workshop = join(dirname(file), 'restoring');
    rmSync(workshop, { recursive: true, force: true });
    mkdirSync(workshop, { mode: 0o700 });
    const sources = openSources(file, workshop);
    try {
      return restoreFrom(sources, workshop, options);
    } finally {
      for (const source of sources) source.close();
      rmSync(workshop, { recursive: true, force: true });
    }
  } finally {
    lock.release();
  }
}

function isWhole(file: string): boolean {
  if (!existsSync(file)) return false;
  const wasAtRest = isAtRest(file);
  const report = verifyJournal(file);
  if (wasAtRest) tidyAfterReading(file);
  return report.problems.length === 0 && report.headFile === 'head';
}

/** The journal first, then the copies, newest first, archives, and what earlier restores kept. All are read as copies. */
function openSources(file: string, workshop: string): readonly Source[] {
  const folder = dirname(file);
  const kept = readdirSync(folder)
    .filter((name) => name.startsWith('damaged-'))
    .sort()
    .reverse()
    .map((name) => join(folder, name, 'journal.sqlite'));
  const archives = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => path.startsWith(`${file}-archive-`) && !path.endsWith('.new'));
  return [file, ...listCopies(file), ...archives, ...kept]
    .filter((path) => existsSync(path))
    .map((path, index) => {
      const copy = join(workshop, `source-${index}.sqlite`);
      for (const suffix of ['', '-wal'])
        if (existsSync(`${path}${suffix}`)) copyFileSync(`${path}${suffix}`, `${copy}${suffix}`);
      return openSource(path, copy);
    });
}

function restoreFrom(sources: readonly Source[], workshop: string, options: RestoreOptions): RestoreResult {
  const { file } = options;
  const chain = longestChain(sources, options.replay);
  if (chain.lastSeq === 0) return { kind: 'nothing-left' };
  const [damaged] = sources.filter(({ name }) => name === file);
  const lostThroughSeq = lastKnown(file, damaged, chain);
  const lost = lostThroughSeq === undefined ? {} : { lostThroughSeq };
  const unproven: StoredEntry[] = [];
  for (const entry of damaged === undefined ? [] : readable(damaged, chain.lastSeq)) {
    if (unproven.push(entry) === UNPROVEN_MAX) break;
  }
  const built = join(workshop, 'journal.sqlite');
  const head = build(built, chain, options, lost);
  options.onPoint?.('built');
  const keptIn = swap(file, built, options);
  const { given, lastSeq: throughSeq } = chain;
  return { kind: 'restored', keptIn, throughSeq, head, given, ...lost, unproven };
}

function lastKnown(file: string, damaged: Source | undefined, chain: Salvaged): number | undefined {
  const head = readHead(file);
  if (head.kind !== 'head') return undefined;
  return Math.max(head.seq, damaged?.lastSeq ?? 0, chain.lastSeq);
}

/** A new journal with these entries, checked as every journal is when it is opened. @returns its head. */
function build(
  file: string,
  chain: Salvaged,
  options: RestoreOptions,
  lost: { readonly lostThroughSeq?: number },
): string {
  const database = new Database(file);
  try {
    setWriterPragmas(database);
    migrate(database, { migrations: MIGRATIONS, nowMs: () => options.nowMs });
    database.exec('BEGIN');
    if (chain.anchor.seq > 0) writeAnchor(database, chain.anchor);
    writeDocs(database, 'snapshot', chain.snapshot);
    const insert = prepareRawInsert(database);
    for (const entry of chain.entries) insert(entry);
    writeDocs(database, 'docs', chain.docs.records.values());
    database.exec('COMMIT');
  } finally {
    database.close();
  }
  HeadFile.open(file, { seq: chain.lastSeq, hash: chain.lastHash }).close();
  const opened = openJournal({
    file,
    seal: neverSealed,
    unseal: () => undefined,
    nowMs: () => options.nowMs,
  });
  if (!opened.ok) throw new Error(`What was restored does not hold: ${opened.error.detail}`);
  const { journal } = opened;
  try {
    const entry = options.entryFor({ throughSeq: chain.lastSeq, ...lost });
    const changes = changesBy(entry, chain, options.replay);
    const written = journal.append([entry], changes);
    if (!written.ok) throw new Error(`The restored journal cannot be written: ${written.detail}`);
    return journal.head();
  } finally {
    journal.close();
  }
}

function changesBy(entry: NewEntry, chain: Salvaged, replay: Replay): readonly Change[] {
  const { atMs, kind, payload } = entry;
  const stored = { seq: chain.lastSeq + 1, atMs, kind, payload, hash: '', secretState: 'none' } as const;
  return replay(chain.docs.docs())([stored]);
}

function neverSealed(): never {
  throw new Error('A restore has no card data to seal');
}

/** Keeps the damaged files, then puts the restored ones in their place. The old head file stays until the new one is there. */
function swap(file: string, built: string, options: RestoreOptions): string {
  const folder = dirname(file);
  const stamp = new Date(options.nowMs).toISOString().replaceAll(/[^0-9]/g, '');
  let keptIn = join(folder, `damaged-${stamp}`);
  for (let count = 2; existsSync(keptIn); count += 1) keptIn = join(folder, `damaged-${stamp}-${count}`);
  mkdirSync(keptIn, { mode: 0o700 });
  for (const suffix of FILES) {
    if (existsSync(`${file}${suffix}`))
      copyDurably(`${file}${suffix}`, join(keptIn, `journal.sqlite${suffix}`));
  }
  syncDirectory(keptIn);
  syncDirectory(folder);
  options.onPoint?.('kept-aside');
  // A log of the old database must never be read into the new one.
  for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  syncDirectory(folder);
  options.onPoint?.('log-removed');
  renameSync(built, file);
  syncDirectory(folder);
  options.onPoint?.('database-in-place');
  renameSync(`${built}-head`, `${file}-head`);
  syncDirectory(folder);
  return keptIn;
}

function copyDurably(from: string, to: string): void {
  copyFileSync(from, to);
  const descriptor = openSync(to, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
