import type { StoreTransaction } from './store.ts';

export type TerminalStatus = 'active' | 'blocked';

export interface Terminal {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly status: TerminalStatus;
  /** The open batch, six digits. */
  readonly batchNumber: string;
  readonly signedOn: 0 | 1;
  /** The working keys of the last sign-on; null before the first. */
  readonly keySetId: number | null;
  readonly masterKeySealed: Uint8Array;
  readonly masterKeyCheckValue: string;
  readonly signedOnAtMs: number | null;
  /** Ed25519 public key that its batch files are signed with, base64. */
  readonly batchFileKey: string | null;
}

/** DE60.3 of the sign-on that made it: single length, double length, double length with a track key. */
export type KeySetKind = '001' | '003' | '004';

export interface KeySet {
  readonly keySetId: number;
  readonly kind: KeySetKind;
  readonly pinKeySealed: Uint8Array;
  readonly macKeySealed: Uint8Array;
  readonly trackKeySealed: Uint8Array | null;
}

/** Sign-ons of one batch whose MAC keys are kept; a terminal that signs on in a loop drops its oldest. */
export const KEY_SETS_PER_TERMINAL_MAX = 64;

const TERMINAL_COLUMNS = `terminal_id AS "terminalId", merchant_id AS "merchantId", status, batch_number AS "batchNumber",
  signed_on AS "signedOn", key_set_id AS "keySetId", master_key_sealed AS "masterKeySealed",
  master_key_check_value AS "masterKeyCheckValue", signed_on_at_ms AS "signedOnAtMs", batch_file_key AS "batchFileKey"`;
const KEY_SET_COLUMNS = `key_set_id AS "keySetId", kind, pin_key_sealed AS "pinKeySealed",
  mac_key_sealed AS "macKeySealed", track_key_sealed AS "trackKeySealed"`;

export async function findTerminal(tx: StoreTransaction, terminalId: string): Promise<Terminal | undefined> {
  return tx.get<Terminal>(`SELECT ${TERMINAL_COLUMNS} FROM terminals WHERE terminal_id = ?`, terminalId);
}

export async function listTerminals(tx: StoreTransaction): Promise<Terminal[]> {
  return tx.all<Terminal>(`SELECT ${TERMINAL_COLUMNS} FROM terminals ORDER BY terminal_id`);
}

/** Adds a terminal with its first batch open. */
export async function insertTerminal(
  tx: StoreTransaction,
  terminal: Pick<
    Terminal,
    'terminalId' | 'merchantId' | 'batchNumber' | 'masterKeySealed' | 'masterKeyCheckValue' | 'batchFileKey'
  >,
  nowMs: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO terminals (terminal_id, merchant_id, status, batch_number, master_key_sealed, master_key_check_value, batch_file_key, created_at_ms)
     VALUES (?, ?, 'active', ?, ?, ?, ?, ?)`,
    terminal.terminalId,
    terminal.merchantId,
    terminal.batchNumber,
    terminal.masterKeySealed,
    terminal.masterKeyCheckValue,
    terminal.batchFileKey,
    nowMs,
  );
  await tx.run(
    `INSERT INTO batches (terminal_id, batch_number, state, opened_at_ms) VALUES (?, ?, 'open', ?)`,
    terminal.terminalId,
    terminal.batchNumber,
    nowMs,
  );
}

export async function setTerminalStatus(
  tx: StoreTransaction,
  terminalId: string,
  status: TerminalStatus,
): Promise<boolean> {
  return (await tx.run('UPDATE terminals SET status = ? WHERE terminal_id = ?', status, terminalId)) === 1;
}

/** Makes a new key set the current one; earlier ones stay until the batch is settled. */
export async function signOn(
  tx: StoreTransaction,
  terminalId: string,
  keySet: Omit<KeySet, 'keySetId'>,
  nowMs: number,
): Promise<void> {
  const row = await tx.get<{ keySetId: number }>(
    `INSERT INTO key_sets (terminal_id, kind, pin_key_sealed, mac_key_sealed, track_key_sealed, created_at_ms)
     VALUES (?, ?, ?, ?, ?, ?) RETURNING key_set_id AS "keySetId"`,
    terminalId,
    keySet.kind,
    keySet.pinKeySealed,
    keySet.macKeySealed,
    keySet.trackKeySealed,
    nowMs,
  );
  if (!row) throw new Error('The store gave no key set number');
  await tx.run(
    'UPDATE terminals SET signed_on = 1, key_set_id = ?, signed_on_at_ms = ? WHERE terminal_id = ?',
    row.keySetId,
    nowMs,
    terminalId,
  );
  await tx.run(
    `DELETE FROM key_sets WHERE terminal_id = ? AND key_set_id NOT IN (
       SELECT key_set_id FROM key_sets WHERE terminal_id = ? ORDER BY key_set_id DESC LIMIT ${KEY_SETS_PER_TERMINAL_MAX})`,
    terminalId,
    terminalId,
  );
}

export async function signOff(tx: StoreTransaction, terminalId: string): Promise<void> {
  await tx.run('UPDATE terminals SET signed_on = 0 WHERE terminal_id = ?', terminalId);
}

/** The current key set first, then the earlier ones that are still kept. */
export async function keySetsOf(tx: StoreTransaction, terminalId: string): Promise<KeySet[]> {
  return tx.all<KeySet>(
    `SELECT ${KEY_SET_COLUMNS} FROM key_sets WHERE terminal_id = ? ORDER BY key_set_id DESC`,
    terminalId,
  );
}

/** After a batch is closed nothing can come any more under the keys before the current ones. */
export async function dropEarlierKeySets(tx: StoreTransaction, terminalId: string): Promise<void> {
  await tx.run(
    `DELETE FROM key_sets WHERE terminal_id = ? AND key_set_id <> (SELECT key_set_id FROM terminals WHERE terminal_id = ?)`,
    terminalId,
    terminalId,
  );
}
