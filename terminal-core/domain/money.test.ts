import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AMOUNT_MINOR_MAX,
  allocateByLargestRemainder,
  amountMinor,
  formatMinor,
  parseMinor,
} from './money.ts';

const amounts = fc.integer({ min: 0, max: AMOUNT_MINOR_MAX }).map(amountMinor);

describe('an amount', () => {
  it.each([-1, 0.5, Number.NaN, AMOUNT_MINOR_MAX + 1])('is never %s', (value) => {
    expect(() => amountMinor(value)).toThrow(RangeError);
  });

  it('goes to text and back unchanged', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        expect(parseMinor(formatMinor(amount))).toBe(amount);
      }),
    );
  });

  it.each(['', '1.234', '-1', '1,50', 'abc', '1e3', '99999999999'])('is not read from %j', (text) => {
    expect(parseMinor(text)).toBeUndefined();
  });
});

describe('the largest-remainder rule', () => {
  it('adds up to the fen for any weights, and no part is a fen off its share', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 1_000_000 }).map(amountMinor), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(amounts, weights, (amount, shares) => {
        const parts = allocateByLargestRemainder(amount, shares);
        const total = shares.reduce((sum, share) => sum + share, 0);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(amount);
        for (const [index, part] of parts.entries()) {
          const exact = (BigInt(amount) * BigInt(shares[index] ?? 0)) / BigInt(total);
          expect(BigInt(part) - exact === 0n || BigInt(part) - exact === 1n).toBe(true);
        }
      }),
    );
  });

  it('gives back 97.00 and 3.00 of a sale paid so', () => {
    expect(allocateByLargestRemainder(amountMinor(10000), [amountMinor(9700), amountMinor(300)])).toEqual([
      9700, 300,
    ]);
  });
});
