import type Database from 'better-sqlite3';
import { hex, ZERO_HASH } from './chain.ts';
import { userVersion } from './migrate.ts';

/** Where the chain of a journal begins: after the last entry that went into an archive, or before the first. */
export interface Anchor {
  /** 0 when nothing was archived yet. */
  readonly seq: number;
  /** Hash of that entry. */
  readonly hash: Uint8Array;
  /** Sum of all documents after that entry. */
  readonly docsSum: Uint8Array;
  /** Sum of those of them that the journal keeps, as they were then. */
  readonly snapshotSum: Uint8Array;
}

export const NO_ANCHOR: Anchor = {
  seq: 0,
  hash: ZERO_HASH,
  docsSum: ZERO_HASH,
  snapshotSum: ZERO_HASH,
};

/** The first version of the tables that has an anchor. */
const ANCHOR_VERSION = 2;

export function readAnchor(database: Database.Database): Anchor {
  if (userVersion(database) < ANCHOR_VERSION) return NO_ANCHOR;
  return (
    database
      .prepare<[], Anchor>(
        'SELECT seq, hash, docs_sum AS docsSum, snapshot_sum AS snapshotSum FROM anchor WHERE id = 1',
      )
      .get() ?? NO_ANCHOR
  );
}

export function writeAnchor(database: Database.Database, anchor: Anchor): void {
  database
    .prepare(
      `INSERT INTO anchor (id, seq, hash, docs_sum, snapshot_sum) VALUES (1, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, docs_sum = excluded.docs_sum,
         snapshot_sum = excluded.snapshot_sum`,
    )
    .run(anchor.seq, anchor.hash, anchor.docsSum, anchor.snapshotSum);
}

/** The kind of the entry that every archiving leaves in the chain. */
export const ARCHIVED_KIND = 'journal-archived';

/** What that entry says of an anchor; the chain covers it. */
export function anchorPayload(anchor: Anchor) {
  const { seq, hash, docsSum, snapshotSum } = anchor;
  return { throughSeq: seq, hash: hex(hash), docsSum: hex(docsSum), snapshotSum: hex(snapshotSum) };
}
