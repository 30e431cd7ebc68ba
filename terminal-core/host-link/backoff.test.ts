import { describe, expect, it } from 'vitest';
import { BACKOFF_CAP_MS, BACKOFF_FIRST_MS, backoffDelayMs } from './backoff.ts';

const options = { firstMs: BACKOFF_FIRST_MS, capMs: BACKOFF_CAP_MS };
const lowest = { bytes: (length: number) => new Uint8Array(length) };
const highest = { bytes: (length: number) => new Uint8Array(length).fill(0xff) };

describe('backoffDelayMs', () => {
  it('doubles from the first wait to the cap', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => backoffDelayMs(attempt, options, highest));
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('draws from the upper half of the step, so it is never under half of it', () => {
    expect(backoffDelayMs(0, options, lowest)).toBe(125);
    expect(backoffDelayMs(7, options, lowest)).toBe(15_000);
  });

  it('stays at the cap after any number of attempts', () => {
    expect(backoffDelayMs(100_000, options, highest)).toBe(BACKOFF_CAP_MS);
  });
});
