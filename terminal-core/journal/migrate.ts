import Database from 'better-sqlite3';
import type { Migration } from './migrations/index.ts';

/** `HFJN` in ASCII: marks the file as a Holdfast journal. */
export const APPLICATION_ID = 0x4846_4a4e;

/** Applies the migrations newer than the database, each in a transaction of its own with its version number. */
export function migrate(
  database: Database.Database,
  options: { readonly migrations: readonly Migration[]; readonly nowMs: () => number },
): void {
  for (const migration of options.migrations) {
    if (migration.version <= userVersion(database)) continue;
    const apply = database.transaction(() => {
      database.exec(migration.sql);
      database
        .prepare('INSERT INTO migrations (version, name, applied_at_ms) VALUES (?, ?, ?)')
        .run(migration.version, migration.name, options.nowMs());
      // Both pragmas are in the header page and commit with the schema: no crash leaves one without the other.
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${migration.version}`);
    });
    apply.immediate();
  }
}

export function userVersion(database: Database.Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

export function applicationId(database: Database.Database): number {
  return Number(database.pragma('application_id', { simple: true }));
}

/** Every table, index and trigger of the database as one text, to compare with what the migrations would make. */
export function schemaText(database: Database.Database): string {
  const rows = database
    .prepare<[], { type: string; name: string; tbl_name: string; sql: string | null }>(
      `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name`,
    )
    .all();
  return rows.map((row) => `${row.type} ${row.name} ${row.tbl_name} ${row.sql ?? ''}`).join('\n');
}

/** The schema that a database of this version must have. */
export function expectedSchemaText(migrations: readonly Migration[], version: number): string {
  const scratch = new Database(':memory:');
  try {
    migrate(scratch, {
      migrations: migrations.filter((migration) => migration.version <= version),
      nowMs: () => 0,
    });
    return schemaText(scratch);
  } finally {
    scratch.close();
  }
}
