import type { StoredEntry } from '../ports/journal.ts';
import { openForReading } from './connection.ts';
import { type EntryRange, readEntries } from './reading.ts';

/**
 * Reads entries of a journal file without opening it for writing; the terminal may be running. The card data stays sealed.
 * @throws SqliteError when the file is no journal or not readable; `verifyJournal` says why.
 */
export function* readJournalEntries(file: string, range: EntryRange = {}): Iterable<StoredEntry> {
  const database = openForReading(file);
  try {
    database.exec('BEGIN');
    yield* readEntries(database, range);
  } finally {
    database.close();
  }
}
