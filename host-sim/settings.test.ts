import { describe, expect, it } from 'vitest';
import { accountingDate, DEFAULT_SETTINGS } from './settings.ts';

describe('the accounting day', () => {
  it.each([
    ['2026-03-10T22:59:59+08:00', '2026-03-10'],
    ['2026-03-10T23:00:00+08:00', '2026-03-11'],
    ['2026-03-11T00:00:00+08:00', '2026-03-11'],
    ['2026-12-31T23:30:00+08:00', '2027-01-01'],
  ])('of %s is %s', (moment, date) => {
    expect(accountingDate(Date.parse(moment), DEFAULT_SETTINGS)).toBe(date);
  });
});
