import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hexOf } from '../../terminal-core/iso8583/bcd.ts';
import { compileDialect, type Dialect } from '../../terminal-core/iso8583/compile.ts';
import { decode, dialects, encode, type FieldValue } from '../../terminal-core/iso8583/index.ts';
import { BCD_NO_HEADER, POSTILION, POSTILION_127 } from './foreign-dialects.ts';

const NESTED_DE = 127;
const LENGTH_BYTES = 2;

const Vector = z.object({
  id: z.string(),
  dialect: z.string(),
  framed: z.boolean(),
  mti: z.string(),
  hex: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])),
});

const vectors = readFileSync(join(import.meta.dirname, 'iso8583.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => Vector.parse(JSON.parse(line)));

const postilion127 = compileDialect(POSTILION_127);

/** The vectors name dialects by where they come from. The last two are foreign and live in the test tree. */
const DIALECT_OF: Readonly<Record<string, Dialect>> = {
  'cup-bcd': dialects.cup,
  'iso87-ascii-hexbitmap': dialects['iso87-ascii'],
  'iso87-bcd': dialects['iso87-bcd'],
  'iso93-ascii-hexbitmap': dialects['iso93-ascii'],
  'iso93-bcd': dialects['iso93-bcd'],
  'bcd-no-header': compileDialect(BCD_NO_HEADER),
  'postilion-ascii-binbitmap-nested127': compileDialect(POSTILION),
};

/**
 * Where a vector spells a value otherwise than the codec does. The separator of a track is `=` here; the library that
 * this message comes from keeps the letter of its nibble, D.
 */
const OUR_SPELLING: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'moov-issue-327': { 35: '6222020000000007=11110000000000000000' },
};

function bodyOf(vector: z.infer<typeof Vector>): Uint8Array {
  const bytes = Uint8Array.from(Buffer.from(vector.hex, 'hex'));
  return vector.framed ? bytes.subarray(LENGTH_BYTES) : bytes;
}

function asVector(fields: Readonly<Record<number, FieldValue>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([de, value]) => {
      if (typeof value === 'string') return [de, value];
      return [de, Number(de) === NESTED_DE ? nested(value) : `hex:${hexOf(value)}`];
    }),
  );
}

/** A message inside a field. The vector gives its absent message type as field 0. */
function nested(bytes: Uint8Array): Record<string, unknown> {
  const decoded = decode(postilion127, bytes);
  if (!decoded.ok) throw new Error(decoded.error.message);
  return { 0: decoded.message.mti, ...asVector(decoded.message.fields) };
}

describe('published messages', () => {
  it('are all here', () => {
    expect(vectors).toHaveLength(18);
    expect(new Set(vectors.map(({ dialect }) => dialect))).toEqual(new Set(Object.keys(DIALECT_OF)));
  });

  it.each(vectors.map((vector) => [vector.id, vector] as const))(
    '%s is read field by field and written byte by byte',
    (_, vector) => {
      const dialect = DIALECT_OF[vector.dialect];
      if (!dialect) throw new Error(`No dialect for ${vector.dialect}`);
      const bytes = bodyOf(vector);
      const decoded = decode(dialect, bytes);
      if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
      expect(decoded.message.mti).toBe(vector.mti);
      expect(asVector(decoded.message.fields)).toEqual({ ...vector.fields, ...OUR_SPELLING[vector.id] });
      const encoded = encode(dialect, decoded.message);
      if (!encoded.ok) throw new Error(JSON.stringify(encoded.error));
      expect(hexOf(encoded.bytes)).toBe(hexOf(bytes));
    },
  );
});
