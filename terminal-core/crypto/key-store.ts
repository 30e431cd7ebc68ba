import { requireKeyLength } from './block-cipher.ts';
import { ByteReader, ByteWriter } from './byte-layout.ts';
import { toHex } from './bytes.ts';
import { keyCheckValue } from './check-value.ts';
import { CryptoInputError } from './input-error.ts';
import type { Sealer } from './sealer.ts';
import { SecretKey } from './secret-key.ts';
import type { WorkingKeys } from './sign-on-keys.ts';

/** Key sets kept at once, the current one included. A batch that saw more sign-ons must be settled first. */
export const KEY_SETS_MAX = 1_000;

/** A set that a newer sign-on replaced has only its MAC key left: for the answers to what was sent under it. */
export interface StoredKeySet extends Partial<WorkingKeys> {
  readonly id: string;
  readonly mak: SecretKey;
}

export interface CurrentKeySet extends WorkingKeys {
  readonly id: string;
}

export type KeySetInstalled =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: 'too-many-key-sets' };

export type OpenedKeyStore =
  | { readonly ok: true; readonly keyStore: KeyStore }
  | { readonly ok: false; readonly error: 'malformed' | 'not-authentic' };

/** 4-byte check values in hex: what an engineer may see of the keys. */
export interface KeyStoreCheckValues {
  readonly tmk: string;
  readonly current?: {
    readonly id: string;
    readonly pik: string;
    readonly mak: string;
    readonly tdk?: string;
  };
}

const FORMAT_VERSION = 1;
const MASTER_KEY_BYTES = [16, 24];
const WORKING_KEY_BYTES = [8, 16, 24];
const PURPOSE = Buffer.from('holdfast key store', 'latin1');

/**
 * The keys of one terminal, in memory. It does no I/O: the caller writes what `seal` gives, durably, after every
 * `installKeySet` and before the first use of the new keys.
 */
export class KeyStore {
  readonly #tmk: SecretKey;
  /** In order of installation. */
  readonly #retained = new Map<string, StoredKeySet>();
  #current: CurrentKeySet | undefined;

  private constructor(tmk: SecretKey) {
    this.#tmk = tmk;
  }

  /** @throws CryptoInputError `wrong-key-length` unless the terminal master key is 16 or 24 bytes. */
  static create(request: { readonly tmk: SecretKey }): KeyStore {
    requireKeyLength(request.tmk.reveal(), MASTER_KEY_BYTES, 'A terminal master key');
    return new KeyStore(request.tmk);
  }

  /** The inverse of `seal`. */
  static open(sealed: Uint8Array, sealer: Sealer): OpenedKeyStore {
    const opened = sealer.open(sealed, PURPOSE);
    if (!opened.ok) return opened;
    const keyStore = KeyStore.#decode(opened.plaintext);
    return keyStore === undefined ? { ok: false, error: 'malformed' } : { ok: true, keyStore };
  }

  get tmk(): SecretKey {
    return this.#tmk;
  }

  /** The keys of the last sign-on; undefined before the first. */
  current(): CurrentKeySet | undefined {
    return this.#current;
  }

  /** The set with this id: whole if it is the current one, its MAC key alone if it was replaced, else undefined. */
  keySet(id: string): StoredKeySet | undefined {
    return this.#current?.id === id ? this.#current : this.#retained.get(id);
  }

  /**
   * Makes these keys the current ones, in one step. The MAC key of the set before stays until `forgetKeySets`; its
   * other keys go. Installing the current id again replaces the current keys.
   * @param id 1 to 255 bytes of UTF-8. @throws CryptoInputError `bad-value` for an id that a replaced set
   * has, `wrong-key-length` for a key that is no DES key.
   */
  installKeySet(id: string, keys: WorkingKeys): KeySetInstalled {
    const idBytes = Buffer.byteLength(id, 'utf8');
    if (idBytes < 1 || idBytes > 255)
      throw new CryptoInputError('bad-value', 'A key-set id is 1 to 255 bytes');
    if (this.#retained.has(id))
      throw new CryptoInputError('bad-value', `Key set ${id} was already replaced by a newer one`);
    const { pik, mak, tdk } = keys;
    for (const key of tdk === undefined ? [pik, mak] : [pik, mak, tdk]) {
      requireKeyLength(key.reveal(), WORKING_KEY_BYTES, 'A working key');
    }
    const previous = this.#current;
    if (previous !== undefined && previous.id !== id) {
      if (this.#retained.size + 2 > KEY_SETS_MAX) return { ok: false, error: 'too-many-key-sets' };
      this.#retained.set(previous.id, { id: previous.id, mak: previous.mak });
    }
    this.#current = tdk === undefined ? { id, pik, mak } : { id, pik, mak, tdk };
    return { ok: true };
  }

  /** Drops the replaced sets whose id is not named: their batches are settled. The current set always stays. */
  forgetKeySets(exceptIds: Iterable<string>): void {
    const kept = new Set(exceptIds);
    for (const id of this.#retained.keys()) if (!kept.has(id)) this.#retained.delete(id);
  }

  checkValues(): KeyStoreCheckValues {
    const tmk = shownCheckValue(this.#tmk);
    if (this.#current === undefined) return { tmk };
    const { id, pik, mak, tdk } = this.#current;
    const shown = { id, pik: shownCheckValue(pik), mak: shownCheckValue(mak) };
    return { tmk, current: tdk === undefined ? shown : { ...shown, tdk: shownCheckValue(tdk) } };
  }

  /** The whole store as one sealed blob; layout in docs/crypto.md. */
  seal(sealer: Sealer): Uint8Array {
    const writer = new ByteWriter().uint(FORMAT_VERSION, 1).short(this.#tmk.reveal());
    writer.uint(this.#current === undefined ? 0 : 1, 1);
    if (this.#current !== undefined) {
      const { id, pik, mak, tdk } = this.#current;
      writer.short(Buffer.from(id, 'utf8')).short(pik.reveal()).short(mak.reveal());
      writer.short(tdk === undefined ? new Uint8Array(0) : tdk.reveal());
    }
    writer.uint(this.#retained.size, 2);
    for (const { id, mak } of this.#retained.values())
      writer.short(Buffer.from(id, 'utf8')).short(mak.reveal());
    return sealer.seal(writer.bytes(), PURPOSE);
  }

  static #decode(plaintext: Uint8Array): KeyStore | undefined {
    const reader = new ByteReader(plaintext);
    if (reader.uint(1) !== FORMAT_VERSION) return undefined;
    const tmk = readKey(reader, MASTER_KEY_BYTES);
    const currentCount = reader.uint(1);
    if (tmk === undefined || currentCount === undefined || currentCount > 1) return undefined;
    const keyStore = KeyStore.create({ tmk });
    if (currentCount === 1) {
      const id = readText(reader);
      const pik = readKey(reader, WORKING_KEY_BYTES);
      const mak = readKey(reader, WORKING_KEY_BYTES);
      const tdk = readKey(reader, [0, ...WORKING_KEY_BYTES]);
      if (id === undefined || pik === undefined || mak === undefined || tdk === undefined) return undefined;
      keyStore.#current = tdk.byteLength === 0 ? { id, pik, mak } : { id, pik, mak, tdk };
    }
    const retainedCount = reader.uint(2);
    if (retainedCount === undefined || retainedCount >= KEY_SETS_MAX) return undefined;
    for (let index = 0; index < retainedCount; index += 1) {
      const [id, mak] = [readText(reader), readKey(reader, WORKING_KEY_BYTES)];
      if (id === undefined || mak === undefined) return undefined;
      keyStore.#retained.set(id, { id, mak });
    }
    return reader.atEnd() ? keyStore : undefined;
  }
}

function readKey(reader: ByteReader, lengths: readonly number[]): SecretKey | undefined {
  const bytes = reader.short();
  return bytes !== undefined && lengths.includes(bytes.length) ? SecretKey.from(bytes) : undefined;
}

function readText(reader: ByteReader): string | undefined {
  const bytes = reader.short();
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}

function shownCheckValue(key: SecretKey): string {
  return toHex(keyCheckValue({ algorithm: key.byteLength === 8 ? 'des' : 'tdes', key, bytes: 4 }));
}
