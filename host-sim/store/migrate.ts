import type Database from 'better-sqlite3';
import { firstTables } from './migrations/0001-first-tables.ts';
import { holdsAndCardLife } from './migrations/0002-holds-and-card-life.ts';
import { merchantSettlements } from './migrations/0003-merchant-settlements.ts';
import { requestBodyDigest } from './migrations/0004-request-body-digest.ts';
import { walletsAndRevokedKeys } from './migrations/0005-wallets-and-revoked-keys.ts';
import { electronicPurse } from './migrations/0006-electronic-purse.ts';
import { batchFiles } from './migrations/0007-batch-files.ts';
import { confirmedLoads } from './migrations/0008-confirmed-loads.ts';
import { StoreRefusal } from './store.ts';

/** In order; number n brings `user_version` to n. Forward only: a migration that has shipped never changes. */
const MIGRATIONS: readonly string[] = [
  firstTables,
  holdsAndCardLife,
  merchantSettlements,
  requestBodyDigest,
  walletsAndRevokedKeys,
  electronicPurse,
  batchFiles,
  confirmedLoads,
];

/**
 * Brings the database to this version, each migration in a transaction of its own.
 * @throws StoreRefusal when a newer version wrote it: going on could destroy what that version knows.
 */
export function migrate(database: Database.Database, file: string): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > MIGRATIONS.length) {
    throw new StoreRefusal(
      'from-the-future',
      `The host database ${file} has version ${version} and this program knows up to ${MIGRATIONS.length}: update the program, or give --db another file.`,
    );
  }
  // Before anything is written: a page that cannot be trusted must not get newer ones beside it.
  const damage = database.pragma('quick_check(1)', { simple: true });
  if (damage !== 'ok') {
    throw new StoreRefusal(
      'corrupt',
      `The host database ${file} is damaged. Restore a copy or give --db another file; this one was not touched.`,
    );
  }
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  // A table that is made anew is missing for a moment; the check before the commit finds what would dangle.
  database.pragma('foreign_keys = OFF');
  const upgrade = database.transaction(() => {
    // Read again under the lock: another process may have migrated in between.
    for (
      let done = Number(database.pragma('user_version', { simple: true }));
      done < MIGRATIONS.length;
      done += 1
    ) {
      database.exec(MIGRATIONS[done] ?? '');
      database.pragma(`user_version = ${done + 1}`);
    }
    const dangling = database.pragma('foreign_key_check');
    if (Array.isArray(dangling) && dangling.length > 0)
      throw new Error(`A migration left ${dangling.length} dangling references`);
  });
  upgrade.immediate();
  database.pragma('foreign_keys = ON');
}
