import { describe, expect, it } from 'vitest';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import type { PricedBasket, Reply } from '../engine/inputs.ts';
import { owed } from '../engine/owed.ts';
import { OPEN_SALES_MAX, openSales, splitSaleOf, TENDERS_MAX } from '../engine/split.ts';
import { batchTotals, cashTotals } from '../engine/totals.ts';
import { undoTenders } from './undo-tenders.ts';

const OTHER_CARD = '8890121000010207';

class Checkout {
  readonly bench = new TerminalBench();
  basket: PricedBasket = this.bench.basket(100_00, 'sale-0001');
  #tenders = 0;

  cash(amount: number, received = amount, tenderId = this.#next()): Promise<Reply> {
    return this.bench.terminal.run({
      kind: 'pay-cash',
      basket: this.basket,
      receivedMinor: amountMinor(received),
      tender: { tenderId, amountMinor: amountMinor(amount) },
    });
  }

  card(amount: number, pan?: string, tenderId = this.#next()): Promise<Reply> {
    return this.bench.terminal.run({
      kind: 'pay-card',
      basket: this.basket,
      presented: this.bench.card(pan),
      tender: { tenderId, amountMinor: amountMinor(amount) },
    });
  }

  cancel(): Promise<Reply> {
    return this.bench.terminal.run({ kind: 'cancel-sale', saleId: 'sale-0001' });
  }

  get state(): string | undefined {
    return splitSaleOf(this.bench.terminal.state, 'sale-0001')?.split.state;
  }

  #next(): string {
    this.#tenders += 1;
    return `tender-${this.#tenders}`;
  }
}

async function checkout(): Promise<Checkout> {
  const all = new Checkout();
  await all.bench.open();
  return all;
}

describe('a sale that several tenders pay', () => {
  it('is complete when they add up, and its last receipt names them all', async () => {
    const all = await checkout();
    const card = all.bench.txn(await all.card(97_00));
    expect(card.receipt).toContain('STILL TO PAY');
    expect(all.state).toBe('open');
    const cash = all.bench.txn(await all.cash(3_00, 50_00));
    expect(cash).toMatchObject({ kind: 'cash-sale', amountMinor: 3_00, receivedMinor: 50_00 });
    expect(all.state).toBe('complete');
    for (const text of ['97.00', '47.00', '**** 0074', card.rrn ?? '-']) expect(cash.receipt).toContain(text);
    expect(openSales(all.bench.terminal.state)).toEqual([]);
  });

  it('takes one durable step more than none for a tender in cash or offline', async () => {
    const all = await checkout();
    await all.bench.giveCertificate();
    all.bench.linkUp = false;
    all.bench.points.length = 0;
    await all.card(40_00);
    await all.cash(60_00);
    expect(all.bench.points.filter((point) => point.startsWith('after-commit'))).toEqual([
      'after-commit offline-sale-accepted',
      'after-commit cash-sale-completed',
    ]);
    expect(all.state).toBe('complete');
  });

  it('takes each tender once, by its id, also after a restart and when the sale is complete', async () => {
    const all = await checkout();
    const first = await all.card(60_00, undefined, 'tender-a');
    const sent = all.bench.sent.length;
    expect(await all.card(60_00, undefined, 'tender-a')).toEqual(first);
    all.bench.boot();
    expect(await all.card(60_00, undefined, 'tender-a')).toEqual(first);
    await all.cash(40_00);
    expect(await all.card(60_00, undefined, 'tender-a')).toEqual(first);
    expect(all.bench.sent.length).toBe(sent);
    expect(await all.card(50_00, undefined, 'tender-a')).toMatchObject({ rule: 'sale-differs' });
  });

  it('takes no more than is left, nothing when it is complete, and cash that is too little not at all', async () => {
    const all = await checkout();
    expect(await all.card(100_01)).toMatchObject({ rule: 'tender-above-due' });
    await all.card(60_00);
    expect(await all.card(40_01)).toMatchObject({ rule: 'tender-above-due' });
    expect(await all.cash(40_00, 39_99)).toMatchObject({ rule: 'cash-too-little' });
    expect(await all.cash(0)).toMatchObject({ rule: 'amount-zero' });
    await all.cash(40_00);
    expect(await all.cash(1)).toMatchObject({ rule: 'sale-complete' });
  });

  it('is never confused with a sale that is paid at once', async () => {
    const all = await checkout();
    await all.card(60_00);
    const { basket, bench } = all;
    const asOne = { kind: 'pay-card', basket, presented: bench.card() } as const;
    expect(await bench.terminal.run(asOne)).toMatchObject({ rule: 'sale-differs' });
    all.basket = bench.basket(90_00, 'sale-0001');
    expect(await all.cash(30_00)).toMatchObject({ rule: 'sale-differs' });
    all.basket = bench.basket(10_00, 'sale-0002');
    await bench.terminal.run({ ...asOne, basket: all.basket });
    expect(await all.cash(10_00)).toMatchObject({ rule: 'sale-differs' });
  });

  it('goes on with another tender after a decline and after an unknown outcome, which is reversed', async () => {
    const all = await checkout();
    const { bench } = all;
    await all.cash(30_00);
    bench.host = (exchange) => decline(exchange, '51');
    expect(bench.txn(await all.card(70_00)).state).toBe('declined');
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const lost = bench.txn(await all.card(70_00));
    expect(lost.state).toBe('unknown');
    await all.cash(70_00);
    expect(all.state).toBe('complete');
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'reversal', txnId: lost.txnId }]);
  });

  it('takes one tender at a time', async () => {
    const all = await checkout();
    let answer: () => void = () => {};
    all.bench.host = (exchange) =>
      new Promise((resolve) => {
        answer = () => resolve(approve(exchange));
      });
    const card = all.card(60_00);
    expect(await all.cash(40_00)).toMatchObject({ rule: 'sale-in-progress' });
    expect(await all.cancel()).toMatchObject({ rule: 'sale-in-progress' });
    answer();
    expect(all.bench.txn(await card).state).toBe('approved');
  });

  it(`has at most ${TENDERS_MAX} tenders, and at most ${OPEN_SALES_MAX} sales are open`, async () => {
    const all = await checkout();
    for (let tender = 0; tender < TENDERS_MAX; tender += 1)
      expect(all.bench.txn(await all.cash(1)).state).toBe('approved');
    expect(await all.cash(1)).toMatchObject({ rule: 'too-many-tenders' });
    for (let sale = 1; sale < OPEN_SALES_MAX; sale += 1) {
      all.basket = all.bench.basket(5_00);
      expect(all.bench.txn(await all.cash(1)).state).toBe('approved');
    }
    all.basket = all.bench.basket(5_00);
    expect(await all.cash(1)).toMatchObject({ rule: 'too-many-open-sales' });
  });

  it('keeps its tenders from being voided one by one', async () => {
    const all = await checkout();
    const { txnId } = all.bench.txn(await all.card(60_00));
    const one = { kind: 'void', txnId, presented: all.bench.card() } as const;
    expect(await all.bench.terminal.run(one)).toMatchObject({ rule: 'part-of-sale' });
  });
});

describe('a card that has less than the tender', () => {
  const part = (of: number) => (exchange: Parameters<typeof approve>[0]) =>
    approve(exchange, { 4: String(of).padStart(12, '0'), 39: '10' });

  it('pays what it has, and the rest stays to be paid', async () => {
    const all = await checkout();
    all.bench.host = part(25_00);
    const txn = all.bench.txn(await all.card(100_00));
    expect(all.bench.sent.at(-1)?.message.fields[60]).toBe('22000007000001');
    expect(txn).toMatchObject({ state: 'approved', amountMinor: 25_00, askedMinor: 100_00 });
    expect(txn.receipt).toContain('75.00');
    await all.cash(75_00);
    expect(all.state).toBe('complete');
    expect(batchTotals(all.bench.terminal.state)).toMatchObject({ debitCount: 1, debitMinor: 25_00 });
  });

  it('is asked again by its id and has that outcome', async () => {
    const all = await checkout();
    all.bench.host = part(25_00);
    const first = await all.card(100_00, undefined, 'tender-a');
    expect(await all.card(100_00, undefined, 'tender-a')).toEqual(first);
    expect(await all.card(25_00, undefined, 'tender-a')).toMatchObject({ rule: 'sale-differs' });
  });

  it.each([0, 100_00, 100_01])('is not believed to have paid a part of %i', async (amount) => {
    const all = await checkout();
    all.bench.host = part(amount);
    expect(all.bench.txn(await all.card(100_00)).state).toBe('unknown');
  });
});

describe('the cancelling of a sale', () => {
  it('hands the cash back, voids the cards without them, and leaves nothing', async () => {
    const all = await checkout();
    const { bench } = all;
    await all.cash(20_00);
    await all.card(30_00);
    await all.card(40_00, OTHER_CARD);
    bench.points.length = 0;
    await all.cancel();
    expect(bench.points).toEqual(['before-commit cash-handed-back', 'after-commit cash-handed-back']);
    await undoTenders(bench.terminal, 'sale-0001');
    expect(all.state).toBe('cancelled');
    expect(bench.sent.slice(-2).map(({ message }) => message.fields[2])).toEqual([
      '8890121000010074',
      OTHER_CARD,
    ]);
    expect(cashTotals(bench.terminal.state)).toMatchObject({ cashMinor: 20_00, cashBackMinor: 20_00 });
    expect(batchTotals(bench.terminal.state)).toMatchObject({ debitMinor: 70_00, creditMinor: 70_00 });
    expect(await all.cash(20_00)).toMatchObject({ rule: 'sale-cancelled' });
    expect(await all.cancel()).toEqual({ kind: 'sale', saleId: 'sale-0001' });
  });

  it('needs a supervisor when money was taken, and nobody when none was', async () => {
    const all = new Checkout();
    await all.bench.open('cashier');
    all.bench.host = (exchange) => decline(exchange, '51');
    await all.card(100_00);
    expect(await all.cancel()).toMatchObject({ kind: 'sale' });
    expect(all.state).toBe('cancelled');
    all.basket = all.bench.basket(100_00, 'sale-0002');
    await all.cash(50_00);
    const asked = { kind: 'cancel-sale', saleId: 'sale-0002' } as const;
    expect(await all.bench.terminal.run(asked)).toMatchObject({ rule: 'supervisor-required' });
    const approval = { operatorCode: '2001', passwordMatches: true };
    expect(await all.bench.terminal.run({ ...asked, approval })).toMatchObject({ kind: 'sale' });
  });

  it('waits for a tender whose outcome is unknown until it is reversed', async () => {
    const all = await checkout();
    const { bench } = all;
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const { txnId } = bench.txn(await all.card(60_00));
    await all.cancel();
    expect(all.state).toBe('cancelling');
    bench.host = approve;
    await bench.terminal.run({ kind: 'deliver', txnId });
    expect(all.state).toBe('cancelled');
  });

  it.each([
    ['00', 'voided'],
    ['51', 'reversed'],
  ])('delivers what was taken offline first, and when that is answered %s it is %s', async (code, state) => {
    const all = await checkout();
    const { bench } = all;
    await bench.giveCertificate();
    bench.linkUp = false;
    const { txnId } = bench.txn(await all.card(60_00));
    await all.cancel();
    await undoTenders(bench.terminal, 'sale-0001');
    expect(all.state).toBe('cancelling');
    bench.linkUp = true;
    bench.host = (exchange) => decline(exchange, exchange.purpose.kind === 'advice' ? code : '00');
    await bench.terminal.run({ kind: 'deliver', txnId });
    await undoTenders(bench.terminal, 'sale-0001');
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe(state);
    expect(all.state).toBe('cancelled');
  });

  it('of a complete sale is possible until its batch is settled', async () => {
    const all = await checkout();
    await all.card(60_00);
    await all.cash(40_00);
    await all.bench.terminal.run({ kind: 'settle' });
    expect(await all.cancel()).toMatchObject({ rule: 'sale-settled' });
    const again = await checkout();
    await again.card(60_00);
    await again.cash(40_00);
    await again.cancel();
    await undoTenders(again.bench.terminal, 'sale-0001');
    expect(again.state).toBe('cancelled');
  });

  it('that the host declines waits for the card, lets the batch be settled, and is a refund then', async () => {
    const all = await checkout();
    const { bench } = all;
    const { txnId } = bench.txn(await all.card(60_00));
    await all.cancel();
    bench.host = (exchange) => decline(exchange, '55');
    await undoTenders(bench.terminal, 'sale-0001');
    const sent = bench.sent.length;
    await undoTenders(bench.terminal, 'sale-0001');
    expect(bench.sent.length).toBe(sent);
    const other = { presented: bench.card(OTHER_CARD) };
    expect(await bench.terminal.run({ kind: 'undo-tender', saleId: 'sale-0001', ...other })).toMatchObject({
      rule: 'different-card',
    });
    await undoTenders(bench.terminal, 'sale-0001', { presented: bench.card() });
    expect(bench.sent.length).toBe(sent + 1);
    expect(all.state).toBe('cancelling');
    bench.host = approve;
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ kind: 'settled' });
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    await undoTenders(bench.terminal, 'sale-0001');
    expect(all.state).toBe('cancelled');
    expect(bench.terminal.state.get('transactions', txnId)?.refundedMinor).toBe(60_00);
  });

  it('comes before the settlement, and so does the end of a sale that is paid in part', async () => {
    const all = await checkout();
    const { bench } = all;
    await all.card(60_00);
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ rule: 'sale-open' });
    bench.boot();
    expect(openSales(bench.terminal.state)).toHaveLength(1);
    await all.cancel();
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ rule: 'sale-open' });
    await undoTenders(bench.terminal, 'sale-0001');
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ kind: 'settled' });
  });

  it('is possible for cash that was taken while an unfinished settlement waited for its end', async () => {
    const all = await checkout();
    const { bench } = all;
    const host = bench.host;
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ kind: 'unfinished' });
    await all.cash(40_00);
    bench.host = host;
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ kind: 'settled' });
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ rule: 'sale-open' });
    expect(await all.cancel()).toMatchObject({ kind: 'sale' });
    expect(all.state).toBe('cancelled');
    expect(cashTotals(bench.terminal.state)).toMatchObject({ cashBackMinor: 40_00 });
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ kind: 'settled' });
  });
});
