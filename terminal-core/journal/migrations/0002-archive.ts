import type { Migration } from './index.ts';

/**
 * Old entries may go, into an archive file, and the chain goes on from an anchor: number and hash of the last entry that
 * went, the sum of the documents then, and the documents that are still needed, as they were then.
 *
 * The triggers hold the rest as it was: nothing after the anchor is deleted, the anchor only moves forward, and numbers go
 * on without gaps.
 */
export const archiveMigration: Migration = {
  version: 2,
  name: 'archive',
  sql: `
    CREATE TABLE anchor (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      seq INTEGER NOT NULL CHECK (seq > 0),
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      docs_sum BLOB NOT NULL CHECK (length(docs_sum) = 32),
      snapshot_sum BLOB NOT NULL CHECK (length(snapshot_sum) = 32)
    ) STRICT;

    CREATE TABLE snapshot (
      collection TEXT NOT NULL,
      key TEXT NOT NULL,
      live INTEGER NOT NULL CHECK (live IN (0, 1)),
      first_seq INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      terms TEXT NOT NULL,
      digest BLOB NOT NULL CHECK (length(digest) = 32),
      doc TEXT NOT NULL
    ) STRICT;

    CREATE TRIGGER anchor_only_forward BEFORE UPDATE ON anchor
    WHEN NEW.seq <= OLD.seq
    BEGIN SELECT RAISE(ABORT, 'the anchor only moves forward'); END;

    CREATE TRIGGER anchor_never_deleted BEFORE DELETE ON anchor
    BEGIN SELECT RAISE(ABORT, 'the anchor is never deleted'); END;

    DROP TRIGGER entries_without_gaps;
    CREATE TRIGGER entries_without_gaps BEFORE INSERT ON entries
    WHEN NEW.seq IS NOT coalesce((SELECT max(seq) FROM entries), (SELECT seq FROM anchor), 0) + 1
    BEGIN SELECT RAISE(ABORT, 'entries are numbered without gaps'); END;

    DROP TRIGGER entries_never_deleted;
    CREATE TRIGGER entries_never_deleted BEFORE DELETE ON entries
    WHEN OLD.seq > coalesce((SELECT seq FROM anchor), 0)
    BEGIN SELECT RAISE(ABORT, 'entries are deleted only once they are archived'); END;
  `,
};
