import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryState } from '../engine/memory-state.ts';
import { isOpen } from '../engine/owed.ts';
import { isLeftToItsCard } from '../engine/purse/doubts.ts';
import { replay } from '../engine/replay.ts';
import { parametersOf, type StateView, type Txn } from '../engine/state.ts';
import { type ArchiveResult, openJournal, type SqliteJournal } from '../journal/index.ts';
import { JOURNAL_FILE } from './sealed-journal.ts';

const DAY_MS = 86_400_000;

/**
 * Moves one bounded piece of what is older than the retention into an archive: whole batches that are closed, and nothing
 * from the first transaction on that something can still happen to. Called at start and after each settlement.
 */
export function archiveJournal(journal: SqliteJournal, state: StateView, nowMs: number): ArchiveResult {
  const throughSeq = lastToGo(journal, state, nowMs);
  if (throughSeq === undefined) return { kind: 'nothing-to-archive' };
  return journal.archive({ throughSeq, replay, nowMs });
}

function lastToGo(journal: SqliteJournal, state: StateView, nowMs: number): number | undefined {
  const { journalRetentionDays, preAuthDaysMax, refundDaysMax } = parametersOf(state);
  // Whatever may still be refunded or completed is looked up, so it stays however short the retention is.
  const days = Math.max(journalRetentionDays, refundDaysMax + 1, preAuthDaysMax + 1);
  const closed = journal.oldestOf('batch-closed', nowMs - days * DAY_MS);
  if (closed === undefined) return undefined;
  const open = [...state.live('transactions')]
    .filter((txn) => holdsBack(state, txn))
    .map(({ txnId }) => journal.get('transactions', txnId)?.firstSeq);
  // A sale is as old as its first tender: whatever is planned or owed for it looks its tenders up.
  open.push(journal.firstSeqOfLive('sales'));
  return Math.min(closed, ...open.flatMap((seq) => (seq === undefined ? [] : [seq - 1])));
}

/** What only a card can still decide stays by its document alone, and so does what it names: the card may never come back. */
function holdsBack(state: StateView, txn: Txn): boolean {
  if (isLeftToItsCard(txn)) return false;
  const follower = txn.pendingTxnId === undefined ? undefined : state.get('transactions', txn.pendingTxnId);
  return !txn.settled || isOpen(txn) || follower === undefined || !isLeftToItsCard(follower);
}

export interface FolderArchived {
  readonly archived: readonly Extract<ArchiveResult, { kind: 'archived' }>[];
  /** Why it ended before everything was done. */
  readonly problem?: string;
}

/** The same until nothing is left to go, on the data folder of a terminal that is not running. */
export function archiveDataFolder(dataDir: string): FolderArchived {
  const file = join(dataDir, JOURNAL_FILE);
  if (!existsSync(file)) return { archived: [], problem: `there is no ${file}` };
  const opened = openJournal({ file, seal: neverSealed, unseal: () => undefined, nowMs: Date.now });
  if (!opened.ok) return { archived: [], problem: opened.error.message.en };
  const { journal } = opened;
  const archived: Extract<ArchiveResult, { kind: 'archived' }>[] = [];
  try {
    const state = new MemoryState((collection, key) => journal.get(collection, key)?.doc);
    state.apply(journal.loadLive());
    for (;;) {
      const result = archiveJournal(journal, state, Date.now());
      if (result.kind === 'nothing-to-archive') return { archived };
      if (result.kind === 'failed') return { archived, problem: `${result.failure}: ${result.detail}` };
      archived.push(result);
    }
  } finally {
    journal.close();
  }
}

/** No entry that archiving writes has card data. */
function neverSealed(): never {
  throw new Error('Card data cannot be sealed without the terminal');
}
