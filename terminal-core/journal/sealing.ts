import type { JsonObject } from '../ports/journal.ts';
import { parseJsonObject } from './canonical-json.ts';
import { JournalDamageError } from './damage.ts';

/** Seals `clear` so that only `unseal` with the same associated data opens it, e.g. AES-256-GCM under the store's key. */
export type Seal = (clear: Uint8Array, associatedData: Uint8Array) => Uint8Array;
/** @returns undefined when the seal does not open: another key, another place, changed bytes. */
export type Unseal = (sealed: Uint8Array, associatedData: Uint8Array) => Uint8Array | undefined;

const SECRET_TAG = Buffer.from('holdfast/journal/secret/1\n', 'ascii');

/** Ties sealed card data to its entry, so that it does not open anywhere else. */
export function secretPlace(seq: number, atMs: number, kind: string): Uint8Array {
  const numbers = Buffer.allocUnsafe(16);
  numbers.writeBigUInt64BE(BigInt(seq), 0);
  numbers.writeBigInt64BE(BigInt(atMs), 8);
  return Buffer.concat([SECRET_TAG, numbers, Buffer.from(kind, 'utf8')]);
}

export interface SecretRow {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly secret: Uint8Array | null;
}

/** @returns undefined when there is none any more. @throws JournalDamageError when the seal does not open. */
export function openSecretRow(row: SecretRow, unseal: Unseal): JsonObject | undefined {
  if (row.secret === null) return undefined;
  const clear = unseal(row.secret, secretPlace(row.seq, row.atMs, row.kind));
  if (clear === undefined)
    throw new JournalDamageError(`The sealed card data of entry ${row.seq}, or its key,`);
  return parseJsonObject(Buffer.from(clear).toString('utf8'));
}
