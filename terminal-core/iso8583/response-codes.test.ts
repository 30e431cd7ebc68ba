import { describe, expect, it } from 'vitest';
import { responseCode, responseCodes } from './response-codes.ts';

/** The list of docs/protocol.md. */
const CATEGORIES = {
  accept: '00 10 11 A2 A4 A5 A6',
  'call-issuer': '01 25',
  'try-again': '30 68',
  'try-later': '90 91 92 94 96 A7',
  'issuer-timeout': '98',
  'keep-card': '04 34 41 43',
  'sign-on-again': '99 A0',
  'terminal-unknown': '97',
  decline: '03 05 12 13 14 15 21 22 38 40 51 54 55 57 58 59 61 62 64 65 75 A1 A3 H1',
} as const;

describe('response codes', () => {
  it.each(Object.entries(CATEGORIES))('%s has its codes', (category, codes) => {
    const listed = responseCodes.filter((entry) => entry.category === category).map(({ code }) => code);
    expect(listed.toSorted()).toEqual(codes.split(' ').toSorted());
  });

  it('all have words and one next step in both languages', () => {
    for (const { text, nextStep } of responseCodes) {
      for (const words of [text, nextStep]) {
        expect(words['zh-CN']).toMatch(/\p{Script=Han}/u);
        expect(words.en).toMatch(/^[A-Z]/);
      }
    }
  });

  it('takes an unknown code for a decline and says which it was', () => {
    const unknown = responseCode('Z9');
    expect(unknown.category).toBe('decline');
    expect(unknown.text.en).toContain('Z9');
    expect(unknown.text['zh-CN']).toContain('Z9');
  });
});
