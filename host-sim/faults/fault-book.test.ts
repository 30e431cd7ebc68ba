import { describe, expect, it } from 'vitest';
import {
  FAULT_RULES_MAX,
  type FaultRule,
  type FaultSubject,
  faultRuleSchema,
  faultRulesSchema,
} from './fault.ts';
import { FaultBook } from './fault-book.ts';
import { SCENARIOS } from './scenarios.ts';

const PURCHASE: FaultSubject = {
  mti: '0200',
  terminalId: '80010001',
  cardLast4: '0001',
  amountMinor: 20_00,
  processingCode: '000000',
  control: '000',
};

function bookWith(rules: readonly FaultRule[], bytes = new Uint8Array(2)): FaultBook {
  return new FaultBook({ rules, random: { bytes: () => bytes } });
}

describe('fault rules', () => {
  it('hit when all their conditions hold', () => {
    const book = bookWith([{ kind: 'decline', mti: '0200', cardLast4: '0001', amountMinor: 20_00 }]);
    expect(book.take(PURCHASE)).toHaveLength(1);
    expect(book.take({ ...PURCHASE, amountMinor: 20_01 })).toEqual([]);
    expect(book.take({ ...PURCHASE, cardLast4: undefined })).toEqual([]);
  });

  it('are spent after their number of times', () => {
    const book = bookWith([{ kind: 'wrong-mac', times: 2 }]);
    expect([1, 2, 3].map(() => book.take(PURCHASE).length)).toEqual([1, 1, 0]);
    expect(book.list()).toMatchObject([{ hits: 2, spent: true }]);
  });

  it('hit only their share', () => {
    expect(
      bookWith([{ kind: 'decline', share: 0.5 }], Uint8Array.of(0x7f, 0xff)).take(PURCHASE),
    ).toHaveLength(1);
    expect(bookWith([{ kind: 'decline', share: 0.5 }], Uint8Array.of(0x80, 0)).take(PURCHASE)).toEqual([]);
  });

  it('of every named scenario are well formed', () => {
    for (const { rules, sentence } of Object.values(SCENARIOS)) {
      expect(faultRulesSchema.safeParse(rules).error).toBeUndefined();
      expect(sentence).toMatch(/\.$/);
    }
  });

  it('are at most so many', () => {
    const rules = (length: number) => Array.from({ length }, () => ({ kind: 'decline' }));
    expect(faultRulesSchema.safeParse(rules(FAULT_RULES_MAX)).success).toBe(true);
    expect(faultRulesSchema.safeParse(rules(FAULT_RULES_MAX + 1)).success).toBe(false);
  });

  it('are refused when they say what is not known, or hold a whole card number', () => {
    expect(faultRuleSchema.safeParse({ kind: 'explode' }).success).toBe(false);
    expect(faultRuleSchema.safeParse({ kind: 'decline', card: '6228880000000001' }).success).toBe(false);
    expect(faultRuleSchema.safeParse({ kind: 'decline', cardLast4: '6228880000000001' }).success).toBe(false);
  });
});
