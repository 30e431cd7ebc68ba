import { describe, expect, it } from 'vitest';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import type { Input } from '../engine/inputs.ts';

const PIN = { block: new Uint8Array(8), length: 6 };

async function voidable() {
  const bench = await new TerminalBench().open();
  const sale = bench.txn(await bench.pay(10_00));
  const asked = { kind: 'void', txnId: sale.txnId, undoId: 'undo-0001', presented: bench.card() } as const;
  bench.sent.length = 0;
  return { bench, sale, asked };
}

describe('a void that is asked for again by the same id', () => {
  it('gets its outcome and is sent once, before and after a restart', async () => {
    const { bench, asked } = await voidable();
    const first = await bench.terminal.run(asked);
    expect(await bench.terminal.run(asked)).toEqual(first);
    bench.boot();
    expect(await bench.terminal.run(asked)).toEqual(first);
    expect(bench.sent).toHaveLength(1);
  });

  it('waits while the first is on its way, and says so when the outcome is unknown', async () => {
    const { bench, asked } = await voidable();
    let answer: () => void = () => {};
    bench.host = () =>
      new Promise((resolve) => {
        answer = () => resolve({ kind: 'no-answer', cause: 'timed-out' });
      });
    const first = bench.terminal.run(asked);
    expect(await bench.terminal.run(asked)).toMatchObject({ rule: 'sale-in-progress' });
    answer();
    expect(bench.txn(await first).state).toBe('unknown');
    expect(await bench.terminal.run(asked)).toEqual(await first);
    expect(bench.sent).toHaveLength(1);
  });

  it('is refused when it is about something else', async () => {
    const { bench, asked } = await voidable();
    await bench.terminal.run(asked);
    const other = bench.txn(await bench.pay(10_00));
    expect(await bench.terminal.run({ ...asked, txnId: other.txnId })).toMatchObject({
      rule: 'undo-differs',
    });
    const refund: Input = { ...asked, kind: 'refund', amountMinor: amountMinor(10_00) };
    expect(await bench.terminal.run(refund)).toMatchObject({ rule: 'undo-differs' });
  });

  it('of cash hands it back once', async () => {
    const { bench } = await voidable();
    const basket = bench.basket(5_00);
    const paid = bench.txn(
      await bench.terminal.run({ kind: 'pay-cash', basket, receivedMinor: amountMinor(5_00) }),
    );
    const asked = {
      kind: 'refund',
      txnId: paid.txnId,
      undoId: 'undo-0002',
      amountMinor: amountMinor(2_00),
    } as const;
    const first = await bench.terminal.run(asked);
    expect(await bench.terminal.run(asked)).toEqual(first);
    expect(bench.terminal.state.get('transactions', paid.txnId)?.refundedMinor).toBe(2_00);
    expect(await bench.terminal.run({ ...asked, amountMinor: amountMinor(1_00) })).toMatchObject({
      rule: 'undo-differs',
    });
  });
});

describe('a PIN that the host wants', () => {
  it('is asked for, and the void goes on under the same id', async () => {
    const { bench, asked, sale } = await voidable();
    bench.host = (exchange) => (exchange.message.fields[52] ? approve(exchange) : decline(exchange, '55'));
    expect(await bench.terminal.run(asked)).toEqual({ kind: 'pin-required' });
    expect(await bench.terminal.run(asked)).toEqual({ kind: 'pin-required' });
    expect(bench.sent).toHaveLength(1);
    const voided = bench.txn(await bench.terminal.run({ ...asked, pin: PIN }));
    expect(voided).toMatchObject({ state: 'approved', pinUsed: true });
    expect(bench.terminal.state.get('transactions', sale.txnId)?.state).toBe('voided');
    expect(bench.sent.at(-1)?.message.fields[26]).toBe('06');
  });

  it('is a decline when it is wrong', async () => {
    const { bench, asked } = await voidable();
    bench.host = (exchange) => decline(exchange, '55');
    const reply = await bench.terminal.run({ ...asked, pin: PIN });
    expect(bench.txn(reply)).toMatchObject({ state: 'declined', responseCode: '55' });
    expect(await bench.terminal.run({ ...asked, pin: PIN })).toEqual(reply);
  });

  it('goes with a refund once, and its repeat goes without', async () => {
    const { bench, sale } = await voidable();
    await bench.terminal.run({ kind: 'settle' });
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const refund: Input = {
      kind: 'refund',
      txnId: sale.txnId,
      undoId: 'undo-0003',
      amountMinor: amountMinor(4_00),
      presented: bench.card(),
      pin: PIN,
    };
    const { txnId } = bench.txn(await bench.terminal.run(refund));
    bench.host = approve;
    await bench.terminal.run({ kind: 'deliver', txnId });
    const [first, repeat] = bench.sent.slice(-2).map(({ message }) => message.fields);
    expect(first?.[52]).toBeDefined();
    expect(repeat?.[52]).toBeUndefined();
    expect(repeat?.[11]).toBe(first?.[11]);
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('approved');
  });

  it('completes a pre-authorisation', async () => {
    const { bench } = await voidable();
    const held = bench.txn(
      await bench.terminal.run({
        kind: 'pre-authorise',
        saleId: 'hold-0001',
        amountMinor: amountMinor(20_00),
        presented: bench.card(),
      }),
    );
    bench.host = (exchange) => (exchange.message.fields[52] ? approve(exchange) : decline(exchange, '55'));
    const complete = {
      kind: 'complete',
      txnId: held.txnId,
      undoId: 'undo-0004',
      amountMinor: amountMinor(15_00),
      presented: bench.card(),
    } as const;
    expect(await bench.terminal.run(complete)).toEqual({ kind: 'pin-required' });
    const done = await bench.terminal.run({ ...complete, pin: PIN });
    expect(bench.txn(done)).toMatchObject({ kind: 'completion', state: 'approved' });
    expect(await bench.terminal.run(complete)).toEqual(done);
  });
});
