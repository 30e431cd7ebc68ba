import { BCD_BYTE, PAIR } from './bcd.ts';
import { type CompiledField, WAY } from './compile.ts';
import { encodeGb18030 } from './gb18030.ts';
import type { IsoErrorCode } from './iso-error.ts';
import type { FieldValue } from './message.ts';

/** Why the last `writeField` that returned -1 gave up. */
export const refusal: { code: IsoErrorCode; offset: number; message: string } = {
  code: 'bad-length',
  offset: 0,
  message: '',
};

/**
 * Writes one field, its length prefix included, into `out`, which has room for the largest.
 * Short values of fixed fields are filled as the standard says (digits with zeros on the left, text with spaces on the
 * right); an empty one, one that is too long or one that holds anything else is refused.
 * @returns the offset behind the field, -1 if the value does not fit; `refusal` then says why.
 */
export function writeField(
  field: CompiledField,
  value: FieldValue,
  target: { readonly out: Uint8Array; readonly padNibble: number },
  at: number,
): number {
  const { out, padNibble } = target;
  switch (field.way) {
    case WAY.bytes:
    case WAY.hexBytes:
      return typeof value === 'string'
        ? refuse('bad-digit', 0, 'the value is text, but the field is binary')
        : writeBytes(field, value, out, at);
    case WAY.gb18030:
    case WAY.latin1:
      return typeof value === 'string' ? writeText(field, value, out, at) : refuseBytes();
    case WAY.bcdRight:
    case WAY.bcdLeft:
    case WAY.bcdTrack:
      return typeof value === 'string' ? writeBcd(field, value, target, at) : refuseBytes();
    case WAY.asciiDigits:
    case WAY.asciiTrack:
      return typeof value === 'string' ? writeAsciiDigits(field, value, out, at) : refuseBytes();
    case WAY.signedAscii:
    case WAY.signedBcd:
      return typeof value === 'string' ? writeSigned(field, value, { out, padNibble }, at) : refuseBytes();
  }
}

function refuse(code: IsoErrorCode, offset: number, message: string): -1 {
  refusal.code = code;
  refusal.offset = offset;
  refusal.message = message;
  return -1;
}

function refuseBytes(): -1 {
  return refuse('bad-digit', 0, 'the value is bytes, but the field is text');
}

/** Checks a length and writes its prefix. @returns the offset behind the prefix or -1. */
function begin(field: CompiledField, units: number, out: Uint8Array, at: number): number {
  if (units > field.units)
    return refuse('bad-length', 0, `a length of ${units} is over its maximum of ${field.units}`);
  if (!field.isFixed) return writePrefix(field, units, out, at);
  return units === 0 ? refuse('bad-length', 0, 'the value is empty') : at;
}

const PREFIX_BCD = 1;
const PREFIX_ASCII = 2;

function writePrefix(field: CompiledField, units: number, out: Uint8Array, at: number): number {
  let rest = units;
  for (let index = at + field.prefixBytes - 1; index >= at; index -= 1) {
    if (field.prefix === PREFIX_BCD) {
      out[index] = BCD_BYTE[rest % 100] ?? 0;
      rest = Math.trunc(rest / 100);
    } else if (field.prefix === PREFIX_ASCII) {
      out[index] = 48 + (rest % 10);
      rest = Math.trunc(rest / 10);
    } else {
      out[index] = rest & 255;
      rest >>= 8;
    }
  }
  return at + field.prefixBytes;
}

function writeBytes(field: CompiledField, value: Uint8Array, out: Uint8Array, start: number): number {
  const at = begin(field, value.length, out, start);
  if (at < 0) return at;
  if (field.isFixed && value.length !== field.units) {
    return refuse('bad-length', 0, `${value.length} bytes are not the ${field.units} of the field`);
  }
  if (field.way === WAY.bytes) {
    out.set(value, at);
    return at + value.length;
  }
  for (let index = 0; index < value.length; index += 1) {
    const hex = PAIR[value[index] ?? 0] ?? '00';
    out[at + 2 * index] = hex.charCodeAt(0);
    out[at + 2 * index + 1] = hex.charCodeAt(1);
  }
  return at + 2 * value.length;
}

const SPACE = 32;

function writeText(field: CompiledField, value: string, out: Uint8Array, start: number): number {
  const single = field.way === WAY.latin1 ? 0x100 : 0x80;
  for (let index = 0; index < value.length; index += 1) {
    if (value.charCodeAt(index) >= single) return writeWideText(field, value, out, start);
  }
  const at = begin(field, value.length, out, start);
  if (at < 0) return at;
  for (let index = 0; index < value.length; index += 1) out[at + index] = value.charCodeAt(index);
  return fillText(field, at + value.length, out, at);
}

function writeWideText(field: CompiledField, value: string, out: Uint8Array, start: number): number {
  const bytes = field.way === WAY.gb18030 ? encodeGb18030(value) : undefined;
  if (!bytes)
    return refuse(
      'bad-digit',
      0,
      `a character cannot be written as ${field.way === WAY.gb18030 ? 'GB18030' : 'one byte'}`,
    );
  const at = begin(field, bytes.length, out, start);
  if (at < 0) return at;
  out.set(bytes, at);
  return fillText(field, at + bytes.length, out, at);
}

function fillText(field: CompiledField, end: number, out: Uint8Array, at: number): number {
  if (!field.isFixed || end === at + field.units) return end;
  out.fill(SPACE, end, at + field.units);
  return at + field.units;
}

const SEPARATOR_NIBBLE = 13;
const NO_NIBBLE = 255;

/** Nibble of a digit, or of `=` in a track. */
function nibbleOf(code: number, isTrack: boolean): number {
  if (code >= 48 && code <= 57) return code - 48;
  return isTrack && code === 61 ? SEPARATOR_NIBBLE : NO_NIBBLE;
}

function writeBcd(
  field: CompiledField,
  value: string,
  target: { readonly out: Uint8Array; readonly padNibble: number },
  start: number,
): number {
  const { out, padNibble } = target;
  const isTrack = field.way === WAY.bcdTrack;
  const at = begin(field, value.length, out, start);
  if (at < 0) return at;
  // Left-justified means that the digits stand at the left: zeros in front of them would be a guess.
  if (field.isFixed && field.way === WAY.bcdLeft && value.length !== field.units) {
    return refuse('bad-length', 0, `${value.length} digits are not the ${field.units} of the field`);
  }
  const digits = field.isFixed ? field.units : value.length;
  const fill = digits - value.length;
  const size = (digits + 1) >> 1;
  // Position of the first digit, in nibbles from `at`.
  let nibbleAt = field.way === WAY.bcdRight ? (digits & 1) + fill : 0;
  let index = 0;
  if (nibbleAt > 0) out.fill(0, at, at + size);
  if ((nibbleAt & 1) === 1) {
    const nibble = nibbleOf(value.charCodeAt(0), isTrack);
    if (nibble === NO_NIBBLE) return refuseDigit(0, isTrack);
    const byteAt = at + (nibbleAt >> 1);
    out[byteAt] = ((out[byteAt] ?? 0) & 0xf0) | nibble;
    nibbleAt += 1;
    index = 1;
  }
  let byteAt = at + (nibbleAt >> 1);
  for (; index + 1 < value.length; index += 2) {
    const high = nibbleOf(value.charCodeAt(index), isTrack);
    const low = nibbleOf(value.charCodeAt(index + 1), isTrack);
    if ((high | low) === NO_NIBBLE) return refuseDigit(high === NO_NIBBLE ? index : index + 1, isTrack);
    out[byteAt] = (high << 4) | low;
    byteAt += 1;
  }
  if (index < value.length) {
    const nibble = nibbleOf(value.charCodeAt(index), isTrack);
    if (nibble === NO_NIBBLE) return refuseDigit(index, isTrack);
    out[byteAt] = (nibble << 4) | padNibble;
  }
  return at + size;
}

function refuseDigit(offset: number, isTrack: boolean): -1 {
  return refuse(
    'bad-digit',
    offset,
    isTrack ? 'a character is neither a digit nor =' : 'a character is no digit',
  );
}

function writeAsciiDigits(field: CompiledField, value: string, out: Uint8Array, start: number): number {
  const isTrack = field.way === WAY.asciiTrack;
  let at = begin(field, value.length, out, start);
  if (at < 0) return at;
  if (field.isFixed) {
    for (let fill = field.units - value.length; fill > 0; fill -= 1) {
      out[at] = 48;
      at += 1;
    }
  }
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (nibbleOf(code, isTrack) === NO_NIBBLE) return refuseDigit(index, isTrack);
    out[at + index] = code;
  }
  return at + value.length;
}

/** A sign and digits. The whole length must be there: filling would have to guess where the sign ends. */
function writeSigned(
  field: CompiledField,
  value: string,
  target: { readonly out: Uint8Array; readonly padNibble: number },
  at: number,
): number {
  const { out } = target;
  if (value.length !== field.units) {
    return refuse('bad-length', 0, `${value.length} characters are not the ${field.units} of the field`);
  }
  const sign = value.charCodeAt(0);
  if (sign > 0xff) return refuse('bad-digit', 0, 'the sign is no single byte');
  out[at] = sign;
  const isBcd = field.way === WAY.signedBcd;
  for (let index = 1; index < value.length; index += 1) {
    const nibble = nibbleOf(value.charCodeAt(index), false);
    if (nibble === NO_NIBBLE) return refuseDigit(index, false);
    if (!isBcd) out[at + index] = 48 + nibble;
    else if ((index & 1) === 1) out[at + 1 + (index >> 1)] = nibble << 4;
    else out[at + (index >> 1)] = (out[at + (index >> 1)] ?? 0) | nibble;
  }
  return at + (isBcd ? 1 + (field.units >> 1) : field.units);
}
