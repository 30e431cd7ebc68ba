import { describe, expect, it } from 'vitest';
import { amountMinor } from './money.ts';
import { basketTotals, hasValidEanCheckDigit } from './product.ts';

describe('a basket', () => {
  it('adds up, with the tax that is inside the prices rounded half up a line', () => {
    const totals = basketTotals([
      { unitPriceMinor: amountMinor(113), quantity: 2, taxClass: 'standard' },
      { unitPriceMinor: amountMinor(100), quantity: 1, taxClass: 'reduced' },
      { unitPriceMinor: amountMinor(50), quantity: 3, taxClass: 'zero' },
    ]);
    // 2.26 holds 0.26 at 13 %; 1.00 holds 0.0826 at 9 %.
    expect(totals).toEqual({ totalMinor: 476, taxMinor: 26 + 8, itemCount: 6 });
  });
});

describe('the EAN check digit', () => {
  // 4006381333931 and 73513537 are the examples of the EAN-13 and EAN-8 articles everywhere; 036000291452 that of UPC-A.
  it.each(['4006381333931', '73513537', '036000291452'])('holds for %s and for no neighbour', (digits) => {
    expect(hasValidEanCheckDigit(digits)).toBe(true);
    const last = Number(digits.at(-1));
    for (let other = 0; other < 10; other += 1) {
      if (other !== last) expect(hasValidEanCheckDigit(digits.slice(0, -1) + other)).toBe(false);
    }
  });
});
