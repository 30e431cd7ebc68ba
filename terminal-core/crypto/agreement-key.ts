import { createHash, createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { concatBytes, toHex } from './bytes.ts';
import { CryptoInputError } from './input-error.ts';
import type { RandomSource } from './random-source.ts';
import { SecretKey } from './secret-key.ts';

const RAW_KEY_BYTES = 32;
const KEY_ID_BYTES = 4;

/** DER around a raw key (RFC 8410): node:crypto imports no raw ones. */
const PRIVATE_PREFIX = Buffer.from('302E020100300506032B656E04220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302A300506032B656E032100', 'hex');

const inspect = Symbol.for('nodejs.util.inspect.custom');

/** An X25519 public key with its id: first 4 bytes of SHA-256 of the raw key, 8 upper-case hex digits. */
export class AgreementPublicKey {
  readonly keyId: string;
  readonly raw: Uint8Array;

  private constructor(raw: Uint8Array) {
    this.raw = raw;
    this.keyId = toHex(createHash('sha256').update(raw).digest().subarray(0, KEY_ID_BYTES));
  }

  /** @throws CryptoInputError `wrong-key-length` unless 32 bytes. */
  static fromRaw(raw: Uint8Array): AgreementPublicKey {
    return new AgreementPublicKey(requireRaw(raw, 'public'));
  }

  /** @param text 32 bytes in base64. @throws CryptoInputError `wrong-key-length` */
  static fromBase64(text: string): AgreementPublicKey {
    return AgreementPublicKey.fromRaw(Buffer.from(text, 'base64'));
  }

  toBase64(): string {
    return Buffer.from(this.raw).toString('base64');
  }

  toString(): string {
    return `[X25519 public key ${this.keyId}]`;
  }

  [inspect](): string {
    return this.toString();
  }
}

/** An X25519 private key (RFC 7748). It prints its key id only. */
export class AgreementKey {
  readonly publicKey: AgreementPublicKey;
  readonly #key: KeyObject;

  private constructor(raw: Uint8Array) {
    this.#key = createPrivateKey({
      key: Buffer.from(concatBytes(PRIVATE_PREFIX, raw)),
      format: 'der',
      type: 'pkcs8',
    });
    const der = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    this.publicKey = AgreementPublicKey.fromRaw(der.subarray(PUBLIC_PREFIX.length));
  }

  /** A new key; every 32 random bytes are one. */
  static generate(random: RandomSource): { readonly key: AgreementKey; readonly raw: Uint8Array } {
    const raw = random.bytes(RAW_KEY_BYTES);
    return { key: AgreementKey.fromRaw(raw), raw };
  }

  /** @throws CryptoInputError `wrong-key-length` unless 32 bytes. */
  static fromRaw(raw: Uint8Array): AgreementKey {
    return new AgreementKey(requireRaw(raw, 'private'));
  }

  /** @throws CryptoInputError `bad-value` for a public key of small order, with which every secret is the same. */
  agree(other: AgreementPublicKey): SecretKey {
    const publicKey = createPublicKey({
      key: Buffer.from(concatBytes(PUBLIC_PREFIX, other.raw)),
      format: 'der',
      type: 'spki',
    });
    let shared: Buffer;
    try {
      shared = diffieHellman({ privateKey: this.#key, publicKey });
    } catch {
      throw new CryptoInputError('bad-value', `No secret can be agreed with the public key ${other.keyId}`);
    }
    return SecretKey.from(new Uint8Array(shared));
  }

  toString(): string {
    return `[X25519 private key ${this.publicKey.keyId}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect](): string {
    return this.toString();
  }
}

function requireRaw(raw: Uint8Array, which: string): Uint8Array {
  if (raw.length !== RAW_KEY_BYTES) {
    throw new CryptoInputError(
      'wrong-key-length',
      `An X25519 ${which} key is ${RAW_KEY_BYTES} bytes, not ${raw.length}`,
    );
  }
  return Uint8Array.from(raw);
}
