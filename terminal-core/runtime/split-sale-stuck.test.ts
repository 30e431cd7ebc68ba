import { describe, expect, it } from 'vitest';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import type { ExchangeOutcome } from '../engine/exchange.ts';
import { exposureOf } from '../engine/exposure.ts';
import { keepsFromSettling, salesToUndo } from '../engine/flows/cancel-sale.ts';
import { whyNotRefundable, whyNotVoidable } from '../engine/flows/undo.ts';
import type { Reply } from '../engine/inputs.ts';
import { setAside } from '../engine/owed.ts';
import { openSales, salesInPlace, splitSaleOf } from '../engine/split.ts';
import {
  type BenchAction,
  type CollectionName,
  parametersOf,
  type StateView,
  type Txn,
} from '../engine/state.ts';
import { undoTenders } from './undo-tenders.ts';

const SALE = 'sale-0001';
const OTHER_CARD = '8890121000010207';
const APPROVAL = { operatorCode: '2001', passwordMatches: true };
const NO_ANSWER: ExchangeOutcome = { kind: 'no-answer', cause: 'timed-out' };

class Checkout {
  readonly bench = new TerminalBench();
  readonly #basket = this.bench.basket(100_00, SALE);
  #tenders = 0;

  async open(): Promise<this> {
    await this.bench.open();
    return this;
  }

  card(amount: number, pan?: string): Promise<Reply> {
    const presented = this.bench.card(pan);
    return this.bench.terminal.run({
      kind: 'pay-card',
      basket: this.#basket,
      presented,
      tender: this.#tender(amount),
    });
  }

  cash(amount: number): Promise<Reply> {
    const receivedMinor = amountMinor(amount);
    return this.bench.terminal.run({
      kind: 'pay-cash',
      basket: this.#basket,
      receivedMinor,
      tender: this.#tender(amount),
    });
  }

  async offline(amount: number): Promise<Txn> {
    const { bench } = this;
    await bench.giveCertificate();
    bench.linkUp = false;
    const txn = bench.txn(await this.card(amount));
    bench.linkUp = true;
    return txn;
  }

  /** Taken offline, and refused by the host when it came up. */
  async claim(amount: number): Promise<Txn> {
    const { bench } = this;
    const { txnId } = await this.offline(amount);
    bench.host = (exchange) => decline(exchange, '51');
    await bench.terminal.run({ kind: 'deliver', txnId });
    bench.host = approve;
    return this.now(txnId);
  }

  /** A card that the host did not answer, and whose reversal it refuses. */
  async lost(amount: number, pan?: string): Promise<Txn> {
    const { bench } = this;
    bench.host = () => NO_ANSWER;
    const { txnId } = bench.txn(await this.card(amount, pan));
    bench.host = approve;
    return this.now(txnId);
  }

  async stands(txnId: string): Promise<Reply> {
    const { bench } = this;
    bench.host = (exchange) => decline(exchange, '12');
    await bench.terminal.run({ kind: 'deliver', txnId });
    bench.host = approve;
    return this.act(txnId, 'host-says-stands');
  }

  act(txnId: string, action: BenchAction): Promise<Reply> {
    const note = 'the acquirer says so';
    return this.bench.terminal.run({ kind: 'bench-act', txnId, action, note, approval: APPROVAL });
  }

  cancel(): Promise<Reply> {
    return this.bench.terminal.run({ kind: 'cancel-sale', saleId: SALE });
  }

  refund(amount: number): Promise<Reply> {
    const asked = { saleId: SALE, refundId: 'refund-0001', amountMinor: amountMinor(amount) };
    return this.bench.terminal.run({ kind: 'refund-sale', ...asked });
  }

  async settle(): Promise<Reply> {
    const reply = await this.bench.terminal.run({ kind: 'settle' });
    await this.bench.terminal.run({ kind: 'terminal-sign-on' });
    return reply;
  }

  now(txnId: string): Txn {
    return this.bench.txn({ kind: 'transaction', txnId });
  }

  get state(): string | undefined {
    return splitSaleOf(this.bench.terminal.state, SALE)?.split.state;
  }

  #tender(amount: number) {
    this.#tenders += 1;
    return { tenderId: `tender-${this.#tenders}`, amountMinor: amountMinor(amount) };
  }
}

describe('an offline sale that was set aside', () => {
  it('goes on counting against a newer certificate, and against the caps of the terminal', async () => {
    const bench = await new TerminalBench().open();
    const cap = { balanceMinor: amountMinor(100_00), offlineCapMinor: amountMinor(100_00) };
    await bench.giveCertificate(cap);
    bench.linkUp = false;
    const { txnId } = bench.txn(await bench.pay(90_00));
    for (let tries = 0; tries < 8; tries += 1)
      await bench.terminal.run({ kind: 'delivery-failed', txnId, fault: 'not-answered' });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('undeliverable');
    await bench.giveCertificate({ ...cap, certificateNumber: 2 });
    expect(await bench.pay(10_01)).toMatchObject({ rule: 'offline-balance' });
    expect(exposureOf(bench.terminal.state, bench.nowMs)).toMatchObject({
      terminal: { atRiskMinor: 90_00, count: 1 },
      claimsMinor: 0,
      cards: [{ atRiskMinor: 90_00 }],
    });
  });
});

describe('a card whose payment stands after the sale was paid otherwise', () => {
  it('is recorded, keeps the others as they are, and waits for a person where the host never named it', async () => {
    const all = await new Checkout().open();
    const { bench } = all;
    const { txnId } = await all.lost(60_00);
    const cash = bench.txn(await all.cash(100_00));
    expect(all.state).toBe('complete');
    expect(await all.stands(txnId)).toMatchObject({ kind: 'transaction' });
    expect(all.now(txnId)).toMatchObject({ state: 'approved' });
    expect(all.now(txnId).receipt).not.toContain('Water');
    const [, paidInCash] = splitSaleOf(bench.terminal.state, SALE)?.split.tenders ?? [];
    expect(paidInCash).toMatchObject({ txnId: cash.txnId });
    expect(paidInCash?.beyondMinor).toBeUndefined();
    expect(splitSaleOf(bench.terminal.state, SALE)?.split.tenders[0]).toMatchObject({ beyondMinor: 60_00 });
    expect(setAside(bench.terminal.state).map((txn) => txn.txnId)).toEqual([txnId]);
    // The host never named it: only a person can give it back, and it is seen across a settlement and a restart.
    expect(await all.settle()).toMatchObject({ kind: 'settled' });
    bench.boot();
    await all.act(txnId, 'returned-otherwise');
    expect(setAside(bench.terminal.state)).toEqual([]);
    expect([...bench.terminal.state.live('sales')]).toEqual([]);
  });

  it('is voided alone with its card where the host named it, and the others are not', async () => {
    const all = await new Checkout().open();
    const { bench } = all;
    const { txnId } = await all.lost(60_00, OTHER_CARD);
    // Taken offline, while the reversal is owed.
    await bench.giveCertificate();
    const paid = bench.txn(await all.card(100_00));
    await all.stands(txnId);
    const named = { ...all.now(txnId), rrn: '000000000001' };
    expect(whyNotVoidable(bench.terminal.state, named as Txn)).toBeUndefined();
    expect(whyNotVoidable(bench.terminal.state, paid)).toBe('part-of-sale');
    expect(whyNotRefundable(bench.terminal.state, { ...named, settled: true } as Txn, 60_01)).toBe(
      'part-of-sale',
    );
    expect(whyNotRefundable(bench.terminal.state, { ...named, settled: true } as Txn, 60_00)).toBeUndefined();
  });

  it('takes no share of a refund of the sale', async () => {
    const all = await new Checkout().open();
    const { txnId } = await all.lost(60_00);
    await all.cash(100_00);
    await all.stands(txnId);
    await all.settle();
    const { state } = all.bench.terminal;
    expect(await all.refund(100_01)).toMatchObject({ rule: 'refund-above-original' });
    expect(await all.refund(100_00)).toMatchObject({ kind: 'refund-plan' });
    expect(state.get('refundPlans', 'refund-0001')?.parts).toMatchObject([
      { amountMinor: 100_00, state: 'done' },
    ]);
  });

  it('is owed back what it paid beyond the total, where the rest was still to pay', async () => {
    const all = await new Checkout().open();
    const { txnId } = await all.lost(60_00);
    await all.cash(50_00);
    await all.stands(txnId);
    expect(all.state).toBe('complete');
    expect(splitSaleOf(all.bench.terminal.state, SALE)?.split.tenders[0]).toMatchObject({
      beyondMinor: 10_00,
    });
  });
});

describe('a claim of a sale that is cancelled', () => {
  it('is not dropped while it is being collected: what becomes of that comes first', async () => {
    const all = await new Checkout().open();
    const { bench } = all;
    const { txnId } = await all.claim(50_00);
    await all.act(txnId, 'collect');
    bench.host = () => NO_ANSWER;
    const collection = bench.txn(
      await bench.terminal.run({ kind: 'collect-claim', txnId, presented: bench.card() }),
    );
    bench.host = approve;
    expect(await all.cancel()).toMatchObject({ rule: 'sale-in-progress' });
    await bench.terminal.run({ kind: 'deliver', txnId: collection.txnId });
    expect(await all.cancel()).toMatchObject({ kind: 'sale' });
    expect(await bench.terminal.run({ kind: 'collect-claim', txnId, presented: bench.card() })).toMatchObject(
      {
        rule: 'claim-not-collectable',
      },
    );
    await undoTenders(bench.terminal, SALE);
    expect(all.state).toBe('cancelled');
  });
});

describe('a void that the host puts off', () => {
  it('is asked again by itself, once a round, and the other tenders go on', async () => {
    const all = await new Checkout().open();
    const { bench } = all;
    const first = bench.txn(await all.card(60_00));
    const second = bench.txn(await all.card(40_00, OTHER_CARD));
    await all.cancel();
    bench.host = (exchange) =>
      exchange.message.fields[37] === first.rrn ? decline(exchange, '91') : approve(exchange);
    const sent = bench.sent.length;
    await undoTenders(bench.terminal, SALE);
    await undoTenders(bench.terminal, SALE);
    expect(all.now(second.txnId).state).toBe('voided');
    expect(bench.sent.length).toBeLessThanOrEqual(sent + 4);
    expect(salesToUndo(bench.terminal.state)).toHaveLength(1);
    bench.host = approve;
    await undoTenders(bench.terminal, SALE);
    expect(all.state).toBe('cancelled');
  });

  it('does not hold up the settlement, and is a refund then', async () => {
    const all = await new Checkout().open();
    const { bench } = all;
    const { txnId } = bench.txn(await all.card(60_00));
    await all.cancel();
    bench.host = (exchange) => decline(exchange, '91');
    await undoTenders(bench.terminal, SALE);
    bench.host = approve;
    expect(await all.settle()).toMatchObject({ kind: 'settled' });
    await undoTenders(bench.terminal, SALE);
    expect(all.state).toBe('cancelled');
    expect(all.now(txnId).refundedMinor).toBe(60_00);
  });
});

describe('a tender that the terminal cannot give back', () => {
  it('waits for a person, and lets settlements, other sales and the archive go on', async () => {
    const all = await new Checkout().open();
    const { bench } = all;
    const { txnId } = await all.offline(50_00);
    await all.cash(50_00);
    bench.host = (exchange) => {
      const said = decline(exchange, '94');
      if (said.kind !== 'answered') throw new Error('A decline is an answer');
      const { 37: _unnamed, ...fields } = said.message.fields;
      return { kind: 'answered', message: { ...exchange.message, mti: '0230', fields } };
    };
    await bench.terminal.run({ kind: 'deliver', txnId });
    bench.host = approve;
    expect(all.now(txnId)).toMatchObject({ state: 'delivered' });
    expect(all.now(txnId).rrn).toBeUndefined();
    await all.cancel();
    await undoTenders(bench.terminal, SALE);
    expect(all.state).toBe('cancelling');
    expect(salesInPlace(bench.terminal.state)).toEqual([]);
    expect(await all.settle()).toMatchObject({ kind: 'settled' });
    bench.boot();
    expect(setAside(bench.terminal.state).map((txn) => txn.txnId)).toEqual([txnId]);
    const bare = { kind: 'bench-act', txnId, action: 'returned-otherwise' } as const;
    expect(await bench.terminal.run(bare)).toMatchObject({ rule: 'note-required' });
    await all.act(txnId, 'returned-otherwise');
    expect(all.state).toBe('cancelled');
    expect(setAside(bench.terminal.state)).toEqual([]);
    expect(await all.act(txnId, 'returned-otherwise')).toMatchObject({ rule: 'bench-action-not-now' });
  });

  it('does not keep the others from being refunded', async () => {
    const all = await new Checkout().open();
    const { txnId } = await all.claim(60_00);
    await all.cash(40_00);
    await all.settle();
    expect(all.now(txnId).state).toBe('rejected');
    expect(await all.refund(40_01)).toMatchObject({ rule: 'refund-above-refundable' });
    expect(await all.refund(40_00)).toMatchObject({ kind: 'refund-plan' });
  });
});

describe('a planned refund of a sale', () => {
  it('is not carried out after the time for refunds', async () => {
    const all = await new Checkout().open();
    const { bench } = all;
    await all.card(100_00);
    await all.settle();
    await all.refund(100_00);
    const part = { kind: 'refund-part', refundId: 'refund-0001', presented: bench.card() } as const;
    const daysMax = parametersOf(bench.terminal.state).refundDaysMax;
    bench.nowMs += (daysMax + 1) * 86_400_000;
    expect(await bench.terminal.run(part)).toMatchObject({ rule: 'refund-too-late' });
    bench.nowMs -= 2 * 86_400_000;
    expect(await bench.terminal.run(part)).toMatchObject({ kind: 'transaction' });
  });

  it('keeps its sale in memory, so that the archive leaves its tenders, until its last part is done', async () => {
    const all = await new Checkout().open();
    const { bench } = all;
    await all.card(100_00);
    await all.settle();
    await all.refund(100_00);
    expect([...bench.terminal.state.live('sales')]).toHaveLength(1);
    expect(openSales(bench.terminal.state)).toEqual([]);
    await bench.terminal.run({ kind: 'refund-part', refundId: 'refund-0001', presented: bench.card() });
    expect([...bench.terminal.state.live('sales')]).toEqual([]);
  });
});

describe('a full batch', () => {
  it('is settled though a sale of it is being cancelled: not one void more fits into it', async () => {
    const all = await new Checkout().open();
    await all.card(60_00);
    await all.cancel();
    const { state } = all.bench.terminal;
    const [sale] = openSales(state);
    if (!sale) throw new Error('No sale');
    const [tender] = [...state.live('transactions')];
    const full = (count: number): StateView => ({
      get: (collection, key) => state.get(collection, key),
      live: ((collection: CollectionName) =>
        collection === 'transactions'
          ? Array.from({ length: count }, () => tender)
          : state.live(collection)) as StateView['live'],
    });
    expect(keepsFromSettling(full(998), sale)).toBe(true);
    expect(keepsFromSettling(full(999), sale)).toBe(false);
  });
});

describe('a tender that was written off', () => {
  it('is on the receipt of the sale that the next one completes', async () => {
    const all = await new Checkout().open();
    const { txnId } = await all.claim(60_00);
    await all.act(txnId, 'write-off');
    const { receipt } = all.bench.txn(await all.cash(40_00));
    expect(all.state).toBe('complete');
    expect(receipt).not.toContain('STILL TO PAY');
    expect(receipt).toContain('60.00');
  });
});
