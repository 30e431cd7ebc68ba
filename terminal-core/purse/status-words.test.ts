import { describe, expect, it } from 'vitest';
import { type StatusCode, type StatusEffect, statusMeaning } from './status-words.ts';

describe('status words', () => {
  it.each<[number, StatusCode, StatusEffect]>([
    [0x9000, 'ok', 'done'],
    [0x9401, 'balance-too-low', 'refused'],
    [0x9301, 'balance-too-low', 'refused'],
    [0x9302, 'mac-wrong', 'refused'],
    [0x9303, 'application-locked', 'refused'],
    [0x9402, 'counter-exhausted', 'refused'],
    [0x9403, 'key-unknown', 'refused'],
    [0x9406, 'nothing-to-prove', 'refused'],
    [0x63c2, 'pin-wrong', 'refused'],
    [0x63c0, 'pin-blocked', 'refused'],
    [0x6983, 'pin-blocked', 'refused'],
    [0x6982, 'security-status', 'refused'],
    [0x6985, 'conditions-not-met', 'refused'],
    [0x6a82, 'file-not-found', 'refused'],
    [0x6a83, 'record-not-found', 'refused'],
    [0x6a86, 'bad-parameters', 'refused'],
    [0x6700, 'bad-length', 'refused'],
    [0x6d00, 'not-supported', 'refused'],
    [0x6a80, 'refused', 'refused'],
    [0x6400, 'refused', 'refused'],
    // The memory changed or failed: nobody may call that "nothing was taken".
    [0x6581, 'card-failed', 'unknown'],
    [0x6f00, 'card-failed', 'unknown'],
    [0x6300, 'unknown', 'unknown'],
    [0x9404, 'unknown', 'unknown'],
    [0x0000, 'unknown', 'unknown'],
  ])('%i means %s and money is %s', (word, code, effect) => {
    expect(statusMeaning(word)).toMatchObject({ code, effect });
  });

  it('call nothing but 9000 done, and have words for every one', () => {
    for (let word = 0; word <= 0xffff; word += 1) {
      const { effect, text, nextStep } = statusMeaning(word);
      if ((effect === 'done') !== (word === 0x9000)) expect.fail(`${word.toString(16)} is ${effect}`);
      if (![text, nextStep].every((words) => words['zh-CN'] !== '' && words.en !== ''))
        expect.fail(`${word.toString(16)} has no words`);
    }
  });

  it('count the tries that are left', () => {
    expect(statusMeaning(0x63c3).triesLeft).toBe(3);
    expect(statusMeaning(0x6983).triesLeft).toBeUndefined();
  });
});
