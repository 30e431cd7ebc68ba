import { isNibble, NIBBLE } from './bcd.ts';
import { writeBitmap } from './bitmap.ts';
import type { Dialect } from './compile.ts';
import type { IsoError, IsoErrorCode } from './iso-error.ts';
import type { FieldValue, IsoMessage } from './message.ts';
import { refusal, writeField } from './write-value.ts';

export type EncodeResult =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly error: IsoError };

const TPDU_BYTES = 5;
const HEADER_BYTES = 6;
const BITMAP_FIELDS = 64;
const THIRD_BITMAP_DE = 65;

const TOP_BIT = 0x80000000;

/** The bitmaps of the message being written, two words each; kept between calls to spare the allocation. */
const words = new Int32Array(6);

/** Frames are built here and copied out; it grows to the largest a dialect can need. */
let scratch = new Uint8Array(0x4000);

/**
 * Puts a message together, from its TPDU on (without the two-byte length). A value that does not fit its field is an
 * error, never cut; the bitmap comes from the fields.
 */
export function encode(dialect: Dialect, message: IsoMessage): EncodeResult {
  if (scratch.length < dialect.encodedBytesMax) scratch = new Uint8Array(dialect.encodedBytesMax);
  const { spec } = dialect;
  let at = 0;
  if (spec.transportHeader) {
    at = writeHex(message.tpdu, 0, TPDU_BYTES);
    if (at < 0) return hexFault('tpdu', message.tpdu, TPDU_BYTES);
    at = writeHex(message.header, at, HEADER_BYTES);
    if (at < 0) return hexFault('header', message.header, HEADER_BYTES);
  } else if (message.tpdu !== undefined || message.header !== undefined) {
    const path = message.tpdu === undefined ? 'header' : 'tpdu';
    return fault('unknown-field', path, 0, `${dialect.name} has no ${path}`);
  }
  at = writeMti(message.mti, at, spec.mti);
  if (at < 0) return fault('bad-digit', 'mti', 0, 'the message type is not four digits');
  return encodeFields(dialect, message, at);
}

function encodeFields(dialect: Dialect, message: IsoMessage, bitmapAt: number): EncodeResult {
  const { bitmap, padNibble, frameBytesMax } = dialect.spec;
  const { fields } = message;
  const last = highestField(dialect, fields);
  if (typeof last !== 'number') return { ok: false, error: last };
  const needed = last > 2 * BITMAP_FIELDS ? 3 : last > BITMAP_FIELDS ? 2 : 1;
  const bitmaps = Math.max(needed, message.bitmaps ?? 1);
  if (bitmaps > bitmap.most) {
    return fault('bad-bitmap', 'bitmap', 0, `${dialect.name} has ${bitmap.most} bitmaps, not ${bitmaps}`);
  }
  const target = { out: scratch, padNibble };
  const blockBytes = bitmap.encoding === 'hex' ? 16 : 8;
  let at = bitmapAt + blockBytes * Math.min(bitmaps, 2);
  words.fill(0);
  if (bitmaps > 1) words[0] = TOP_BIT;
  if (bitmaps > 2) words[2] = TOP_BIT;
  let thirdAt = 0;
  for (let de = 2; de <= Math.max(last, bitmaps > 2 ? THIRD_BITMAP_DE : 0); de += 1) {
    if (de === THIRD_BITMAP_DE && bitmaps > 2 && fields[de] === undefined) {
      thirdAt = at;
      at += blockBytes;
      continue;
    }
    const value = fields[de];
    if (value === undefined) continue;
    const field = dialect.fields[de];
    if (field === undefined) return fault('unknown-field', String(de), 0, `${dialect.name} has no DE${de}`);
    at = writeField(field, value, target, at);
    if (at < 0) return fault(refusal.code, field.path, refusal.offset, `DE${de}: ${refusal.message}`);
    const word = (de - 1) >> 5;
    words[word] = (words[word] ?? 0) | (TOP_BIT >>> ((de - 1) & 31));
  }
  if (at > frameBytesMax) {
    return fault('frame-length', undefined, frameBytesMax, `${at} bytes are more than ${frameBytesMax}`);
  }
  const secondAt = writeBitmap(scratch, bitmapAt, words, 0, bitmap.encoding);
  if (bitmaps > 1) writeBitmap(scratch, secondAt, words, 2, bitmap.encoding);
  if (bitmaps > 2) writeBitmap(scratch, thirdAt, words, 4, bitmap.encoding);
  return { ok: true, bytes: copyOut(at) };
}

/**
 * @returns the highest field number there is, or the error of a key that is no field of the dialect. Integer keys come
 * first and ascending, so the last key speaks for all but 0 and 1.
 */
function highestField(dialect: Dialect, fields: Readonly<Record<number, FieldValue>>): number | IsoError {
  const highest = dialect.fields.length - 1;
  const keys = Object.keys(fields);
  const lastKey = keys[keys.length - 1] ?? '0';
  const last = Number(lastKey);
  if (last <= highest && String(last) === lastKey && fields[0] === undefined && fields[1] === undefined) {
    return lastSet(fields, last);
  }
  for (const [key, value] of Object.entries(fields)) {
    const de = Number(key);
    const isField = Number.isInteger(de) && de >= 2 && de <= highest && String(de) === key;
    if (!isField && value !== undefined) {
      return { code: 'unknown-field', field: key, offset: 0, message: `${dialect.name} has no DE${key}` };
    }
  }
  return lastSet(fields, highest);
}

function lastSet(fields: Readonly<Record<number, FieldValue>>, from: number): number {
  let last = from;
  while (last > 0 && fields[last] === undefined) last -= 1;
  return last;
}

const POOL_BYTES = 0x10000;
let pool = new Uint8Array(POOL_BYTES);
let poolAt = 0;

/** Allocating a typed array of a few hundred bytes costs more than building the frame: views of a pool do not. */
function copyOut(length: number): Uint8Array {
  if (length > POOL_BYTES >> 3) return scratch.slice(0, length);
  if (poolAt + length > POOL_BYTES) {
    pool = new Uint8Array(POOL_BYTES);
    poolAt = 0;
  }
  const bytes = new Uint8Array(pool.buffer, poolAt, length);
  bytes.set(scratch.subarray(0, length));
  poolAt += length;
  return bytes;
}

function writeHex(text: string | undefined, at: number, count: number): number {
  if (text?.length !== 2 * count) return -1;
  for (let index = 0; index < count; index += 1) {
    const high = NIBBLE[text.charCodeAt(2 * index)] ?? 255;
    const low = NIBBLE[text.charCodeAt(2 * index + 1)] ?? 255;
    if (!isNibble(high) || !isNibble(low)) return -1;
    scratch[at + index] = (high << 4) | low;
  }
  return at + count;
}

function hexFault(path: 'tpdu' | 'header', text: string | undefined, count: number): EncodeResult {
  if (text === undefined) return fault('bad-length', path, 0, `the ${path} is missing`);
  if (text.length !== 2 * count) {
    return fault(
      'bad-length',
      path,
      0,
      `${text.length} characters are not the ${2 * count} hex digits of the ${path}`,
    );
  }
  return fault('bad-digit', path, 0, `a character of the ${path} is no hex digit`);
}

/** @returns the offset behind the message type, -1 if it is not four digits. */
function writeMti(mti: string, at: number, encoding: 'bcd' | 'ascii' | 'none'): number {
  if (encoding === 'none') return mti === '' ? at : -1;
  if (mti.length !== 4) return -1;
  for (let index = 0; index < 4; index += 1) {
    const digit = mti.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    if (encoding === 'ascii') scratch[at + index] = 48 + digit;
    else if ((index & 1) === 0) scratch[at + (index >> 1)] = digit << 4;
    else scratch[at + (index >> 1)] = (scratch[at + (index >> 1)] ?? 0) | digit;
  }
  return encoding === 'ascii' ? at + 4 : at + 2;
}

function fault(code: IsoErrorCode, field: string | undefined, offset: number, message: string): EncodeResult {
  return {
    ok: false,
    error: field === undefined ? { code, offset, message } : { code, field, offset, message },
  };
}
