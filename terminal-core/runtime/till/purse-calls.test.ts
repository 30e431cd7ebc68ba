import { describe, expect, it } from 'vitest';
import { PurseBench, START_MINOR, settled } from '../../../test/support/purse-bench.ts';
import { openTill, SUPERVISOR } from '../../../test/support/till-bench.ts';
import type { DeviceEvent } from '../../api/contract.ts';
import { amountMinor } from '../../domain/money.ts';
import type { SimulatedPurseCard } from '../../purse/simulator/index.ts';

const ONE_PEN = { lines: [{ sku: 'W1', quantity: 1 }], totalMinor: 350 };
const DEBIT = 0x54;

async function purseTill() {
  const bench = await new PurseBench().ready();
  const till = await openTill({ purseBench: bench });
  const events: DeviceEvent[] = [];
  const stop = new AbortController();
  void (async () => {
    for await (const event of till.service.watchDevices(stop.signal)) events.push(event);
  })();
  await settled();
  const insert = async (card: SimulatedPurseCard): Promise<string> => {
    bench.reader.remove('card');
    bench.reader.insert('card', card);
    for (let turn = 0; turn < 20; turn += 1) await settled();
    const handle = await till.service.purseBalance();
    if (handle.kind !== 'purse') throw new Error(handle.rule);
    return handle.purseRef;
  };
  return { bench, till, service: till.service, events, insert };
}

/** Torn away while it pays: the card has paid, and nobody heard it. */
async function tornSale(saleId = 'sale-torn-1') {
  const all = await purseTill();
  const purseRef = await all.insert(all.bench.card1);
  all.bench.card1.tearAt({ instruction: DEBIT, point: 'after-acting' });
  const result = await all.service.payPurse({ saleId, ...ONE_PEN, purseRef });
  return { ...all, purseRef, result };
}

describe('paying with a purse at the till', () => {
  it('shows the card with its last digits and balance, takes the amount and prints old and new balance', async () => {
    const { service, insert, bench, events, till } = await purseTill();
    const purseRef = await insert(bench.card1);
    expect(events).toMatchObject([
      { kind: 'purse', purseRef, lastDigits: '0001', balanceMinor: START_MINOR },
    ]);
    const paid = await service.payPurse({ saleId: 'sale-0001', ...ONE_PEN, purseRef });
    expect(paid).toMatchObject({
      kind: 'approved',
      mode: 'offline',
      balanceMinor: START_MINOR - 350,
      transaction: { kind: 'purse-sale', state: 'approved', maskedPan: `${'*'.repeat(16)}0001` },
    });
    expect(till.printer.papers).toHaveLength(1);
    const txn = bench.all('purse-sale')[0];
    for (const fact of ['0001', '300.00', '296.50', txn?.purse?.tac, txn?.purse?.terminalSerial])
      expect(txn?.receipt).toContain(fact);
    expect(await service.payPurse({ saleId: 'sale-0001', ...ONE_PEN, purseRef })).toMatchObject({
      kind: 'approved',
    });
    expect(bench.card1.state.balanceMinor).toBe(START_MINOR - 350);
    expect(till.printer.papers).toHaveLength(1);
  });

  it('asks for the PIN with the card named by its last digits, and says in words what a wrong one leaves', async () => {
    const { service, insert, bench } = await purseTill();
    await bench.terminal.run({
      kind: 'parameters-downloaded',
      version: 1,
      issuedAtMs: bench.nowMs,
      parameters: { pinRequiredFromMinor: amountMinor(3_50) },
      certificates: [],
    });
    const sale = { saleId: 'sale-0001', ...ONE_PEN, purseRef: await insert(bench.card1) };
    const wanted = { kind: 'pin-required', maskedPan: `${'*'.repeat(16)}0001`, amountMinor: 350 };
    expect(await service.payPurse(sale)).toEqual(wanted);
    for (const [triesLeft, text] of [
      [2, 'The card PIN is wrong; 2 tries are left. Nothing was charged.'],
      [1, 'The card PIN is wrong and one try is left. Nothing was charged.'],
    ] as const) {
      expect(await service.payPurse({ ...sale, pin: '000000' })).toMatchObject({
        ...wanted,
        wrongPin: { triesLeft, text: { en: text } },
      });
    }
    expect(await service.payPurse({ ...sale, pin: '123456' })).toMatchObject({ kind: 'approved' });
    expect(bench.card1.state).toMatchObject({ balanceMinor: START_MINOR - 350, pinTriesLeft: 3 });
  });

  it("tells the card's own records with the network down, newest first, and of no other card", async () => {
    const { service, insert, bench } = await purseTill();
    const purseRef = await insert(bench.card1);
    expect(await service.purseLog({ purseRef })).toEqual({ kind: 'purse-log', lines: [] });
    bench.linkUp = true;
    await service.loadPurse({ loadId: 'load-0001', purseRef, amountMinor: 20_00 });
    bench.linkUp = false;
    await service.payPurse({ saleId: 'sale-0001', ...ONE_PEN, purseRef });
    const log = await service.purseLog({ purseRef });
    expect(log).toMatchObject({
      lines: [
        { what: { en: 'Purchase' }, amountMinor: -350, date: bench.all('purse-sale')[0]?.purse?.date },
        { what: { en: 'Load' }, amountMinor: 20_00 },
      ],
    });
    expect(await service.purseLog({ purseRef: 'another' })).toMatchObject({ rule: 'purse-gone' });
  });

  it('asks for a card that was torn away by its last digits, and finishes by itself when it is back', async () => {
    const { service, insert, bench, events, result } = await tornSale();
    expect(result).toMatchObject({ kind: 'card-in-doubt', lastDigits: '0001' });
    expect(service.status().purse).toMatchObject({
      psamReady: true,
      doubts: [{ lastDigits: '0001', state: 'in-doubt', amountMinor: 350, otherTender: false }],
    });
    const other = await insert(bench.card2);
    expect(await service.payPurse({ saleId: 'sale-torn-1', ...ONE_PEN, purseRef: other })).toMatchObject({
      rule: 'purse-other-card',
    });
    await insert(bench.card1);
    expect(events.filter((event) => event.kind === 'doubt-settled')).toMatchObject([
      { transaction: { state: 'recovered' } },
    ]);
    expect(service.status().purse).toMatchObject({ doubts: [], owedBack: [] });
    expect(await service.payPurse({ saleId: 'sale-torn-1', ...ONE_PEN, purseRef: 'gone' })).toMatchObject({
      kind: 'approved',
    });
    expect(bench.card1.state.balanceMinor).toBe(START_MINOR - 350);
  });

  it('finishes by itself also in a new process, with nobody signed on', async () => {
    const { bench, till } = await tornSale();
    await till.service.signOffOperator();
    await bench.restart();
    till.restart();
    bench.reader.insert('card', bench.card1);
    for (let turn = 0; turn < 20; turn += 1) await settled();
    expect(bench.all('purse-sale')).toMatchObject([{ state: 'recovered' }]);
  });

  it('says the sale is still in doubt when it is asked for again without the card', async () => {
    const { service, result, purseRef } = await tornSale();
    expect(await service.payPurse({ saleId: 'sale-torn-1', ...ONE_PEN, purseRef })).toEqual(result);
  });

  it('owes the amount back when the sale was paid otherwise meanwhile, until a load has given it back', async () => {
    const { service, insert, bench, events, result } = await tornSale();
    if (result.kind !== 'card-in-doubt') throw new Error(result.kind);
    const { txnId } = result.transaction;
    expect(await service.otherTender({ txnId })).toEqual({ kind: 'done' });
    const cash = { saleId: 'sale-cash-1', ...ONE_PEN, receivedMinor: 350 };
    expect(await service.payCash(cash)).toMatchObject({ kind: 'approved' });
    const purseRef = await insert(bench.card1);
    expect(events.at(-2)).toMatchObject({ kind: 'doubt-settled', owedBackMinor: 350 });
    expect(service.status().purse?.owedBack).toEqual([{ txnId, lastDigits: '0001', amountMinor: 350 }]);

    // The host has to know the sale before it is given back.
    const back = { loadId: 'back-0001', amountMinor: 350, purseRef, refundOf: txnId, supervisor: SUPERVISOR };
    expect(await service.loadPurse(back)).toMatchObject({ rule: 'purse-not-refundable' });
    await bench.settle();
    expect(service.status().purse?.owedBack).toMatchObject([{ txnId }]);
    expect(await service.loadPurse({ ...back, amountMinor: 351 })).toMatchObject({
      rule: 'refund-above-original',
    });
    expect(await service.loadPurse(back)).toMatchObject({
      kind: 'approved',
      transaction: { kind: 'purse-load' },
    });
    expect(bench.card1.state.balanceMinor).toBe(START_MINOR);
    expect(service.status().purse?.owedBack).toEqual([]);
    expect(await service.loadPurse({ ...back, loadId: 'back-0002' })).toMatchObject({
      rule: 'purse-not-refundable',
    });
    const other = await insert(bench.card2);
    expect(await service.loadPurse({ ...back, loadId: 'back-0003', purseRef: other })).toMatchObject({
      kind: 'refused',
    });
  });

  it('closes the doubts at the settlement, and says so to the host before the totals are compared', async () => {
    const { service, bench } = await tornSale();
    expect(await service.settle({})).toMatchObject({ kind: 'settled', debitMinor: 0 });
    expect(bench.all('purse-sale')).toMatchObject([{ state: 'unresolved' }]);
    expect([...bench.book.sales.values()]).toMatchObject([{ state: 'unresolved' }]);
    expect(service.status().purse?.doubts).toMatchObject([{ state: 'unresolved' }]);
  });

  it('refuses a card that is not there, and the questions of somebody who may not ask', async () => {
    const { service } = await purseTill();
    expect(await service.purseBalance()).toMatchObject({ rule: 'purse-gone' });
    expect(await service.payPurse({ saleId: 'sale-0001', ...ONE_PEN, purseRef: 'x' })).toMatchObject({
      rule: 'purse-gone',
    });
    expect(await service.otherTender({ txnId: 'none' })).toMatchObject({ rule: 'no-such-transaction' });
    await service.signOffOperator();
    expect(await service.purseBalance()).toMatchObject({ rule: 'no-operator' });
    expect(await service.otherTender({ txnId: 'none' })).toMatchObject({ rule: 'no-operator' });
  });
});

describe('loading a purse at the till', () => {
  it('puts cash on the card once, whatever is pressed twice, and counts it in the drawer', async () => {
    const { service, insert, bench } = await purseTill();
    const purseRef = await insert(bench.card1);
    const load = { loadId: 'load-0001', amountMinor: 100_00, purseRef };
    const [first, second] = await Promise.all([service.loadPurse(load), service.loadPurse(load)]);
    for (const result of [first, second])
      expect(result).toMatchObject({ kind: 'approved', balanceMinor: START_MINOR + 100_00 });
    expect(await service.loadPurse(load)).toMatchObject({ kind: 'approved' });
    expect(bench.card1.state.balanceMinor).toBe(START_MINOR + 100_00);
    expect(bench.terminal.state.get('takings', 'takings')).toMatchObject({
      tally: { 'cash/load': { count: 1, minor: 100_00 } },
    });
    expect(await service.settle({})).toMatchObject({ kind: 'settled', creditMinor: 100_00 });
    expect(bench.book.creditedMinor()).toBe(100_00);
  });

  it('gives no payment for a load and no load for a payment of the same id', async () => {
    const { service, insert, bench } = await purseTill();
    const purseRef = await insert(bench.card1);
    await service.loadPurse({ loadId: 'the-same-id', amountMinor: 350, purseRef });
    expect(await service.payPurse({ saleId: 'the-same-id', ...ONE_PEN, purseRef })).toMatchObject({
      rule: 'sale-differs',
    });
  });
});
