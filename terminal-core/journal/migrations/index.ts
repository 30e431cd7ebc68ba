import { journalMigration } from './0001-journal.ts';
import { archiveMigration } from './0002-archive.ts';

export interface Migration {
  /** 1, 2, 3 ... in order; becomes the database's `user_version`. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** All migrations, oldest first. One that has shipped is never edited: the schema check would refuse every old file. */
export const MIGRATIONS: readonly Migration[] = [journalMigration, archiveMigration];
