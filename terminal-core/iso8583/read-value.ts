import { BCD_VALUE, hexOf, isNibble, NIBBLE, NO_DIGITS, PAIR, QUAD } from './bcd.ts';
import { type CompiledField, WAY } from './compile.ts';
import { decodeGb18030 } from './gb18030.ts';
import type { FieldValue } from './message.ts';

/** Where the last `readValue` that returned undefined found the byte it could not take. */
export const badByte = { offset: 0, message: '' };

/**
 * Reads the data of one field whose bytes are known to be there. `units` are digits for numeric fields and bytes for
 * others.
 * @returns undefined for a byte that the content does not allow; `badByte` then says which.
 */
export function readValue(
  field: CompiledField,
  bytes: Uint8Array,
  at: number,
  units: number,
): FieldValue | undefined {
  switch (field.way) {
    case WAY.bcdRight:
      return (units & 1) === 0 ? readPairs(bytes, at, units >> 1) : readOddRight(bytes, at, units);
    case WAY.bcdLeft:
      return (units & 1) === 0 ? readPairs(bytes, at, units >> 1) : readOddLeft(bytes, at, units);
    case WAY.bcdTrack:
      return readTrack(bytes, at, units);
    case WAY.asciiDigits:
      return readAsciiDigits(bytes, at, units);
    case WAY.asciiTrack:
      return readAsciiTrack(bytes, at, units);
    case WAY.gb18030:
      return readText(bytes, at, units, true);
    case WAY.latin1:
      return readText(bytes, at, units, false);
    case WAY.bytes:
      return new Uint8Array(bytes.buffer, bytes.byteOffset + at, units);
    case WAY.hexBytes:
      return readHexBytes(bytes, at, units);
    case WAY.signedAscii:
      return readSignedAscii(bytes, at, units);
    case WAY.signedBcd:
      return readSignedBcd(bytes, at, units);
  }
}

function refuse(offset: number, message: string): undefined {
  badByte.offset = offset;
  badByte.message = message;
  return undefined;
}

const NOT_DECIMAL = 'a nibble is no decimal digit';

/** Whole bytes of two digits each. */
function readPairs(bytes: Uint8Array, at: number, count: number): string | undefined {
  const end = at + count;
  let text = '';
  let index = at;
  for (; index + 1 < end; index += 2) {
    const four = QUAD[((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)] ?? '';
    if (four === '') return refuse(badPair(bytes, index), NOT_DECIMAL);
    text += four;
  }
  if (index === end) return text;
  const byte = bytes[index] ?? 0;
  return BCD_VALUE[byte] === NO_DIGITS ? refuse(index, NOT_DECIMAL) : text + (PAIR[byte] ?? '');
}

function badPair(bytes: Uint8Array, at: number): number {
  return BCD_VALUE[bytes[at] ?? 0] === NO_DIGITS ? at : at + 1;
}

/** An odd number of digits with the pad nibble in front. */
function readOddRight(bytes: Uint8Array, at: number, units: number): string | undefined {
  const first = (bytes[at] ?? 0) & 15;
  if (first > 9) return refuse(at, NOT_DECIMAL);
  const rest = readPairs(bytes, at + 1, units >> 1);
  return rest === undefined ? undefined : String.fromCharCode(48 + first) + rest;
}

/** An odd number of digits with the pad nibble behind. */
function readOddLeft(bytes: Uint8Array, at: number, units: number): string | undefined {
  const front = readPairs(bytes, at, units >> 1);
  if (front === undefined) return undefined;
  const lastAt = at + (units >> 1);
  const last = (bytes[lastAt] ?? 0) >> 4;
  return last > 9 ? refuse(lastAt, NOT_DECIMAL) : front + String.fromCharCode(48 + last);
}

const SEPARATOR_NIBBLE = 13;

/** Tracks 2 and 3: digits, with nibble D for the separator `=`. */
function readTrack(bytes: Uint8Array, at: number, units: number): string | undefined {
  let text = '';
  const whole = units >> 1;
  for (let index = at; index < at + whole; index += 1) {
    const byte = bytes[index] ?? 0;
    if (BCD_VALUE[byte] !== NO_DIGITS) {
      text += PAIR[byte] ?? '';
      continue;
    }
    const high = trackCharacter(byte >> 4);
    const low = trackCharacter(byte & 15);
    if (high === '' || low === '') return refuse(index, 'a nibble is neither a digit nor the separator D');
    text += high + low;
  }
  if ((units & 1) === 0) return text;
  const last = trackCharacter((bytes[at + whole] ?? 0) >> 4);
  return last === '' ? refuse(at + whole, 'a nibble is neither a digit nor the separator D') : text + last;
}

function trackCharacter(nibble: number): string {
  if (nibble < 10) return String.fromCharCode(48 + nibble);
  return nibble === SEPARATOR_NIBBLE ? '=' : '';
}

function readAsciiDigits(bytes: Uint8Array, at: number, units: number): string | undefined {
  for (let index = at; index < at + units; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte < 48 || byte > 57) return refuse(index, 'a character is no digit');
  }
  return latin1(bytes, at, units);
}

const SEPARATOR_CODE = 61;

function readAsciiTrack(bytes: Uint8Array, at: number, units: number): string | undefined {
  for (let index = at; index < at + units; index += 1) {
    const byte = bytes[index] ?? 0;
    if ((byte < 48 || byte > 57) && byte !== SEPARATOR_CODE) {
      return refuse(index, 'a character is neither a digit nor the separator =');
    }
  }
  return latin1(bytes, at, units);
}

function readText(bytes: Uint8Array, at: number, units: number, isGb18030: boolean): string {
  if (isGb18030) {
    let seen = 0;
    for (let index = at; index < at + units; index += 1) seen |= bytes[index] ?? 0;
    if (seen >= 0x80) return decodeGb18030(bytes.subarray(at, at + units));
  }
  return latin1(bytes, at, units);
}

const SHORT_TEXT_BYTES = 16;

/** Bytes as characters of the same number. A native call pays only for longer texts. */
function latin1(bytes: Uint8Array, at: number, units: number): string {
  if (units > SHORT_TEXT_BYTES) {
    return Buffer.from(bytes.buffer, bytes.byteOffset + at, units).toString('latin1');
  }
  let text = '';
  let index = at;
  for (; index + 3 <= at + units; index += 3) {
    text += String.fromCharCode(bytes[index] ?? 0, bytes[index + 1] ?? 0, bytes[index + 2] ?? 0);
  }
  for (; index < at + units; index += 1) text += String.fromCharCode(bytes[index] ?? 0);
  return text;
}

function readHexBytes(bytes: Uint8Array, at: number, units: number): Uint8Array | undefined {
  const value = new Uint8Array(units);
  for (let index = 0; index < units; index += 1) {
    const high = NIBBLE[bytes[at + 2 * index] ?? 0] ?? 255;
    const low = NIBBLE[bytes[at + 2 * index + 1] ?? 0] ?? 255;
    if (!isNibble(high)) return refuse(at + 2 * index, 'a character is no hex digit');
    if (!isNibble(low)) return refuse(at + 2 * index + 1, 'a character is no hex digit');
    value[index] = (high << 4) | low;
  }
  return value;
}

/** A sign character and digits. Which characters are signs is left to the host: many send 0 for none. */
function readSignedAscii(bytes: Uint8Array, at: number, units: number): string | undefined {
  const digits = readAsciiDigits(bytes, at + 1, units - 1);
  return digits === undefined ? undefined : latin1(bytes, at, 1) + digits;
}

function readSignedBcd(bytes: Uint8Array, at: number, units: number): string | undefined {
  const digits = readPairs(bytes, at + 1, units >> 1);
  return digits === undefined ? undefined : latin1(bytes, at, 1) + digits;
}

/** The TPDU and the header: hex digits as they are. */
export function readHex(bytes: Uint8Array, at: number, count: number): string {
  return hexOf(bytes, at, at + count);
}
