import { expect, it } from 'vitest';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { evolve } from '../engine/evolve.ts';
import type { Exchange, ExchangeOutcome } from '../engine/inputs.ts';
import { terminalOf } from '../engine/state.ts';
import { takingsOf } from '../engine/takings.ts';

/** A host that says that the totals differ, and answers the parts of the upload as told. */
function differing(upload: (exchange: Exchange, part: number) => ExchangeOutcome) {
  return (exchange: Exchange): ExchangeOutcome => {
    const { purpose } = exchange;
    if (purpose.kind === 'batch-upload') return upload(exchange, purpose.part);
    const totals = String(exchange.message.fields[48]);
    return purpose.kind === 'settlement'
      ? approve(exchange, { 48: `${totals.slice(0, 30)}2${totals.slice(31)}` })
      : approve(exchange);
  };
}

it.each(['12', '30'])(
  'an upload that the host refuses with %s compares again, and can be given up',
  async (code) => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = differing((exchange) => decline(exchange, code));
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({
      kind: 'unfinished',
      hostSaid: code,
    });
    bench.sent.length = 0;
    await bench.terminal.run({ kind: 'settle' });
    expect(bench.sent[0]?.purpose.kind).toBe('settlement');
    expect(await bench.terminal.run({ kind: 'abandon-settlement' })).toMatchObject({ kind: 'done' });
    bench.host = approve;
    expect(bench.txn(await bench.pay(5_00)).state).toBe('approved');
  },
);

it('a settlement is not given up when the answer to the end of its upload was lost', async () => {
  const bench = await new TerminalBench().open();
  await bench.pay(10_00);
  bench.host = differing((exchange, part) =>
    part === 0 ? approve(exchange) : { kind: 'no-answer', cause: 'timed-out' },
  );
  await bench.terminal.run({ kind: 'settle' });
  bench.host = differing((exchange) => decline(exchange, '12'));
  await bench.terminal.run({ kind: 'settle' });
  expect(await bench.terminal.run({ kind: 'abandon-settlement' })).toMatchObject({
    rule: 'settlement-in-doubt',
  });
});

it('after a restore no number on paper comes twice', async () => {
  const bench = await new TerminalBench().open();
  await bench.terminal.run({ kind: 'x-report' });
  const before = takingsOf(bench.terminal.state);
  const event = { kind: 'journal-restored', throughSeq: 5, skipped: 1000 } as const;
  const changes = evolve(bench.terminal.state, { seq: 99, atMs: bench.nowMs, event });
  const doc = (collection: string) => changes.find((change) => change.collection === collection)?.doc;
  expect(doc('takings')).toMatchObject({
    xCount: before.xCount + 1000,
    zNumber: before.zNumber + 1000,
    shiftCount: before.shiftCount + 1000,
    settlementCount: before.settlementCount + 1000,
  });
  expect(doc('terminal')).toMatchObject({
    exportCount: (terminalOf(bench.terminal.state).exportCount ?? 0) + 1000,
  });
});
