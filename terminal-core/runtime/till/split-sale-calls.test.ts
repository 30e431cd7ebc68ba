import { describe, expect, it } from 'vitest';
import { approve, decline } from '../../../test/support/terminal-bench.ts';
import { openTill as till } from '../../../test/support/till-bench.ts';

const ONE_PEN = { lines: [{ sku: 'W1', quantity: 1 }], totalMinor: 350 };

describe('a void or refund that is asked for again', () => {
  it('answers with its outcome although the card is forgotten, and prints no second original', async () => {
    const { bench, service, printer, swipe } = await till();
    const paid = await service.payCard({ saleId: 'sale-0001', ...ONE_PEN, cardRef: swipe() });
    if (paid.kind !== 'approved') throw new Error(paid.kind);
    const asked = { txnId: paid.transaction.txnId, undoId: 'undo-0001', cardRef: swipe() };
    const first = await service.voidTransaction(asked);
    const sent = bench.sent.length;
    const again = await service.voidTransaction(asked);
    if (first.kind !== 'approved' || again.kind !== 'approved') throw new Error(again.kind);
    expect(again.transaction.txnId).toBe(first.transaction.txnId);
    expect(bench.sent.length).toBe(sent);
    expect(printer.papers).toHaveLength(2);
  });

  it('gives cash back without a card, and asks for the card of any other payment', async () => {
    const { service, printer, swipe } = await till();
    const cash = await service.payCash({ saleId: 'sale-0001', ...ONE_PEN, receivedMinor: 350 });
    const paid = await service.payCard({ saleId: 'sale-0002', ...ONE_PEN, cardRef: swipe() });
    if (cash.kind !== 'approved' || paid.kind !== 'approved') throw new Error('not paid');
    const refund = { txnId: cash.transaction.txnId, undoId: 'undo-0001', amountMinor: 100 };
    expect(await service.refundTransaction(refund)).toMatchObject({
      kind: 'approved',
      mode: 'cash',
      transaction: { kind: 'cash-refund', amountMinor: 100 },
    });
    expect(service.totals()).toMatchObject({ cashMinor: 350, cashBackCount: 1, cashBackMinor: 100 });
    expect(printer.papers).toHaveLength(3);
    const { txnId } = paid.transaction;
    expect(await service.voidTransaction({ txnId, undoId: 'undo-0002' })).toMatchObject({
      rule: 'card-needed',
    });
  });
});

describe('a sale that several tenders pay', () => {
  const pay = (tenderId: string, amountMinor: number) => ({
    saleId: 'sale-0001',
    ...ONE_PEN,
    tender: { tenderId, amountMinor },
  });

  it('says with each tender what is left, and prints the slips and the receipt once each', async () => {
    const { service, printer, swipe } = await till();
    const first = await service.payCard({ ...pay('tender-01', 300), cardRef: swipe() });
    expect(first).toMatchObject({
      kind: 'approved',
      sale: { state: 'open', paidMinor: 300, dueMinor: 50, lines: ONE_PEN.lines },
    });
    expect(service.status().openSales).toEqual([
      { saleId: 'sale-0001', state: 'open', totalMinor: 350, paidMinor: 300 },
    ]);
    await service.signOffOperator();
    expect(await service.payCard({ ...pay('tender-01', 300), cardRef: 'gone' })).toMatchObject({
      kind: 'approved',
      sale: { state: 'open' },
    });
    await service.signOnOperator({ operatorCode: '2001', password: '2001' });
    const last = await service.payCash({ ...pay('tender-02', 50), receivedMinor: 100 });
    expect(last).toMatchObject({ changeMinor: 50, sale: { state: 'complete', dueMinor: 0 } });
    expect(service.status().openSales).toEqual([]);
    expect(printer.papers).toHaveLength(2);
    expect(service.getSale({ saleId: 'sale-0001' })).toMatchObject({ sale: { state: 'complete' } });
  });

  it('goes on at the price that its first tender was taken for', async () => {
    const { service } = await till();
    await service.payCash({ ...pay('tender-01', 300), receivedMinor: 300 });
    const lines = [{ sku: 'gone from the catalogue', quantity: 1 }];
    expect(await service.payCash({ ...pay('tender-02', 50), lines, receivedMinor: 50 })).toMatchObject({
      kind: 'approved',
    });
  });

  it('is cancelled with its money: the cash is named, the card is voided, and both receipts are printed', async () => {
    const { service, printer, signOn, swipe } = await till();
    await signOn('1001');
    await service.payCash({ ...pay('tender-01', 100), receivedMinor: 100 });
    await service.payCard({ ...pay('tender-02', 200), cardRef: swipe() });
    const cancel = { saleId: 'sale-0001' };
    expect(await service.cancelSale(cancel)).toMatchObject({ rule: 'supervisor-required' });
    const supervisor = { operatorCode: '2001', password: '2001' };
    const done = await service.cancelSale({ ...cancel, supervisor });
    expect(done).toMatchObject({ kind: 'cancelled', sale: { cashBackMinor: 100, paidMinor: 0 } });
    expect(printer.papers).toHaveLength(4);
    expect(await service.cancelSale(cancel)).toMatchObject({ kind: 'cancelled' });
    expect(printer.papers).toHaveLength(4);
    expect(service.totals()).toMatchObject({ debitMinor: 200, creditMinor: 200, cashBackMinor: 100 });
  });

  it('that the host does not answer, or will not void, says who has to do something', async () => {
    const { bench, service, swipe } = await till();
    await service.payCard({ ...pay('tender-01', 200), cardRef: swipe() });
    bench.linkUp = false;
    const waiting = await service.cancelSale({ saleId: 'sale-0001' });
    expect(waiting).toMatchObject({ kind: 'cancelling' });
    expect(waiting.kind === 'cancelling' ? waiting.nextStep.en : '').toContain('by itself');
    bench.linkUp = true;
    bench.host = (exchange) => decline(exchange, '55');
    const declined = await service.cancelSale({ saleId: 'sale-0001' });
    expect(declined.kind === 'cancelling' ? declined.nextStep.en : '').toContain('Present its card');
    bench.host = approve;
    const asked = { saleId: 'sale-0001', cardRef: swipe(), pin: '123456' };
    expect(await service.cancelSale(asked)).toMatchObject({ kind: 'cancelled' });
    expect(bench.sent.at(-1)?.message.fields[52]).toBeDefined();
  });
});

describe('the refund of a sale that several tenders paid', () => {
  it('lists its parts, hands out the cash at once, and takes each card once', async () => {
    const { bench, service, printer, swipe } = await till();
    const sale = { saleId: 'sale-0001', ...ONE_PEN };
    const tender = (tenderId: string, amountMinor: number) => ({ tender: { tenderId, amountMinor } });
    await service.payCard({ ...sale, ...tender('tender-01', 300), cardRef: swipe() });
    await service.payCash({ ...sale, ...tender('tender-02', 50), receivedMinor: 50 });
    await service.settle({});
    await service.signOnTerminal();
    const before = printer.papers.length;
    const asked = { saleId: 'sale-0001', refundId: 'refund-01', amountMinor: 70 };
    const planned = await service.refundSale(asked);
    expect(planned).toMatchObject({
      kind: 'refund',
      refund: {
        leftMinor: 60,
        parts: [
          { amountMinor: 60, state: 'open', tender: { kind: 'purchase' } },
          { amountMinor: 10, state: 'done', tender: { kind: 'cash-sale' } },
        ],
      },
    });
    expect(printer.papers).toHaveLength(before + 1);
    expect(service.status().openRefunds).toEqual([
      { refundId: 'refund-01', saleId: 'sale-0001', amountMinor: 70, leftMinor: 60 },
    ]);
    await service.signOffOperator();
    expect(await service.refundSale(asked)).toEqual(planned);
    await service.signOnOperator({ operatorCode: '1001', password: '2001' });
    const done = await service.refundPart({ refundId: 'refund-01', cardRef: swipe() });
    expect(done).toMatchObject({
      kind: 'approved',
      transaction: { kind: 'refund' },
      refund: { leftMinor: 0 },
    });
    expect(printer.papers).toHaveLength(before + 2);
    expect(service.status().openRefunds).toEqual([]);
    const sent = bench.sent.length;
    expect(await service.refundPart({ refundId: 'refund-01', cardRef: swipe() })).toMatchObject({
      rule: 'refund-part-done',
    });
    expect(bench.sent.length).toBe(sent);
    expect(service.getRefund({ refundId: 'refund-01' })).toMatchObject({ refund: { leftMinor: 0 } });
    expect(service.getRefund({ refundId: 'refund-02' })).toMatchObject({ rule: 'no-such-refund' });
  });

  it('takes back what no card came for, and says so in the status', async () => {
    const { service, swipe } = await till();
    const sale = { saleId: 'sale-0001', ...ONE_PEN };
    const tender = (tenderId: string, amountMinor: number) => ({ tender: { tenderId, amountMinor } });
    await service.payCard({ ...sale, ...tender('tender-01', 300), cardRef: swipe() });
    await service.payCash({ ...sale, ...tender('tender-02', 50), receivedMinor: 50 });
    await service.settle({});
    await service.signOnTerminal();
    const refundId = 'refund-01';
    await service.refundSale({ saleId: 'sale-0001', refundId, amountMinor: 70 });
    expect(await service.withdrawRefund({ refundId })).toMatchObject({
      kind: 'refund',
      refund: { leftMinor: 0, parts: [{ state: 'withdrawn' }, { state: 'done' }] },
    });
    expect(service.status().openRefunds).toEqual([]);
    expect(await service.withdrawRefund({ refundId: 'refund-02' })).toMatchObject({ rule: 'no-such-refund' });
  });
});
