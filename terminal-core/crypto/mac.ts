import { timingSafeEqual } from 'node:crypto';
import { unreachable } from '../domain/unreachable.ts';
import {
  BLOCK_BYTES,
  type CipherFamily,
  encryptEcb,
  lastCbcBlock,
  requireKeyLength,
} from './block-cipher.ts';
import { concatBytes, toHex, uintBytes, xorBytes } from './bytes.ts';
import { cmac } from './cmac.ts';
import { CryptoInputError } from './input-error.ts';
import type { SecretKey } from './secret-key.ts';

/**
 * - `cup-ecb`: the MAC of POS terminals in China; 8 ASCII characters. Keys of 8, 16 or 24 bytes.
 * - `x9.19`: ISO 9797-1 algorithm 3, the retail MAC; 8 bytes. Keys of 16 bytes.
 * - `x9.9`: ISO 9797-1 algorithm 1 over single DES (FIPS 113); 8 bytes. Keys of 8 bytes.
 * - `iso9797-1`: algorithm 1 with the key's own cipher: DES, two- and three-key triple DES, or AES-256 at 32 bytes.
 * - `aes-cmac`, `tdes-cmac`: NIST SP 800-38B; 16 and 8 bytes.
 */
export type MacAlgorithm = 'cup-ecb' | 'x9.19' | 'x9.9' | 'iso9797-1' | 'aes-cmac' | 'tdes-cmac';

/** ISO 9797-1: 1 zeros, 2 one bit then zeros, 3 zeros behind a block that holds the length in bits. */
export type MacPadding = 1 | 2 | 3;

export interface MacRequest {
  readonly algorithm: MacAlgorithm;
  readonly key: SecretKey;
  readonly data: Uint8Array;
  /** 1 when not given. CMAC pads by itself and ignores it; `cup-ecb` knows only 1. */
  readonly padding?: MacPadding;
}

/** The whole MAC, not cut. @throws CryptoInputError `wrong-key-length` or `bad-padding`. */
export function computeMac(request: MacRequest): Uint8Array {
  const { algorithm, data, padding = 1 } = request;
  const key = request.key.reveal();
  switch (algorithm) {
    case 'cup-ecb':
      if (padding !== 1)
        throw new CryptoInputError('bad-padding', 'cup-ecb fills with zeros (padding 1) and knows no other');
      return cupEcbMac(key, data);
    case 'x9.19':
      requireKeyLength(key, [16], 'An X9.19 key');
      return retailMac(key, padMacData(data, padding, BLOCK_BYTES.des));
    case 'x9.9':
      requireKeyLength(key, [8], 'An X9.9 key');
      return lastCbcBlock('des', key, padMacData(data, padding, BLOCK_BYTES.des));
    case 'iso9797-1': {
      const family: CipherFamily = key.length === 32 ? 'aes' : 'des';
      return lastCbcBlock(family, key, padMacData(data, padding, BLOCK_BYTES[family]));
    }
    case 'aes-cmac':
      return cmac('aes', key, data);
    case 'tdes-cmac':
      requireKeyLength(key, [16, 24], 'A triple-DES key');
      return cmac('des', key, data);
    default:
      return unreachable(algorithm);
  }
}

/** Compares in a time that does not tell where the first difference is. MACs of different lengths are different. */
export function macEquals(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * All blocks are folded into one by XOR and written as 16 hex characters; then a chain over these two blocks of text.
 * The answer is the first half of the result, again as hex characters.
 */
function cupEcbMac(key: Uint8Array, data: Uint8Array): Uint8Array {
  const folded = new Uint8Array(8);
  for (let index = 0; index < data.length; index += 1) {
    folded[index & 7] = (folded[index & 7] ?? 0) ^ (data[index] ?? 0);
  }
  const chained = lastCbcBlock('des', key, Buffer.from(toHex(folded), 'latin1'));
  return new Uint8Array(Buffer.from(toHex(chained.subarray(0, 4)), 'latin1'));
}

/**
 * ISO 9797-1 algorithm 3 over padded data: single DES under the left half for every block but the last, which gets
 * the full encrypt-decrypt-encrypt; the same result as transforming the last block of a single-DES chain.
 */
export function retailMac(key: Uint8Array, padded: Uint8Array, vector?: Uint8Array): Uint8Array {
  const last = padded.subarray(-BLOCK_BYTES.des);
  const before = padded.subarray(0, -BLOCK_BYTES.des);
  const chain =
    before.length === 0
      ? (vector ?? new Uint8Array(BLOCK_BYTES.des))
      : lastCbcBlock('des', key.subarray(0, 8), before, vector);
  return encryptEcb('des', key, xorBytes(chain, last));
}

/** ISO 9797-1 padding; empty data becomes one block of padding by every method. */
export function padMacData(data: Uint8Array, padding: MacPadding, blockBytes: number): Uint8Array {
  switch (padding) {
    case 1:
      return concatBytes(data, new Uint8Array(zerosToFill(data.length, blockBytes)));
    case 2:
      return concatBytes(
        data,
        Uint8Array.of(0x80),
        new Uint8Array((blockBytes - ((data.length + 1) % blockBytes)) % blockBytes),
      );
    case 3:
      return concatBytes(
        new Uint8Array(blockBytes - 8),
        uintBytes(data.length * 8, 8),
        data,
        new Uint8Array(zerosToFill(data.length, blockBytes)),
      );
    default:
      return unreachable(padding);
  }
}

function zerosToFill(length: number, blockBytes: number): number {
  return length === 0 ? blockBytes : (blockBytes - (length % blockBytes)) % blockBytes;
}
