import { describe, expect, it } from 'vitest';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import { SHIFT_MOVEMENTS_MAX } from '../engine/flows/shift.ts';
import type { Input } from '../engine/inputs.ts';
import { project } from '../engine/project.ts';
import { openShift, takingsOf } from '../engine/takings.ts';

const SUPERVISOR = { approval: { operatorCode: '2001', passwordMatches: true } };

async function signOn(bench: TerminalBench, operatorCode: string): Promise<void> {
  await bench.terminal.run({ kind: 'operator-sign-on', operatorCode, passwordMatches: true });
}

/** A cashier's till with a shift open on a float of 500.00. */
async function shiftOpen(floatMinor = 500_00): Promise<TerminalBench> {
  const bench = await new TerminalBench().open('cashier');
  expect(await bench.terminal.run({ kind: 'open-shift', floatMinor: amountMinor(floatMinor) })).toEqual({
    kind: 'done',
  });
  return bench;
}

function payCash(bench: TerminalBench, totalMinor: number) {
  return bench.terminal.run({
    kind: 'pay-cash',
    basket: bench.basket(totalMinor),
    receivedMinor: amountMinor(totalMinor + 50_00),
  });
}

function moveCash(bench: TerminalBench, fields: Partial<Extract<Input, { kind: 'move-cash' }>>) {
  return bench.terminal.run({
    kind: 'move-cash',
    movementId: 'movement-1',
    movement: 'safe-drop',
    amountMinor: amountMinor(100_00),
    reason: 'to the safe',
    ...fields,
  });
}

function close(
  bench: TerminalBench,
  countedMinor: number,
  fields: Partial<Extract<Input, { kind: 'close-shift' }>> = {},
) {
  return bench.terminal.run({ kind: 'close-shift', countedMinor: amountMinor(countedMinor), ...fields });
}

function closed(bench: TerminalBench, shiftNumber: number) {
  const shift = bench.terminal.state.get('shifts', String(shiftNumber));
  if (!shift?.closed) throw new Error(`Shift ${shiftNumber} is not closed`);
  return shift.closed;
}

describe('a shift', () => {
  it('expects its float, the cash it took, what was added, less what went to the safe', async () => {
    const bench = await shiftOpen();
    await payCash(bench, 12_34);
    await bench.pay(99_00);
    await moveCash(bench, { movement: 'float-added', movementId: 'movement-1', amountMinor: amountMinor(7) });
    await moveCash(bench, { movementId: 'movement-2' });
    expect(await close(bench, 412_00)).toEqual({ kind: 'report', reportId: 'S-000001' });
    expect(closed(bench, 1)).toMatchObject({
      expectedMinor: 412_41,
      countedMinor: 412_00,
      operatorCode: '1001',
    });
    const event = [...bench.journal.entries()].find(({ kind }) => kind === 'shift-closed');
    expect(event?.payload).toMatchObject({ differenceMinor: -41, countedMinor: 412_00 });
    expect(openShift(bench.terminal.state)).toBeUndefined();
  });

  it('expects less by what was handed back in cash', async () => {
    const bench = await shiftOpen();
    const first = bench.txn(await payCash(bench, 12_00));
    const second = bench.txn(await payCash(bench, 9_00));
    await bench.terminal.run({ kind: 'void', txnId: first.txnId, ...SUPERVISOR });
    await bench.terminal.run({
      kind: 'refund',
      txnId: second.txnId,
      amountMinor: amountMinor(1_00),
      ...SUPERVISOR,
    });
    await close(bench, 508_00);
    expect(closed(bench, 1).expectedMinor).toBe(508_00);
    expect(bench.terminal.state.get('shifts', '1')?.tally).toEqual({
      'cash/sale': { count: 2, minor: 21_00 },
      'cash/void': { count: 1, minor: 12_00 },
      'cash/refund': { count: 1, minor: 1_00 },
    });
  });

  it('counts no cash of before it or after it, whatever the clock does', async () => {
    const bench = await new TerminalBench().open('cashier');
    await payCash(bench, 1_00);
    bench.nowMs -= 3_600_000;
    await bench.terminal.run({ kind: 'open-shift', floatMinor: amountMinor(0) });
    bench.nowMs -= 3_600_000;
    await payCash(bench, 2_00);
    await close(bench, 2_00);
    await payCash(bench, 4_00);
    expect(closed(bench, 1).expectedMinor).toBe(2_00);
    expect(takingsOf(bench.terminal.state).cashOutsideShiftsMinor).toBe(5_00);
  });

  it('is one at a time, and is numbered on', async () => {
    const bench = await shiftOpen();
    expect(await bench.terminal.run({ kind: 'open-shift', floatMinor: amountMinor(1) })).toMatchObject({
      rule: 'shift-already-open',
    });
    await close(bench, 500_00);
    expect(await close(bench, 500_00)).toMatchObject({ rule: 'no-open-shift' });
    await bench.terminal.run({ kind: 'open-shift', floatMinor: amountMinor(0) });
    expect(openShift(bench.terminal.state)?.shiftNumber).toBe(2);
  });

  it('is closed by its cashier, or by a supervisor, and by no other cashier alone', async () => {
    const bench = await shiftOpen();
    await bench.terminal.run({
      kind: 'add-operator',
      operatorCode: '1002',
      name: 'other',
      role: 'cashier',
      passwordHash: 'unused',
    });
    await signOn(bench, '1002');
    expect(await close(bench, 500_00)).toMatchObject({ rule: 'supervisor-required' });
    expect(await moveCash(bench, {})).toMatchObject({ rule: 'supervisor-required' });
    expect(await close(bench, 500_00, SUPERVISOR)).toMatchObject({ kind: 'report' });
    const event = [...bench.journal.entries()].find(({ kind }) => kind === 'shift-closed');
    expect(event?.payload).toMatchObject({ operatorCode: '1002', supervisorCode: '2001' });
  });

  it('stays open over a sign-off, a restart and the end of a batch', async () => {
    const bench = await shiftOpen();
    await bench.pay(10_00);
    await bench.terminal.run({ kind: 'operator-sign-off' });
    bench.boot();
    await signOn(bench, '2001');
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({
      kind: 'settled',
      reportId: 'B-000001',
    });
    await payCash(bench, 3_00);
    await close(bench, 503_00);
    expect(closed(bench, 1).expectedMinor).toBe(503_00);
    const shift = bench.terminal.state.get('shifts', '1');
    expect(shift?.tally).toEqual({
      'card/sale': { count: 1, minor: 10_00 },
      'cash/sale': { count: 1, minor: 3_00 },
    });
  });

  it('is written on every sale that begins in it', async () => {
    const bench = await shiftOpen();
    expect(bench.txn(await bench.pay(1_00)).shiftNumber).toBe(1);
    await close(bench, 500_00);
    expect(bench.txn(await bench.pay(1_00)).shiftNumber).toBeUndefined();
  });

  it('does not take a count that its own notes do not add up to', async () => {
    const bench = await shiftOpen();
    const denominations = [
      { valueMinor: amountMinor(100_00), count: 4 },
      { valueMinor: amountMinor(50_00), count: 2 },
    ];
    expect(await close(bench, 499_99, { denominations })).toMatchObject({ rule: 'count-differs' });
    expect(openShift(bench.terminal.state)).toBeDefined();
    expect(await close(bench, 500_00, { denominations })).toMatchObject({ kind: 'report' });
  });

  it('cannot end while a payment waits for its answer', async () => {
    const bench = await shiftOpen();
    const ended: unknown[] = [];
    bench.host = async (exchange) => {
      ended.push(await close(bench, 500_00), await bench.terminal.run({ kind: 'z-report', ...SUPERVISOR }));
      return decline(exchange, '51');
    };
    await bench.pay(1_00);
    expect(ended).toMatchObject([{ rule: 'sale-in-progress' }, { rule: 'shift-open' }]);
  });

  it('books a movement once by its id, and refuses another amount under it', async () => {
    const bench = await shiftOpen();
    await moveCash(bench, {});
    expect(await moveCash(bench, {})).toEqual({ kind: 'done' });
    expect(await moveCash(bench, { amountMinor: amountMinor(99_99) })).toMatchObject({
      rule: 'movement-differs',
    });
    expect(await moveCash(bench, { movement: 'float-added' })).toMatchObject({ rule: 'movement-differs' });
    expect(openShift(bench.terminal.state)?.dropped).toEqual({ count: 1, minor: 100_00 });
  });

  it('takes a movement for no more than a reason, and never a card number in it', async () => {
    const bench = await shiftOpen();
    expect(await moveCash(bench, { reason: '  ' })).toMatchObject({ rule: 'reason-unusable' });
    for (const reason of [
      ';8890 1210 0001 0074=2912',
      '８８９０１２１０００００１００７４',
      '8890.1210..0001  0074',
    ])
      expect(await moveCash(bench, { reason })).toMatchObject({ rule: 'reason-unusable' });
    expect(await moveCash(bench, { amountMinor: amountMinor(0) })).toMatchObject({ rule: 'amount-zero' });
    expect(JSON.stringify([...bench.journal.entries()])).not.toContain('8890 1210');
  });

  it('takes up to its number of movements and no more', async () => {
    const bench = await shiftOpen();
    for (let index = 0; index < SHIFT_MOVEMENTS_MAX; index += 1) {
      await moveCash(bench, { movementId: `movement-${index}`, amountMinor: amountMinor(1) });
    }
    expect(openShift(bench.terminal.state)?.dropped.count).toBe(SHIFT_MOVEMENTS_MAX);
    expect(await moveCash(bench, { movementId: 'one-more' })).toMatchObject({ rule: 'too-many-movements' });
  });

  it('lets more be dropped than it should hold, because a refusal would tell what it should hold', async () => {
    const bench = await shiftOpen(0);
    expect(await moveCash(bench, {})).toEqual({ kind: 'done' });
    await close(bench, 0);
    expect(closed(bench, 1).expectedMinor).toBe(-100_00);
  });
});

describe('a terminal that does without shifts', () => {
  it('lets whoever signs on sell in the shift that is open', async () => {
    const bench = await shiftOpen();
    await signOn(bench, '2001');
    const name = { name: 'another', passwordHash: 'unused' };
    await bench.terminal.run({ kind: 'add-operator', operatorCode: '1002', role: 'cashier', ...name });
    await signOn(bench, '1002');
    expect(bench.txn(await payCash(bench, 1_00))).toMatchObject({ operatorCode: '1002', shiftNumber: 1 });
  });

  it('takes the cash for a card that was given back off what came in outside of shifts', async () => {
    const bench = await new TerminalBench().open();
    await payCash(bench, 80_00);
    const surrendered = await bench.terminal.run({
      kind: 'serve-card',
      service: 'surrender',
      undoId: 'surrender-1',
      presented: bench.card(),
      amountMinor: amountMinor(50_00),
    });
    expect(bench.txn(surrendered).state).toBe('approved');
    expect(takingsOf(bench.terminal.state).cashOutsideShiftsMinor).toBe(30_00);
  });
});

describe('a terminal that asks for shifts', () => {
  async function asking(): Promise<TerminalBench> {
    const bench = await new TerminalBench().open();
    await bench.terminal.run({
      kind: 'parameters-downloaded',
      version: 1,
      issuedAtMs: bench.nowMs,
      parameters: { shiftRequired: 1 },
      certificates: [],
    });
    return bench;
  }

  it('sells nothing, by cash or card, and undoes nothing while none is open', async () => {
    const bench = await asking();
    expect(await payCash(bench, 1_00)).toMatchObject({ rule: 'shift-required' });
    expect(await bench.pay(1_00)).toMatchObject({ rule: 'shift-required' });
    await bench.terminal.run({ kind: 'open-shift', floatMinor: amountMinor(0) });
    const paid = bench.txn(await bench.pay(1_00));
    await close(bench, 0);
    expect(
      await bench.terminal.run({ kind: 'void', txnId: paid.txnId, presented: bench.card() }),
    ).toMatchObject({ rule: 'shift-required' });
    expect(bench.sent.filter(({ purpose }) => purpose.kind === 'request')).toHaveLength(1);
  });

  it('lets a cashier sell, and hand back, only in a shift of their own, and a supervisor in any', async () => {
    const bench = await asking();
    await bench.terminal.run({ kind: 'operator-sign-off' });
    await signOn(bench, '1001');
    await bench.terminal.run({ kind: 'open-shift', floatMinor: amountMinor(0) });
    const { txnId } = bench.txn(await payCash(bench, 3_00));
    const name = { name: 'another', passwordHash: 'unused' };
    await bench.terminal.run({ kind: 'add-operator', operatorCode: '1002', role: 'cashier', ...name });
    await signOn(bench, '1002');
    bench.sent.length = 0;
    const voided = { kind: 'void', txnId, ...SUPERVISOR } as const;
    for (const reply of [await payCash(bench, 1_00), await bench.pay(1_00), await bench.terminal.run(voided)])
      expect(reply).toMatchObject({ rule: 'shift-of-another' });
    expect(bench.sent).toEqual([]);
    await signOn(bench, '2001');
    expect(bench.txn(await payCash(bench, 1_00))).toMatchObject({ operatorCode: '2001', shiftNumber: 1 });
    await close(bench, 4_00, SUPERVISOR);
    await signOn(bench, '1002');
    await bench.terminal.run({ kind: 'open-shift', floatMinor: amountMinor(0) });
    expect(bench.txn(await payCash(bench, 1_00))).toMatchObject({ operatorCode: '1002', shiftNumber: 2 });
  });

  it('still settles', async () => {
    const bench = await asking();
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ kind: 'settled' });
  });
});

describe('the drawer', () => {
  it('is opened without a sale by a supervisor, or with one, for a reason that is journalled', async () => {
    const bench = await shiftOpen();
    const open = (fields: object) => bench.terminal.run({ kind: 'open-drawer', reason: 'change', ...fields });
    expect(await open({})).toMatchObject({ rule: 'supervisor-required' });
    expect(await open({ reason: '', ...SUPERVISOR })).toMatchObject({ rule: 'reason-unusable' });
    expect(await open(SUPERVISOR)).toEqual({ kind: 'done' });
    const event = [...bench.journal.entries()].find(({ kind }) => kind === 'drawer-opened');
    expect(event?.payload).toEqual({ reason: 'change', operatorCode: '1001', supervisorCode: '2001' });
    expect(openShift(bench.terminal.state)?.drawerOpenings).toBe(1);
  });
});

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
