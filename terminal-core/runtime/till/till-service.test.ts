import { describe, expect, it } from 'vitest';
import { approve, decline } from '../../../test/support/terminal-bench.ts';
import { TRACK, openTill as till } from '../../../test/support/till-bench.ts';

const ONE_PEN = { lines: [{ sku: 'W1', quantity: 1 }], totalMinor: 350 };

describe('what a till lets be done', () => {
  it('with nobody signed on: nothing but to look at its state and to sign on', async () => {
    const { service } = await till();
    await service.signOffOperator();
    const refused = { kind: 'refused', rule: 'no-operator' };
    expect(await service.signOnTerminal()).toMatchObject(refused);
    expect(await service.uploadNow()).toMatchObject(refused);
    expect(await service.settle({})).toMatchObject(refused);
    expect(await service.abandonSettlement({})).toMatchObject(refused);
    expect(service.enterCard({ text: TRACK, entryMode: 'magnetic' })).toMatchObject(refused);
    expect(await service.payCash({ saleId: 'sale-0001', ...ONE_PEN, receivedMinor: 350 })).toMatchObject(
      refused,
    );
    expect(await service.receipt({ txnId: '10000001-00000001' })).toMatchObject(refused);
    expect(service.listTransactions({ limit: 10 })).toEqual([]);
    expect(service.status().operator).toBeUndefined();
  });

  it('by a cashier: not the upload, not a void without a supervisor', async () => {
    const { service, signOn, swipe } = await till();
    await signOn('1001');
    const paid = await service.payCard({ saleId: 'sale-0001', ...ONE_PEN, cardRef: swipe() });
    if (paid.kind !== 'approved') throw new Error(paid.kind);
    expect(await service.uploadNow()).toMatchObject({ rule: 'role-not-allowed' });
    const { txnId } = paid.transaction;
    expect(await service.voidTransaction({ txnId, cardRef: swipe() })).toMatchObject({
      rule: 'supervisor-required',
    });
    const supervisor = { operatorCode: '2001', password: 'wrong' };
    expect(await service.voidTransaction({ txnId, cardRef: swipe(), supervisor })).toMatchObject({
      rule: 'wrong-password',
    });
  });

  it('by an engineer: no card, no sale', async () => {
    const { service, signOn } = await till();
    await signOn('9001');
    expect(service.enterCard({ text: TRACK, entryMode: 'magnetic' })).toMatchObject({
      rule: 'role-not-allowed',
    });
    expect(await service.payCash({ saleId: 'sale-0001', ...ONE_PEN, receivedMinor: 350 })).toMatchObject({
      rule: 'role-not-allowed',
    });
  });

  it('takes no card number for an operator code', async () => {
    const { bench, service } = await till();
    const typed = { operatorCode: '8890121000010074', password: 'x' };
    expect(await service.signOnOperator(typed)).toMatchObject({ rule: 'wrong-password' });
    expect(JSON.stringify([...bench.journal.entries()])).not.toContain('8890121000010074');
  });
});

describe('a card that was presented', () => {
  it('pays once: after an outcome it must be presented again', async () => {
    const { service, swipe } = await till();
    const cardRef = swipe();
    expect(await service.payCard({ saleId: 'sale-0001', ...ONE_PEN, cardRef })).toMatchObject({
      kind: 'approved',
    });
    expect(await service.payCard({ saleId: 'sale-0002', ...ONE_PEN, cardRef })).toMatchObject({
      rule: 'card-gone',
    });
  });

  it('is remembered over a PIN, and for two minutes', async () => {
    const { bench, service, swipe } = await till();
    const cardRef = swipe();
    const dear = { lines: [{ sku: 'W1', quantity: 100 }], totalMinor: 350_00 };
    expect(await service.payCard({ saleId: 'sale-0001', ...dear, cardRef })).toMatchObject({
      kind: 'pin-required',
    });
    expect(await service.payCard({ saleId: 'sale-0001', ...dear, cardRef, pin: '123456' })).toMatchObject({
      kind: 'approved',
    });
    const forgotten = swipe();
    bench.nowMs += 120_001;
    expect(await service.payCard({ saleId: 'sale-0002', ...ONE_PEN, cardRef: forgotten })).toMatchObject({
      rule: 'card-gone',
    });
  });
});

describe('a sale that is asked for again', () => {
  it('answers with its outcome, whatever has changed since, and prints no second original', async () => {
    const { bench, service, printer, swipe } = await till();
    const cardRef = swipe();
    const sale = { saleId: 'sale-0001', ...ONE_PEN, cardRef };
    const first = await service.payCard(sale);
    expect(printer.papers).toHaveLength(1);
    bench.host = (exchange) => decline(exchange, '51');
    await service.signOffOperator();
    const again = await service.payCard(sale);
    expect(again).toMatchObject({ kind: 'approved' });
    if (first.kind !== 'approved' || again.kind !== 'approved') throw new Error('not approved');
    expect(again.transaction.txnId).toBe(first.transaction.txnId);
    expect(again.receipt.svg.replaceAll(/<[^>]*>/g, '').includes('COPY')).toBe(true);
    expect(printer.papers).toHaveLength(1);
  });

  it('for another amount is another sale, and refused under this id', async () => {
    const { service, swipe } = await till();
    await service.payCard({ saleId: 'sale-0001', ...ONE_PEN, cardRef: swipe() });
    const dearer = { lines: [{ sku: 'W1', quantity: 2 }], totalMinor: 700 };
    expect(await service.payCard({ saleId: 'sale-0001', ...dearer, cardRef: swipe() })).toMatchObject({
      rule: 'sale-differs',
    });
  });
});

describe('an amount that is held', () => {
  it('is held once under its id, prints one original, and is completed by presenting the card again', async () => {
    const { bench, service, printer, signOn, swipe } = await till();
    await signOn('1001');
    const cardRef = swipe();
    const asked = { saleId: 'hold-0001', amountMinor: 350, cardRef };
    const held = await service.preAuthorise(asked);
    if (held.kind !== 'approved') throw new Error(held.kind);
    const sent = bench.sent.length;
    expect(await service.preAuthorise(asked)).toMatchObject({ transaction: held.transaction });
    expect(printer.papers).toHaveLength(1);
    expect(bench.sent.length).toBe(sent);
    const { txnId } = held.transaction;
    expect(await service.completePreAuthorisation({ txnId, cardRef, amountMinor: 300 })).toMatchObject({
      rule: 'card-gone',
    });
    expect(
      await service.completePreAuthorisation({ txnId, cardRef: swipe(), amountMinor: 300 }),
    ).toMatchObject({ kind: 'approved', mode: 'online', transaction: { kind: 'completion' } });
    expect(await service.preAuthorise(asked)).toMatchObject({ transaction: { state: 'completed' } });
    expect(printer.papers).toHaveLength(2);
  });

  it('never passes for a payment of the same id and amount', async () => {
    const { service, swipe } = await till();
    const saleId = 'sale-0001';
    await service.preAuthorise({ saleId, amountMinor: ONE_PEN.totalMinor, cardRef: swipe() });
    const differs = { kind: 'refused', rule: 'sale-differs' };
    expect(await service.payCard({ saleId, ...ONE_PEN, cardRef: swipe() })).toMatchObject(differs);
    expect(await service.payCash({ saleId, ...ONE_PEN, receivedMinor: 350 })).toMatchObject(differs);
    await service.payCash({ saleId: 'sale-0002', ...ONE_PEN, receivedMinor: 350 });
    const held = { saleId: 'sale-0002', amountMinor: ONE_PEN.totalMinor, cardRef: swipe() };
    expect(await service.preAuthorise(held)).toMatchObject(differs);
  });

  it('asks for a PIN, and says of an unknown outcome what it is about', async () => {
    const { bench, service, swipe } = await till();
    const asked = { saleId: 'hold-0001', amountMinor: 300_00, cardRef: swipe() };
    expect(await service.preAuthorise(asked)).toMatchObject({ kind: 'pin-required', amountMinor: 300_00 });
    const held = await service.preAuthorise({ ...asked, pin: '123456' });
    if (held.kind !== 'approved') throw new Error(held.kind);
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const { txnId } = held.transaction;
    const lost = await service.completePreAuthorisation({ txnId, cardRef: swipe(), amountMinor: 300_00 });
    expect(lost).toMatchObject({ kind: 'unknown', transaction: { kind: 'completion' } });
    expect(lost.kind === 'unknown' ? lost.nextStep.en : '').toContain('stays held');
  });
});

describe('two things at once', () => {
  it('one card command at a time, and cash meanwhile', async () => {
    const { bench, service, swipe } = await till();
    let release: () => void = () => {};
    const { host } = bench;
    bench.host = async (exchange) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return host(exchange);
    };
    const paying = service.payCard({ saleId: 'sale-0001', ...ONE_PEN, cardRef: swipe() });
    await Promise.resolve();
    expect(await service.payCard({ saleId: 'sale-0002', ...ONE_PEN, cardRef: swipe() })).toMatchObject({
      rule: 'sale-in-progress',
    });
    expect(await service.settle({})).toMatchObject({ rule: 'sale-in-progress' });
    expect(await service.payCash({ saleId: 'sale-0003', ...ONE_PEN, receivedMinor: 400 })).toMatchObject({
      kind: 'approved',
      changeMinor: 50,
    });
    const same = service.payCard({ saleId: 'sale-0001', ...ONE_PEN, cardRef: 'whatever' });
    release();
    expect(await paying).toMatchObject({ kind: 'approved' });
    expect(await same).toMatchObject({ kind: 'approved' });
  });

  it('a total that is not what the goods cost charges nobody', async () => {
    const { service, swipe } = await till();
    const wrong = { ...ONE_PEN, totalMinor: 349 };
    expect(await service.payCard({ saleId: 'sale-0001', ...wrong, cardRef: swipe() })).toMatchObject({
      rule: 'total-differs',
    });
    const unknown = { lines: [{ sku: 'X', quantity: 1 }], totalMinor: 1 };
    expect(await service.payCard({ saleId: 'sale-0002', ...unknown, cardRef: swipe() })).toMatchObject({
      rule: 'unknown-product',
    });
  });
});

describe('what the devices bring in', () => {
  it('reaches the screens only when somebody is signed on', async () => {
    const { service, scanner } = await till();
    const stop = new AbortController();
    const events = service.watchDevices(stop.signal);
    const next = events.next();
    await Promise.resolve();
    await service.signOffOperator();
    scanner.scan('1111111111111');
    await service.signOnOperator({ operatorCode: '1001', password: '2001' });
    scanner.scan('4006381333931');
    expect((await next).value).toMatchObject({ kind: 'scan', text: '4006381333931' });
    stop.abort();
  });
});

describe('the workbench at the till', () => {
  /** A refused offline sale of one pen. */
  async function claim() {
    const at = await till();
    const { bench, service, swipe } = at;
    await bench.giveCertificate();
    bench.linkUp = false;
    const sold = await service.payCard({ saleId: 'sale-0001', ...ONE_PEN, cardRef: swipe() });
    if (sold.kind !== 'approved') throw new Error(sold.kind);
    bench.linkUp = true;
    bench.host = (exchange) => decline(exchange, '51');
    const { txnId } = sold.transaction;
    await bench.terminal.run({ kind: 'deliver', txnId });
    bench.host = approve;
    return { ...at, txnId };
  }

  it('is seen and used by a supervisor only', async () => {
    const { service, signOn, txnId } = await claim();
    expect(service.benchList()).toMatchObject([
      {
        transaction: { txnId, state: 'rejected', amountMinor: 350 },
        reason: { en: expect.stringMatching(/balance|enough/i) },
        actions: [
          { action: 'collect', needsApproval: false },
          { action: 'block-card', needsApproval: false },
          { action: 'slip', needsApproval: false },
          { action: 'write-off', needsApproval: true },
        ],
      },
    ]);
    for (const other of ['1001', '9001']) {
      await signOn(other);
      expect(service.benchList()).toEqual([]);
      expect(await service.benchAct({ txnId, action: 'slip' })).toMatchObject({ rule: 'role-not-allowed' });
    }
  });

  it('prints a slip, and the same one again as a copy', async () => {
    const { printer, service, txnId } = await claim();
    const before = printer.papers.length;
    expect(await service.benchAct({ txnId, action: 'slip' })).toMatchObject({ kind: 'done', receipt: {} });
    const again = await service.benchAct({ txnId, action: 'slip' });
    expect(again).toMatchObject({ item: { done: [{ action: 'slip' }, { action: 'slip' }] } });
    expect(printer.papers.length).toBe(before + 2);
    const svg = again.kind === 'done' ? again.receipt?.svg : undefined;
    expect(svg?.replace(/<[^>]*>/g, '')).toContain('重印');
  });

  it('offers a marked claim when its card is read, and closes it when a cashier collects it', async () => {
    const { service, signOn, swipe, txnId } = await claim();
    expect(service.enterCard({ text: TRACK, entryMode: 'magnetic' })).not.toHaveProperty('claims');
    await service.benchAct({ txnId, action: 'collect' });
    await signOn('1001');
    expect(service.enterCard({ text: TRACK, entryMode: 'magnetic' })).toMatchObject({
      claims: [{ txnId, amountMinor: 350 }],
    });
    expect(await service.collectClaim({ txnId, cardRef: swipe() })).toMatchObject({
      kind: 'approved',
      mode: 'online',
    });
    await signOn('2001');
    expect(service.benchList()).toEqual([]);
    expect(service.status().rejectedCount).toBe(0);
  });

  it('takes an item off the list that a supervisor writes off', async () => {
    const { service, txnId } = await claim();
    const supervisor = { operatorCode: '2001', password: '2001' };
    expect(await service.benchAct({ txnId, action: 'write-off', note: 'left the town', supervisor })).toEqual(
      {
        kind: 'done',
      },
    );
    expect(service.benchList()).toEqual([]);
  });
});

describe('a receipt that does not come out', () => {
  it('leaves the sale standing, and the till tells of it until it is printed', async () => {
    const { printer, service } = await till();
    printer.takeOutPaper();
    const paid = await service.payCash({ saleId: 'sale-0001', ...ONE_PEN, receivedMinor: 350 });
    if (paid.kind !== 'approved') throw new Error(paid.kind);
    const { txnId } = paid.transaction;
    expect(service.status().unprintedCount).toBe(1);
    expect(service.listTransactions({ limit: 1 })).toMatchObject([
      { txnId, state: 'approved', unprinted: 'none' },
    ]);
    await service.receipt({ txnId });
    expect(service.status().unprintedCount).toBe(1);
    printer.putInPaper();
    await service.receipt({ txnId });
    expect(service.status().unprintedCount).toBe(0);
    expect(service.listTransactions({ limit: 1 })[0]).not.toHaveProperty('unprinted');
  });

  it('is told of after a crash between the approval and the mark of its printing, where there is a printer', async () => {
    const { bench } = await till();
    const sold = bench.txn(await bench.pay(10_00));
    bench.boot();
    await bench.terminal.run({ kind: 'recover', printer: 'none' });
    expect(bench.txn({ kind: 'transaction', txnId: sold.txnId }).unprinted).toBeUndefined();
    await bench.terminal.run({ kind: 'recover', printer: 'fitted' });
    expect(bench.txn({ kind: 'transaction', txnId: sold.txnId }).unprinted).toBe('maybe');
    await bench.terminal.run({ kind: 'receipt-printed', txnId: sold.txnId, copy: true });
    bench.boot();
    await bench.terminal.run({ kind: 'recover', printer: 'fitted' });
    expect(bench.txn({ kind: 'transaction', txnId: sold.txnId }).unprinted).toBeUndefined();
  });
});
