import { isNibble, NIBBLE } from './bcd.ts';

/** Bytes of one bitmap once it is binary. */
export const BITMAP_BYTES = 8;

/** A bitmap as two 32-bit words: bit 1 of the standard is the top bit of the first. */
export const bitmapWords = { high: 0, low: 0 };

/**
 * Reads one bitmap into `bitmapWords`. JavaScript's numbers cannot hold 64 bits, hence two words.
 * @returns -1, or the offset of a character that is no hex digit.
 */
export function readBitmap(bytes: Uint8Array, at: number, encoding: 'binary' | 'hex'): number {
  if (encoding === 'binary') {
    bitmapWords.high = wordAt(bytes, at);
    bitmapWords.low = wordAt(bytes, at + 4);
    return -1;
  }
  let high = 0;
  let low = 0;
  for (let index = 0; index < 16; index += 1) {
    const nibble = NIBBLE[bytes[at + index] ?? 0] ?? 255;
    if (!isNibble(nibble)) return at + index;
    if (index < 8) high = (high << 4) | nibble;
    else low = (low << 4) | nibble;
  }
  bitmapWords.high = high;
  bitmapWords.low = low;
  return -1;
}

const HEX_CODES = Uint8Array.from('0123456789ABCDEF', (digit) => digit.charCodeAt(0));

/** Writes the bitmap that stands in two words from `first` on. @returns the offset behind it. */
export function writeBitmap(
  bytes: Uint8Array,
  at: number,
  words: Int32Array,
  first: number,
  encoding: 'binary' | 'hex',
): number {
  const high = words[first] ?? 0;
  const low = words[first + 1] ?? 0;
  if (encoding === 'binary') {
    writeWord(bytes, at, high);
    writeWord(bytes, at + 4, low);
    return at + BITMAP_BYTES;
  }
  for (let index = 0; index < 8; index += 1) {
    bytes[at + index] = HEX_CODES[(high >>> (28 - 4 * index)) & 15] ?? 0;
    bytes[at + 8 + index] = HEX_CODES[(low >>> (28 - 4 * index)) & 15] ?? 0;
  }
  return at + 16;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}

function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = (word >>> 16) & 255;
  bytes[at + 2] = (word >>> 8) & 255;
  bytes[at + 3] = word & 255;
}
