import { describe, expect, it } from 'vitest';
import { TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import type { Txn } from '../engine/state.ts';
import { batchTotals, cashTotals } from '../engine/totals.ts';

async function cashSale(bench: TerminalBench, totalMinor: number): Promise<Txn> {
  const reply = await bench.terminal.run({
    kind: 'pay-cash',
    basket: bench.basket(totalMinor),
    receivedMinor: amountMinor(totalMinor),
  });
  return bench.txn(reply);
}

describe('the void of a cash sale', () => {
  it('hands back all of it, once, with a receipt in the same durable step', async () => {
    const bench = await new TerminalBench().open();
    const sale = await cashSale(bench, 8_00);
    bench.points.length = 0;
    const back = bench.txn(await bench.terminal.run({ kind: 'void', txnId: sale.txnId }));
    expect(back).toMatchObject({ kind: 'cash-void', state: 'approved', amountMinor: 8_00 });
    expect(back.receipt).toContain('8.00');
    expect(bench.points).toEqual(['before-commit cash-handed-back', 'after-commit cash-handed-back']);
    expect(bench.terminal.state.get('transactions', sale.txnId)?.state).toBe('voided');
    expect(await bench.terminal.run({ kind: 'void', txnId: sale.txnId })).toMatchObject({
      rule: 'not-voidable',
    });
    expect(cashTotals(bench.terminal.state)).toEqual({
      cashCount: 1,
      cashMinor: 8_00,
      cashBackCount: 1,
      cashBackMinor: 8_00,
    });
    expect(batchTotals(bench.terminal.state)).toMatchObject({ debitCount: 0, creditCount: 0 });
  });

  it('is over when its batch is settled; then it is refunded', async () => {
    const bench = await new TerminalBench().open();
    const sale = await cashSale(bench, 8_00);
    await bench.terminal.run({ kind: 'settle' });
    const { txnId } = sale;
    expect(await bench.terminal.run({ kind: 'void', txnId })).toMatchObject({ rule: 'not-voidable' });
    const back = await bench.terminal.run({ kind: 'refund', txnId, amountMinor: amountMinor(8_00) });
    expect(bench.txn(back).kind).toBe('cash-refund');
    expect(cashTotals(bench.terminal.state)).toMatchObject({ cashMinor: 0, cashBackMinor: 8_00 });
  });

  it('needs a supervisor', async () => {
    const bench = await new TerminalBench().open('cashier');
    const { txnId } = await cashSale(bench, 8_00);
    expect(await bench.terminal.run({ kind: 'void', txnId })).toMatchObject({ rule: 'supervisor-required' });
    const approval = { operatorCode: '2001', passwordMatches: true };
    expect(bench.txn(await bench.terminal.run({ kind: 'void', txnId, approval }))).toMatchObject({
      kind: 'cash-void',
      supervisorCode: '2001',
    });
  });
});

describe('the refund of a cash sale', () => {
  it('goes in parts up to what was paid, and after the first part there is no void', async () => {
    const bench = await new TerminalBench().open();
    const { txnId } = await cashSale(bench, 8_00);
    const refund = (amount: number) =>
      bench.terminal.run({ kind: 'refund', txnId, amountMinor: amountMinor(amount) });
    expect(bench.txn(await refund(3_00)).kind).toBe('cash-refund');
    expect(await bench.terminal.run({ kind: 'void', txnId })).toMatchObject({ rule: 'not-voidable' });
    expect(await refund(5_01)).toMatchObject({ rule: 'refund-above-original' });
    expect(bench.txn(await refund(5_00)).state).toBe('approved');
    expect(await refund(1)).toMatchObject({ rule: 'not-refundable' });
  });
});
