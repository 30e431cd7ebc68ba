/** Marks a byte that is not two decimal digits. */
export const NO_DIGITS = 255;

/** Two digits for each byte that is BCD; upper-case hex for the others, where the caller has checked or does not mind. */
export const PAIR: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, '0'),
);

/**
 * Four digits for two BCD bytes, high byte first in the index; empty for anything that is not four digits. One look-up
 * checks and reads: half a megabyte that halves the time of reading numbers.
 */
export const QUAD: readonly string[] = Array.from({ length: 0x10000 }, (_, word) => {
  const text = word.toString(16).padStart(4, '0');
  return /^[0-9]{4}$/.test(text) ? text : '';
});

/** The number 0 to 99 a BCD byte stands for, NO_DIGITS for any other byte. */
export const BCD_VALUE: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const high = byte >> 4;
  const low = byte & 15;
  return high < 10 && low < 10 ? high * 10 + low : NO_DIGITS;
});

/** The BCD byte of a number 0 to 99. */
export const BCD_BYTE: Uint8Array = Uint8Array.from(
  { length: 100 },
  (_, value) => (Math.trunc(value / 10) << 4) | (value % 10),
);

const NO_NIBBLE = 255;

/** The value of a hex character by its code, 255 for others. */
export const NIBBLE: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 65 && code <= 70) return code - 55;
  if (code >= 97 && code <= 102) return code - 87;
  return NO_NIBBLE;
});

export function isNibble(value: number): boolean {
  return value !== NO_NIBBLE;
}

/** Upper-case hex of some bytes. */
export function hexOf(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let text = '';
  for (let at = from; at < to; at += 1) text += PAIR[bytes[at] ?? 0];
  return text;
}

/** @returns undefined for an odd length or a character that is no hex digit. */
export function bytesOfHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length >> 1);
  for (let at = 0; at < bytes.length; at += 1) {
    const high = NIBBLE[text.charCodeAt(2 * at)] ?? NO_NIBBLE;
    const low = NIBBLE[text.charCodeAt(2 * at + 1)] ?? NO_NIBBLE;
    if ((high | low) === NO_NIBBLE) return undefined;
    bytes[at] = (high << 4) | low;
  }
  return bytes;
}
