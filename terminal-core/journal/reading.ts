import type Database from 'better-sqlite3';
import type { JsonObject, StoredEntry } from '../ports/journal.ts';
import { parseJsonObject } from './canonical-json.ts';
import { hex } from './chain.ts';
import { openSecretRow, type SecretRow, type Unseal } from './sealing.ts';

export interface EntryRange {
  readonly fromSeq?: number;
  readonly limit?: number;
}

interface EntryRow {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly payload: string;
  readonly hash: Uint8Array;
  readonly secretState: StoredEntry['secretState'];
}

const ENTRIES_PAGE = 500;

/** Reads entries page by page, so that no statement stays open while the caller does something else. */
export function* readEntries(database: Database.Database, range: EntryRange): Iterable<StoredEntry> {
  const page = database.prepare<[number, number], EntryRow>(
    `SELECT seq, at_ms AS atMs, kind, payload, hash,
       CASE WHEN secret_hash IS NULL THEN 'none' WHEN secret IS NULL THEN 'erased' ELSE 'sealed' END AS secretState
     FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?`,
  );
  let nextSeq = range.fromSeq ?? 1;
  let left = range.limit ?? Number.MAX_SAFE_INTEGER;
  while (left > 0) {
    const rows = page.all(nextSeq, Math.min(left, ENTRIES_PAGE));
    for (const row of rows) {
      yield toStoredEntry(row);
      nextSeq = row.seq + 1;
      left -= 1;
    }
    if (rows.length < ENTRIES_PAGE) return;
  }
}

/** The clear card data of every entry that still has it. @throws JournalDamageError when a seal does not open. */
export function* readSecrets(database: Database.Database, unseal: Unseal): Iterable<JsonObject> {
  const rows = database
    .prepare<[], SecretRow>('SELECT seq, at_ms AS atMs, kind, secret FROM entries WHERE secret IS NOT NULL')
    .iterate();
  for (const row of rows) {
    const secret = openSecretRow(row, unseal);
    if (secret !== undefined) yield secret;
  }
}

function toStoredEntry(row: EntryRow): StoredEntry {
  const { seq, atMs, kind, payload, hash, secretState } = row;
  return { seq, atMs, kind, payload: parseJsonObject(payload), hash: hex(hash), secretState };
}
