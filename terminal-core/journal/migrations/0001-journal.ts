import type { Migration } from './index.ts';

/**
 * The chain of entries and the documents that follow from it.
 *
 * `entries` only grows: the triggers hold for every program that opens the file, not only for this one. The one change
 * allowed is erasing card data, `secret` to NULL. `docs_sum` is on the last entry of every step.
 *
 * Every page that a commit touches is 4 KiB more to write before the sale goes on, so there are few indexes, and none
 * over a column that changes with every step. `docs_by_first_seq` has all that `list` needs to find its rows without
 * reading documents that it does not return; it starts with the number and not the collection, so that everything new goes
 * to one page, its last. There is none over `live`: live documents are read once, at start, when the
 * whole file has been read anyway. `doc` comes last because it is long and the others are read without it.
 */
export const journalMigration: Migration = {
  version: 1,
  name: 'journal',
  sql: `
    CREATE TABLE migrations (
      version INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      applied_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE entries (
      seq INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      kind TEXT NOT NULL,
      payload TEXT NOT NULL,
      secret BLOB,
      secret_hash BLOB CHECK (secret_hash IS NULL OR length(secret_hash) = 32),
      docs_sum BLOB CHECK (docs_sum IS NULL OR length(docs_sum) = 32),
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      CHECK (secret IS NULL OR secret_hash IS NOT NULL)
    ) STRICT;

    CREATE TRIGGER entries_without_gaps BEFORE INSERT ON entries
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entries)
    BEGIN SELECT RAISE(ABORT, 'entries are numbered without gaps'); END;

    CREATE TRIGGER entries_never_deleted BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;

    CREATE TRIGGER entries_never_changed BEFORE UPDATE ON entries
    WHEN NEW.secret IS NOT NULL OR NEW.seq IS NOT OLD.seq OR NEW.at_ms IS NOT OLD.at_ms OR NEW.kind IS NOT OLD.kind
      OR NEW.payload IS NOT OLD.payload OR NEW.secret_hash IS NOT OLD.secret_hash
      OR NEW.docs_sum IS NOT OLD.docs_sum OR NEW.hash IS NOT OLD.hash
    BEGIN SELECT RAISE(ABORT, 'of an entry only the card data can be erased'); END;

    CREATE TABLE docs (
      collection TEXT NOT NULL,
      key TEXT NOT NULL,
      live INTEGER NOT NULL CHECK (live IN (0, 1)),
      first_seq INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      terms TEXT NOT NULL,
      digest BLOB NOT NULL CHECK (length(digest) = 32),
      doc TEXT NOT NULL,
      UNIQUE (collection, key)
    ) STRICT;

    CREATE INDEX docs_by_first_seq ON docs (first_seq, key, collection, terms);
  `,
};
