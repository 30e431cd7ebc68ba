import { describe, expect, it } from 'vitest';
import { TerminalBench } from '../../test/support/terminal-bench.ts';
import { decide } from '../engine/decide.ts';
import type { Decision, Input } from '../engine/inputs.ts';
import { owed } from '../engine/owed.ts';

const STOPPED = { kind: 'refused', rule: 'terminal-stopped' };

/** An engine with a defect: what it makes of one kind of input no state can take. */
async function benchWithDefect(kind: Input['kind'], defect: (decision: Decision) => Decision) {
  const bench = await new TerminalBench().open();
  bench.engine = (state, input, context) => {
    const decision = decide(state, input, context);
    return input.kind === kind ? defect(decision) : decision;
  };
  bench.boot();
  return bench;
}

/** A transaction that does not exist cannot be declined. */
const impossible = (decision: Decision): Decision => ({
  ...decision,
  events: [...decision.events, { kind: 'transaction-declined', txnId: 'nowhere', responseCode: '05' }],
});

describe('an event that the state cannot take', () => {
  it('after an answer stops the terminal with clear words, and nothing of the step is in the journal', async () => {
    const bench = await benchWithDefect('exchange-ended', impossible);
    const paid = bench.txn(await bench.pay(10_00));
    expect(paid.state).toBe('sending');
    const sentBefore = bench.sent.length;
    const head = bench.journal.head();
    expect(await bench.pay(5_00)).toMatchObject(STOPPED);
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject(STOPPED);
    expect(bench.terminal.takeStans('echo', 1)).toEqual([]);
    expect(bench.terminal.resume()).toBe(false);
    expect(bench.terminal.isHalted).toBe(true);
    expect({ sent: bench.sent.length, head: bench.journal.head() }).toEqual({ sent: sentBefore, head });
    expect(bench.faults).toMatchObject([/nowhere/]);
    expect(bench.journal.verify()).toMatchObject({ ok: true });
  });

  it('is an unknown outcome at the next start, which is reversed', async () => {
    const bench = await benchWithDefect('exchange-ended', impossible);
    const { txnId } = bench.txn(await bench.pay(10_00));
    bench.engine = decide;
    bench.boot();
    await bench.terminal.run({ kind: 'recover' });
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'reversal', txnId }]);
    await bench.terminal.run({ kind: 'deliver', txnId });
    expect(bench.txn(await bench.pay(5_00)).state).toBe('approved');
  });

  it('after an answer that no rule can cope with stops it as well', async () => {
    const bench = await benchWithDefect('exchange-ended', () => {
      throw new Error('no rule copes');
    });
    expect(bench.txn(await bench.pay(10_00)).state).toBe('sending');
    expect(await bench.pay(5_00)).toMatchObject(STOPPED);
    expect(bench.faults).toMatchObject([/no rule copes/]);
  });

  it('at a start stops it before anything is sold', async () => {
    const bench = await benchWithDefect('recover', impossible);
    expect(await bench.terminal.run({ kind: 'recover' })).toMatchObject(STOPPED);
    expect(await bench.pay(5_00)).toMatchObject(STOPPED);
  });

  it('of a mark that a receipt was printed stops it, and the printing ends as it should', async () => {
    const bench = await new TerminalBench().open();
    const { txnId } = bench.txn(await bench.pay(10_00));
    bench.terminal.state.get = () => {
      throw new Error('the state is broken');
    };
    await bench.terminal.markPrinted(txnId, false);
    expect(await bench.pay(5_00)).toMatchObject(STOPPED);
  });

  it('of a command changes nothing, and what comes next is decided as ever', async () => {
    const bench = await benchWithDefect('x-report', impossible);
    const head = bench.journal.head();
    await expect(bench.terminal.run({ kind: 'x-report' })).rejects.toThrow(/nowhere/);
    expect(bench.journal.head()).toBe(head);
    expect(bench.txn(await bench.pay(5_00)).state).toBe('approved');
  });
});

it('a screen that cannot be told changes nothing about what is sent, decided and written', async () => {
  const bench = await new TerminalBench().open();
  bench.terminal.onChange(() => {
    throw new Error('the status cannot be made');
  });
  expect(bench.txn(await bench.pay(10_00)).state).toBe('approved');
  expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ kind: 'settled' });
  expect(bench.terminal.isHalted).toBe(false);
});
