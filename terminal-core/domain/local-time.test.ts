import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localTime, momentFromWire } from './local-time.ts';

describe('local time', () => {
  it('is the store’s, not the machine’s', () => {
    expect(localTime(Date.UTC(2026, 11, 31, 16, 5, 9), 480)).toEqual({
      date: '20270101',
      monthDay: '0101',
      time: '000509',
    });
  });

  it('comes back from the wire within half a year, across New Year too', () => {
    const moments = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) });
    const drifts = fc.integer({ min: -100 * 86_400_000, max: 100 * 86_400_000 });
    fc.assert(
      fc.property(moments, drifts, (atMs, driftMs) => {
        const wholeSecond = atMs - (atMs % 1000);
        const { monthDay, time } = localTime(wholeSecond, 480);
        const read = momentFromWire({ monthDay, time, nearMs: wholeSecond + driftMs, utcOffsetMinutes: 480 });
        // 29 February names no moment in most years.
        if (monthDay !== '0229') expect(read).toBe(wholeSecond);
      }),
    );
  });

  it('is not read from what names no moment', () => {
    const around = { nearMs: 0, utcOffsetMinutes: 480 };
    expect(momentFromWire({ monthDay: '1332', time: '000000', ...around })).toBeUndefined();
    expect(momentFromWire({ monthDay: '', time: '', ...around })).toBeUndefined();
  });
});
