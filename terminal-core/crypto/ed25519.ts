import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { concatBytes, toHex } from './bytes.ts';
import { CryptoInputError } from './input-error.ts';
import type { RandomSource } from './random-source.ts';

/** Bytes of a raw private or public key. */
const RAW_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const KEY_ID_BYTES = 4;

/** DER around a raw key (RFC 8410): node:crypto imports no raw ones. */
const PRIVATE_PREFIX = Buffer.from('302E020100300506032B657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302A300506032B6570032100', 'hex');

const inspect = Symbol.for('nodejs.util.inspect.custom');

/** An Ed25519 public key with its id: first 4 bytes of SHA-256 of the raw key, 8 upper-case hex digits. */
export class VerifyingKey {
  readonly keyId: string;
  readonly #raw: Uint8Array;
  readonly #key: KeyObject;

  private constructor(raw: Uint8Array) {
    this.#raw = raw;
    this.#key = createPublicKey({
      key: Buffer.from(concatBytes(PUBLIC_PREFIX, raw)),
      format: 'der',
      type: 'spki',
    });
    this.keyId = toHex(createHash('sha256').update(raw).digest().subarray(0, KEY_ID_BYTES));
  }

  /** @throws CryptoInputError `wrong-key-length` unless 32 bytes. */
  static fromRaw(raw: Uint8Array): VerifyingKey {
    return new VerifyingKey(requireRaw(raw, 'public'));
  }

  /** @param text 32 bytes in base64. @throws CryptoInputError `wrong-key-length` */
  static fromBase64(text: string): VerifyingKey {
    return VerifyingKey.fromRaw(Buffer.from(text, 'base64'));
  }

  toBase64(): string {
    return Buffer.from(this.#raw).toString('base64');
  }

  verify(message: Uint8Array, signature: Uint8Array): boolean {
    return signature.length === SIGNATURE_BYTES && verify(null, message, this.#key, signature);
  }

  toString(): string {
    return `[Ed25519 public key ${this.keyId}]`;
  }

  [inspect](): string {
    return this.toString();
  }
}

/** An Ed25519 private key. It prints its key id only; the bytes come only from `revealBase64()`. */
export class SigningKey {
  readonly verifyingKey: VerifyingKey;
  readonly #raw: Uint8Array;
  readonly #key: KeyObject;

  private constructor(raw: Uint8Array) {
    this.#raw = raw;
    this.#key = createPrivateKey({
      key: Buffer.from(concatBytes(PRIVATE_PREFIX, raw)),
      format: 'der',
      type: 'pkcs8',
    });
    const der = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    this.verifyingKey = VerifyingKey.fromRaw(der.subarray(PUBLIC_PREFIX.length));
  }

  /** A new key; every 32 random bytes are one. */
  static generate(random: RandomSource): SigningKey {
    return SigningKey.fromRaw(random.bytes(RAW_KEY_BYTES));
  }

  /** @throws CryptoInputError `wrong-key-length` unless 32 bytes. */
  static fromRaw(raw: Uint8Array): SigningKey {
    return new SigningKey(requireRaw(raw, 'private'));
  }

  /** @param text 32 bytes in base64. @throws CryptoInputError `wrong-key-length` */
  static fromBase64(text: string): SigningKey {
    return SigningKey.fromRaw(Buffer.from(text, 'base64'));
  }

  get keyId(): string {
    return this.verifyingKey.keyId;
  }

  /** The secret bytes. Only for a sealed vault. */
  revealBase64(): string {
    return Buffer.from(this.#raw).toString('base64');
  }

  sign(message: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, message, this.#key));
  }

  toString(): string {
    return `[Ed25519 private key ${this.keyId}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect](): string {
    return this.toString();
  }
}

/** Key id to public key: whom a terminal believes. */
export type TrustedKeys = ReadonlyMap<string, VerifyingKey>;

/**
 * Reads the issuer's keys as provisioning gives them (key id to raw key in base64).
 * @throws CryptoInputError when a key is not 32 bytes, or stands under an id that is not its own.
 */
export function trustedKeys(keys: Readonly<Record<string, string>>): TrustedKeys {
  const trusted = new Map<string, VerifyingKey>();
  for (const [keyId, text] of Object.entries(keys)) {
    const key = VerifyingKey.fromBase64(text);
    if (key.keyId !== keyId)
      throw new CryptoInputError('bad-value', `The public key under ${keyId} has the id ${key.keyId}`);
    trusted.set(keyId, key);
  }
  return trusted;
}

function requireRaw(raw: Uint8Array, which: string): Uint8Array {
  if (raw.length !== RAW_KEY_BYTES) {
    throw new CryptoInputError(
      'wrong-key-length',
      `An Ed25519 ${which} key is ${RAW_KEY_BYTES} bytes, not ${raw.length}`,
    );
  }
  return Uint8Array.from(raw);
}
