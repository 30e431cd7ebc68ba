import { describe, expect, it } from 'vitest';
import {
  type Counted,
  countedMinor,
  DENOMINATIONS_MINOR,
  denominationsOf,
  dropDigit,
  isAnythingCounted,
  pushCount,
} from './counted.ts';

const NOTHING: Counted = {};

describe('a count by notes and coins', () => {
  it('adds up to the fen, and tells the core of each note and coin that is there', () => {
    const counted: Counted = { 10000: '7', 100: '13', 50: '0', 1: '4' };
    expect(countedMinor(counted)).toBe(7 * 100_00 + 13_00 + 4);
    expect(denominationsOf(counted)).toEqual([
      { valueMinor: 10_000, count: 7 },
      { valueMinor: 100, count: 13 },
      { valueMinor: 1, count: 4 },
    ]);
  });

  it('takes 99 999 of one and not a digit more', () => {
    const most = pushCount(NOTHING, 10_000, '99999');
    expect(countedMinor(most)).toBe(99_999 * 10_000);
    expect(pushCount(most, 10_000, '9')).toBe(most);
  });

  it('takes digits only, and no nought in front', () => {
    expect(pushCount(NOTHING, 500, 'x.-')).toBe(NOTHING);
    expect(pushCount(pushCount(NOTHING, 500, '0'), 500, '7')).toEqual({ 500: '7' });
  });

  it('tells a drawer counted empty from one that was not counted', () => {
    expect(isAnythingCounted(NOTHING)).toBe(false);
    const empty = pushCount(NOTHING, 10_000, '0');
    expect(isAnythingCounted(empty)).toBe(true);
    expect(countedMinor(empty)).toBe(0);
    expect(isAnythingCounted(dropDigit(empty, 10_000))).toBe(false);
  });

  it('lets every amount be counted: the values go down to the fen', () => {
    expect(DENOMINATIONS_MINOR.toSorted((a, b) => b - a)).toEqual([...DENOMINATIONS_MINOR]);
    expect(DENOMINATIONS_MINOR.at(-1)).toBe(1);
  });
});
