import { writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { openJournal } from '../../terminal-core/journal/index.ts';
import { journalOptions, stepOf } from './journal-support.ts';

// Appends until it is killed. With a second argument above 0 it also copies the log into the database every so many
// steps, on a connection of its own, so that a kill finds the files in every state between two checkpoints.
const [file, checkpointEveryText] = process.argv.slice(2);
if (file === undefined) throw new Error('expected FILE [CHECKPOINT_EVERY]');
const checkpointEvery = Number(checkpointEveryText ?? '0');

const opened = openJournal(journalOptions(file));
if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.detail}`);
const { journal } = opened;
const checkpointer = checkpointEvery > 0 ? new Database(file) : undefined;

/** After so many refused appends there is nothing more to learn. */
const FAILURES_MAX = 20;
let failures = 0;
for (;;) {
  const { entry, changes } = stepOf(journal.nextSeq());
  const result = journal.append([entry], changes);
  if (!result.ok) {
    writeSync(1, `failed ${result.failure}\n`);
    failures += 1;
    if (failures === FAILURES_MAX) process.exit(0);
    continue;
  }
  writeSync(1, `${result.lastSeq} ${result.head}\n`);
  if (checkpointer !== undefined && result.lastSeq % checkpointEvery === 0)
    checkpointer.pragma('wal_checkpoint(PASSIVE)');
}
