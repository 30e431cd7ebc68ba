import { describe, expect, it } from 'vitest';
import { TerminalBench } from '../../test/support/terminal-bench.ts';

describe('an operator', () => {
  it('is locked out after five wrong passwords, for longer each time', async () => {
    const bench = await new TerminalBench().open();
    const signOn = (passwordMatches: boolean) =>
      bench.terminal.run({ kind: 'operator-sign-on', operatorCode: '1001', passwordMatches });
    for (let failure = 0; failure < 4; failure += 1)
      expect(await signOn(false)).toMatchObject({ rule: 'wrong-password' });
    expect(await signOn(false)).toMatchObject({ rule: 'operator-locked' });
    expect(await signOn(true)).toMatchObject({ rule: 'operator-locked' });
    bench.nowMs += 30_001;
    expect(await signOn(false)).toMatchObject({ rule: 'operator-locked' });
    bench.nowMs += 30_001;
    expect(await signOn(true)).toMatchObject({ rule: 'operator-locked' });
    bench.nowMs += 30_001;
    expect(await signOn(true)).toMatchObject({ kind: 'signed-on' });
  });
});
