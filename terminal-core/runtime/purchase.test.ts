import { describe, expect, it } from 'vitest';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import { owed } from '../engine/owed.ts';
import { terminalOf } from '../engine/state.ts';

describe('a purchase', () => {
  it('is in the journal before it is sent', async () => {
    const bench = await new TerminalBench().open();
    bench.points.length = 0;
    await bench.pay(10_00);
    expect(bench.points).toEqual([
      'before-commit transaction-sent',
      'after-commit transaction-sent',
      'before-send request',
      'after-send request',
      'before-commit transaction-approved',
      'after-commit transaction-approved',
    ]);
  });

  it('is approved by 00 with its reference, authorisation code and receipt', async () => {
    const bench = await new TerminalBench().open();
    const txn = bench.txn(await bench.pay(10_00));
    expect(txn).toMatchObject({
      state: 'approved',
      kind: 'purchase',
      authCode: 'A00001',
      batchNumber: '000007',
    });
    expect(txn.rrn).toMatch(/^\d{12}$/);
    expect(txn.receipt).toContain('10.00');
  });

  it('is declined by any other code and owes nothing', async () => {
    const bench = await new TerminalBench().open();
    bench.host = (exchange) => decline(exchange, '51');
    expect(bench.txn(await bench.pay(10_00))).toMatchObject({ state: 'declined', responseCode: '51' });
    expect(owed(bench.terminal.state)).toEqual([]);
  });

  it.each([
    ['no answer', { kind: 'no-answer', cause: 'timed-out' }, '98'],
    ['a broken link', { kind: 'no-answer', cause: 'link-lost' }, '98'],
    ['a wrong MAC', { kind: 'wrong-mac', fault: 'mac-wrong' }, 'A0'],
    ['an unreadable answer', { kind: 'unreadable', detail: 'truncated' }, '06'],
  ] as const)('owes a reversal after %s', async (_what, outcome, reason) => {
    const bench = await new TerminalBench().open();
    bench.host = () => outcome;
    const txn = bench.txn(await bench.pay(10_00));
    expect(txn).toMatchObject({ state: 'unknown', reversalReason: reason });
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'reversal', txnId: txn.txnId }]);
  });

  it('does not believe a partial approval that it did not offer to take', async () => {
    const bench = await new TerminalBench().open();
    bench.host = (exchange) => decline(exchange, '10');
    expect(bench.txn(await bench.pay(10_00)).state).toBe('unknown');
  });

  it('is charged once when the same sale is asked for twice', async () => {
    const bench = await new TerminalBench().open();
    const basket = bench.basket(10_00, 'the-same-sale');
    const first = await bench.terminal.run({ kind: 'pay-card', basket, presented: bench.card() });
    const sent = bench.sent.length;
    const second = await bench.terminal.run({ kind: 'pay-card', basket, presented: bench.card() });
    expect(second).toEqual(first);
    expect(bench.sent.length).toBe(sent);
  });

  it('asks for a PIN from the amount that needs one, before anything is sent', async () => {
    const bench = await new TerminalBench().open();
    const sent = bench.sent.length;
    expect(await bench.pay(300_00)).toEqual({ kind: 'pin-required' });
    expect(bench.sent.length).toBe(sent);
    expect(bench.txn(await bench.pay(299_99)).state).toBe('approved');
  });

  it('uses a new trace number each time and wraps after 999999', async () => {
    const bench = await new TerminalBench().open();
    bench.terminal.takeStans('to the end', 999_999 - Number(terminalOf(bench.terminal.state).lastStan) - 1);
    const first = bench.txn(await bench.pay(1_00));
    const second = bench.txn(await bench.pay(1_00));
    expect([first.stan, second.stan]).toEqual(['999999', '000001']);
  });

  it('is refused without an operator, and an engineer may not sell', async () => {
    const bench = await new TerminalBench().open();
    await bench.terminal.run({ kind: 'operator-sign-off' });
    expect(await bench.pay(1_00)).toMatchObject({ kind: 'refused', rule: 'no-operator' });
    await bench.terminal.run({ kind: 'operator-sign-on', operatorCode: '9001', passwordMatches: true });
    expect(await bench.pay(1_00)).toMatchObject({ kind: 'refused', rule: 'role-not-allowed' });
  });

  it('keeps the card number in the sealed column only', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    const open = JSON.stringify([...bench.journal.entries()]) + JSON.stringify([...bench.journal.loadLive()]);
    expect(open).not.toContain('8890121000010074');
    expect(open).toContain('889012******0074');
  });
});

describe('a reversal', () => {
  async function unknownSale(): Promise<{ bench: TerminalBench; txnId: string }> {
    const bench = await new TerminalBench().open();
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const { txnId } = bench.txn(await bench.pay(10_00));
    return { bench, txnId };
  }

  it('is sent again, the same, until the host answers', async () => {
    const { bench, txnId } = await unknownSale();
    await bench.terminal.run({ kind: 'deliver', txnId });
    await bench.terminal.run({ kind: 'deliver', txnId });
    bench.host = approve;
    await bench.terminal.run({ kind: 'deliver', txnId });
    const reversals = bench.sent.filter((exchange) => exchange.purpose.kind === 'reversal');
    expect(reversals).toHaveLength(3);
    expect(reversals[1]).toEqual(reversals[0]);
    expect(reversals[2]).toEqual(reversals[0]);
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('reversed');
    expect(owed(bench.terminal.state)).toEqual([]);
  });

  it('carries the original trace number and the reason, and no track, PIN or reference', async () => {
    const { bench, txnId } = await unknownSale();
    await bench.terminal.run({ kind: 'deliver', txnId });
    const [original, reversal] = bench.sent.slice(-2);
    expect(reversal?.message.mti).toBe('0400');
    const fields = reversal?.message.fields ?? {};
    expect(fields).toMatchObject({ 2: '8890121000010074', 3: '000000', 4: '000000001000', 39: '98' });
    expect(fields[11]).toBe(original?.message.fields[11]);
    for (const field of [26, 35, 36, 37, 52, 53]) expect(fields[field]).toBeUndefined();
  });

  it.each(['25', '94', '00'])('ends with answer %s', async (code) => {
    const { bench, txnId } = await unknownSale();
    bench.host = (exchange) => decline(exchange, code);
    await bench.terminal.run({ kind: 'deliver', txnId });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('reversed');
  });

  it.each(['A0', '99', '96', '91', '97', '30'])('is still owed after answer %s', async (code) => {
    const { bench, txnId } = await unknownSale();
    bench.host = (exchange) => decline(exchange, code);
    expect(await bench.terminal.run({ kind: 'deliver', txnId })).toMatchObject({
      kind: 'still-owed',
      hostSaid: code,
    });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('unknown');
  });

  it('survives a restart, and so does a sale that was cut off while it waited', async () => {
    const { bench, txnId } = await unknownSale();
    bench.host = () => new Promise(() => {});
    bench.linkUp = true;
    const second = await new TerminalBench().open();
    second.host = () => new Promise(() => {});
    void second.pay(5_00);
    for (const [each, expected] of [
      [bench, 1],
      [second, 1],
    ] as const) {
      each.boot();
      await each.terminal.run({ kind: 'recover' });
      expect(owed(each.terminal.state)).toHaveLength(expected);
    }
    expect(owed(bench.terminal.state)[0]?.txnId).toBe(txnId);
  });

  it('goes before the next online transaction: until then cards are taken offline or not at all', async () => {
    const { bench } = await unknownSale();
    bench.host = approve;
    expect(await bench.pay(10_00, '8890121000010207')).toMatchObject({
      kind: 'refused',
      rule: 'offline-no-certificate',
    });
    await bench.giveCertificate({}, '8890121000010207');
    expect(bench.txn(await bench.pay(10_00, '8890121000010207')).kind).toBe('offline-sale');
    const cash = await bench.terminal.run({
      kind: 'pay-cash',
      basket: bench.basket(5_00),
      receivedMinor: amountMinor(10_00),
    });
    expect(bench.txn(cash).state).toBe('approved');
  });
});
