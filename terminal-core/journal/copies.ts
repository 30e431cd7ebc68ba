import {
  closeSync,
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
import { syncDirectory } from './head-file.ts';
import { verifyJournal } from './verify.ts';

/** Good copies kept beside a journal; the oldest goes when another was taken. */
export const COPIES_KEPT = 3;
/** Pages copied before others get a turn: some milliseconds. */
const PAGES_A_TURN = 200;

export type CopyResult =
  | { readonly kind: 'copied'; readonly file: string; readonly throughSeq: number }
  /** No copy was kept; the ones before are as they were. */
  | { readonly kind: 'failed'; readonly detail: string };

export function copiesFolder(journalFile: string): string {
  return join(dirname(journalFile), 'copies');
}

/** The good copies of a journal, newest first. */
export function listCopies(journalFile: string): readonly string[] {
  const folder = copiesFolder(journalFile);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^journal-\d+\.sqlite$/.test(name))
    .sort()
    .reverse()
    .map((name) => join(folder, name));
}

/**
 * Copies a journal that goes on being written, a few pages at a time, and keeps the copy only when all of it verifies. The
 * check reads the whole copy in one go: it is for the time after a settlement, when nobody waits.
 */
export function takeCopy(journalFile: string, database: Database.Database): Promise<CopyResult> {
  const running =
    underWay.get(database) ?? copyNow(journalFile, database).finally(() => underWay.delete(database));
  underWay.set(database, running);
  return running;
}

/** Two settlements close to each other share one copy. */
const underWay = new WeakMap<Database.Database, Promise<CopyResult>>();

async function copyNow(journalFile: string, database: Database.Database): Promise<CopyResult> {
  const folder = copiesFolder(journalFile);
  const taken = join(folder, 'new.sqlite');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeCopy(taken);
    await database.backup(taken, { progress: () => PAGES_A_TURN });
    makeSingleFile(taken);
    const report = verifyJournal(taken);
    if (!report.ok) {
      removeCopy(taken);
      return { kind: 'failed', detail: report.problems.map(({ detail }) => detail).join('; ') };
    }
    const file = join(folder, `journal-${String(report.entries).padStart(12, '0')}.sqlite`);
    renameSync(taken, file);
    syncDirectory(folder);
    for (const old of listCopies(journalFile).slice(COPIES_KEPT)) removeCopy(old);
    return { kind: 'copied', file, throughSeq: report.entries };
  } catch (error) {
    return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Without a log beside it, so that one file is the whole copy. */
function makeSingleFile(file: string): void {
  const database = new Database(file);
  try {
    database.pragma('journal_mode = DELETE');
  } finally {
    database.close();
  }
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function removeCopy(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true });
}
