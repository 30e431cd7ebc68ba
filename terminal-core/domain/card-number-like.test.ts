import { describe, expect, it } from 'vitest';
import { CARD_DIGITS_MIN, holdsCardNumberLike } from './card-number-like.ts';

describe('what could be a card number', () => {
  it.each([
    '8890121000010074',
    'card 8890 1210 0001 0074, lost',
    '8890-1210-0001-0074',
    '8890.1210.0001.0074',
    '8890  1210  0001  0074',
    '8890，1210，0001，0074',
    '8890\u200b1210\u200b0001\u200b0074',
    '８８９０１２１０００００１００７４',
    '卡号８８９０　１２１０　０００１　００７４',
  ])('is found in %j', (text) => {
    expect(holdsCardNumberLike(text)).toBe(true);
  });

  it.each([
    '',
    'change',
    '备用金 500.00 元',
    'card ending 0074',
    'order 123456 of till 10000001',
    '2026-11-21',
  ])('is not found in %j', (text) => {
    expect(holdsCardNumberLike(text)).toBe(false);
  });

  it('begins at its least number of digits', () => {
    expect(holdsCardNumberLike('1'.repeat(CARD_DIGITS_MIN - 1))).toBe(false);
    expect(holdsCardNumberLike('1'.repeat(CARD_DIGITS_MIN))).toBe(true);
  });
});
