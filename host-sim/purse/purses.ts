import type { StoreTransaction } from '../store/store.ts';

export type PurseStatus = 'active' | 'blocked' | 'hotlisted';
export const PURSE_STATUSES: readonly PurseStatus[] = ['active', 'blocked', 'hotlisted'];

/** An electronic purse that this issuer has given out. Its shadow account is in the ledger. */
export interface StoredPurse {
  readonly purseId: number;
  /** 20 hex digits. */
  readonly applicationSerial: string;
  /** `purseHash`, as the hotlist has it. */
  readonly serialHash: string;
  readonly issuerId: string;
  readonly status: PurseStatus;
  readonly statusSinceMs: number;
  /** YYYYMMDD, the first and the last day on which the purse is good. */
  readonly startsOn: string;
  readonly expiresOn: string;
  readonly holderName: string;
  /** What was on the card when it was given out, and the counters that it then had. */
  readonly openingMinor: number;
  readonly firstOffline: number;
  readonly firstOnline: number;
}

export type NewPurse = Omit<StoredPurse, 'purseId' | 'statusSinceMs'>;

const SELECT = `SELECT purse_id AS "purseId", application_serial AS "applicationSerial", serial_hash AS "serialHash",
  issuer_id AS "issuerId", status, status_since_ms AS "statusSinceMs", starts_on AS "startsOn", expires_on AS "expiresOn",
  holder_name AS "holderName", opening_minor AS "openingMinor", first_offline AS "firstOffline", first_online AS "firstOnline"
  FROM purses`;

export async function findPurse(
  tx: StoreTransaction,
  applicationSerial: string,
): Promise<StoredPurse | undefined> {
  return tx.get<StoredPurse>(`${SELECT} WHERE application_serial = ?`, applicationSerial);
}

export async function listPurses(tx: StoreTransaction): Promise<StoredPurse[]> {
  return tx.all<StoredPurse>(`${SELECT} ORDER BY purse_id`);
}

/** @returns the new purse's number in the store. */
export async function insertPurse(tx: StoreTransaction, purse: NewPurse, nowMs: number): Promise<number> {
  const row = await tx.get<{ purseId: number }>(
    `INSERT INTO purses (application_serial, serial_hash, issuer_id, status, status_since_ms, starts_on, expires_on, holder_name,
       opening_minor, first_offline, first_online, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     RETURNING purse_id AS "purseId"`,
    purse.applicationSerial,
    purse.serialHash,
    purse.issuerId,
    purse.status,
    nowMs,
    purse.startsOn,
    purse.expiresOn,
    purse.holderName,
    purse.openingMinor,
    purse.firstOffline,
    purse.firstOnline,
    nowMs,
  );
  if (!row) throw new Error('The store gave no purse number');
  return row.purseId;
}

/** A purse that has the status already keeps the moment since which it has it. @returns whether there is such a purse. */
export async function setPurseStatus(
  tx: StoreTransaction,
  change: { readonly applicationSerial: string; readonly status: PurseStatus; readonly nowMs: number },
): Promise<boolean> {
  const changed = await tx.run(
    `UPDATE purses SET status_since_ms = CASE WHEN status = ? THEN status_since_ms ELSE ? END, status = ?
     WHERE application_serial = ?`,
    change.status,
    change.nowMs,
    change.status,
    change.applicationSerial,
  );
  return changed === 1;
}

/** The hashes of every purse that must be refused, in a stable order. */
export async function hotlistedPurseHashes(tx: StoreTransaction): Promise<string[]> {
  const rows = await tx.all<{ serialHash: string }>(
    `SELECT serial_hash AS "serialHash" FROM purses WHERE status <> 'active' ORDER BY serial_hash`,
  );
  return rows.map((row) => row.serialHash);
}
