import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { requireKeyLength } from './block-cipher.ts';
import { concatBytes } from './bytes.ts';
import type { RandomSource } from './random-source.ts';
import type { SecretKey } from './secret-key.ts';

/** First byte of everything this version seals. */
const SEAL_VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OVERHEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;
const CIPHER = 'aes-256-gcm';

/** `not-authentic`: changed, under another key, or sealed for another place (other associated data). */
export type OpenedSeal =
  | { readonly ok: true; readonly plaintext: Uint8Array }
  | { readonly ok: false; readonly error: 'malformed' | 'not-authentic' };

/**
 * Seals what must rest on disk under AES-256-GCM: version 1, nonce 12, tag 16, ciphertext. The associated data says
 * where a blob belongs, so that one cannot be put in another's place. Nonces are random: one key is good for 2^32
 * blobs (NIST SP 800-38D, 8.3), far above what a terminal writes in its life.
 */
export class Sealer {
  /** Set up once: for something as short as a card number that takes longer than the sealing. */
  readonly #key: KeyObject;
  readonly #random: RandomSource;

  /** @throws CryptoInputError `wrong-key-length` unless the key is 32 bytes. */
  constructor(key: SecretKey, random: RandomSource) {
    const bytes = key.reveal();
    requireKeyLength(bytes, [32], 'A sealing key');
    this.#key = createSecretKey(bytes);
    this.#random = random;
  }

  seal(plaintext: Uint8Array, associatedData: Uint8Array): Uint8Array {
    const nonce = this.#random.bytes(NONCE_BYTES);
    if (nonce.length !== NONCE_BYTES)
      throw new RangeError(`The random source gave ${nonce.length} bytes, not ${NONCE_BYTES}`);
    const cipher = createCipheriv(CIPHER, this.#key, nonce);
    cipher.setAAD(boundData(associatedData));
    const ciphertext = concatBytes(cipher.update(plaintext), cipher.final());
    return concatBytes(Uint8Array.of(SEAL_VERSION), nonce, cipher.getAuthTag(), ciphertext);
  }

  open(sealed: Uint8Array, associatedData: Uint8Array): OpenedSeal {
    if (sealed.length < OVERHEAD_BYTES || sealed[0] !== SEAL_VERSION)
      return { ok: false, error: 'malformed' };
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(boundData(associatedData));
    decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, OVERHEAD_BYTES));
    const body = decipher.update(sealed.subarray(OVERHEAD_BYTES));
    try {
      return { ok: true, plaintext: concatBytes(body, decipher.final()) };
    } catch {
      // final() has one reason to throw: the tag does not hold.
      return { ok: false, error: 'not-authentic' };
    }
  }
}

/** The version is bound too, so that a later version's blob cannot be passed off as this one's. */
function boundData(associatedData: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(SEAL_VERSION), associatedData);
}
