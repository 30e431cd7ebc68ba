import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sealer } from './sealer.ts';
import { SecretKey } from './secret-key.ts';

const random = { bytes: (length: number) => randomBytes(length) };
const sealer = new Sealer(SecretKey.from(new Uint8Array(32).fill(1)), random);
const place = Buffer.from('card number of sale 17');

describe('Sealer', () => {
  it('opens what it sealed, for the same place only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 20 }), (plaintext, data) => {
        const sealed = sealer.seal(plaintext, data);
        expect(sealed).toHaveLength(29 + plaintext.length);
        const opened = sealer.open(sealed, data);
        expect(opened.ok && [...opened.plaintext]).toEqual([...plaintext]);
        expect(sealer.open(sealed, Uint8Array.of(...data, 0)).ok).toBe(false);
      }),
    );
  });

  it('refuses a blob of which any one bit is another', () => {
    const sealed = sealer.seal(Buffer.from('6222020200012345'), place);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = sealed.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(sealer.open(changed, place).ok, `bit ${bit}`).toBe(false);
    }
  });

  it('refuses every shorter and a longer blob', () => {
    const sealed = sealer.seal(Buffer.from('6222020200012345'), place);
    for (let length = 0; length < sealed.length; length += 1) {
      expect(sealer.open(sealed.subarray(0, length), place).ok).toBe(false);
    }
    expect(sealer.open(Uint8Array.of(...sealed, 0), place).ok).toBe(false);
  });

  it('never seals the same text to the same bytes', () => {
    const text = Buffer.from('1');
    expect(sealer.seal(text, place)).not.toEqual(sealer.seal(text, place));
  });

  it('refuses a key of another length and a random source that gives too little', () => {
    expect(() => new Sealer(SecretKey.from(new Uint8Array(16)), random)).toThrow(
      expect.objectContaining({ code: 'wrong-key-length' }),
    );
    const starved = new Sealer(SecretKey.from(new Uint8Array(32)), { bytes: () => new Uint8Array(4) });
    expect(() => starved.seal(place, place)).toThrow(RangeError);
  });
});
