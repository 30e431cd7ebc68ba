import type { DialectSpec } from '../../terminal-core/iso8583/field-spec.ts';

/**
 * Dialects of published messages that no built-in dialect reads, as data: they show that a host of another kind needs a
 * table and no code.
 */

/**
 * BCD without TPDU and header, from an issue of moov-io/iso8583. It has DE24, which `cup` lacks, and pads track 2 of an
 * odd length with nibble F.
 */
export const BCD_NO_HEADER = {
  name: 'bcd-no-header',
  transportHeader: false,
  mti: 'bcd',
  bitmap: { encoding: 'binary', most: 1 },
  defaults: {
    numeric: 'bcd',
    track: 'bcd',
    text: 'latin1',
    binary: 'binary',
    prefix: 'bcd',
    justify: 'right',
  },
  padNibble: 15,
  frameBytesMax: 8192,
  fields: [
    { de: 3, format: 'n6', name: 'Processing code' },
    { de: 4, format: 'n12', name: 'Amount' },
    { de: 11, format: 'n6', name: 'System trace audit number' },
    { de: 22, format: 'n3', name: 'Entry mode' },
    { de: 24, format: 'n3', name: 'Network international id' },
    { de: 25, format: 'n2', name: 'Condition' },
    { de: 35, format: 'z..37', name: 'Track 2' },
    { de: 41, format: 'ans8', name: 'Terminal id' },
  ],
} as const satisfies DialectSpec;

/** Characters with binary bitmaps and a DE127 that is a message of its own, with a six-digit length. */
export const POSTILION = {
  name: 'postilion-ascii-binbitmap',
  transportHeader: false,
  mti: 'ascii',
  bitmap: { encoding: 'binary', most: 2 },
  defaults: {
    numeric: 'ascii',
    track: 'ascii',
    text: 'latin1',
    binary: 'binary',
    prefix: 'ascii',
    justify: 'right',
  },
  padNibble: 0,
  frameBytesMax: 65_535,
  fields: [
    { de: 3, format: 'n6', name: 'Processing code' },
    { de: 7, format: 'n10', name: 'Transmission date and time' },
    { de: 11, format: 'n6', name: 'System trace audit number' },
    { de: 12, format: 'n6', name: 'Local time' },
    { de: 13, format: 'n4', name: 'Local date' },
    { de: 41, format: 'ans8', name: 'Terminal id' },
    { de: 127, format: 'b......999999', name: 'Private message' },
  ],
} as const satisfies DialectSpec;

/** What is inside that DE127: a bitmap and fields, with no message type. */
export const POSTILION_127 = {
  ...POSTILION,
  name: 'postilion-127',
  mti: 'none',
  bitmap: { encoding: 'binary', most: 1 },
  fields: [
    { de: 2, format: 'ans..32', name: 'Switch key' },
    { de: 25, format: 'ans....8000', name: 'Chip data' },
  ],
} as const satisfies DialectSpec;
