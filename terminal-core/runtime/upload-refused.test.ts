import { describe, expect, it } from 'vitest';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { evolve } from '../engine/evolve.ts';
import type { Exchange, ExchangeOutcome } from '../engine/exchange.ts';
import { owed, setAside } from '../engine/owed.ts';
import { terminalOf } from '../engine/state.ts';
import { takingsOf } from '../engine/takings.ts';

/** A host that says that the totals differ, and answers the parts of the upload as told. */
function differing(upload: (exchange: Exchange, part: number) => ExchangeOutcome) {
  return (exchange: Exchange): ExchangeOutcome => {
    const { purpose } = exchange;
    if (purpose.kind === 'batch-upload') return upload(exchange, purpose.part);
    const outcome = approve(exchange);
    if (purpose.kind !== 'settlement' || outcome.kind !== 'answered') return outcome;
    const totals = String(exchange.message.fields[48]);
    outcome.message.fields[48] = `${totals.slice(0, 30)}2${totals.slice(31)}`;
    return outcome;
  };
}

const allTaken = differing((exchange) => approve(exchange));
const lost = (): ExchangeOutcome => ({ kind: 'no-answer', cause: 'timed-out' });
const ended = (exchange: Exchange, part: number): ExchangeOutcome =>
  part === 0 ? approve(exchange) : lost();
const settle = { kind: 'settle' } as const;
const giveUp = { kind: 'abandon-settlement' } as const;

describe('an upload that the host refuses', () => {
  it.each(['12', '30'])('with %s compares again, and can be given up', async (code) => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = differing((exchange) => decline(exchange, code));
    expect(await bench.terminal.run(settle)).toMatchObject({ kind: 'unfinished', hostSaid: code });
    bench.sent.length = 0;
    await bench.terminal.run(settle);
    expect(bench.sent[0]?.purpose.kind).toBe('settlement');
    expect(await bench.terminal.run(giveUp)).toEqual({ kind: 'done' });
    bench.host = approve;
    expect(bench.txn(await bench.pay(5_00)).state).toBe('approved');
  });

  it('only for now goes on with the upload', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = differing((exchange) => decline(exchange, '96'));
    await bench.terminal.run(settle);
    bench.sent.length = 0;
    bench.host = allTaken;
    expect(await bench.terminal.run(settle)).toMatchObject({ kind: 'settled', result: 'not-balanced' });
    expect(bench.sent[0]?.purpose.kind).toBe('batch-upload');
  });

  it('only for now, again and again, can be given up as long as its end has not gone out', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = differing((exchange, part) => (part === 0 ? approve(exchange) : decline(exchange, '96')));
    await bench.terminal.run(settle);
    expect(await bench.terminal.run(giveUp)).toEqual({ kind: 'done' });
    bench.host = differing(ended);
    await bench.terminal.run(settle);
    expect(await bench.terminal.run(giveUp)).toMatchObject({ rule: 'settlement-in-doubt' });
  });

  it('and that is given up can be settled with an offline sale waiting that the host takes in the next batch only', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    await bench.pay(10_00);
    bench.host = differing((exchange) => decline(exchange, '12'));
    await bench.terminal.run(settle);
    await bench.terminal.run(giveUp);
    bench.linkUp = false;
    const sale = bench.txn(await bench.pay(20_00));
    bench.linkUp = true;
    bench.host = (exchange) =>
      exchange.purpose.kind === 'advice' ? decline(exchange, '90') : allTaken(exchange);
    await bench.terminal.run({ kind: 'deliver', txnId: sale.txnId });
    expect(await bench.terminal.run(settle)).toMatchObject({
      kind: 'settled',
      totals: { debitMinor: 10_00 },
    });
    expect(terminalOf(bench.terminal.state).hostHasCompared).toBeUndefined();
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'advice', txnId: sale.txnId }]);
  });

  it('is not given up when the answer to its end was lost, until the host has compared again', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = differing(ended);
    await bench.terminal.run(settle);
    bench.host = differing((exchange) => decline(exchange, '12'));
    await bench.terminal.run(settle);
    expect(await bench.terminal.run(giveUp)).toMatchObject({ rule: 'settlement-in-doubt' });
    // That it compares says that the batch is open.
    await bench.terminal.run(settle);
    expect(await bench.terminal.run(giveUp)).toEqual({ kind: 'done' });
  });

  it('can be given up when its end never left', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = differing((exchange, part) => (part === 0 ? approve(exchange) : { kind: 'not-sent' }));
    await bench.terminal.run(settle);
    bench.host = differing((exchange) => decline(exchange, '12'));
    await bench.terminal.run(settle);
    expect(await bench.terminal.run(giveUp)).toEqual({ kind: 'done' });
  });
});

describe('a record whose sealed card data is gone', () => {
  it('goes up without its card number, waits for a person, and keeps neither the batch nor the others', async () => {
    const bench = await new TerminalBench().open();
    const damaged = bench.txn(await bench.pay(10_00));
    const whole = bench.txn(await bench.pay(5_00));
    bench.journal.eraseSecrets([damaged.secretSeq ?? 0]);
    bench.host = allTaken;
    bench.sent.length = 0;
    expect(await bench.terminal.run(settle)).toMatchObject({
      kind: 'settled',
      result: 'not-balanced',
      totals: { debitCount: 2, debitMinor: 15_00 },
    });
    const records = bench.sent.find(({ purpose }) => purpose.kind === 'batch-upload')?.message.fields[48];
    expect(records).toBe(
      `0200${damaged.stan}${'0'.repeat(20)}00000000100000${whole.stan}00008890121000010074000000000500`,
    );
    expect(setAside(bench.terminal.state)).toMatchObject([
      { txnId: damaged.txnId, state: 'approved', settled: true, setAsideBecause: 'sealed-data-missing' },
    ]);
  });

  it('is off the workbench when somebody has compared it', async () => {
    const bench = await new TerminalBench().open();
    const { secretSeq, txnId } = bench.txn(await bench.pay(10_00));
    bench.journal.eraseSecrets([secretSeq ?? 0]);
    bench.host = allTaken;
    await bench.terminal.run(settle);
    const checked = { kind: 'bench-act', txnId, action: 'checked', note: 'Acquirer: Ms Li' } as const;
    expect(await bench.terminal.run(checked)).toMatchObject({ rule: 'supervisor-required' });
    const approval = { operatorCode: '2001', passwordMatches: true };
    expect(await bench.terminal.run({ ...checked, approval })).toMatchObject({ kind: 'transaction' });
    expect(setAside(bench.terminal.state)).toEqual([]);
    expect(bench.terminal.state.get('transactions', txnId)).toMatchObject({
      state: 'approved',
      benchSteps: [{ action: 'checked', note: 'Acquirer: Ms Li' }],
    });
  });

  it('is named once, however often the upload begins', async () => {
    const bench = await new TerminalBench().open();
    const { secretSeq } = bench.txn(await bench.pay(10_00));
    bench.journal.eraseSecrets([secretSeq ?? 0]);
    bench.host = differing(ended);
    await bench.terminal.run(settle);
    bench.host = allTaken;
    await bench.terminal.run(settle);
    const kinds = [...bench.journal.entries({ fromSeq: 1 })].map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'upload-record-without-card')).toHaveLength(1);
  });
});

it('an upload takes no card number that begins with the filling of its record', async () => {
  const bench = await new TerminalBench().open();
  await bench.pay(10_00, '0123456789012347');
  bench.host = allTaken;
  expect(await bench.terminal.run(settle)).toMatchObject({ kind: 'settled', result: 'not-balanced' });
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
