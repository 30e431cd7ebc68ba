import { beforeEach, describe, expect, it } from 'vitest';
import { approve } from '../../../test/support/terminal-bench.ts';
import { openTill, SUPERVISOR, type TestTill } from '../../../test/support/till-bench.ts';
import { owed } from '../../engine/owed.ts';
import { project } from '../../engine/project.ts';
import { terminalOf } from '../../engine/state.ts';
import { takingsOf } from '../../engine/takings.ts';

const ONE_PEN = { lines: [{ sku: 'W1', quantity: 1 }], totalMinor: 350 };
const IN_TRAINING = { kind: 'refused', rule: 'in-training' };

describe('training mode', () => {
  let till: TestTill;
  const kinds = () => [...till.bench.journal.entries()].map(({ kind }) => kind);
  const payCash = (saleId: string) => till.service.payCash({ saleId, ...ONE_PEN, receivedMinor: 400 });
  const payCard = (saleId: string) => till.service.payCard({ saleId, ...ONE_PEN, cardRef: till.swipe() });
  const enter = () => till.service.enterTraining({ supervisor: SUPERVISOR });
  const paper = () => till.printer.papers.at(-1)?.lines.join('\n') ?? '';
  async function practisedSale(saleId: string) {
    const paid = await payCard(saleId);
    if (paid.kind !== 'approved') throw new Error(paid.kind);
    return paid.transaction;
  }

  beforeEach(async () => {
    till = await openTill();
    await till.signOn('1001');
  });

  it('is entered and left by a cashier with a supervisor, and the journal says by whom', async () => {
    const { service, signOn } = till;
    expect(await service.enterTraining({})).toMatchObject({ rule: 'supervisor-required' });
    expect(service.status().training).toBe(false);
    expect(await enter()).toEqual({ kind: 'done' });
    expect(service.status().training).toBe(true);
    expect(await service.leaveTraining({})).toMatchObject({ rule: 'supervisor-required' });
    expect(await service.leaveTraining({ supervisor: { ...SUPERVISOR, password: 'wrong' } })).toMatchObject({
      rule: 'wrong-password',
    });
    expect(await service.leaveTraining({ supervisor: SUPERVISOR })).toEqual({ kind: 'done' });
    expect(service.status().training).toBe(false);
    const events = [...till.bench.journal.entries()].filter(({ kind }) => kind.startsWith('training-'));
    expect(events).toMatchObject([
      { kind: 'training-entered', payload: { operatorCode: '1001', supervisorCode: '2001' } },
      { kind: 'training-left', payload: { operatorCode: '1001', supervisorCode: '2001' } },
    ]);
    await signOn('9001');
    expect(await service.enterTraining({})).toMatchObject({ rule: 'role-not-allowed' });
  });

  it('sells, voids and refunds without a byte to the host or to the journal, and says TRAINING on paper', async () => {
    const { bench, service, swipe } = till;
    await payCash('sale-real');
    const totals = service.totals();
    await enter();
    const before = {
      entries: kinds().length,
      head: bench.journal.head(),
      sent: bench.sent.length,
      sealed: bench.journal.sealedSeqs(),
      takings: takingsOf(bench.terminal.state),
      terminal: terminalOf(bench.terminal.state),
    };
    expect(await payCash('sale-0001')).toMatchObject({ kind: 'approved', mode: 'cash' });
    expect(paper()).toContain('TRAINING - NOT A RECEIPT');
    expect(paper()).toContain('培训 非凭证');
    const sold = await practisedSale('sale-0002');
    expect(sold.txnId).toBe('TRAINING-00000002');
    expect(paper()).toContain('TRAINING - NOT A RECEIPT');
    const supervisor = { operatorCode: '2001', password: 'any' };
    const { txnId } = sold;
    expect(await service.voidTransaction({ txnId, cardRef: swipe() })).toMatchObject({
      rule: 'supervisor-required',
    });
    expect(await service.voidTransaction({ txnId, cardRef: swipe(), supervisor })).toMatchObject({
      kind: 'approved',
    });
    expect(
      await service.refundTransaction({ txnId: 'TRAINING-00000001', amountMinor: 100, supervisor }),
    ).toMatchObject({ kind: 'approved' });
    const held = { saleId: 'sale-0003', amountMinor: 100, cardRef: swipe() };
    expect(await service.preAuthorise(held)).toMatchObject({ kind: 'approved' });
    expect(await service.receipt({ txnId })).toMatchObject({ kind: 'receipt' });
    expect(paper()).toContain('TRAINING - NOT A RECEIPT');
    expect(service.listTransactions({ limit: 10 }).map((each) => each.kind)).toEqual([
      'pre-authorisation',
      'cash-refund',
      'void',
      'purchase',
      'cash-sale',
    ]);
    expect(service.totals()).toMatchObject({ cashMinor: 350, debitMinor: 350, creditMinor: 350 });
    expect({
      entries: kinds().length,
      head: bench.journal.head(),
      sent: bench.sent.length,
      sealed: bench.journal.sealedSeqs(),
      takings: takingsOf(bench.terminal.state),
      terminal: terminalOf(bench.terminal.state),
    }).toEqual(before);
    expect(owed(bench.terminal.state)).toEqual([]);
    await service.leaveTraining({ supervisor: SUPERVISOR });
    expect(service.totals()).toEqual(totals);
    expect(service.listTransactions({ limit: 10 }).map((each) => each.kind)).toEqual(['cash-sale']);
    expect(bench.journal.verify({ project })).toMatchObject({ ok: true, projectionDifferences: [] });
  });

  it('practises a sale of several tenders with its way out and its refund', async () => {
    const { bench, service, swipe } = till;
    await enter();
    const entries = kinds().length;
    const sent = bench.sent.length;
    const supervisor = SUPERVISOR;
    const tender = (saleId: string, tenderId: string, amountMinor: number) => ({
      saleId,
      ...ONE_PEN,
      tender: { tenderId, amountMinor },
    });
    expect(service.getSale({ saleId: 'sale-0001' })).toMatchObject({ rule: 'no-such-sale' });
    expect(service.getRefund({ refundId: 'refund-01' })).toMatchObject({ rule: 'no-such-refund' });
    await service.payCard({ ...tender('sale-0001', 'tender-01', 300), cardRef: swipe() });
    expect(service.getSale({ saleId: 'sale-0001' })).toMatchObject({ sale: { state: 'open', dueMinor: 50 } });
    expect(await service.cancelSale({ saleId: 'sale-0001' })).toMatchObject({ rule: 'supervisor-required' });
    expect(await service.cancelSale({ saleId: 'sale-0001', supervisor })).toMatchObject({
      sale: { state: 'cancelled' },
    });
    await service.payCash({ ...tender('sale-0002', 'tender-02', 300), receivedMinor: 300 });
    await service.payCash({ ...tender('sale-0002', 'tender-03', 50), receivedMinor: 50 });
    const refund = { saleId: 'sale-0002', refundId: 'refund-01', amountMinor: 70 };
    expect(await service.refundSale({ ...refund, supervisor })).toMatchObject({ refund: { leftMinor: 0 } });
    expect(service.getRefund({ refundId: 'refund-01' })).toMatchObject({ refund: { amountMinor: 70 } });
    expect(await service.refundPart({ refundId: 'refund-01', cardRef: swipe() })).toMatchObject({
      rule: 'different-card',
    });
    expect(kinds()).toHaveLength(entries);
    expect(bench.sent).toHaveLength(sent);
    await service.leaveTraining({ supervisor });
    expect(service.getSale({ saleId: 'sale-0002' })).toMatchObject({ rule: 'no-such-sale' });
  });

  it('does nothing real meanwhile, whatever is asked', async () => {
    const { bench, service } = till;
    await till.signOn('2001');
    await service.enterTraining({});
    expect(await service.settle({})).toMatchObject(IN_TRAINING);
    expect(await service.openShift({ floatMinor: 0 })).toMatchObject(IN_TRAINING);
    expect(await service.openDrawer({ reason: 'change' })).toMatchObject(IN_TRAINING);
    expect(await service.xReport({})).toMatchObject(IN_TRAINING);
    expect(await service.zReport({})).toMatchObject(IN_TRAINING);
    // A sale that was on its way to the real engine when the mode changed.
    const receivedMinor = bench.basket(1).totalMinor;
    expect(
      await bench.terminal.run({ kind: 'pay-cash', basket: bench.basket(1), receivedMinor }),
    ).toMatchObject(IN_TRAINING);
    expect(await bench.pay(1_00)).toMatchObject(IN_TRAINING);
    expect(bench.sent.filter(({ purpose }) => purpose.kind !== 'terminal-sign-on')).toEqual([]);
  });

  it('goes on delivering what is owed for real', async () => {
    const { bench } = till;
    await bench.giveCertificate();
    bench.linkUp = false;
    const sale = bench.txn(await bench.pay(10_00));
    bench.linkUp = true;
    await enter();
    await bench.terminal.run({ kind: 'deliver', txnId: sale.txnId });
    const delivered = bench.terminal.state.get('transactions', sale.txnId);
    expect(delivered?.state).toBe('delivered');
    expect(delivered?.receipt).not.toContain('TRAINING');
  });

  it('cannot be entered while a payment waits for its answer or a settlement is not finished', async () => {
    const { bench, service } = till;
    const answers: unknown[] = [];
    bench.host = async (exchange) => {
      answers.push(await bench.terminal.run({ kind: 'enter-training' }));
      return approve(exchange);
    };
    await bench.pay(1_00);
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    await service.settle({ supervisor: SUPERVISOR });
    answers.push(await enter());
    expect(answers).toMatchObject([{ rule: 'sale-in-progress' }, { rule: 'settling' }]);
    expect(kinds()).not.toContain('training-entered');
  });

  it('is still on after a restart, with nothing practised yet', async () => {
    await enter();
    await practisedSale('sale-0001');
    const service = till.restart();
    expect(service.status().training).toBe(true);
    expect(service.listTransactions({ limit: 10 })).toEqual([]);
    expect(service.totals()).toMatchObject({ cashMinor: 0, debitMinor: 0 });
    const entries = kinds().length;
    expect(await practisedSale('sale-0001')).toMatchObject({ txnId: 'TRAINING-00000001' });
    expect(kinds()).toHaveLength(entries);
  });

  it('follows who signs on, and lets an engineer practise as little as sell', async () => {
    await enter();
    await till.service.signOffOperator();
    expect(await payCash('sale-0001')).toMatchObject({ rule: 'no-operator' });
    await till.signOn('9001');
    expect(await payCash('sale-0001')).toMatchObject({ rule: 'role-not-allowed' });
    await till.signOn('2001');
    expect(await payCash('sale-0001')).toMatchObject({ transaction: { operatorCode: '2001' } });
  });

  it('forgets the card that was presented for the other side', async () => {
    const real = till.swipe();
    await enter();
    expect(await till.service.payCard({ saleId: 'sale-0001', ...ONE_PEN, cardRef: real })).toMatchObject({
      rule: 'card-gone',
    });
    const practised = till.swipe();
    await till.service.leaveTraining({ supervisor: SUPERVISOR });
    expect(await till.service.payCard({ saleId: 'sale-0002', ...ONE_PEN, cardRef: practised })).toMatchObject(
      {
        rule: 'card-gone',
      },
    );
  });
});
