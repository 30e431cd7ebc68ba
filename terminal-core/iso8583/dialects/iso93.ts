import type { DialectSpec, FieldSpec } from '../field-spec.ts';
import { ISO93_FIELDS } from './iso93-fields.ts';
import { THIRD_BITMAP_FIELDS } from './third-bitmap.ts';

const FRAME_BYTES_MAX = 65_535;

/** Binary fields of a variable length travel as bytes even where the fixed ones are hex. */
const RAW_DES: readonly number[] = [53, 55, 96];

/** Original data elements are digits by the standard, but hosts that speak characters put text there. */
const TEXT_DE = 56;

const ASCII_FIELDS: readonly FieldSpec[] = [...ISO93_FIELDS, ...THIRD_BITMAP_FIELDS].map((field) => {
  if (RAW_DES.includes(field.de)) return { ...field, encoding: 'binary' };
  return field.de === TEXT_DE ? { ...field, format: 'ans..35' } : field;
});

/** ISO 8583:1993, everything as characters, bitmaps and fixed binary fields in hex. */
export const ISO93_ASCII = {
  name: 'iso93-ascii',
  transportHeader: false,
  mti: 'ascii',
  bitmap: { encoding: 'hex', most: 3 },
  defaults: {
    numeric: 'ascii',
    track: 'ascii',
    text: 'latin1',
    binary: 'hex',
    prefix: 'ascii',
    justify: 'right',
  },
  padNibble: 0,
  frameBytesMax: FRAME_BYTES_MAX,
  fields: ASCII_FIELDS,
} as const satisfies DialectSpec;

/** The same with bitmaps as bytes. */
export const ISO93_ASCII_BINARY = {
  ...ISO93_ASCII,
  name: 'iso93-ascii-binary',
  bitmap: { encoding: 'binary', most: 3 },
} as const satisfies DialectSpec;

/**
 * ISO 8583:1993 with digits and lengths in BCD. Fixed fields of an odd length are left-justified and tracks are
 * characters: so do the implementations whose messages this dialect is checked against.
 */
export const ISO93_BCD = {
  ...ISO93_ASCII,
  name: 'iso93-bcd',
  mti: 'bcd',
  bitmap: { encoding: 'binary', most: 3 },
  defaults: {
    numeric: 'bcd',
    track: 'ascii',
    text: 'latin1',
    binary: 'binary',
    prefix: 'bcd',
    justify: 'left',
  },
  fields: [...ISO93_FIELDS, ...THIRD_BITMAP_FIELDS],
} as const satisfies DialectSpec;
