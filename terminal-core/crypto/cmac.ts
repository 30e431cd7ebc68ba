import { BLOCK_BYTES, type CipherFamily, encryptEcb, lastCbcBlock } from './block-cipher.ts';

/** The constant that a doubled subkey is reduced with (NIST SP 800-38B, 5.3). */
const REDUCTION = { des: 0x1b, aes: 0x87 } as const satisfies Record<CipherFamily, number>;

/** CMAC as NIST SP 800-38B and RFC 4493 have it; a full block of output. @throws CryptoInputError on the key length. */
export function cmac(family: CipherFamily, key: Uint8Array, data: Uint8Array): Uint8Array {
  const blockBytes = BLOCK_BYTES[family];
  const whole = data.length > 0 && data.length % blockBytes === 0;
  const padded = new Uint8Array(whole ? data.length : data.length + blockBytes - (data.length % blockBytes));
  padded.set(data);
  let subkey = double(family, encryptEcb(family, key, new Uint8Array(blockBytes)));
  if (!whole) {
    padded[data.length] = 0x80;
    subkey = double(family, subkey);
  }
  const last = padded.length - blockBytes;
  for (let index = 0; index < blockBytes; index += 1) {
    padded[last + index] = (padded[last + index] ?? 0) ^ (subkey[index] ?? 0);
  }
  return lastCbcBlock(family, key, padded);
}

function double(family: CipherFamily, block: Uint8Array): Uint8Array {
  const doubled = new Uint8Array(block.length);
  let carry = 0;
  for (let index = block.length - 1; index >= 0; index -= 1) {
    const byte = block[index] ?? 0;
    doubled[index] = ((byte << 1) | carry) & 0xff;
    carry = byte >> 7;
  }
  if (carry === 1) doubled[block.length - 1] = (doubled[block.length - 1] ?? 0) ^ REDUCTION[family];
  return doubled;
}
