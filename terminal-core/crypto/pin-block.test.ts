import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pan } from '../domain/pan.ts';
import { encryptEcb } from './block-cipher.ts';
import { fromHex, toHex } from './bytes.ts';
import { decodePinBlock, type PinBlockFormat, pinBlock } from './pin-block.ts';
import { SecretKey } from './secret-key.ts';

const random = { bytes: (length: number) => randomBytes(length) };
const pinDigits = fc.stringMatching(/^\d{4,12}$/);
const panDigits = fc.stringMatching(/^\d{12,19}$/);

function pan(digits: string): Pan {
  const parsed = Pan.parse(digits);
  if (parsed === undefined) throw new Error('not a card number');
  return parsed;
}

const KEY_LENGTHS = { 0: [8, 16, 24], 3: [8, 16, 24], 4: [16, 24, 32] } as const;
const formatAndKey = fc.constantFrom<PinBlockFormat>(0, 3, 4).chain((format) =>
  fc
    .constantFrom(...KEY_LENGTHS[format])
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
    .map((bytes) => ({ format, key: SecretKey.from(bytes) })),
);

describe('a PIN block', () => {
  it('decodes to the PIN it was made of, in every format and for every key length', () => {
    fc.assert(
      fc.property(formatAndKey, pinDigits, panDigits, ({ format, key }, pin, digits) => {
        const block = pinBlock({ format, pin, pan: pan(digits), key, random });
        expect(block).toHaveLength(format === 4 ? 16 : 8);
        expect(decodePinBlock({ format, block, pan: pan(digits), key })).toEqual({ ok: true, pin });
      }),
    );
  });

  it('of format 4 is refused whole when any bit of it is another', () => {
    const key = SecretKey.fromHex('00112233445566778899AABBCCDDEEFF');
    const card = pan('6222020200012345678');
    const block = pinBlock({ format: 4, pin: '123456', pan: card, key, random });
    for (let bit = 0; bit < block.length * 8; bit += 1) {
      const changed = block.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodePinBlock({ format: 4, block: changed, pan: card, key }).ok).toBe(false);
    }
  });

  it('is not the PIN of another card, another format or a cut block', () => {
    const key = SecretKey.fromHex('0123456789ABCDEFFEDCBA9876543210');
    const card = pan('6222020200012345');
    const block = pinBlock({ format: 0, pin: '123456', pan: card, key });
    const refused = { ok: false, error: 'not-a-pin-block' };
    expect(decodePinBlock({ format: 0, block, pan: pan('6222020299912345'), key })).toEqual(refused);
    expect(decodePinBlock({ format: 3, block, pan: card, key })).toEqual(refused);
    expect(decodePinBlock({ format: 0, block: block.subarray(0, 7), pan: card, key })).toEqual(refused);
    expect(decodePinBlock({ format: 4, block, pan: card, key })).toEqual(refused);
  });

  it.each([
    [0, '03123FFFFFFFFFFF', 'a PIN of 3 digits'],
    [0, '0D1234567890123F', 'a PIN of 13 digits'],
    [0, '04123AFFFFFFFFFF', 'a PIN with a letter'],
    [0, '041234FFFFFFFFF0', 'a filler that is not F'],
    [3, '341234ABCDEFABC9', 'a filler with a decimal digit'],
    [3, '041234FFFFFFFFFF', 'another format'],
  ] as const)('of format %i is refused with the PIN field %s: %s', (format, pinField, _what) => {
    const key = SecretKey.fromHex('0123456789ABCDEFFEDCBA9876543210');
    const clear = fromHex(pinField, 'PIN field');
    const block = encryptEcb('des', key.reveal(), clear);
    // This card number makes a card-number field of zeros, so that the PIN field is encrypted as it stands.
    const decoded = decodePinBlock({ format, block, pan: pan('0000000000000'), key });
    expect(decoded).toEqual({ ok: false, error: 'not-a-pin-block' });
  });

  it('of format 3 and 4 differs every time for the same PIN', () => {
    const request = {
      pin: '1234',
      pan: pan('6222020200012345'),
      key: SecretKey.from(new Uint8Array(16)),
      random,
    };
    for (const format of [3, 4] as const) {
      const blocks = new Set(Array.from({ length: 20 }, () => toHex(pinBlock({ format, ...request }))));
      expect(blocks.size).toBe(20);
    }
  });

  it('of format 3 fills with every digit from A to F', () => {
    const seen = new Set<string>();
    for (let round = 0; round < 50; round += 1) {
      const clear = toHex(pinBlock({ format: 3, pin: '1234', pan: pan('000000000000'), random }));
      for (const digit of clear.slice(6)) seen.add(digit);
    }
    expect([...seen].sort().join('')).toBe('ABCDEF');
  });

  it('takes a card number of 12 digits, filled with zeros on the left', () => {
    expect(toHex(pinBlock({ format: 0, pin: '1234', pan: pan('123456789012') }))).toBe(
      toHex(pinBlock({ format: 0, pin: '1234', pan: pan('0123456789019') })),
    );
  });

  it.each(['123', '1234567890123', '12a4', '', '１２３４'])(
    'refuses %j as a PIN and does not repeat it',
    (pin) => {
      const attempt = () => pinBlock({ format: 0, pin, pan: pan('6222020200012345') });
      expect(attempt).toThrow(
        expect.objectContaining({ code: 'bad-pin', message: 'A PIN is 4 to 12 digits' }),
      );
    },
  );

  it.each([
    { format: 3 as const, fill: 'ABC' },
    { format: 3 as const, fill: '0123456789' },
    { format: 4 as const, fill: 'FFFF' },
  ])('refuses the fill $fill for format $format', ({ format, fill }) => {
    const key = SecretKey.from(new Uint8Array(16));
    expect(() => pinBlock({ format, pin: '1234', pan: pan('6222020200012345'), key, fill })).toThrow(
      expect.objectContaining({ code: 'bad-fill' }),
    );
  });

  it('says that it needs a key for format 4, and randomness for 3 and 4', () => {
    const request = { pin: '1234', pan: pan('6222020200012345') };
    expect(() => pinBlock({ format: 4, ...request })).toThrow(expect.objectContaining({ code: 'needs-key' }));
    expect(() => pinBlock({ format: 3, ...request })).toThrow(
      expect.objectContaining({ code: 'needs-random' }),
    );
  });

  it('refuses a key that its cipher does not have', () => {
    const request = { pin: '1234', pan: pan('6222020200012345'), random };
    const ofLength = (length: number) => SecretKey.from(new Uint8Array(length));
    expect(() => pinBlock({ format: 0, ...request, key: ofLength(32) })).toThrow(
      expect.objectContaining({ code: 'wrong-key-length' }),
    );
    expect(() => pinBlock({ format: 4, ...request, key: ofLength(8) })).toThrow(
      expect.objectContaining({ code: 'wrong-key-length' }),
    );
  });
});
