import { BCD_VALUE, NO_DIGITS, PAIR } from './bcd.ts';
import { BITMAP_BYTES, bitmapWords, readBitmap } from './bitmap.ts';
import { type CompiledField, type Dialect, PREFIX, wireBytes } from './compile.ts';
import type { IsoError, IsoErrorCode } from './iso-error.ts';
import type { FieldValue, IsoMessage, PartialMessage } from './message.ts';
import { badByte, readHex, readValue } from './read-value.ts';

export type DecodeResult =
  | { readonly ok: true; readonly message: IsoMessage }
  | { readonly ok: false; readonly error: IsoError; readonly partial: PartialMessage };

const TPDU_BYTES = 5;
const HEADER_BYTES = 6;
const SECOND_BITMAP_DE = 1;
const THIRD_BITMAP_DE = 65;

/**
 * Takes a frame apart, from its TPDU on (without the two-byte length). Never throws and never guesses: what is not
 * exactly a message of the dialect is an error with its place, and `partial` holds the fields in front of it.
 * Binary fields are views into `bytes`.
 */
export function decode(dialect: Dialect, bytes: Uint8Array): DecodeResult {
  const partial: PartialMessage = { fields: {} };
  const { spec } = dialect;
  if (bytes.length > spec.frameBytesMax) {
    return broken(
      'frame-length',
      undefined,
      spec.frameBytesMax,
      partial,
      `${bytes.length} bytes are more than ${spec.frameBytesMax}`,
    );
  }
  let at = 0;
  if (spec.transportHeader) {
    if (bytes.length < TPDU_BYTES)
      return broken('truncated', 'tpdu', 0, partial, short(bytes.length, TPDU_BYTES));
    partial.tpdu = readHex(bytes, 0, TPDU_BYTES);
    at = TPDU_BYTES + HEADER_BYTES;
    if (bytes.length < at) {
      return broken(
        'truncated',
        'header',
        TPDU_BYTES,
        partial,
        short(bytes.length - TPDU_BYTES, HEADER_BYTES),
      );
    }
    partial.header = readHex(bytes, TPDU_BYTES, HEADER_BYTES);
  }
  const mtiBytes = MTI_BYTES[spec.mti];
  if (at + mtiBytes > bytes.length)
    return broken('truncated', 'mti', at, partial, short(bytes.length - at, mtiBytes));
  const mti = readMti(bytes, at, mtiBytes);
  if (mti === undefined)
    return broken(
      'bad-digit',
      'mti',
      mtiFault(bytes, at, mtiBytes),
      partial,
      'the message type is not four digits',
    );
  partial.mti = mti;
  return decodeFields(dialect, bytes, at + mtiBytes, partial);
}

/** Bytes of the message type by its encoding. */
export const MTI_BYTES = { bcd: 2, ascii: 4, none: 0 } as const;

/** @returns undefined unless all is there and decimal. `count` is 2 for BCD, 4 for characters, 0 for none. */
export function readMti(bytes: Uint8Array, at: number, count: number): string | undefined {
  if (at + count > bytes.length || mtiFault(bytes, at, count) >= 0) return undefined;
  let text = '';
  for (let index = at; index < at + count; index += 1) {
    text += count === 2 ? PAIR[bytes[index] ?? 0] : String.fromCharCode(bytes[index] ?? 0);
  }
  return text;
}

/** @returns the offset of the first byte that is no digit or pair of digits, -1 if there is none. */
function mtiFault(bytes: Uint8Array, at: number, count: number): number {
  for (let index = at; index < at + count; index += 1) {
    const byte = bytes[index] ?? 0;
    const isGood = count === 2 ? BCD_VALUE[byte] !== NO_DIGITS : byte >= 48 && byte <= 57;
    if (!isGood) return index;
  }
  return -1;
}

/** What was read of the current message, by field number; kept between calls to spare the allocation. */
const found: (FieldValue | undefined)[] = new Array(193).fill(undefined);
const foundDes: number[] = new Array(193).fill(0);
let foundCount = 0;

function decodeFields(
  dialect: Dialect,
  bytes: Uint8Array,
  bitmapAt: number,
  partial: PartialMessage,
): DecodeResult {
  const { bitmap } = dialect.spec;
  foundCount = 0;
  const blockBytes = bitmap.encoding === 'hex' ? 2 * BITMAP_BYTES : BITMAP_BYTES;
  let at = bitmapAt;
  // The words of the second and third bitmap wait here until the fields in front of them are read.
  let secondHigh = 0;
  let secondLow = 0;
  let wordBase = 0;
  let bitmaps = 1;
  let error = bitmapError(bytes, at, blockBytes, bitmap.encoding);
  if (error) return close(partial, bitmaps, error);
  at += blockBytes;
  let word = bitmapWords.high;
  let nextWord = bitmapWords.low;
  if (word < 0) {
    if (bitmap.most < 2) {
      return close(
        partial,
        bitmaps,
        fault('bad-bitmap', 'bitmap', bitmapAt, `${dialect.name} has no second bitmap, but bit 1 is set`),
      );
    }
    error = bitmapError(bytes, at, blockBytes, bitmap.encoding);
    if (error) return close(partial, bitmaps, error);
    at += blockBytes;
    bitmaps = 2;
    secondHigh = bitmapWords.high;
    secondLow = bitmapWords.low;
    word &= 0x7fffffff;
  }
  for (;;) {
    while (word !== 0) {
      const bit = Math.clz32(word);
      word &= ~(0x80000000 >>> bit);
      const de = wordBase + bit + 1;
      if (de === THIRD_BITMAP_DE && bitmap.most === 3) {
        error = bitmapError(bytes, at, blockBytes, bitmap.encoding);
        if (error) return close(partial, bitmaps, error);
        at += blockBytes;
        bitmaps = 3;
        continue;
      }
      const field = dialect.fields[de];
      if (field === undefined) {
        return close(
          partial,
          bitmaps,
          fault('unknown-field', String(de), at, `${dialect.name} has no DE${de}`),
        );
      }
      const start = at;
      at = readField(field, bytes, at);
      if (at < 0) return close(partial, bitmaps, fieldFault(field, bytes, start));
    }
    wordBase += 32;
    if (wordBase === 32) word = nextWord;
    else if (wordBase === 64 && bitmaps > 1) {
      word = secondHigh;
      nextWord = secondLow;
    } else if (wordBase === 96 && bitmaps > 1) word = nextWord;
    else if (wordBase === 128 && bitmaps > 2) {
      word = bitmapWords.high;
      nextWord = bitmapWords.low;
    } else if (wordBase === 160 && bitmaps > 2) word = nextWord;
    else break;
  }
  if (at !== bytes.length) {
    return close(
      partial,
      bitmaps,
      fault('trailing-bytes', undefined, at, `${bytes.length - at} bytes follow the last field`),
    );
  }
  return close(partial, bitmaps, undefined);
}

/** Reads one bitmap into `bitmapWords`, or says why not. */
function bitmapError(
  bytes: Uint8Array,
  at: number,
  blockBytes: number,
  encoding: 'binary' | 'hex',
): IsoError | undefined {
  if (at + blockBytes > bytes.length)
    return fault('truncated', 'bitmap', at, short(bytes.length - at, blockBytes));
  const bad = readBitmap(bytes, at, encoding);
  return bad < 0
    ? undefined
    : fault('bad-bitmap', 'bitmap', bad, 'a character of the bitmap is no hex digit');
}

/** Moves what was found into the message, or into what was decoded before the error. */
function close(partial: PartialMessage, bitmaps: number, error: IsoError | undefined): DecodeResult {
  const { fields } = partial;
  // From the last to the first: the elements of the object are then allocated once, at their full size.
  for (let index = foundCount - 1; index >= 0; index -= 1) {
    const de = foundDes[index] ?? 0;
    const value = found[index];
    if (value !== undefined) fields[de] = value;
    found[index] = undefined;
  }
  const last = foundCount === 0 ? SECOND_BITMAP_DE : (foundDes[foundCount - 1] ?? 0);
  if (bitmaps === 2 && last <= 64) partial.bitmaps = 2;
  if (bitmaps === 3 && last <= 128) partial.bitmaps = 3;
  // The message type is always set by now, which only the compiler does not know.
  return error ? { ok: false, error, partial } : { ok: true, message: partial as IsoMessage };
}

/** @returns the offset behind the field, -1 if it cannot be read. */
function readField(field: CompiledField, bytes: Uint8Array, start: number): number {
  let at = start;
  let { units } = field;
  if (!field.isFixed) {
    units = readPrefix(field, bytes, at);
    if (units < 0 || units > field.units) return -1;
    at += field.prefixBytes;
  }
  const end = at + wireBytes(field.way, units);
  if (end > bytes.length) return -1;
  const value = readValue(field, bytes, at, units);
  if (value === undefined) return -1;
  found[foundCount] = value;
  foundDes[foundCount] = field.de;
  foundCount += 1;
  return end;
}

/** @returns the length that the prefix says, PREFIX_SHORT or PREFIX_BAD. */
export function readPrefix(field: CompiledField, bytes: Uint8Array, at: number): number {
  if (at + field.prefixBytes > bytes.length) return PREFIX_SHORT;
  let units = 0;
  for (let index = at; index < at + field.prefixBytes; index += 1) {
    const byte = bytes[index] ?? 0;
    if (field.prefix === PREFIX.bcd) {
      const value = BCD_VALUE[byte] ?? NO_DIGITS;
      if (value === NO_DIGITS) return PREFIX_BAD;
      units = units * 100 + value;
    } else if (field.prefix === PREFIX.ascii) {
      if (byte < 48 || byte > 57) return PREFIX_BAD;
      units = units * 10 + byte - 48;
    } else {
      units = units * 256 + byte;
    }
  }
  return units;
}

const PREFIX_SHORT = -1;
const PREFIX_BAD = -2;

/** Finds out, off the hot path, why `readField` gave up. */
function fieldFault(field: CompiledField, bytes: Uint8Array, start: number): IsoError {
  let at = start;
  let { units } = field;
  if (!field.isFixed) {
    units = readPrefix(field, bytes, at);
    if (units === PREFIX_SHORT) {
      return fault(
        'truncated',
        field.path,
        at,
        `DE${field.de}: ${short(bytes.length - at, field.prefixBytes)} of its length`,
      );
    }
    if (units === PREFIX_BAD)
      return fault('bad-length', field.path, at, `DE${field.de}: its length is not decimal`);
    if (units > field.units) {
      return fault(
        'bad-length',
        field.path,
        at,
        `DE${field.de}: a length of ${units} is over its maximum of ${field.units}`,
      );
    }
    at += field.prefixBytes;
  }
  const needed = wireBytes(field.way, units);
  if (at + needed > bytes.length) {
    return fault('truncated', field.path, at, `DE${field.de}: ${short(bytes.length - at, needed)}`);
  }
  return fault('bad-digit', field.path, badByte.offset, `DE${field.de}: ${badByte.message}`);
}

function short(have: number, needed: number): string {
  return `${Math.max(0, have)} of ${needed} bytes are there`;
}

function fault(code: IsoErrorCode, field: string | undefined, offset: number, message: string): IsoError {
  return field === undefined ? { code, offset, message } : { code, field, offset, message };
}

function broken(
  code: IsoErrorCode,
  field: string | undefined,
  offset: number,
  partial: PartialMessage,
  message: string,
): DecodeResult {
  return { ok: false, error: fault(code, field, offset, message), partial };
}
