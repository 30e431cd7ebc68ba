import { describe, expect, it } from 'vitest';
import { selfTest } from './self-test.ts';

describe('the start-up self-test', () => {
  it('holds on this runtime', () => {
    expect(selfTest()).toEqual({ ok: true });
  });

  it('names what computes another value and what cannot be computed at all', () => {
    const answers = [
      { name: 'right', compute: () => 'AA', expected: 'AA' },
      { name: 'wrong', compute: () => 'AB', expected: 'AA' },
      {
        name: 'missing',
        compute: () => {
          throw new Error('Unknown cipher');
        },
        expected: 'AA',
      },
    ];
    expect(selfTest(answers)).toEqual({ ok: false, failed: ['wrong', 'missing'] });
  });
});
