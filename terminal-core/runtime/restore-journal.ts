import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineEvent, toEntry } from '../engine/events.ts';
import { replay } from '../engine/replay.ts';
import { type RestoreOptions, type RestoreResult, restoreJournal } from '../journal/index.ts';
import { JOURNAL_FILE } from './sealed-journal.ts';

/** An entry takes at most as many trace numbers as echoes take at once, and no entry makes more transactions. */
const NUMBERS_AN_ENTRY = 100;
/** Beyond what is known: a head file may be some seconds behind after a power cut. */
const NUMBERS_BEYOND = 1000;
/** Nobody knows how much is lost. */
const NUMBERS_UNKNOWN = 100_000;
/** Fewer than half of all trace numbers, so that none comes round to those in use. */
const NUMBERS_MAX = 400_000;

/**
 * Restores the journal in a terminal's data folder. The terminal then goes on at trace numbers and transaction ids beyond
 * any that it may have used in what is lost; what is owed goes out again, and the host answers a repeat as the first time.
 */
export function restoreDataFolder(
  dataDir: string,
  options: { readonly nowMs: number } & Pick<RestoreOptions, 'onPoint'>,
): RestoreResult | { readonly kind: 'no-folder' } {
  if (!existsSync(dataDir)) return { kind: 'no-folder' };
  const entryFor: RestoreOptions['entryFor'] = (found) => {
    const event: EngineEvent = { kind: 'journal-restored', ...found, skipped: numbersToSkip(found) };
    return toEntry(event, options.nowMs);
  };
  return restoreJournal({ ...options, file: join(dataDir, JOURNAL_FILE), replay, entryFor });
}

function numbersToSkip(found: { readonly throughSeq: number; readonly lostThroughSeq?: number }): number {
  if (found.lostThroughSeq === undefined) return NUMBERS_UNKNOWN;
  const lost = found.lostThroughSeq - found.throughSeq;
  return Math.min(NUMBERS_BEYOND + lost * NUMBERS_AN_ENTRY, NUMBERS_MAX);
}
