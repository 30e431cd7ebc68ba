import { describe, expect, it } from 'vitest';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import { exposureOf } from '../engine/exposure.ts';
import { salesToUndo } from '../engine/flows/cancel-sale.ts';
import type { ExchangeOutcome, Reply } from '../engine/inputs.ts';
import { splitSaleOf } from '../engine/split.ts';
import type { Txn } from '../engine/state.ts';
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

  act(txnId: string, action: 'host-says-stands' | 'write-off' | 'collect'): Promise<Reply> {
    const note = 'the acquirer says so';
    return this.bench.terminal.run({ kind: 'bench-act', txnId, action, note, approval: APPROVAL });
  }

  cancel(): Promise<Reply> {
    return this.bench.terminal.run({ kind: 'cancel-sale', saleId: SALE });
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
  it('is recorded, keeps the others as they are, and is voided alone', async () => {
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
