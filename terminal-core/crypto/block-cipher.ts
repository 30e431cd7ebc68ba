import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes } from './bytes.ts';
import { CryptoInputError } from './input-error.ts';

/** The two families of block cipher that payment keys are for. */
export type CipherFamily = 'des' | 'aes';

/** Bytes of one block. */
export const BLOCK_BYTES = { des: 8, aes: 16 } as const satisfies Record<CipherFamily, number>;

interface NamedCipher {
  readonly name: string;
  readonly key: Uint8Array;
}

/**
 * Only the ciphers that Node's OpenSSL and Electron's BoringSSL share are named here. Single DES is not among them in
 * OpenSSL 3, so an 8-byte key runs as two-key triple DES with equal halves, which computes the same.
 */
function namedCipher(family: CipherFamily, key: Uint8Array, mode: 'ecb' | 'cbc'): NamedCipher {
  if (family === 'aes') {
    requireKeyLength(key, [16, 24, 32], 'An AES key');
    return { name: `aes-${key.length * 8}-${mode}`, key };
  }
  requireKeyLength(key, [8, 16, 24], 'A DES or triple-DES key');
  const suffix = mode === 'cbc' ? '-cbc' : '';
  if (key.length === 24) return { name: `des-ede3${suffix}`, key };
  return { name: `des-ede${suffix}`, key: key.length === 8 ? concatBytes(key, key) : key };
}

/** @throws CryptoInputError `wrong-key-length` */
export function requireKeyLength(key: Uint8Array, lengths: readonly number[], what: string): void {
  if (!lengths.includes(key.length)) {
    throw new CryptoInputError(
      'wrong-key-length',
      `${what} is ${lengths.join(' or ')} bytes, not ${key.length}`,
    );
  }
}

function requireWholeBlocks(family: CipherFamily, data: Uint8Array): void {
  if (data.length % BLOCK_BYTES[family] !== 0) {
    throw new CryptoInputError(
      'bad-value',
      `${data.length} bytes are not whole blocks of ${BLOCK_BYTES[family]}`,
    );
  }
}

/** Encrypts whole blocks one by one. @throws CryptoInputError on a wrong key length or a partial block. */
export function encryptEcb(family: CipherFamily, key: Uint8Array, data: Uint8Array): Uint8Array {
  requireWholeBlocks(family, data);
  const named = namedCipher(family, key, 'ecb');
  return createCipheriv(named.name, named.key, null).setAutoPadding(false).update(data);
}

/** The inverse of `encryptEcb`. */
export function decryptEcb(family: CipherFamily, key: Uint8Array, data: Uint8Array): Uint8Array {
  requireWholeBlocks(family, data);
  const named = namedCipher(family, key, 'ecb');
  const decipher = createDecipheriv(named.name, named.key, null).setAutoPadding(false);
  return concatBytes(decipher.update(data), decipher.final());
}

/** Cipher block chaining without padding; the vector is zero when not given. */
export function encryptCbc(
  family: CipherFamily,
  key: Uint8Array,
  data: Uint8Array,
  vector?: Uint8Array,
): Uint8Array {
  requireWholeBlocks(family, data);
  const named = namedCipher(family, key, 'cbc');
  const start = vector ?? new Uint8Array(BLOCK_BYTES[family]);
  return createCipheriv(named.name, named.key, start).setAutoPadding(false).update(data);
}

/** The inverse of `encryptCbc`. */
export function decryptCbc(
  family: CipherFamily,
  key: Uint8Array,
  data: Uint8Array,
  vector: Uint8Array,
): Uint8Array {
  requireWholeBlocks(family, data);
  const named = namedCipher(family, key, 'cbc');
  const decipher = createDecipheriv(named.name, named.key, vector).setAutoPadding(false);
  return concatBytes(decipher.update(data), decipher.final());
}

/** The last block of a chain over whole blocks: what every CBC-MAC keeps. */
export function lastCbcBlock(
  family: CipherFamily,
  key: Uint8Array,
  data: Uint8Array,
  vector?: Uint8Array,
): Uint8Array {
  return encryptCbc(family, key, data, vector).subarray(-BLOCK_BYTES[family]);
}
