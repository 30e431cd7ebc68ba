import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { goodUntilMs, isExpired } from './card-rules.ts';

describe('the validity of a card', () => {
  it.each([
    ['2512', '2025-12-31T23:59:59.999+08:00', false],
    ['2512', '2026-01-01T00:00:00+08:00', true],
    ['2602', '2026-02-28T23:59:59+08:00', false],
    ['2602', '2026-03-01T00:00:00+08:00', true],
  ])('of %s at %s: expired is %s', (expiry, moment, expired) => {
    expect(isExpired({ expiry }, Date.parse(moment), DEFAULT_SETTINGS)).toBe(expired);
  });

  it('ends with the last millisecond of its month in the host’s time', () => {
    expect(goodUntilMs({ expiry: '2611' }, DEFAULT_SETTINGS)).toBe(
      Date.parse('2026-12-01T00:00:00+08:00') - 1,
    );
  });
});
