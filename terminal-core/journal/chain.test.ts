import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { docDigest, entryHash, hex, toggleInSum, ZERO_HASH } from './chain.ts';

const plain = {
  seq: 1,
  atMs: 1_700_000_000_000,
  kind: 'purchase',
  payload: '{"a":1}',
  secretHash: null,
  docsSum: null,
};

describe('the chain', () => {
  it('hashes the bytes that docs/journal.md lists', () => {
    const bytes = Buffer.concat([
      Buffer.from('holdfast/journal/entry/1\n'),
      Buffer.alloc(32, 0x11),
      Buffer.from('0000000000000001', 'hex'),
      Buffer.from('0000018BCFE56800', 'hex'),
      Buffer.from('00000008', 'hex'),
      Buffer.from('purchase'),
      Buffer.from('00000007', 'hex'),
      Buffer.from('{"a":1}'),
      Buffer.from('03', 'hex'),
      Buffer.alloc(32, 0x22),
      Buffer.alloc(32, 0x33),
    ]);
    const hash = entryHash(Buffer.alloc(32, 0x11), {
      ...plain,
      secretHash: Buffer.alloc(32, 0x22),
      docsSum: Buffer.alloc(32, 0x33),
    });
    expect(hex(hash)).toBe(createHash('sha256').update(bytes).digest('hex').toUpperCase());
  });

  it('gives the same hash for text and for its bytes', () => {
    const asBytes = { ...plain, kind: Buffer.from(plain.kind), payload: Buffer.from(plain.payload) };
    expect(entryHash(ZERO_HASH, asBytes)).toEqual(entryHash(ZERO_HASH, plain));
  });

  it('tells apart everything that differs, also where the bytes run together', () => {
    const bytes32 = Buffer.alloc(32, 1);
    const variants = [
      plain,
      { ...plain, seq: 2 },
      { ...plain, atMs: plain.atMs + 1 },
      { ...plain, atMs: -plain.atMs },
      { ...plain, kind: 'purchase{', payload: '"a":1}' },
      { ...plain, secretHash: bytes32 },
      { ...plain, docsSum: bytes32 },
    ].map((entry) => hex(entryHash(ZERO_HASH, entry)));
    expect(new Set([...variants, hex(entryHash(bytes32, plain))]).size).toBe(variants.length + 1);
  });

  it('adds documents up in any order and takes each out again', () => {
    const digest = (key: string) =>
      docDigest({ collection: 'c', key, live: true, firstSeq: 1, seq: 2, doc: '{}', terms: '' });
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 8 }), (keys) => {
        const sum = keys.map(digest).reduce(toggleInSum, ZERO_HASH);
        expect(keys.toReversed().map(digest).reduce(toggleInSum, ZERO_HASH)).toEqual(sum);
        expect(sum).not.toEqual(ZERO_HASH);
        expect(keys.map(digest).reduce(toggleInSum, sum)).toEqual(ZERO_HASH);
      }),
    );
  });
});
