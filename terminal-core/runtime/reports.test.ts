import { describe, expect, it } from 'vitest';
import { close, moveCash, payCash, SUPERVISOR, shiftOpen, signOn } from '../../test/support/shift-steps.ts';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import { project } from '../engine/project.ts';
import { openShift, takingsOf } from '../engine/takings.ts';

describe('X and Z', () => {
  const z = (bench: TerminalBench) => bench.terminal.run({ kind: 'z-report', ...SUPERVISOR });
  const x = (bench: TerminalBench) => bench.terminal.run({ kind: 'x-report', ...SUPERVISOR });

  it('tell sales, voids, refunds and declines by tender, and only Z resets them', async () => {
    const bench = await new TerminalBench().open();
    await payCash(bench, 5_00);
    const sold = bench.txn(await bench.pay(10_00));
    await bench.terminal.run({ kind: 'void', txnId: sold.txnId, presented: bench.card() });
    bench.host = (exchange) => decline(exchange, '51');
    await bench.pay(77_00);
    await bench.giveCertificate();
    bench.linkUp = false;
    await bench.pay(20_00);
    const tally = {
      'cash/sale': { count: 1, minor: 5_00 },
      'card/sale': { count: 1, minor: 10_00 },
      'card/void': { count: 1, minor: 10_00 },
      'card/declined': { count: 1, minor: 77_00 },
      'offline-card/sale': { count: 1, minor: 20_00 },
    };
    expect(await x(bench)).toEqual({ kind: 'report', reportId: 'X-000001' });
    expect(await x(bench)).toEqual({ kind: 'report', reportId: 'X-000002' });
    expect(takingsOf(bench.terminal.state).tally).toEqual(tally);
    const head = bench.journal.head();
    expect(await z(bench)).toEqual({ kind: 'report', reportId: 'Z-000001' });
    const event = [...bench.journal.entries()].find(({ kind }) => kind === 'z-report-made');
    expect(event?.payload).toMatchObject({ number: 1, journalHead: head, takings: { tally } });
    expect(String(event?.payload.receipt).replaceAll(/\s/g, '')).toContain(head.slice(0, 32));
    expect(takingsOf(bench.terminal.state)).toMatchObject({
      tally: {},
      zNumber: 1,
      grandSalesMinor: 35_00,
      grandReturnsMinor: 10_00,
    });
  });

  it('count a sale in the period that took it, and its delivery, rejection or void when they come', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    bench.linkUp = false;
    const first = bench.txn(await bench.pay(20_00));
    const second = bench.txn(await bench.pay(30_00));
    await z(bench);
    bench.linkUp = true;
    await bench.terminal.run({ kind: 'deliver', txnId: first.txnId });
    expect(takingsOf(bench.terminal.state).tally).toEqual({});
    bench.host = (exchange) => decline(exchange, '51');
    await bench.terminal.run({ kind: 'deliver', txnId: second.txnId });
    expect(takingsOf(bench.terminal.state).tally).toEqual({
      'offline-card/rejected': { count: 1, minor: 30_00 },
    });
  });

  it('count a claim that is collected after all, or written off, and its sale only once', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    const rejected = async (amount: number) => {
      bench.linkUp = false;
      const sale = bench.txn(await bench.pay(amount));
      bench.linkUp = true;
      bench.host = (exchange) => decline(exchange, '51');
      await bench.terminal.run({ kind: 'deliver', txnId: sale.txnId });
      bench.host = approve;
      return sale.txnId;
    };
    const paid = await rejected(20_00);
    const lost = await rejected(30_00);
    await bench.terminal.run({ kind: 'bench-act', txnId: paid, action: 'collect', ...SUPERVISOR });
    await bench.terminal.run({ kind: 'collect-claim', txnId: paid, presented: bench.card() });
    const note = 'gave it up';
    await bench.terminal.run({ kind: 'bench-act', txnId: lost, action: 'write-off', note, ...SUPERVISOR });
    expect(takingsOf(bench.terminal.state)).toMatchObject({
      tally: {
        'offline-card/sale': { count: 2, minor: 50_00 },
        'offline-card/rejected': { count: 2, minor: 50_00 },
        'offline-card/written-off': { count: 1, minor: 30_00 },
        'card/collected': { count: 1, minor: 20_00 },
      },
      grandSalesMinor: 50_00,
    });
  });

  it('Z is refused with a shift open, and when nothing has happened since the last', async () => {
    const bench = await shiftOpen();
    expect(await z(bench)).toMatchObject({ rule: 'shift-open' });
    await close(bench, 500_00);
    expect(await z(bench)).toMatchObject({ reportId: 'Z-000001' });
    expect(await z(bench)).toMatchObject({ rule: 'nothing-since-z' });
    await payCash(bench, 1);
    expect(await z(bench)).toMatchObject({ reportId: 'Z-000002' });
  });

  it('ask a supervisor when a cashier wants them, and are nothing for an engineer', async () => {
    const bench = await shiftOpen();
    expect(await bench.terminal.run({ kind: 'x-report' })).toMatchObject({ rule: 'supervisor-required' });
    expect(await bench.terminal.run({ kind: 'z-report' })).toMatchObject({ rule: 'supervisor-required' });
    await signOn(bench, '9001');
    expect(await x(bench)).toMatchObject({ rule: 'role-not-allowed' });
    expect(await bench.terminal.run({ kind: 'open-shift', floatMinor: amountMinor(0) })).toMatchObject({
      rule: 'role-not-allowed',
    });
  });

  it('a crash before Z is durable resets nothing, one after it has reset all: there is one Z of a period', async () => {
    const bench = await new TerminalBench().open();
    await payCash(bench, 5_00);
    bench.crashAt = 'before-commit z-report-made';
    await expect(z(bench)).rejects.toThrow('crashed');
    bench.crashAt = undefined;
    bench.boot();
    expect(takingsOf(bench.terminal.state)).toMatchObject({
      zNumber: 0,
      tally: { 'cash/sale': { count: 1, minor: 5_00 } },
    });
    bench.crashAt = 'after-commit z-report-made';
    await expect(z(bench)).rejects.toThrow('crashed');
    bench.crashAt = undefined;
    bench.boot();
    expect(await z(bench)).toMatchObject({ rule: 'nothing-since-z' });
    expect(bench.terminal.state.get('reports', 'Z-000001')?.receipt).toContain('Z-000001');
    await payCash(bench, 1_00);
    await z(bench);
    const zs = [...bench.journal.entries()].filter(({ kind }) => kind === 'z-report-made');
    expect(zs.map(({ payload }) => payload.number)).toEqual([1, 2]);
    expect(zs.map(({ payload }) => (payload.takings as { tally: object }).tally)).toEqual([
      { 'cash/sale': { count: 1, minor: 5_00 } },
      { 'cash/sale': { count: 1, minor: 1_00 } },
    ]);
  });

  it('a crash around the close of a shift leaves it open or closed, never half', async () => {
    const bench = await shiftOpen();
    bench.crashAt = 'before-commit shift-closed';
    await expect(close(bench, 500_00)).rejects.toThrow('crashed');
    bench.boot();
    expect(openShift(bench.terminal.state)?.shiftNumber).toBe(1);
    bench.crashAt = 'after-commit shift-closed';
    await expect(close(bench, 500_00)).rejects.toThrow('crashed');
    bench.crashAt = undefined;
    bench.boot();
    expect(openShift(bench.terminal.state)).toBeUndefined();
    expect(bench.terminal.state.get('reports', 'S-000001')).toBeDefined();
    expect(takingsOf(bench.terminal.state).shifts.count).toBe(1);
  });

  it('follow from the journal alone', async () => {
    const bench = await shiftOpen();
    await payCash(bench, 5_00);
    await moveCash(bench, {});
    await bench.terminal.run({ kind: 'open-drawer', reason: 'change', ...SUPERVISOR });
    await x(bench);
    await close(bench, 405_00);
    await z(bench);
    await bench.terminal.run({ kind: 'open-shift', floatMinor: amountMinor(1_00) });
    await bench.pay(2_00);
    await bench.terminal.run({ kind: 'settle', ...SUPERVISOR });
    const projected = [...project(bench.journal.entries())];
    const ofReports = projected.filter(({ collection }) =>
      ['shifts', 'takings', 'reports'].includes(collection),
    );
    expect(ofReports.map(({ collection, key }) => `${collection} ${key}`).sort()).toEqual([
      'reports B-000001',
      'reports S-000001',
      'reports X-000001',
      'reports Z-000001',
      'shifts 1',
      'shifts 2',
      'takings takings',
    ]);
    for (const { collection, key, doc, live } of ofReports) {
      expect(bench.journal.get(collection, key)).toMatchObject({ doc, live });
    }
    expect(bench.journal.verify()).toMatchObject({ problems: [] });
  });
});
