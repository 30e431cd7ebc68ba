import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AmountMinor, amountMinor, sumAmounts, ZERO } from '../../domain/money.ts';
import { shareRefund } from './refund-sale.ts';

const paid = fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1, maxLength: 20 });
const steps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });

/** Refunds a share of what is left in each step, and all of it in the last. */
function refundAll(tenders: readonly AmountMinor[], shares: readonly number[]) {
  let left = [...tenders];
  const given = tenders.map(() => 0);
  const each: { readonly parts: AmountMinor[]; readonly left: AmountMinor[]; readonly amount: number }[] = [];
  for (const share of [...shares, 1]) {
    const total = sumAmounts(left);
    if (total === 0) break;
    const amount = amountMinor(Math.min(total, Math.max(1, Math.round(total * share))));
    const parts = shareRefund(amount, left);
    each.push({ parts, left, amount });
    left = left.map((rest, index) => amountMinor(rest - (parts[index] ?? ZERO)));
    for (const [index, part] of parts.entries()) given[index] = (given[index] ?? 0) + part;
  }
  return { given, each };
}

describe('sharing a refund among the tenders of a sale', () => {
  it('gives back exactly what each paid, in any number of steps', () => {
    fc.assert(
      fc.property(paid, steps, (amounts, shares) => {
        const tenders = amounts.map(amountMinor);
        expect(refundAll(tenders, shares).given).toEqual(tenders);
      }),
    );
  });

  it('adds up in each step, never takes more than is left, and is off the proportion by less than a fen', () => {
    fc.assert(
      fc.property(paid, steps, (amounts, shares) => {
        for (const { parts, left, amount } of refundAll(amounts.map(amountMinor), shares).each) {
          expect(sumAmounts(parts)).toBe(amount);
          const total = sumAmounts(left);
          for (const [index, part] of parts.entries()) {
            const rest = left[index] ?? ZERO;
            expect(part).toBeLessThanOrEqual(rest);
            expect(Math.abs(part - (amount * rest) / total)).toBeLessThan(1 + 1e-6);
          }
        }
      }),
    );
  });

  it.each([[[100_00]], [[50_00, 50_00]], [[33_33, 33_33, 33_34]], [[1, 99_99]], [Array(10_000).fill(1)]])(
    'gives back 97.00 and 3.00 in the steps %j',
    (amounts) => {
      let left = [amountMinor(97_00), amountMinor(3_00)];
      const given = [0, 0];
      for (const amount of amounts as number[]) {
        const parts = shareRefund(amountMinor(amount), left);
        left = left.map((rest, index) => amountMinor(rest - (parts[index] ?? 0)));
        for (const [index, part] of parts.entries()) given[index] = (given[index] ?? 0) + part;
      }
      expect(given).toEqual([97_00, 3_00]);
    },
  );
});
