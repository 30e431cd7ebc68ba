import { describe, expect, it } from 'vitest';
import { maskedWhileKeyed } from './card-digits.ts';
import { pushAmountKeys, quickAmounts, typedAmount, yuan } from './money.ts';
import { ageBetween, clockTime, dateTime } from './time.ts';

describe('money on the screen', () => {
  it.each([
    [0, '¥0.00'],
    [5, '¥0.05'],
    [1_234, '¥12.34'],
    [123_456_789, '¥1,234,567.89'],
    [-2_350, '−¥23.50'],
  ])('shows %i fen as %s', (amountMinor, text) => {
    expect(yuan(amountMinor)).toBe(text);
  });

  it.each([
    ['1250', 1_250],
    ['10', 10],
    ['10.', 1_000],
    ['10.5', 1_050],
    ['10.50', 1_050],
    ['.5', 50],
    ['10。05', 1_005],
    ['', 0],
  ])('takes %j as %i fen: digits alone are fen, with a point they are yuan', (keys, amountMinor) => {
    expect(typedAmount(pushAmountKeys('', keys))).toBe(amountMinor);
  });

  it('leaves out what makes no amount: letters, a second point, a third digit behind it', () => {
    expect(pushAmountKeys('12', 'x-')).toBe('12');
    expect(pushAmountKeys('', '1.2.345')).toBe('1.23');
    expect(pushAmountKeys('0', '05')).toBe('5');
  });

  it('takes nine digits of fen and not one more, with or without a point', () => {
    expect(typedAmount(pushAmountKeys('', '1234567890'))).toBe(123_456_789);
    expect(pushAmountKeys('123456789', '.')).toBe('123456789');
    expect(typedAmount(pushAmountKeys('', '12345678.99'))).toBe(123_456_789);
  });

  it('offers the exact amount first and then what notes make of it', () => {
    expect(quickAmounts(1_300)).toEqual([1_300, 1_500, 2_000, 5_000, 10_000]);
    expect(quickAmounts(1_234)).toEqual([1_234, 1_300, 1_500, 2_000, 5_000]);
    expect(quickAmounts(10_000)).toEqual([10_000]);
  });
});

describe('a card number while it is keyed', () => {
  it('shows the first six and the last four', () => {
    expect(maskedWhileKeyed('8890121000010074')).toBe('8890 12•• •••• 0074');
    expect(maskedWhileKeyed('8890122000000010859')).toBe('8890 12•• •••• •••0 859');
  });

  it('shows up to ten digits as they are', () => {
    expect(maskedWhileKeyed('8890121000')).toBe('8890 1210 00');
  });
});

describe('an age', () => {
  it.each([
    [59_000, 'seconds', 59],
    [60_000, 'minutes', 1],
    [3_599_000, 'minutes', 59],
    [3_600_000, 'hours', 1],
    [71 * 3_600_000, 'days', 2],
    [-5_000, 'seconds', 0],
  ])('of %i ms is in %s: %i', (passedMs, unit, count) => {
    expect(ageBetween(1_000_000, 1_000_000 + passedMs)).toEqual({ unit, count });
  });
});

describe('a time', () => {
  const AT_MS = Date.parse('2026-12-31T16:05:09Z');

  it.each([
    [480, '00:05', '01-01 00:05:09'],
    [0, '16:05', '12-31 16:05:09'],
    [-330, '10:35', '12-31 10:35:09'],
  ])("is the store's, %i minutes from UTC, whatever the browser's zone", (utcOffsetMinutes, clock, full) => {
    expect(clockTime(AT_MS, utcOffsetMinutes)).toBe(clock);
    expect(dateTime(AT_MS, utcOffsetMinutes)).toBe(full);
  });
});
