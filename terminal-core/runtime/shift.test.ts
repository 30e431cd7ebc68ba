import { describe, expect, it } from 'vitest';
import { close, moveCash, payCash, SUPERVISOR, shiftOpen, signOn } from '../../test/support/shift-steps.ts';
import { decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import { SHIFT_MOVEMENTS_MAX } from '../engine/flows/shift.ts';
import { openShift, takingsOf } from '../engine/takings.ts';

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
