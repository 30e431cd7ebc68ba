import type { DialectSpec } from '../field-spec.ts';
import { ISO87_FIELDS } from './iso87-fields.ts';
import { THIRD_BITMAP_FIELDS } from './third-bitmap.ts';

const FIELDS = [...ISO87_FIELDS, ...THIRD_BITMAP_FIELDS];

/** The standard sets no limit; this is what a two-byte frame length can say. */
const FRAME_BYTES_MAX = 65_535;

/** ISO 8583:1987, everything as characters, bitmaps and binary fields in hex. */
export const ISO87_ASCII = {
  name: 'iso87-ascii',
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
  fields: FIELDS,
} as const satisfies DialectSpec;

/** The same with bitmaps as bytes. */
export const ISO87_ASCII_BINARY = {
  ...ISO87_ASCII,
  name: 'iso87-ascii-binary',
  bitmap: { encoding: 'binary', most: 3 },
} as const satisfies DialectSpec;

/** ISO 8583:1987 with digits, tracks and lengths in BCD. */
export const ISO87_BCD = {
  ...ISO87_ASCII,
  name: 'iso87-bcd',
  mti: 'bcd',
  bitmap: { encoding: 'binary', most: 3 },
  defaults: {
    numeric: 'bcd',
    track: 'bcd',
    text: 'latin1',
    binary: 'binary',
    prefix: 'bcd',
    justify: 'right',
  },
} as const satisfies DialectSpec;
