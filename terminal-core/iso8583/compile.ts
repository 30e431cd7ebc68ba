import type { Content, DataEncoding, DialectSpec, FieldSpec } from './field-spec.ts';

/** How a field is read and written: one number per way, so that the hot path is one switch. */
export const WAY = {
  bcdRight: 0,
  bcdLeft: 1,
  bcdTrack: 2,
  asciiDigits: 3,
  asciiTrack: 4,
  gb18030: 5,
  latin1: 6,
  bytes: 7,
  hexBytes: 8,
  signedAscii: 9,
  signedBcd: 10,
} as const;

export type Way = (typeof WAY)[keyof typeof WAY];

export const PREFIX = { none: 0, bcd: 1, ascii: 2, binary: 3 } as const;

/** A row of the table made ready. All of them have one shape, which keeps property reads monomorphic. */
export interface CompiledField {
  readonly de: number;
  readonly path: string;
  readonly name: string;
  readonly format: string;
  readonly content: Content;
  readonly way: Way;
  /** The length of a fixed field, the maximum of a variable one; in digits for n and z, in bytes otherwise. */
  readonly units: number;
  readonly isFixed: boolean;
  readonly prefix: number;
  readonly prefixDigits: number;
  readonly prefixBytes: number;
}

/** A compiled dialect: what `decode` and `encode` take. */
export interface Dialect {
  readonly name: string;
  readonly spec: DialectSpec;
  /** Indexed by field number. */
  readonly fields: readonly (CompiledField | undefined)[];
  /** Upper bound of what any message of this dialect takes on the wire. */
  readonly encodedBytesMax: number;
}

const TPDU_AND_HEADER_BYTES = 11;
const BITMAPS_BYTES_MAX = 48;

/** Turns a table into a dialect, once, at start. Throws on a table that contradicts itself: that is a bug in it. */
export function compileDialect(spec: DialectSpec): Dialect {
  const highest = Math.max(...spec.fields.map((field) => field.de));
  const fields: (CompiledField | undefined)[] = new Array(highest + 1).fill(undefined);
  let encodedBytesMax = TPDU_AND_HEADER_BYTES + 4 + BITMAPS_BYTES_MAX;
  for (const row of spec.fields) {
    if (fields[row.de]) throw new Error(`${spec.name}: DE${row.de} has two rows`);
    const compiled = compileField(row, spec);
    fields[row.de] = compiled;
    encodedBytesMax += compiled.prefixBytes + wireBytes(compiled.way, compiled.units);
  }
  return { name: spec.name, spec, fields, encodedBytesMax };
}

/** Bytes on the wire of a field's data, without its prefix, for that many digits or bytes. */
export function wireBytes(way: Way, units: number): number {
  switch (way) {
    case WAY.bcdRight:
    case WAY.bcdLeft:
    case WAY.bcdTrack:
      return (units + 1) >> 1;
    case WAY.hexBytes:
      return units << 1;
    case WAY.signedBcd:
      return 1 + (units >> 1);
    default:
      return units;
  }
}

function compileField(row: FieldSpec, spec: DialectSpec): CompiledField {
  const parsed = /^(n|z|a|an|ans|b|xn)(\.{0,6})(\d+)$/.exec(row.format);
  if (!parsed) throw new Error(`${spec.name}: DE${row.de} has the unknown format ${row.format}`);
  const [, contentText = '', dots = '', unitsText = ''] = parsed;
  const content = contentOf(contentText);
  const isFixed = dots.length === 0;
  const prefix = isFixed ? PREFIX.none : PREFIX[row.prefix ?? spec.defaults.prefix];
  const way = wayOf(content, row.encoding ?? defaultEncoding(content, spec));
  const units = Number(unitsText);
  // Justification says where the pad nibble is; an even number of digits has none.
  const isLeft = !isFixed || (units % 2 === 1 && (row.justify ?? spec.defaults.justify) === 'left');
  return {
    de: row.de,
    path: String(row.de),
    name: row.name,
    format: row.format,
    content,
    way: way === WAY.bcdRight && isLeft ? WAY.bcdLeft : way,
    // The sign of an amount such as x+n8 is counted by the standard apart from its digits.
    units: content === 'xn' ? units + 1 : units,
    isFixed,
    prefix,
    prefixDigits: dots.length,
    prefixBytes: prefix === PREFIX.none ? 0 : prefix === PREFIX.ascii ? dots.length : (dots.length + 1) >> 1,
  };
}

const CONTENTS: readonly Content[] = ['n', 'z', 'a', 'an', 'ans', 'b', 'xn'];

function contentOf(text: string): Content {
  const content = CONTENTS.find((known) => known === text);
  if (!content) throw new Error(`${text} is no content`);
  return content;
}

function defaultEncoding(content: Content, spec: DialectSpec): DataEncoding {
  switch (content) {
    case 'n':
    case 'xn':
      return spec.defaults.numeric;
    case 'z':
      return spec.defaults.track;
    case 'b':
      return spec.defaults.binary;
    default:
      return spec.defaults.text;
  }
}

function wayOf(content: Content, encoding: DataEncoding): Way {
  if (content === 'n' && encoding === 'bcd') return WAY.bcdRight;
  if (content === 'n' && encoding === 'ascii') return WAY.asciiDigits;
  if (content === 'z' && encoding === 'bcd') return WAY.bcdTrack;
  if (content === 'z' && encoding === 'ascii') return WAY.asciiTrack;
  if (content === 'xn' && encoding === 'bcd') return WAY.signedBcd;
  if (content === 'xn' && encoding === 'ascii') return WAY.signedAscii;
  if (content === 'b' && encoding === 'binary') return WAY.bytes;
  if (content === 'b' && encoding === 'hex') return WAY.hexBytes;
  if (content.startsWith('a') && encoding === 'gb18030') return WAY.gb18030;
  if (content.startsWith('a') && encoding === 'latin1') return WAY.latin1;
  throw new Error(`${content} cannot travel as ${encoding}`);
}
