import { decryptEcb, encryptEcb, requireKeyLength } from './block-cipher.ts';
import { concatBytes } from './bytes.ts';
import { CryptoInputError } from './input-error.ts';
import { macEquals } from './mac.ts';
import { SecretKey } from './secret-key.ts';

/** DE60.3 of a sign-on: 001 single-length keys, 003 double-length, 004 double-length with a key for tracks. */
export type SignOnMode = '001' | '003' | '004';

/** The working keys of one sign-on. */
export interface WorkingKeys {
  /** PIN key. */
  readonly pik: SecretKey;
  /** MAC key; 8 bytes also in the double-length modes. */
  readonly mak: SecretKey;
  /** Track data key, in mode 004 only. */
  readonly tdk?: SecretKey;
}

export type WorkingKeyName = 'pik' | 'mak' | 'tdk';

export type UnwrappedKeySet =
  | { readonly ok: true; readonly keys: WorkingKeys }
  | { readonly ok: false; readonly error: KeySetError };

export type KeySetError =
  | {
      readonly code: 'wrong-length';
      readonly expectedBytes: number;
      readonly actualBytes: number;
      readonly message: string;
    }
  | {
      readonly code: 'check-value';
      readonly failedKeys: readonly WorkingKeyName[];
      readonly message: string;
    };

/** The first 4 bytes of encrypting eight zero bytes follow each key. */
const CHECK_VALUE_BYTES = 4;

const LAYOUTS = {
  '001': { names: ['pik', 'mak'], keyBytes: 8 },
  '003': { names: ['pik', 'mak'], keyBytes: 16 },
  '004': { names: ['pik', 'mak', 'tdk'], keyBytes: 16 },
} as const satisfies Record<SignOnMode, { names: readonly WorkingKeyName[]; keyBytes: 8 | 16 }>;

/**
 * Reads DE62 of a sign-on answer. All keys come out or none does: one wrong check value refuses the whole set.
 * @throws CryptoInputError only when the terminal master key is no DES key.
 */
export function unwrapKeySet(request: {
  readonly mode: SignOnMode;
  readonly tmk: SecretKey;
  readonly de62: Uint8Array;
}): UnwrappedKeySet {
  const { names, keyBytes } = LAYOUTS[request.mode];
  const { de62 } = request;
  const entryBytes = keyBytes + CHECK_VALUE_BYTES;
  const expectedBytes = names.length * entryBytes;
  if (de62.length !== expectedBytes) {
    const message = `DE62 of sign-on ${request.mode} is ${expectedBytes} bytes, not ${de62.length}`;
    return { ok: false, error: { code: 'wrong-length', expectedBytes, actualBytes: de62.length, message } };
  }
  const tmk = masterKey(request.tmk);
  const failedKeys: WorkingKeyName[] = [];
  const keys: Partial<Record<WorkingKeyName, SecretKey>> = {};
  for (const [index, name] of names.entries()) {
    const entry = de62.subarray(index * entryBytes, (index + 1) * entryBytes);
    const single = name === 'mak' && keyBytes === 16 && entry.subarray(8, 16).every((byte) => byte === 0);
    const key = decryptEcb('des', tmk, entry.subarray(0, single ? 8 : keyBytes));
    if (macEquals(checkValueOf(key), entry.subarray(keyBytes))) keys[name] = SecretKey.from(key);
    else failedKeys.push(name);
  }
  const { pik, mak, tdk } = keys;
  if (failedKeys.length > 0 || pik === undefined || mak === undefined) {
    const named = failedKeys.map((name) => name.toUpperCase()).join(', ');
    const message = `The check value of ${named} does not hold; the keys in use stay. Sign on again, or check the terminal master key`;
    return { ok: false, error: { code: 'check-value', failedKeys, message } };
  }
  return { ok: true, keys: tdk === undefined ? { pik, mak } : { pik, mak, tdk } };
}

/**
 * The host's side: DE62 of the answer.
 * @throws CryptoInputError `wrong-key-length` when a key does not have the mode's length, `needs-key` for 004 without TDK.
 */
export function wrapKeySet(request: {
  readonly mode: SignOnMode;
  readonly tmk: SecretKey;
  readonly keys: WorkingKeys;
}): Uint8Array {
  const { names, keyBytes } = LAYOUTS[request.mode];
  const tmk = masterKey(request.tmk);
  const parts: Uint8Array[] = [];
  for (const name of names) {
    const key = request.keys[name]?.reveal();
    if (key === undefined)
      throw new CryptoInputError('needs-key', `Sign-on ${request.mode} carries a ${name.toUpperCase()}`);
    requireKeyLength(
      key,
      name === 'mak' ? [8, keyBytes] : [keyBytes],
      `The ${name.toUpperCase()} of sign-on ${request.mode}`,
    );
    parts.push(encryptEcb('des', tmk, key), new Uint8Array(keyBytes - key.length), checkValueOf(key));
  }
  return concatBytes(...parts);
}

function masterKey(tmk: SecretKey): Uint8Array {
  const bytes = tmk.reveal();
  requireKeyLength(bytes, [8, 16, 24], 'A terminal master key');
  return bytes;
}

function checkValueOf(key: Uint8Array): Uint8Array {
  return encryptEcb('des', key, new Uint8Array(8)).subarray(0, CHECK_VALUE_BYTES);
}
