import { describe, expect, it } from 'vitest';
import { PurseBench, settled } from '../../../test/support/purse-bench.ts';
import { approve, decline, TerminalBench } from '../../../test/support/terminal-bench.ts';
import { openTill, SUPERVISOR } from '../../../test/support/till-bench.ts';
import type { PaymentResult } from '../../api/contract.ts';
import { owed } from '../../engine/owed.ts';

const ONE_PEN = { lines: [{ sku: 'W1', quantity: 1 }], totalMinor: 350 };
const SALE = { saleId: 'sale-0001', ...ONE_PEN };

/** A till of a store that wants a sale undone whose receipt did not come out. */
async function till(purseBench?: PurseBench) {
  const bench = purseBench ?? new TerminalBench();
  bench.hasPrinter = true;
  bench.boot();
  if (!purseBench) await bench.open();
  await wants(bench, 1);
  const all = await openTill(purseBench ? { purseBench } : { bench });
  all.printer.takeOutPaper();
  return { ...all, bench, service: all.service };
}

async function wants(bench: TerminalBench, unprintedSaleReverse: number): Promise<void> {
  await bench.terminal.run({
    kind: 'parameters-downloaded',
    version: 2 + unprintedSaleReverse,
    issuedAtMs: bench.nowMs,
    parameters: { unprintedSaleReverse },
    certificates: [bench.certificate()],
  });
}

function txnIdOf(result: PaymentResult): string {
  if (!('transaction' in result)) throw new Error(result.kind);
  return result.transaction.txnId;
}

const kindsOf = (bench: TerminalBench) => [...bench.journal.entries()].map(({ kind }) => kind);

describe('a sale that falls with its receipt', () => {
  it('paid in cash is undone in the step that says so, and the cashier hands back all that was taken', async () => {
    const { bench, service } = await till();
    const result = await service.payCash({ ...SALE, receivedMinor: 1000 });
    expect(result).toMatchObject({ kind: 'undone', transaction: { state: 'voided' } });
    if (result.kind !== 'undone') throw new Error(result.kind);
    expect(result.nextStep.en).toContain('Hand back all of the 10.00 yuan');
    expect(result.nextStep['zh-CN']).toContain('10.00');
    expect(service.totals()).toMatchObject({ cashMinor: 350, cashBackMinor: 350 });
    expect(service.status()).toMatchObject({ undoingCount: 0, unprintedCount: 1 });
    // Asked again by a screen that lost its connection: never an approval.
    expect(await service.payCash({ ...SALE, receivedMinor: 1000 })).toEqual(result);
    const kinds = kindsOf(bench);
    const at = kinds.indexOf('sale-undo-begun');
    expect(kinds.slice(at - 1, at + 2)).toEqual([
      'receipt-not-printed',
      'sale-undo-begun',
      'cash-handed-back',
    ]);
  });

  it('paid online is voided by its sealed number, without the card', async () => {
    const { bench, service, swipe } = await till();
    const result = await service.payCard({ ...SALE, cardRef: swipe() });
    expect(result).toMatchObject({ kind: 'undone', transaction: { kind: 'purchase', state: 'voided' } });
    expect(bench.sent.at(-1)?.message).toMatchObject({
      mti: '0200',
      fields: { 2: '8890121000010074', 3: '200000' },
    });
    expect(await service.payCard({ ...SALE, cardRef: swipe() })).toMatchObject({ kind: 'undone' });
    expect(bench.sent.filter(({ message }) => message.fields[3] === '000000')).toHaveLength(1);
  });

  it('stands when the host declines the void, for want of a PIN too, and the till says so', async () => {
    for (const code of ['12', '55']) {
      const { bench, service, swipe } = await till();
      bench.host = (exchange) =>
        exchange.message.fields[3] === '200000' ? decline(exchange, code) : approve(exchange);
      const result = await service.payCard({ ...SALE, cardRef: swipe() });
      expect(result).toMatchObject({
        kind: 'approved',
        transaction: { state: 'approved', unprinted: 'none' },
      });
      if (result.kind !== 'approved') throw new Error(result.kind);
      expect(result.notice?.text.en).toContain('it stands');
      expect(bench.terminal.state.get('transactions', txnIdOf(result))).toMatchObject({
        unprintedUndo: 'stands',
        unprintedUndoRefusedBy: code,
      });
      expect(await bench.terminal.run({ kind: 'undo-unprinted', txnId: txnIdOf(result) })).toEqual({
        kind: 'done',
      });
    }
  });

  it('is being undone while the host cannot be asked; no receipt of it is printed and no batch closed meanwhile', async () => {
    const { bench, printer, service, swipe } = await till();
    bench.host = (exchange) =>
      exchange.message.fields[3] === '200000' ? decline(exchange, '91') : approve(exchange);
    const result = await service.payCard({ ...SALE, cardRef: swipe() });
    expect(result).toMatchObject({ kind: 'undone', transaction: { state: 'approved' } });
    const txnId = txnIdOf(result);
    expect(service.status().undoingCount).toBe(1);
    printer.putInPaper();
    expect(await service.receipt({ txnId })).toMatchObject({ rule: 'sale-being-undone' });
    expect(await service.settle({})).toMatchObject({ rule: 'sale-being-undone' });
    bench.host = (exchange) => approve(exchange);
    await bench.terminal.run({ kind: 'undo-unprinted', txnId });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('voided');
    expect(await service.settle({})).toMatchObject({ kind: 'settled', result: 'balanced' });
  });

  it('whose void is lost is voided again when that void was reversed', async () => {
    const { bench, service, swipe } = await till();
    bench.host = (exchange) =>
      exchange.message.fields[3] === '200000' ? { kind: 'no-answer', cause: 'timed-out' } : approve(exchange);
    const txnId = txnIdOf(await service.payCard({ ...SALE, cardRef: swipe() }));
    bench.host = (exchange) => approve(exchange);
    for (const each of owed(bench.terminal.state))
      await bench.terminal.run({ kind: 'deliver', txnId: each.txnId });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('approved');
    await bench.terminal.run({ kind: 'undo-unprinted', txnId });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('voided');
  });

  it('taken offline is delivered first and then voided', async () => {
    const { bench, service, swipe } = await till();
    bench.linkUp = false;
    const result = await service.payCard({ ...SALE, cardRef: swipe() });
    expect(result).toMatchObject({
      kind: 'undone',
      transaction: { kind: 'offline-sale', state: 'accepted-offline' },
    });
    const txnId = txnIdOf(result);
    await bench.terminal.run({ kind: 'undo-unprinted', txnId });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('accepted-offline');
    bench.linkUp = true;
    await bench.terminal.run({ kind: 'deliver', txnId });
    await bench.terminal.run({ kind: 'undo-unprinted', txnId });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('voided');
  });

  it('taken offline and refused by the host is no claim any more', async () => {
    const { bench, service, swipe } = await till();
    bench.linkUp = false;
    const txnId = txnIdOf(await service.payCard({ ...SALE, cardRef: swipe() }));
    bench.linkUp = true;
    bench.host = (exchange) => decline(exchange, '51');
    await bench.terminal.run({ kind: 'deliver', txnId });
    await bench.terminal.run({ kind: 'undo-unprinted', txnId });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('reversed');
    expect(service.status()).toMatchObject({ undoingCount: 0, rejectedCount: 0 });
  });

  it('paid with a purse is owed back to its card, until a load has given it back', async () => {
    const purse = await new PurseBench().ready();
    const { service, printer } = await till(purse);
    const insert = async (): Promise<string> => {
      purse.reader.remove('card');
      purse.reader.insert('card', purse.card1);
      for (let turn = 0; turn < 20; turn += 1) await settled();
      const handle = await service.purseBalance();
      if (handle.kind !== 'purse') throw new Error(handle.kind);
      return handle.purseRef;
    };
    const result = await service.payPurse({ ...SALE, purseRef: await insert() });
    expect(result).toMatchObject({ kind: 'undone', transaction: { kind: 'purse-sale' } });
    const txnId = txnIdOf(result);
    expect(service.status().purse?.owedBack).toEqual([{ txnId, lastDigits: '0001', amountMinor: 350 }]);
    expect(service.status().undoingCount).toBe(1);
    printer.putInPaper();
    await purse.deliverAll();
    const load = { loadId: 'load-0001', purseRef: await insert(), amountMinor: 350, refundOf: txnId };
    expect(await service.loadPurse({ ...load, supervisor: SUPERVISOR })).toMatchObject({ kind: 'approved' });
    expect(service.status().purse?.owedBack).toEqual([]);
    expect(service.status().undoingCount).toBe(0);
  });
});

describe('a sale stands', () => {
  it('when some of its receipt may be out', async () => {
    const { printer, service } = await till();
    printer.print = async () => ({ kind: 'failed', problem: 'torn', paper: 'maybe' });
    expect(await service.payCash({ ...SALE, receivedMinor: 350 })).toMatchObject({ kind: 'approved' });
    expect(service.status()).toMatchObject({ undoingCount: 0, unprintedCount: 1 });
  });

  it('when it was one of several tenders', async () => {
    const { service } = await till();
    const tender = { tenderId: 'tender-01', amountMinor: 100 };
    expect(await service.payCash({ ...SALE, receivedMinor: 100, tender })).toMatchObject({
      kind: 'approved',
    });
  });

  it('when the store wants no such thing, and no mark is written for it', async () => {
    const { bench, service } = await till();
    await bench.terminal.run({
      kind: 'parameters-downloaded',
      version: 9,
      issuedAtMs: bench.nowMs,
      parameters: {},
      certificates: [],
    });
    expect(await service.payCash({ ...SALE, receivedMinor: 350 })).toMatchObject({ kind: 'approved' });
    expect(kindsOf(bench)).not.toContain('receipt-print-begun');
  });

  it('when it was printed', async () => {
    const { bench, printer, service, swipe } = await till();
    printer.putInPaper();
    expect(await service.payCard({ ...SALE, cardRef: swipe() })).toMatchObject({ kind: 'approved' });
    bench.terminal.writeHeld();
    expect(kindsOf(bench).slice(-3)).toEqual([
      'transaction-approved',
      'receipt-print-begun',
      'receipt-printed',
    ]);
  });
});

describe('a disk that is full', () => {
  it('before the mark: nothing is printed, and the cashier is told of the disk and not of a payment', async () => {
    const { bench, printer, service } = await till();
    printer.putInPaper();
    const append = bench.journal.append.bind(bench.journal);
    bench.journal.append = (entries, changes) =>
      entries.some(({ kind }) => kind === 'receipt-print-begun')
        ? { ok: false, failure: 'disk-full', detail: 'full' }
        : append(entries, changes);
    expect(await service.payCash({ ...SALE, receivedMinor: 350 })).toMatchObject({
      kind: 'refused',
      rule: 'journal-cannot-write',
    });
    expect(printer.papers).toEqual([]);
  });
});

describe('after a crash', () => {
  const restart = async (bench: TerminalBench) => {
    bench.crashAt = undefined;
    bench.boot();
    await bench.terminal.run({ kind: 'recover', printer: 'fitted' });
  };

  it.each([
    ['before its print was begun, it falls', 'before-commit receipt-print-begun', 'under-way', 'none'],
    ['after, some of it may be out and it stands', 'after-commit receipt-print-begun', undefined, 'maybe'],
    [
      'before the failure is journalled, some of it may be out',
      'before-commit sale-undo-begun',
      undefined,
      'maybe',
    ],
    ['when its undoing was begun, it goes on', 'after-commit sale-undo-begun', 'under-way', 'none'],
    ['before the void is sent, it goes on', 'before-commit transaction-sent', 'under-way', 'none'],
  ] as const)('%s', async (_, point, unprintedUndo, unprinted) => {
    const { bench, service, swipe } = await till();
    const isVoid = point.endsWith('transaction-sent');
    bench.host = (exchange) => {
      if (isVoid) bench.crashAt = point;
      return approve(exchange);
    };
    if (!isVoid) bench.crashAt = point;
    await expect(service.payCard({ ...SALE, cardRef: swipe() })).rejects.toThrow('crashed');
    bench.host = (exchange) => approve(exchange);
    await restart(bench);
    const sale = [...bench.terminal.state.live('transactions')].find(({ kind }) => kind === 'purchase');
    if (!sale) throw new Error('The sale is gone');
    expect(sale).toMatchObject({ state: 'approved', unprinted });
    expect(sale.unprintedUndo).toBe(unprintedUndo);
    await bench.terminal.run({ kind: 'undo-unprinted', txnId: sale.txnId });
    expect(bench.terminal.state.get('transactions', sale.txnId)?.state).toBe(
      unprintedUndo === 'under-way' ? 'voided' : 'approved',
    );
    // Once more changes nothing.
    await restart(bench);
    await bench.terminal.run({ kind: 'undo-unprinted', txnId: sale.txnId });
    expect([...bench.terminal.state.live('transactions')].filter(({ kind }) => kind === 'void')).toHaveLength(
      unprintedUndo === 'under-way' ? 1 : 0,
    );
  });

  it('a cash sale stands: nobody was told to hand the cash back', async () => {
    const { bench, service } = await till();
    bench.crashAt = 'before-commit receipt-print-begun';
    await expect(service.payCash({ ...SALE, receivedMinor: 350 })).rejects.toThrow('crashed');
    await restart(bench);
    const [sale] = [...bench.terminal.state.live('transactions')];
    expect(sale).toMatchObject({ kind: 'cash-sale', state: 'approved', unprinted: 'none' });
    expect(sale).not.toHaveProperty('unprintedUndo');
  });

  it('a till without a printer undoes nothing', async () => {
    const { bench, service, swipe } = await till();
    bench.crashAt = 'before-commit receipt-print-begun';
    await expect(service.payCard({ ...SALE, cardRef: swipe() })).rejects.toThrow('crashed');
    bench.crashAt = undefined;
    bench.boot();
    await bench.terminal.run({ kind: 'recover', printer: 'none' });
    expect([...bench.terminal.state.live('transactions')][0]).not.toHaveProperty('unprintedUndo');
  });
});
