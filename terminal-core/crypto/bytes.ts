import { CryptoInputError } from './input-error.ts';

/** Upper-case hex, as keys, MACs and check values are written in this trade. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase();
}

/** Reads hex of either case. @throws CryptoInputError `bad-hex`; the message names `what`, never the digits. */
export function fromHex(text: string, what: string): Uint8Array {
  if (!/^[0-9A-Fa-f]*$/.test(text))
    throw new CryptoInputError('bad-hex', `${what} has a character that is not a hex digit`);
  if (text.length % 2 !== 0) {
    throw new CryptoInputError(
      'bad-hex',
      `${what} has an odd number of hex digits (${text.length}); two make a byte`,
    );
  }
  return new Uint8Array(Buffer.from(text, 'hex'));
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let total = 0;
  for (const part of parts) total += part.length;
  const joined = new Uint8Array(total);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** @throws RangeError when the lengths differ: that is always a bug of the caller. */
export function xorBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length !== b.length) throw new RangeError(`Cannot XOR ${a.length} bytes with ${b.length}`);
  const result = new Uint8Array(a.length);
  for (let index = 0; index < a.length; index += 1) result[index] = (a[index] ?? 0) ^ (b[index] ?? 0);
  return result;
}

/** A big-endian unsigned integer of 1 to 8 bytes. @throws RangeError when the value does not fit or is not whole. */
export function uintBytes(value: number, byteLength: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * byteLength)) {
    throw new RangeError(`${value} is not a whole number that fits ${byteLength} bytes`);
  }
  const bytes = new Uint8Array(byteLength);
  let rest = value;
  for (let index = byteLength - 1; index >= 0; index -= 1) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}
