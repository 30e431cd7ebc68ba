import { describe, expect, it } from 'vitest';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import type { Reply } from '../engine/inputs.ts';
import { owed } from '../engine/owed.ts';
import type { RefundPlanDoc } from '../engine/sale-docs.ts';
import type { Txn } from '../engine/state.ts';
import { batchTotals, cashTotals } from '../engine/totals.ts';

const SALE = 'sale-0001';
const OTHER_CARD = '8890121000010207';

class Shop {
  readonly bench = new TerminalBench();
  readonly #basket = this.bench.basket(100_00, SALE);

  /** A sale of 100.00, paid by two cards and in cash, in a batch that is settled. */
  async sold(role: 'cashier' | 'supervisor' = 'supervisor', settled = true): Promise<this> {
    await this.bench.open(role);
    const { terminal } = this.bench;
    for (const [pan, amount] of [
      ['8890121000010074', 60_00],
      [OTHER_CARD, 37_00],
    ] as const) {
      const tender = { tenderId: `tender-${amount}`, amountMinor: amountMinor(amount) };
      const presented = this.bench.card(pan);
      await terminal.run({ kind: 'pay-card', basket: this.#basket, presented, tender });
    }
    const tender = { tenderId: 'tender-cash', amountMinor: amountMinor(3_00) };
    await terminal.run({
      kind: 'pay-cash',
      basket: this.#basket,
      receivedMinor: amountMinor(3_00),
      tender,
    });
    if (settled) {
      const approval = { operatorCode: '2001', passwordMatches: true };
      await terminal.run({ kind: 'settle', approval });
      await terminal.run({ kind: 'terminal-sign-on' });
    }
    return this;
  }

  refund(amount: number, refundId = 'refund-0001'): Promise<Reply> {
    const asked = { kind: 'refund-sale', saleId: SALE, refundId, amountMinor: amountMinor(amount) } as const;
    return this.bench.terminal.run(asked);
  }

  part(pan?: string, refundId = 'refund-0001'): Promise<Reply> {
    const presented = this.bench.card(pan);
    return this.bench.terminal.run({ kind: 'refund-part', refundId, presented });
  }

  plan(refundId = 'refund-0001'): RefundPlanDoc {
    const plan = this.bench.terminal.state.get('refundPlans', refundId);
    if (!plan) throw new Error('No such refund');
    return plan;
  }

  get states(): string[] {
    return this.plan().parts.map(({ state }) => state);
  }

  /** What each tender has got back, in the order in which they paid. */
  get refunded(): number[] {
    const sale = this.bench.terminal.state.get('sales', SALE);
    return (sale?.split?.tenders ?? []).map(
      ({ txnId }) => this.bench.terminal.state.get('transactions', txnId)?.refundedMinor ?? -1,
    );
  }
}

describe('the refund of a sale that several tenders paid', () => {
  it('is planned and its cash handed out in one durable step; each card gets its part when it is presented', async () => {
    const shop = await new Shop().sold();
    const { bench } = shop;
    bench.points.length = 0;
    expect(await shop.refund(50_00)).toEqual({ kind: 'refund-plan', refundId: 'refund-0001' });
    expect(bench.points).toEqual(['before-commit cash-handed-back', 'after-commit cash-handed-back']);
    expect(shop.plan().parts.map((part) => part.amountMinor)).toEqual([30_00, 18_50, 1_50]);
    expect(shop.states).toEqual(['open', 'open', 'done']);
    const second: Txn = bench.txn(await shop.part(OTHER_CARD));
    expect(second).toMatchObject({ kind: 'refund', state: 'approved', amountMinor: 18_50 });
    await shop.part();
    expect(shop.states).toEqual(['done', 'done', 'done']);
    expect([...bench.terminal.state.live('refundPlans')]).toEqual([]);
    expect(batchTotals(bench.terminal.state)).toMatchObject({ creditCount: 2, creditMinor: 48_50 });
    expect(cashTotals(bench.terminal.state)).toMatchObject({ cashBackMinor: 1_50 });
  });

  it('gives back exactly what each paid, in many steps, and no fen more', async () => {
    const shop = await new Shop().sold();
    const amounts = [1, 33_33, 7, 41_41, 25_17];
    expect(amounts.reduce((sum, each) => sum + each, 0)).toBe(99_99);
    for (const [index, amount] of [...amounts, 1].entries()) {
      const refundId = `refund-${index + 1000}`;
      await shop.refund(amount, refundId);
      for (const pan of [undefined, OTHER_CARD]) await shop.part(pan, refundId);
    }
    expect(shop.refunded).toEqual([60_00, 37_00, 3_00]);
    expect(await shop.refund(1, 'refund-9999')).toMatchObject({ rule: 'sale-not-refundable' });
  });

  it('counts what is planned as gone, so that two refunds never come to more than the sale', async () => {
    const shop = await new Shop().sold();
    await shop.refund(60_00);
    expect(await shop.refund(40_01, 'refund-0002')).toMatchObject({ rule: 'refund-above-original' });
    expect(await shop.refund(40_00, 'refund-0002')).toMatchObject({ kind: 'refund-plan' });
    for (const refundId of ['refund-0001', 'refund-0002'])
      for (const pan of [undefined, OTHER_CARD]) await shop.part(pan, refundId);
    expect(shop.refunded).toEqual([60_00, 37_00, 3_00]);
  });

  it('is planned once by its id, and its parts go once, before and after a restart', async () => {
    const shop = await new Shop().sold();
    const first = await shop.refund(50_00);
    expect(await shop.refund(50_00)).toEqual(first);
    expect(await shop.refund(50_01)).toMatchObject({ rule: 'undo-differs' });
    await shop.part();
    shop.bench.boot();
    expect(await shop.refund(50_00)).toEqual(first);
    expect(await shop.part()).toMatchObject({ rule: 'refund-part-done' });
    expect(cashTotals(shop.bench.terminal.state)).toMatchObject({ cashBackCount: 1 });
    expect(shop.refunded).toEqual([30_00, 0, 1_50]);
  });

  it('keeps a part open whose card is not there, or that was declined, over a settlement and a restart', async () => {
    const shop = await new Shop().sold();
    const { bench } = shop;
    await shop.refund(50_00);
    expect(await shop.part('6222021234567894')).toMatchObject({ rule: 'different-card' });
    bench.host = (exchange) => decline(exchange, '51');
    expect(bench.txn(await shop.part()).state).toBe('declined');
    expect(shop.states).toEqual(['open', 'open', 'done']);
    bench.host = approve;
    await bench.terminal.run({ kind: 'settle' });
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    bench.boot();
    expect([...bench.terminal.state.live('refundPlans')]).toHaveLength(1);
    await shop.part();
    await shop.part(OTHER_CARD);
    expect(shop.refunded).toEqual([30_00, 18_50, 1_50]);
  });

  it('repeats a part of unknown outcome by itself, and does not send a second', async () => {
    const shop = await new Shop().sold();
    const { bench } = shop;
    await shop.refund(50_00);
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const { txnId } = bench.txn(await shop.part());
    bench.boot();
    await bench.terminal.run({ kind: 'recover' });
    expect(shop.states).toEqual(['under-way', 'open', 'done']);
    bench.host = approve;
    expect(await shop.part()).toMatchObject({ rule: 'refund-part-done' });
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'refund-repeat', txnId }]);
    await bench.terminal.run({ kind: 'deliver', txnId });
    expect(shop.states).toEqual(['done', 'open', 'done']);
  });

  it('goes on after a crash at any point of a part, and refunds it once', async () => {
    class Crash extends Error {}
    for (let death = 1; death <= 6; death += 1) {
      const shop = await new Shop().sold();
      const { bench } = shop;
      await shop.refund(50_00);
      let left = death;
      bench.onPoint = () => {
        left -= 1;
        if (left === 0) throw new Crash();
      };
      await expect(shop.part()).rejects.toThrow(Crash);
      bench.onPoint = () => {};
      bench.boot();
      await bench.terminal.run({ kind: 'recover' });
      for (const { txnId } of owed(bench.terminal.state))
        await bench.terminal.run({ kind: 'deliver', txnId });
      await shop.part();
      expect(shop.states[0], `point ${death}`).toBe('done');
      expect(shop.refunded[0]).toBe(30_00);
      const stans = bench.sent
        .filter(({ message }) => message.mti === '0220')
        .map(({ message }) => message.fields[11]);
      expect(new Set(stans).size, `point ${death}`).toBe(1);
    }
  });

  it('asks for the PIN that the host wants, and goes on with it', async () => {
    const shop = await new Shop().sold();
    await shop.refund(50_00);
    shop.bench.host = (exchange) =>
      exchange.message.fields[52] ? approve(exchange) : decline(exchange, '55');
    expect(await shop.part()).toEqual({ kind: 'pin-required' });
    const presented = shop.bench.card();
    const pin = { block: new Uint8Array(8), length: 6 };
    await shop.bench.terminal.run({ kind: 'refund-part', refundId: 'refund-0001', presented, pin });
    expect(shop.states[0]).toBe('done');
  });

  it('needs a supervisor once, a settled batch, and a day that is not too late', async () => {
    const shop = await new Shop().sold('cashier');
    expect(await shop.refund(50_00)).toMatchObject({ rule: 'supervisor-required' });
    const asked = { kind: 'refund-sale', saleId: SALE, refundId: 'refund-0001' } as const;
    const approval = { operatorCode: '2001', passwordMatches: true };
    await shop.bench.terminal.run({ ...asked, amountMinor: amountMinor(50_00), approval });
    expect(shop.bench.txn(await shop.part())).toMatchObject({ operatorCode: '1001', supervisorCode: '2001' });
    const open = await new Shop().sold('supervisor', false);
    expect(await open.refund(50_00)).toMatchObject({ rule: 'sale-not-refundable' });
    const late = await new Shop().sold();
    late.bench.nowMs += 180 * 86_400_000 + 60_000;
    expect(await late.refund(50_00)).toMatchObject({ rule: 'refund-too-late' });
    expect(await late.refund(0)).toMatchObject({ rule: 'amount-zero' });
    expect(await late.part(undefined, 'refund-0404')).toMatchObject({ rule: 'no-such-refund' });
  });

  it('is the only way to refund one of its tenders', async () => {
    const shop = await new Shop().sold();
    const [tender] = shop.bench.terminal.state.get('sales', SALE)?.split?.tenders ?? [];
    const one = { kind: 'refund', txnId: tender?.txnId ?? '', amountMinor: amountMinor(1_00) } as const;
    expect(await shop.bench.terminal.run({ ...one, presented: shop.bench.card() })).toMatchObject({
      rule: 'part-of-sale',
    });
  });
});

describe('a planned refund that is withdrawn', () => {
  const withdraw = { kind: 'withdraw-refund', refundId: 'refund-0001' } as const;

  it('before a card was presented gives back nothing but its cash, and all the rest can be refunded again', async () => {
    const shop = await new Shop().sold();
    const { bench } = shop;
    await shop.refund(50_00);
    expect(await bench.terminal.run(withdraw)).toEqual({ kind: 'refund-plan', refundId: 'refund-0001' });
    expect(shop.states).toEqual(['withdrawn', 'withdrawn', 'done']);
    expect(shop.plan().withdrawnBy).toEqual({ operatorCode: '2001' });
    expect([...bench.terminal.state.live('refundPlans')]).toEqual([]);
    expect([...bench.terminal.state.live('sales')]).toEqual([]);
    expect(shop.refunded).toEqual([0, 0, 1_50]);
    expect(await shop.part()).toMatchObject({ rule: 'refund-part-done' });
    expect(await shop.refund(98_51, 'refund-0002')).toMatchObject({ rule: 'refund-above-original' });
    expect(await shop.refund(98_50, 'refund-0002')).toMatchObject({ kind: 'refund-plan' });
    for (const pan of [undefined, OTHER_CARD]) await shop.part(pan, 'refund-0002');
    expect(shop.refunded).toEqual([60_00, 37_00, 3_00]);
  });

  it('keeps what was refunded, and what is under way', async () => {
    const shop = await new Shop().sold();
    const { bench } = shop;
    await shop.refund(50_00);
    await shop.part(OTHER_CARD);
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    await shop.part();
    expect(await bench.terminal.run(withdraw)).toMatchObject({ rule: 'refund-nothing-open' });
    bench.host = approve;
    for (const { txnId } of owed(bench.terminal.state)) await bench.terminal.run({ kind: 'deliver', txnId });
    expect(shop.states).toEqual(['done', 'done', 'done']);
    expect(shop.refunded).toEqual([30_00, 18_50, 1_50]);
  });

  it('takes back only the parts that no card was presented for, also when one under way is declined later', async () => {
    const shop = await new Shop().sold();
    const { bench } = shop;
    await shop.refund(50_00);
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    await shop.part(OTHER_CARD);
    await bench.terminal.run(withdraw);
    expect(shop.states).toEqual(['withdrawn', 'under-way', 'done']);
    expect([...bench.terminal.state.live('refundPlans')]).toHaveLength(1);
    bench.host = (exchange) => decline(exchange, '05');
    for (const { txnId } of owed(bench.terminal.state)) await bench.terminal.run({ kind: 'deliver', txnId });
    expect(shop.states).toEqual(['withdrawn', 'withdrawn', 'done']);
    expect([...bench.terminal.state.live('refundPlans')]).toEqual([]);
    bench.host = approve;
    expect(await shop.refund(98_50, 'refund-0002')).toMatchObject({ kind: 'refund-plan' });
  });

  it('is told as it is when it is asked for again, and by a cashier; nobody else may', async () => {
    const shop = await new Shop().sold('cashier');
    const { bench } = shop;
    expect(await bench.terminal.run(withdraw)).toMatchObject({ rule: 'no-such-refund' });
    const approval = { operatorCode: '2001', passwordMatches: true };
    const asked = { kind: 'refund-sale', saleId: SALE, refundId: 'refund-0001' } as const;
    await bench.terminal.run({ ...asked, amountMinor: amountMinor(50_00), approval });
    const again = async () => [await bench.terminal.run(withdraw), await bench.terminal.run(withdraw)];
    await bench.terminal.run({ kind: 'operator-sign-on', operatorCode: '9001', passwordMatches: true });
    expect(await again()).toMatchObject([{ rule: 'role-not-allowed' }, { rule: 'role-not-allowed' }]);
    await bench.terminal.run({ kind: 'operator-sign-on', operatorCode: '1001', passwordMatches: true });
    expect(await again()).toMatchObject([{ kind: 'refund-plan' }, { kind: 'refund-plan' }]);
    const withdrawn = [...bench.journal.entries()].filter(({ kind }) => kind === 'refund-withdrawn');
    expect(withdrawn).toHaveLength(1);
  });
});
