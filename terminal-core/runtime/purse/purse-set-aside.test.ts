import { describe, expect, it } from 'vitest';
import { benchSync } from '../../../test/support/bench-sync.ts';
import { PurseBench, START_MINOR } from '../../../test/support/purse-bench.ts';
import { decline } from '../../../test/support/terminal-bench.ts';
import type { Exchange, ExchangeOutcome } from '../../engine/exchange.ts';
import { DELIVERY_FAILURES_MAX } from '../../engine/flows/deliver.ts';
import { atRisk } from '../../engine/offline-rules.ts';
import { owed, setAside } from '../../engine/owed.ts';
import type { BenchAction, DeliveryFault, Txn } from '../../engine/state.ts';
import { benchRulesFor } from '../../engine/workbench.ts';
import { NOT_NOW_APART_MS } from '../not-settled.ts';

const DEBIT = 0x54;
const SALE_MINOR = 50_00;
const LOAD_MINOR = 100_00;
const APPROVAL = { operatorCode: '2001', passwordMatches: true };

async function sold(): Promise<{ readonly bench: PurseBench; readonly sale: Txn }> {
  const bench = await new PurseBench().ready();
  const sale = bench.txn(await bench.payPurse(await bench.insert(bench.card1), SALE_MINOR, 'the-sale'));
  return { bench, sale };
}

function now(bench: PurseBench, { txnId }: Txn): Txn {
  return bench.txn({ kind: 'transaction', txnId });
}

async function fail(bench: PurseBench, { txnId }: Txn, fault: DeliveryFault, times = DELIVERY_FAILURES_MAX) {
  for (let tries = 0; tries < times; tries += 1)
    await bench.terminal.run({ kind: 'delivery-failed', txnId, fault });
}

function act(bench: PurseBench, { txnId }: Txn, action: BenchAction) {
  return bench.terminal.run({
    kind: 'bench-act',
    txnId,
    action,
    note: 'Ms Li, acquirer',
    approval: APPROVAL,
  });
}

function actionsFor(bench: PurseBench, txn: Txn): BenchAction[] {
  return benchRulesFor(bench.terminal.state, now(bench, txn)).map(({ action }) => action);
}

/** The host answers every message of a purse by this code, and the rest as ever. */
function answerPursesBy(bench: PurseBench, code: string): void {
  const { host } = bench;
  bench.host = (exchange: Exchange): ExchangeOutcome | Promise<ExchangeOutcome> =>
    exchange.message.fields[58] === undefined ? host(exchange) : decline(exchange, code);
}

describe('the record of a purse that the host never decides', () => {
  it.each(['96', 'A0'])(
    'is set aside with its reason when it always answers %s, and the day goes on',
    async (code) => {
      const { bench, sale } = await sold();
      const { host } = bench;
      answerPursesBy(bench, code);
      const sync = benchSync(bench);
      for (let round = 0; round <= DELIVERY_FAILURES_MAX; round += 1) {
        expect(owed(bench.terminal.state)).toMatchObject([{ txnId: sale.txnId }]);
        await sync.now();
        bench.nowMs += NOT_NOW_APART_MS;
      }
      expect(owed(bench.terminal.state)).toEqual([]);
      expect(setAside(bench.terminal.state)).toMatchObject([
        { txnId: sale.txnId, state: 'approved', setAsideBecause: 'not-settled' },
      ]);
      expect(atRisk(bench.terminal.state)).toMatchObject({ count: 1, amountMinor: SALE_MINOR });
      bench.host = host;
      expect(await bench.settle()).toEqual({ debitMinor: 0, creditMinor: 0 });
    },
  );

  it('is set aside after DELIVERY_FAILURES_MAX tries that got no answer, and not before', async () => {
    const { bench, sale } = await sold();
    await fail(bench, sale, 'not-answered', DELIVERY_FAILURES_MAX - 1);
    expect(owed(bench.terminal.state)).toMatchObject([{ txnId: sale.txnId }]);
    await fail(bench, sale, 'not-answered', 1);
    expect(owed(bench.terminal.state)).toEqual([]);
  });

  it('goes out again when a person says so, also in the batch after its own, and is booked once', async () => {
    const { bench, sale } = await sold();
    await fail(bench, sale, 'not-settled');
    await bench.settle();
    expect(actionsFor(bench, sale)).toEqual(['send-again', 'host-says-stands', 'host-says-undone']);
    await act(bench, sale, 'send-again');
    expect(setAside(bench.terminal.state)).toEqual([]);
    expect(await bench.settle()).toEqual({ debitMinor: SALE_MINOR, creditMinor: 0 });
    expect(bench.book.bookedMinor()).toBe(SALE_MINOR);
    expect(now(bench, sale)).toMatchObject({ state: 'delivered' });
    expect(now(bench, sale).setAsideBecause).toBeUndefined();
  });

  it.each([
    ['host-says-stands', 'delivered'],
    ['host-says-undone', 'rejected'],
  ] as const)('becomes what a person learnt of it: %s', async (action, state) => {
    const { bench, sale } = await sold();
    await fail(bench, sale, 'not-settled');
    await act(bench, sale, action);
    expect(now(bench, sale).state).toBe(state);
    expect(owed(bench.terminal.state)).toEqual([]);
    expect(actionsFor(bench, sale)).toEqual(state === 'rejected' ? ['slip', 'write-off'] : []);
  });

  it('of a card that came back after all is a new record, against which nothing was said', async () => {
    const bench = await new PurseBench().ready();
    bench.card1.tearAt({ instruction: DEBIT, point: 'after-acting' });
    const [doubt] = [
      bench.txn(await bench.payPurse(await bench.insert(bench.card1), SALE_MINOR, 'the-sale')),
    ];
    await bench.terminal.run({ kind: 'settle' });
    await fail(bench, doubt, 'not-settled');
    expect(setAside(bench.terminal.state)).toMatchObject([{ state: 'unresolved' }]);
    await bench.comesBack(bench.card1);
    expect(setAside(bench.terminal.state)).toEqual([]);
    expect(await bench.settle()).toEqual({ debitMinor: SALE_MINOR, creditMinor: 0 });
  });

  it('that was no payment is off the list when somebody has looked at it', async () => {
    const bench = await new PurseBench().ready();
    bench.card1.tearAt({ instruction: DEBIT, point: 'before-acting' });
    const doubt = bench.txn(await bench.payPurse(await bench.insert(bench.card1), SALE_MINOR, 'the-sale'));
    const { host } = bench;
    answerPursesBy(bench, '14');
    await bench.terminal.run({ kind: 'settle' });
    await bench.deliverAll();
    bench.host = host;
    expect(actionsFor(bench, doubt)).toEqual(['checked']);
    await act(bench, doubt, 'checked');
    expect(setAside(bench.terminal.state)).toEqual([]);
    await bench.comesBack(bench.card1);
    expect(now(bench, doubt).state).toBe('not-debited');
  });

  it('of a load whose confirmation nobody takes is set aside, and a card that was loaded stays loaded', async () => {
    const bench = await new PurseBench().ready();
    const load = bench.txn(await bench.loadPurse(await bench.insert(bench.card1), LOAD_MINOR, 'the-load'));
    await fail(bench, load, 'not-settled');
    expect(actionsFor(bench, load)).toEqual(['send-again', 'host-says-stands', 'host-says-undone']);
    await act(bench, load, 'send-again');
    expect(await bench.settle()).toEqual({ debitMinor: 0, creditMinor: LOAD_MINOR });
    expect(bench.book.creditedMinor()).toBe(LOAD_MINOR);
    expect(bench.card1.state.balanceMinor).toBe(START_MINOR + LOAD_MINOR);
  });

  it('of a load whose confirmation the host refuses is off the list when somebody has looked at it', async () => {
    const bench = await new PurseBench().ready();
    const load = bench.txn(await bench.loadPurse(await bench.insert(bench.card1), LOAD_MINOR, 'the-load'));
    const { host } = bench;
    answerPursesBy(bench, '14');
    await bench.deliverAll();
    bench.host = host;
    expect(setAside(bench.terminal.state)).toMatchObject([{ txnId: load.txnId, state: 'rejected' }]);
    expect(actionsFor(bench, load)).toEqual(['checked']);
    await act(bench, load, 'checked');
    await bench.settle();
    expect(setAside(bench.terminal.state)).toEqual([]);
    expect([...bench.terminal.state.live('transactions')]).toEqual([]);
  });

  it('of a load that is to be reversed, or whose answer was lost, holds up no settlement and is undone by a person', async () => {
    const bench = await new PurseBench().ready();
    const { host } = bench;
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const load = bench.txn(await bench.loadPurse(await bench.insert(bench.card1), LOAD_MINOR, 'the-load'));
    bench.host = host;
    expect(load.state).toBe('unknown');
    await fail(bench, load, 'not-answered');
    expect(owed(bench.terminal.state)).toMatchObject([{ kind: 'load-repeat' }]);
    await fail(bench, load, 'not-settled');
    expect(await bench.settle()).toEqual({ debitMinor: 0, creditMinor: 0 });
    expect(actionsFor(bench, load)).toEqual(['send-again', 'host-says-undone']);
    await act(bench, load, 'host-says-undone');
    expect(now(bench, load).state).toBe('declined');
  });
});
