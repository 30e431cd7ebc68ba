import { describe, expect, it } from 'vitest';
import { approve, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import { owed } from '../engine/owed.ts';
import { batchTotals } from '../engine/totals.ts';

describe('a void', () => {
  it('undoes a sale of the open batch, once, with the same card', async () => {
    const bench = await new TerminalBench().open();
    const sale = bench.txn(await bench.pay(10_00));
    const other = await bench.terminal.run({
      kind: 'void',
      txnId: sale.txnId,
      presented: bench.card('8890121000010207'),
    });
    expect(other).toMatchObject({ kind: 'refused', rule: 'different-card' });
    const voided = bench.txn(
      await bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() }),
    );
    expect(voided).toMatchObject({ kind: 'void', state: 'approved', amountMinor: 10_00 });
    expect(bench.sent.at(-1)?.message.fields).toMatchObject({ 37: sale.rrn, 61: `000007${sale.stan}1121` });
    const again = await bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() });
    expect(again).toMatchObject({ kind: 'refused', rule: 'not-voidable' });
    expect(batchTotals(bench.terminal.state)).toEqual({
      debitCount: 1,
      debitMinor: 10_00,
      creditCount: 1,
      creditMinor: 10_00,
    });
  });

  it('of unknown outcome is reversed, and the sale stands and can be voided again', async () => {
    const bench = await new TerminalBench().open();
    const sale = bench.txn(await bench.pay(10_00));
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const lost = bench.txn(
      await bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() }),
    );
    expect(lost.state).toBe('unknown');
    bench.host = approve;
    expect(
      await bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() }),
    ).toMatchObject({
      rule: 'already-pending',
    });
    await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
    expect(bench.terminal.state.get('transactions', sale.txnId)?.state).toBe('approved');
    const second = await bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() });
    expect(bench.txn(second).state).toBe('approved');
  });

  it('needs a supervisor', async () => {
    const bench = await new TerminalBench().open('cashier');
    const sale = bench.txn(await bench.pay(10_00));
    const voidWith = (approval?: { operatorCode: string; passwordMatches: boolean }) =>
      bench.terminal.run({
        kind: 'void',
        txnId: sale.txnId,
        presented: bench.card(),
        ...(approval ? { approval } : {}),
      });
    expect(await voidWith()).toMatchObject({ rule: 'supervisor-required' });
    expect(await voidWith({ operatorCode: '2001', passwordMatches: false })).toMatchObject({
      rule: 'wrong-password',
    });
    expect(await voidWith({ operatorCode: '1001', passwordMatches: true })).toMatchObject({
      rule: 'approver-not-allowed',
    });
    const voided = bench.txn(await voidWith({ operatorCode: '2001', passwordMatches: true }));
    expect(voided).toMatchObject({ state: 'approved', supervisorCode: '2001' });
  });
});

describe('settlement and what follows', () => {
  it('balances, closes the batch and starts the next number; then the sale can be refunded and no longer voided', async () => {
    const bench = await new TerminalBench().open();
    const sale = bench.txn(await bench.pay(10_00));
    const reply = await bench.terminal.run({ kind: 'settle' });
    expect(reply).toMatchObject({
      kind: 'settled',
      result: 'balanced',
      totals: { debitCount: 1, debitMinor: 10_00 },
    });
    expect(bench.batchNumber()).toBe('000008');
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    expect(
      await bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() }),
    ).toMatchObject({
      rule: 'not-voidable',
    });
    const refund = (amount: number) =>
      bench.terminal.run({
        kind: 'refund',
        txnId: sale.txnId,
        amountMinor: amountMinor(amount),
        presented: bench.card(),
      });
    expect(bench.txn(await refund(4_00)).state).toBe('approved');
    expect(await refund(6_01)).toMatchObject({ rule: 'refund-above-original' });
    expect(bench.txn(await refund(6_00)).state).toBe('approved');
    expect(await refund(1)).toMatchObject({ rule: 'not-refundable' });
  });

  it('uploads every transaction when the totals differ, then closes the batch', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate({ balanceMinor: amountMinor(300_00) });
    for (let sale = 0; sale < 10; sale += 1) await bench.pay(1_00);
    bench.linkUp = false;
    const offline = bench.txn(await bench.pay(2_00));
    bench.linkUp = true;
    await bench.terminal.run({ kind: 'deliver', txnId: offline.txnId });
    bench.host = (exchange) => {
      if (exchange.purpose.kind !== 'settlement') return approve(exchange);
      const totals = String(exchange.message.fields[48]);
      return unbalanced(exchange, totals);
    };
    bench.sent.length = 0;
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({
      kind: 'settled',
      result: 'not-balanced',
    });
    const uploaded = bench.sent.filter((exchange) => exchange.purpose.kind === 'batch-upload');
    expect(uploaded.map(({ message }) => String(message.fields[48] ?? 'whole record').slice(0, 4))).toEqual([
      'whol',
      '0800',
      '0200',
      '0011',
    ]);
  });

  it('goes on after a crash with the same trace number, and books nothing twice', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ kind: 'unfinished' });
    const first = bench.sent.at(-1);
    bench.boot();
    await bench.terminal.run({ kind: 'recover' });
    expect(await bench.pay(1_00)).toMatchObject({ kind: 'refused', rule: 'settling' });
    bench.host = approve;
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({
      kind: 'settled',
      result: 'balanced',
    });
    expect(bench.sent.at(-1)).toEqual(first);
  });

  it('keeps an empty batch whose settlement has begun, although a sign-on meanwhile brings the next number', async () => {
    const bench = await new TerminalBench().open();
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    await bench.terminal.run({ kind: 'settle' });
    const first = bench.sent.at(-1);
    bench.host = (exchange) => {
      const outcome = approve(exchange);
      if (outcome.kind === 'answered') outcome.message.fields[60] = '00000008003';
      return outcome;
    };
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    expect(bench.batchNumber()).toBe('000007');
    bench.host = approve;
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({
      kind: 'settled',
      batchNumber: '000007',
    });
    expect(bench.sent.at(-1)).toEqual(first);
  });

  it('does not start while anything is owed', async () => {
    const bench = await new TerminalBench().open();
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    await bench.pay(10_00);
    bench.host = approve;
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({
      kind: 'refused',
      rule: 'unsent-remains',
    });
  });

  it('repeats a refund that was not answered, the same to the byte, and never reverses it', async () => {
    const bench = await new TerminalBench().open();
    const sale = bench.txn(await bench.pay(10_00));
    await bench.terminal.run({ kind: 'settle' });
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const refund = {
      kind: 'refund',
      txnId: sale.txnId,
      amountMinor: amountMinor(10_00),
      presented: bench.card(),
    } as const;
    const lost = bench.txn(await bench.terminal.run(refund));
    const first = bench.sent.at(-1);
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'refund-repeat', txnId: lost.txnId }]);
    expect(await bench.terminal.run(refund)).toMatchObject({ rule: 'already-pending' });
    bench.boot();
    bench.host = approve;
    await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
    expect(bench.sent.at(-1)?.message).toEqual(first?.message);
    expect(bench.terminal.state.get('transactions', lost.txnId)?.state).toBe('approved');
    expect(bench.terminal.state.get('transactions', sale.txnId)?.refundedMinor).toBe(10_00);
  });
});

function unbalanced(exchange: Parameters<typeof approve>[0], totals: string): ReturnType<typeof approve> {
  const outcome = approve(exchange);
  if (outcome.kind === 'answered') outcome.message.fields[48] = `${totals.slice(0, 30)}2${totals.slice(31)}`;
  return outcome;
}
