import { describe, expect, it } from 'vitest';
import { benchSync } from '../../test/support/bench-sync.ts';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import type { Exchange, ExchangeOutcome } from '../engine/exchange.ts';
import { owed } from '../engine/owed.ts';
import { terminalOf } from '../engine/state.ts';
import { batchesToCheck } from '../engine/takings.ts';
import { batchTotals } from '../engine/totals.ts';
import { settleBatch } from './till/settle-batch.ts';

const APPROVAL = { operatorCode: '2001', passwordMatches: true };
const OURS = '000007';

/** A host that has closed 000007 by itself and opened this batch: of the old one it takes nothing any more. */
function closedHost(open = '000009') {
  return (exchange: Exchange): ExchangeOutcome => {
    const { message, purpose } = exchange;
    const outcome = approve(exchange);
    if (outcome.kind !== 'answered') return outcome;
    const { fields } = outcome.message;
    const batch = String(message.fields[60]).slice(2, 8);
    if (purpose.kind === 'terminal-sign-on') fields[60] = `00${open}003`;
    else if (purpose.kind === 'settlement') {
      const totals = String(message.fields[48]);
      fields[48] = `${totals.slice(0, 30)}${batch === open ? '1' : '3'}${totals.slice(31)}`;
    } else if (batch !== open && message.mti !== '0400') return decline(exchange, 'A0');
    return outcome;
  };
}

function settle(bench: TerminalBench) {
  const { journal, terminal } = bench;
  return settleBatch({ journal, terminal, sync: benchSync(bench) }, { approval: APPROVAL });
}

describe('a batch that the host has closed by itself', () => {
  it('is closed here as well, with a receipt that says so and a difference for a person; then the next one is settled', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = closedHost();
    expect(await settle(bench)).toMatchObject({
      kind: 'settled',
      result: 'closed-by-host',
      batchNumber: OURS,
      debitCount: 1,
      debitMinor: 10_00,
    });
    expect(bench.batchNumber()).toBe('000009');
    const [difference] = batchesToCheck(bench.terminal.state);
    expect(difference).toMatchObject({ kind: 'settlement', toCheck: { batchNumber: OURS } });
    expect(difference?.receipt).toContain('CLOSED BY THE HOST');
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    expect(bench.txn(await bench.pay(5_00)).batchNumber).toBe('000009');
    expect(await settle(bench)).toMatchObject({ result: 'balanced', debitCount: 1, debitMinor: 5_00 });
    expect(batchesToCheck(bench.terminal.state)).toHaveLength(1);
  });

  it('is closed after a restart, too, wherever that fell', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = closedHost();
    await bench.terminal.run({ kind: 'settle', approval: APPROVAL });
    bench.boot();
    await bench.terminal.run({ kind: 'recover' });
    expect(await settle(bench)).toMatchObject({ result: 'closed-by-host' });
  });

  it('holds up no offline sale: it goes up in the next batch, by the name of its own', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    bench.linkUp = false;
    const sale = bench.txn(await bench.pay(20_00));
    bench.linkUp = true;
    bench.host = closedHost();
    expect(await settle(bench)).toMatchObject({ result: 'closed-by-host', debitCount: 0 });
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'advice', txnId: sale.txnId }]);
    await benchSync(bench).now();
    expect(owed(bench.terminal.state)).toEqual([]);
    expect(batchTotals(bench.terminal.state)).toMatchObject({ debitCount: 1, debitMinor: 20_00 });
    expect(await settle(bench)).toMatchObject({ result: 'balanced', batchNumber: '000009' });
  });

  it('is not offered again and again what it will not take before it is settled', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    bench.linkUp = false;
    await bench.pay(20_00);
    bench.linkUp = true;
    const asked: string[] = [];
    const host = closedHost();
    bench.host = (exchange) => {
      asked.push(exchange.purpose.kind);
      return host(exchange);
    };
    const sync = benchSync(bench);
    // The last A0 asked for one more sign-on.
    for (let pass = 0; pass < 2; pass += 1) await sync.now();
    expect(asked).toContain('terminal-sign-on');
    asked.length = 0;
    await sync.now();
    expect(asked).toEqual([]);
  });

  it('has its reversals sent first, which the host takes in any batch', async () => {
    const bench = await new TerminalBench().open();
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const lost = bench.txn(await bench.pay(10_00));
    bench.host = (exchange) =>
      exchange.purpose.kind === 'reversal' ? decline(exchange, '96') : closedHost()(exchange);
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    expect(await settle(bench)).toMatchObject({ rule: 'unsent-remains' });
    bench.host = closedHost();
    expect(await settle(bench)).toMatchObject({ result: 'closed-by-host' });
    expect(bench.txn({ kind: 'transaction', txnId: lost.txnId }).state).toBe('reversed');
  });

  it('waits for no void that the host cannot take in it: the sale without a receipt stands, and the cancelled one is refunded', async () => {
    const bench = new TerminalBench();
    bench.hasPrinter = true;
    bench.boot();
    await bench.open();
    const unprinted = { unprintedSaleReverse: 1 };
    const document = {
      version: 3,
      issuedAtMs: bench.nowMs,
      parameters: unprinted,
      certificates: [],
    } as const;
    await bench.terminal.run({ kind: 'parameters-downloaded', ...document });
    const alone = bench.txn(await bench.pay(10_00));
    const tender = { tenderId: 'tender-01', amountMinor: amountMinor(5_00) };
    const basket = bench.basket(8_00, 'sale-0002');
    await bench.terminal.run({ kind: 'pay-card', basket, tender, presented: bench.card() });
    bench.host = closedHost();
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    await bench.terminal.run({ kind: 'receipt-not-printed', txnId: alone.txnId, paper: 'none' });
    expect(await settle(bench)).toMatchObject({ rule: 'sale-open' });
    await bench.terminal.run({ kind: 'cancel-sale', saleId: 'sale-0002', approval: APPROVAL });
    expect(await settle(bench)).toMatchObject({ result: 'closed-by-host', debitMinor: 15_00 });
    await benchSync(bench).now();
    expect(bench.txn({ kind: 'transaction', txnId: alone.txnId })).toMatchObject({
      state: 'approved',
      unprintedUndo: 'stands',
    });
    const refund = { kind: 'undo-tender', saleId: 'sale-0002', presented: bench.card() } as const;
    await bench.terminal.run(refund);
    expect(bench.terminal.state.get('sales', 'sale-0002')?.split?.state).toBe('cancelled');
  });

  it('is not taken for closed while the host says that it is the open one', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    const closed = closedHost();
    bench.host = (exchange) =>
      exchange.purpose.kind === 'settlement' ? closed(exchange) : approve(exchange);
    expect(await settle(bench)).toMatchObject({ kind: 'unfinished' });
    expect(bench.batchNumber()).toBe(OURS);
    const settlements = bench.sent.filter(({ purpose }) => purpose.kind === 'settlement');
    expect(settlements).toHaveLength(2);
    expect(await bench.terminal.run({ kind: 'abandon-settlement', approval: APPROVAL })).toEqual({
      kind: 'done',
    });
  });

  it('that balances is an ordinary one: only the answer that said so was lost', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = closedHost('000008');
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    expect(terminalOf(bench.terminal.state).hostBatchNumber).toBe('000008');
    bench.host = approve;
    expect(await settle(bench)).toMatchObject({ result: 'balanced', batchNumber: OURS });
    expect(batchesToCheck(bench.terminal.state)).toEqual([]);
    expect(terminalOf(bench.terminal.state).hostBatchNumber).toBeUndefined();
  });
});

describe('the difference of a batch that the host closed', () => {
  const check = {
    kind: 'check-batch',
    reportId: 'B-000001',
    note: 'Ms Li: two sales more at the host',
  } as const;

  async function closed(): Promise<TerminalBench> {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = closedHost();
    await settle(bench);
    return bench;
  }

  it('waits over restarts for a supervisor who says what it was, and is off the list then', async () => {
    const bench = await closed();
    bench.boot();
    expect(batchesToCheck(bench.terminal.state)).toHaveLength(1);
    expect(await bench.terminal.run(check)).toMatchObject({ rule: 'supervisor-required' });
    expect(await bench.terminal.run({ ...check, note: ' ', approval: APPROVAL })).toMatchObject({
      rule: 'note-required',
    });
    const leak = { ...check, note: 'card 8890121000010074', approval: APPROVAL };
    expect(await bench.terminal.run(leak)).toMatchObject({ rule: 'note-holds-card-number' });
    expect(await bench.terminal.run({ ...check, approval: APPROVAL })).toEqual({ kind: 'done' });
    expect(batchesToCheck(bench.terminal.state)).toEqual([]);
    expect(bench.terminal.state.get('reports', 'B-000001')).toMatchObject({
      checked: { note: check.note, operatorCode: '2001', supervisorCode: '2001' },
    });
    expect(await bench.terminal.run({ ...check, approval: APPROVAL })).toMatchObject({
      rule: 'no-such-report',
    });
  });

  it('is not seen to by a cashier', async () => {
    const bench = await closed();
    await bench.terminal.run({ kind: 'operator-sign-on', operatorCode: '1001', passwordMatches: true });
    expect(await bench.terminal.run({ ...check, approval: APPROVAL })).toMatchObject({
      rule: 'role-not-allowed',
    });
  });
});
