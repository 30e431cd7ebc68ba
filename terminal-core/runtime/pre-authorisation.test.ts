import { describe, expect, it } from 'vitest';
import {
  complete,
  held,
  hold,
  NO_TOTALS,
  now,
  OTHER_PAN,
  settleAndSignOn,
  voidOf,
} from '../../test/support/pre-authorisation-bench.ts';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import { owed } from '../engine/owed.ts';
import { batchTotals } from '../engine/totals.ts';

describe('a pre-authorisation', () => {
  it('goes out as 0100 030000, condition 06, type 10, and its receipt says that nothing was charged', async () => {
    const { bench, txn } = await held();
    expect(txn).toMatchObject({ kind: 'pre-authorisation', state: 'approved', amountMinor: 200_00 });
    const { message } = bench.sent.at(-1) ?? {};
    expect(message?.mti).toBe('0100');
    expect(message?.fields).toMatchObject({ 3: '030000', 4: '000000020000', 25: '06' });
    expect(message?.fields[60]).toMatch(/^10000007000/);
    expect(txn.receipt).toContain('HELD - NOT CHARGED');
  });

  it('is journalled before it is sent', async () => {
    const bench = await new TerminalBench().open();
    bench.points.length = 0;
    await hold(bench, 1_00);
    expect(bench.points.slice(0, 3)).toEqual([
      'before-commit transaction-sent',
      'after-commit transaction-sent',
      'before-send request',
    ]);
  });

  it('asks for a PIN from the amount that needs one, before anything is sent', async () => {
    const bench = await new TerminalBench().open();
    const sent = bench.sent.length;
    expect(await hold(bench, 300_00)).toEqual({ kind: 'pin-required' });
    expect(bench.sent.length).toBe(sent);
    const withPin = await bench.terminal.run({
      kind: 'pre-authorise',
      saleId: 'hold-with-pin',
      amountMinor: amountMinor(300_00),
      presented: bench.card(),
      pin: { block: new Uint8Array(8), length: 6 },
    });
    expect(bench.txn(withPin)).toMatchObject({ state: 'approved', pinUsed: true });
    expect(bench.sent.at(-1)?.message.fields).toMatchObject({ 26: '06' });
  });

  it('is held once when the same is asked for twice, and its id is good for no payment', async () => {
    const bench = await new TerminalBench().open();
    const presented = bench.card();
    const same = {
      kind: 'pre-authorise',
      saleId: 'the-same-hold',
      amountMinor: amountMinor(10_00),
      presented,
    } as const;
    const first = await bench.terminal.run(same);
    const sent = bench.sent.length;
    expect(await bench.terminal.run(same)).toEqual(first);
    const basket = bench.basket(10_00, 'the-same-hold');
    for (const reply of [
      await bench.terminal.run({ kind: 'pay-card', basket, presented }),
      await bench.terminal.run({ kind: 'pay-cash', basket, receivedMinor: amountMinor(10_00) }),
      await bench.terminal.run({ ...same, amountMinor: amountMinor(11_00) }),
    ]) {
      expect(reply).toMatchObject({ kind: 'refused', rule: 'sale-differs' });
    }
    expect(bench.sent.length).toBe(sent);
  });

  it('and its void are in no total and take no place in the batch', async () => {
    const { bench, txn } = await held();
    expect(batchTotals(bench.terminal.state)).toEqual(NO_TOTALS);
    expect(bench.txn(await voidOf(bench, txn)).state).toBe('approved');
    expect(batchTotals(bench.terminal.state)).toEqual(NO_TOTALS);
  });

  it('declined holds nothing and owes nothing', async () => {
    const bench = await new TerminalBench().open();
    bench.host = (exchange) => decline(exchange, '51');
    const txn = bench.txn(await hold(bench, 10_00));
    expect(txn.state).toBe('declined');
    expect(owed(bench.terminal.state)).toEqual([]);
    bench.host = approve;
    expect(await complete(bench, txn, 1_00)).toMatchObject({ rule: 'not-completable' });
  });
});

describe('what a pre-authorisation and its completion are refused for', () => {
  const both = async (rule: string, prepare: (bench: TerminalBench) => Promise<unknown>): Promise<void> => {
    const { bench, txn } = await held();
    await prepare(bench);
    const sent = bench.sent.length;
    expect(await hold(bench, 1_00)).toMatchObject({ kind: 'refused', rule });
    expect(await complete(bench, txn, 1_00)).toMatchObject({ kind: 'refused', rule });
    expect(bench.sent.length).toBe(sent);
  };

  it('a line that is down, also with a certificate for the card', () =>
    both('host-unreachable', async (bench) => {
      await bench.giveCertificate();
      bench.linkUp = false;
    }));

  it('a card on the hotlist', () =>
    both('hotlisted-card', (bench) =>
      bench.terminal.run({
        kind: 'hotlist-downloaded',
        version: 2,
        issuedAtMs: bench.nowMs,
        panHashes: [bench.card().panHash],
      }),
    ));

  it('a reversal that is owed', () =>
    both('reversal-owed', async (bench) => {
      bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
      await bench.pay(1_00, OTHER_PAN);
    }));

  it('a host that asked for a new sign-on', () =>
    both('not-signed-on', async (bench) => {
      bench.host = (exchange) => decline(exchange, '99');
      await bench.pay(1_00, OTHER_PAN);
    }));

  it('a settlement that has begun', () =>
    both('settling', async (bench) => {
      bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
      await bench.terminal.run({ kind: 'settle' });
    }));

  it('an amount of zero', async () => {
    const { bench, txn } = await held();
    expect(await hold(bench, 0)).toMatchObject({ rule: 'amount-zero' });
    expect(await complete(bench, txn, 0)).toMatchObject({ rule: 'amount-zero' });
  });

  it('a till without an operator who may sell', async () => {
    const { bench, txn } = await held();
    await bench.terminal.run({ kind: 'operator-sign-off' });
    expect(await hold(bench, 1_00)).toMatchObject({ rule: 'no-operator' });
    await bench.terminal.run({ kind: 'operator-sign-on', operatorCode: '9001', passwordMatches: true });
    expect(await hold(bench, 1_00)).toMatchObject({ rule: 'role-not-allowed' });
    expect(await complete(bench, txn, 1_00)).toMatchObject({ rule: 'role-not-allowed' });
  });

  it('a batch that is full of sales, which holds alone never make', async () => {
    const { bench, txn } = await held();
    for (let each = 0; each < 3; each += 1) await hold(bench, 1);
    for (let sale = 0; sale < 899; sale += 1) await bench.pay(1);
    expect(bench.txn(await hold(bench, 1)).state).toBe('approved');
    await bench.pay(1);
    expect(await hold(bench, 1)).toMatchObject({ rule: 'batch-full' });
    expect(await complete(bench, txn, 1)).toMatchObject({ rule: 'batch-full' });
    await settleAndSignOn(bench);
    expect(bench.txn(await complete(bench, txn, 1)).state).toBe('approved');
  });
});

describe('a completion', () => {
  it('goes out as 0200 000000, condition 06, type 20, and names the pre-authorisation', async () => {
    const { bench, txn } = await held();
    const done = bench.txn(await complete(bench, txn, 150_00));
    expect(done).toMatchObject({ kind: 'completion', state: 'approved', originalTxnId: txn.txnId });
    const { message } = bench.sent.at(-1) ?? {};
    expect(message?.mti).toBe('0200');
    expect(message?.fields).toMatchObject({
      3: '000000',
      4: '000000015000',
      25: '06',
      37: txn.rrn,
      38: txn.authCode,
      61: `000007${txn.stan}1121`,
    });
    expect(message?.fields[60]).toMatch(/^20000007000/);
    expect(done.receipt).toContain('150.00');
    expect(done.receipt).toContain('COMPLETION');
    expect(now(bench, txn).state).toBe('completed');
  });

  it('charges up to 115 % of what is held and not a fen further', async () => {
    const { bench, txn } = await held();
    expect(await complete(bench, txn, 230_01)).toMatchObject({ rule: 'completion-above-limit' });
    expect(bench.txn(await complete(bench, txn, 230_00)).state).toBe('approved');
    // 115 % of 0.33 are 0.3795: the broken fen is the customer's.
    const small = bench.txn(await hold(bench, 33));
    expect(await complete(bench, small, 38)).toMatchObject({ rule: 'completion-above-limit' });
    expect(bench.txn(await complete(bench, small, 37)).state).toBe('approved');
  });

  it('follows the parameter for how much above what is held may be charged', async () => {
    const { bench, txn } = await held();
    await bench.terminal.run({
      kind: 'parameters-downloaded',
      version: 1,
      issuedAtMs: bench.nowMs,
      parameters: { completionMaxPercent: 100 },
      certificates: [],
    });
    expect(await complete(bench, txn, 200_01)).toMatchObject({ rule: 'completion-above-limit' });
    expect(bench.txn(await complete(bench, txn, 200_00)).state).toBe('approved');
  });

  it('is for the same card, once', async () => {
    const { bench, txn } = await held();
    expect(await complete(bench, txn, 10_00, OTHER_PAN)).toMatchObject({ rule: 'different-card' });
    await complete(bench, txn, 10_00);
    expect(await complete(bench, txn, 10_00)).toMatchObject({ rule: 'pre-authorisation-completed' });
  });

  it('is of a pre-authorisation that stands, and of nothing else', async () => {
    const { bench, txn } = await held();
    const sale = bench.txn(await bench.pay(10_00));
    expect(await complete(bench, sale, 1_00)).toMatchObject({ rule: 'not-completable' });
    const done = bench.txn(await complete(bench, txn, 10_00));
    expect(await complete(bench, done, 1_00)).toMatchObject({ rule: 'not-completable' });
    expect(await complete(bench, { ...txn, txnId: 'nobody' }, 1_00)).toMatchObject({
      rule: 'no-such-transaction',
    });
    const voided = bench.txn(await hold(bench, 10_00));
    await voidOf(bench, voided);
    expect(await complete(bench, voided, 10_00)).toMatchObject({ rule: 'not-completable' });
  });

  it('is found by its trace number alone when the host gave the pre-authorisation no reference', async () => {
    const bench = await new TerminalBench().open();
    bench.host = (exchange) => approve(exchange, { 37: 'ÄÖÜ000000001', 38: 'é' });
    const txn = bench.txn(await hold(bench, 20_00));
    bench.host = approve;
    expect(bench.txn(await complete(bench, txn, 20_00)).state).toBe('approved');
    expect(bench.sent.at(-1)?.message.fields).not.toHaveProperty('37');
  });

  it('that the host declines leaves the amount held, to be completed again', async () => {
    const { bench, txn } = await held();
    bench.host = (exchange) => decline(exchange, '51');
    expect(bench.txn(await complete(bench, txn, 230_00)).state).toBe('declined');
    expect(now(bench, txn).state).toBe('approved');
    bench.host = approve;
    expect(bench.txn(await complete(bench, txn, 200_00)).state).toBe('approved');
  });

  it('that never left the terminal owes nothing and leaves the amount held', async () => {
    const { bench, txn } = await held();
    bench.host = () => ({ kind: 'not-sent' });
    expect(await complete(bench, txn, 10_00)).toMatchObject({ rule: 'link-lost-before-send' });
    expect(owed(bench.terminal.state)).toEqual([]);
    expect(now(bench, txn)).toMatchObject({ state: 'approved' });
    expect(now(bench, txn).pendingTxnId).toBeUndefined();
  });

  it('is a debit of its batch and its void a credit', async () => {
    const { bench, txn } = await held();
    const done = bench.txn(await complete(bench, txn, 150_00));
    const debit = { ...NO_TOTALS, debitCount: 1, debitMinor: 150_00 };
    expect(batchTotals(bench.terminal.state)).toEqual(debit);
    await voidOf(bench, done);
    expect(batchTotals(bench.terminal.state)).toEqual({ ...debit, creditCount: 1, creditMinor: 150_00 });
  });

  it('is refunded after its batch was settled', async () => {
    const { bench, txn } = await held();
    const done = bench.txn(await complete(bench, txn, 150_00));
    const refund = {
      kind: 'refund',
      txnId: done.txnId,
      amountMinor: amountMinor(50_00),
      presented: bench.card(),
    } as const;
    expect(await bench.terminal.run(refund)).toMatchObject({ rule: 'not-refundable' });
    await settleAndSignOn(bench);
    expect(bench.txn(await bench.terminal.run(refund)).state).toBe('approved');
    expect(await bench.terminal.run({ ...refund, txnId: txn.txnId })).toMatchObject({
      rule: 'not-refundable',
    });
  });
});

describe('a void', () => {
  it('of a pre-authorisation goes out as 0100 200000, type 11, with the same card, once', async () => {
    const { bench, txn } = await held();
    expect(await voidOf(bench, txn, OTHER_PAN)).toMatchObject({ rule: 'different-card' });
    const voiding = bench.txn(await voidOf(bench, txn));
    expect(voiding).toMatchObject({ kind: 'void', state: 'approved', amountMinor: 200_00 });
    expect(voiding.receipt).toContain('预授权撤销');
    const { message } = bench.sent.at(-1) ?? {};
    expect(message?.mti).toBe('0100');
    expect(message?.fields).toMatchObject({ 3: '200000', 25: '06', 61: `000007${txn.stan}1121` });
    expect(message?.fields[60]).toMatch(/^11000007000/);
    expect(now(bench, txn).state).toBe('voided');
    expect(await voidOf(bench, txn)).toMatchObject({ rule: 'not-voidable' });
  });

  it('of a completed pre-authorisation is refused until the completion is voided', async () => {
    const { bench, txn } = await held();
    const done = bench.txn(await complete(bench, txn, 150_00));
    expect(await voidOf(bench, txn)).toMatchObject({ rule: 'pre-authorisation-completed' });
    await voidOf(bench, done);
    expect(bench.txn(await voidOf(bench, txn)).state).toBe('approved');
  });

  it('of a completion goes out as 0200 200000, type 21, and the amount is held again', async () => {
    const { bench, txn } = await held();
    const done = bench.txn(await complete(bench, txn, 150_00));
    const voiding = bench.txn(await voidOf(bench, done));
    expect(voiding).toMatchObject({ state: 'approved', amountMinor: 150_00 });
    expect(voiding.receipt).toContain('预授权完成撤销');
    const { message } = bench.sent.at(-1) ?? {};
    expect(message?.mti).toBe('0200');
    expect(message?.fields).toMatchObject({ 3: '200000', 25: '06', 37: done.rrn });
    expect(message?.fields[60]).toMatch(/^21000007000/);
    expect(now(bench, done).state).toBe('voided');
    expect(now(bench, txn).state).toBe('approved');
    expect(bench.txn(await complete(bench, txn, 180_00)).state).toBe('approved');
  });

  it('of either needs a supervisor', async () => {
    const bench = await new TerminalBench().open('cashier');
    const txn = bench.txn(await hold(bench, 10_00));
    expect(await voidOf(bench, txn)).toMatchObject({ rule: 'supervisor-required' });
    const done = bench.txn(await complete(bench, txn, 10_00));
    expect(await voidOf(bench, done)).toMatchObject({ rule: 'supervisor-required' });
    const approval = { operatorCode: '2001', passwordMatches: true };
    const voiding = await bench.terminal.run({
      kind: 'void',
      txnId: done.txnId,
      presented: bench.card(),
      approval,
    });
    expect(bench.txn(voiding)).toMatchObject({ state: 'approved', supervisorCode: '2001' });
  });

  it('of a completion is for its own batch only', async () => {
    const { bench, txn } = await held();
    const done = bench.txn(await complete(bench, txn, 150_00));
    await settleAndSignOn(bench);
    expect(await voidOf(bench, done)).toMatchObject({ rule: 'not-voidable' });
    expect(await voidOf(bench, txn)).toMatchObject({ rule: 'pre-authorisation-completed' });
  });
});
