import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pan, passesLuhn } from './pan.ts';

const numbers = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 19 })
  .map((digits) => digits.join(''));

describe('a card number', () => {
  it('prints itself masked wherever it becomes text', () => {
    fc.assert(
      fc.property(numbers, (digits) => {
        const pan = Pan.parse(digits);
        for (const text of [String(pan), JSON.stringify({ pan }), inspect(pan), `${pan}`]) {
          expect(text).not.toContain(digits);
          expect(text).toContain(`${digits.slice(0, 6)}${'*'.repeat(digits.length - 10)}${digits.slice(-4)}`);
        }
        expect(pan?.reveal()).toBe(digits);
      }),
    );
  });

  it.each(['', '12345678901', '12345678901234567890', '1234567890a12'])('is not read from %j', (text) => {
    expect(Pan.parse(text)).toBeUndefined();
  });

  it('knows the Luhn rule', () => {
    expect(passesLuhn('4111111111111111')).toBe(true);
    expect(passesLuhn('4111111111111112')).toBe(false);
  });
});
