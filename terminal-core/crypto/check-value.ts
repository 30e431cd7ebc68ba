import { unreachable } from '../domain/unreachable.ts';
import { BLOCK_BYTES, encryptEcb, requireKeyLength } from './block-cipher.ts';
import { cmac } from './cmac.ts';
import { CryptoInputError } from './input-error.ts';
import type { SecretKey } from './secret-key.ts';

/** `des`, `tdes`, `aes` encrypt a block of zeros; `aes-cmac` is the CMAC of one (ANSI X9.24-1:2017). */
export type CheckValueAlgorithm = 'des' | 'tdes' | 'aes' | 'aes-cmac';

/** How much of the block is shown when nobody asks for another length. */
export const CHECK_VALUE_BYTES_DEFAULT = 3;

/**
 * The check value of a key: says which key it is without saying what it is.
 * @param request.bytes how many leading bytes, 1 to the block length; 3 by default.
 * @throws CryptoInputError `wrong-key-length`, or `bad-value` for `bytes`.
 */
export function keyCheckValue(request: {
  readonly algorithm: CheckValueAlgorithm;
  readonly key: SecretKey;
  readonly bytes?: number;
}): Uint8Array {
  const family = request.algorithm === 'des' || request.algorithm === 'tdes' ? 'des' : 'aes';
  const bytes = request.bytes ?? CHECK_VALUE_BYTES_DEFAULT;
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > BLOCK_BYTES[family]) {
    throw new CryptoInputError(
      'bad-value',
      `A check value is 1 to ${BLOCK_BYTES[family]} bytes, not ${bytes}`,
    );
  }
  return fullCheckValue(request.algorithm, request.key.reveal()).subarray(0, bytes);
}

function fullCheckValue(algorithm: CheckValueAlgorithm, key: Uint8Array): Uint8Array {
  switch (algorithm) {
    case 'des':
      requireKeyLength(key, [8], 'A single-length DES key');
      return encryptEcb('des', key, new Uint8Array(8));
    case 'tdes':
      requireKeyLength(key, [16, 24], 'A triple-DES key');
      return encryptEcb('des', key, new Uint8Array(8));
    case 'aes':
      return encryptEcb('aes', key, new Uint8Array(16));
    case 'aes-cmac':
      return cmac('aes', key, new Uint8Array(16));
    default:
      return unreachable(algorithm);
  }
}
