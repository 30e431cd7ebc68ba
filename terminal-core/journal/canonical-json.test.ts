import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../ports/journal.ts';
import { canonicalJson, NotCanonicalError, parseJsonObject } from './canonical-json.ts';

const plainJson = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'binary', maxLength: 6 }), tie('value'), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  ),
})).value;

describe('canonicalJson', () => {
  it('sorts members by code units, numbers-like keys too, and leaves absent members out', () => {
    expect(canonicalJson({ b: 1, a: { z: [], y: 'é"\n' }, 10: 0, 9: true, gone: undefined })).toBe(
      '{"10":0,"9":true,"a":{"y":"é\\"\\n","z":[]},"b":1}',
    );
  });

  it('reads back as the same value and does not depend on the order of members', () => {
    fc.assert(
      fc.property(plainJson, (value) => {
        const text = canonicalJson({ value });
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ value })));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
    expect(canonicalJson({ a: 1, b: { c: 2, d: 3 } })).toBe(canonicalJson({ b: { d: 3, c: 2 }, a: 1 }));
  });

  const refused: readonly [name: string, value: unknown, path: string][] = [
    ['a fraction', { amountMinor: [1, 0.5] }, '$.amountMinor.1'],
    ['an integer beyond 2^53', { a: 2 ** 53 }, '$.a'],
    ['not a number', { a: { b: Number.NaN } }, '$.a.b'],
    ['undefined in an array', { a: [undefined] }, '$.a.0'],
    ['a hole in an array', { a: new Array(2) }, '$.a'],
    ['a class instance', { at: new Date(0) }, '$.at'],
    ['bytes', { bytes: Uint8Array.of(1) }, '$.bytes'],
    ['a bigint', { big: 1n }, '$.big'],
  ];
  it.each(refused)('refuses %s and names its place', (_name, value, path) => {
    // The type refuses these too; at run time they come from code that got around it.
    const act = () => canonicalJson(value as Json);
    expect(act).toThrow(NotCanonicalError);
    expect(act).toThrow(`${path}: `);
  });

  it('reads back objects only', () => {
    expect(parseJsonObject('{"a":1}')).toEqual({ a: 1 });
    for (const text of ['[]', 'null', '1', '"x"']) expect(() => parseJsonObject(text)).toThrow(SyntaxError);
  });
});
