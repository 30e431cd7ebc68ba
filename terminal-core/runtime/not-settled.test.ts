import { describe, expect, it } from 'vitest';
import { benchSync } from '../../test/support/bench-sync.ts';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import type { ExchangeOutcome } from '../engine/exchange.ts';
import { DELIVERY_FAILURES_MAX } from '../engine/flows/deliver.ts';
import { owed } from '../engine/owed.ts';
import type { Txn, TxnState } from '../engine/state.ts';
import { benchRulesFor } from '../engine/workbench.ts';
import { NOT_NOW_APART_MS, NOT_SETTLED_APART_MS } from './not-settled.ts';
import type { Sync } from './sync.ts';

const NO_ANSWER: ExchangeOutcome = { kind: 'no-answer', cause: 'timed-out' };
const APPROVAL = { operatorCode: '2001', passwordMatches: true };
/** A card without a certificate: on line or not at all. */
const OTHER_PAN = '8890121000010207';

async function opened(): Promise<{ bench: TerminalBench; sync: Sync }> {
  const bench = await new TerminalBench().open();
  await bench.terminal.run({
    kind: 'parameters-downloaded',
    version: 1,
    issuedAtMs: bench.nowMs,
    parameters: { offlineTier2CardBatchMaxCount: 50 },
    certificates: [bench.certificate({ countMax: 50 })],
  });
  return { bench, sync: benchSync(bench) };
}

async function soldOffline(bench: TerminalBench): Promise<Txn> {
  bench.linkUp = false;
  const sale = bench.txn(await bench.pay(1_00));
  bench.linkUp = true;
  return sale;
}

async function lost(bench: TerminalBench, amountMinor: number): Promise<Txn> {
  bench.host = () => NO_ANSWER;
  return bench.txn(await bench.pay(amountMinor, OTHER_PAN));
}

function stateOf(bench: TerminalBench, { txnId }: Txn): TxnState | undefined {
  return bench.terminal.state.get('transactions', txnId)?.state;
}

/** The host answers each exchange that is for this transaction by a code, and takes all others. */
function answers(bench: TerminalBench, about: Txn, responseCode: string): void {
  bench.host = (exchange) => {
    const { purpose } = exchange;
    const isAbout = 'txnId' in purpose && purpose.txnId === about.txnId;
    return isAbout ? decline(exchange, responseCode) : approve(exchange);
  };
}

async function rounds(given: { bench: TerminalBench; sync: Sync }, count: number, apartMs: number) {
  for (let round = 0; round < count; round += 1) {
    await given.sync.now();
    given.bench.nowMs += apartMs;
  }
}

describe('a record that the host answers without settling it', () => {
  it.each(['30', '14'])(
    'is set aside when it is a reversal answered %s each time, and holds up nothing',
    async (code) => {
      const both = await opened();
      const { bench, sync } = both;
      const sale = await soldOffline(bench);
      const poisoned = await lost(bench, 20_00);
      answers(bench, poisoned, code);
      await sync.now();
      expect(stateOf(bench, sale)).toBe('delivered');
      expect(await bench.pay(1_00, OTHER_PAN)).toMatchObject({ kind: 'refused' });

      await rounds(both, DELIVERY_FAILURES_MAX, NOT_SETTLED_APART_MS);
      expect(owed(bench.terminal.state)).toEqual([{ kind: 'reversal', txnId: poisoned.txnId }]);
      await sync.now();
      expect(owed(bench.terminal.state)).toEqual([]);
      const aside = bench.txn({ kind: 'transaction', txnId: poisoned.txnId });
      expect(aside).toMatchObject({ state: 'undeliverable', setAsideBecause: 'not-settled' });
      expect(benchRulesFor(bench.terminal.state, aside).map(({ action }) => action)).toEqual([
        'send-again',
        'host-says-stands',
        'host-says-undone',
      ]);
      expect(bench.txn(await bench.pay(1_00, OTHER_PAN)).state).toBe('approved');
      expect((await bench.terminal.run({ kind: 'settle' })).kind).toBe('settled');
    },
  );

  it('is set aside slowly where the host says only "not now", and nothing else tells that it is there', async () => {
    const both = await opened();
    const { bench } = both;
    const poisoned = await lost(bench, 20_00);
    answers(bench, poisoned, '96');
    await rounds(both, 2 * DELIVERY_FAILURES_MAX, NOT_SETTLED_APART_MS);
    expect(stateOf(bench, poisoned)).toBe('unknown');
    await rounds(both, DELIVERY_FAILURES_MAX + 1, NOT_NOW_APART_MS);
    expect(stateOf(bench, poisoned)).toBe('undeliverable');
  });

  it('is set aside when it is an advice, while the host takes the others', async () => {
    const both = await opened();
    const { bench, sync } = both;
    const poisoned = await soldOffline(bench);
    answers(bench, poisoned, '96');
    for (let round = 0; round <= DELIVERY_FAILURES_MAX; round += 1) {
      const other = await soldOffline(bench);
      await sync.now();
      expect(stateOf(bench, other)).toBe('delivered');
      bench.nowMs += NOT_SETTLED_APART_MS;
    }
    expect(stateOf(bench, poisoned)).toBe('undeliverable');
  });

  it('does not count tries that come close together', async () => {
    const both = await opened();
    const { bench } = both;
    const poisoned = await lost(bench, 20_00);
    answers(bench, poisoned, '30');
    await rounds(both, 50, 1_000);
    expect(bench.txn({ kind: 'transaction', txnId: poisoned.txnId }).deliveryFailures).toBeUndefined();
  });

  it('is set aside when the host answers it A0 after every sign-on, and does not block the settlement', async () => {
    const both = await opened();
    const { bench } = both;
    const sale = await soldOffline(bench);
    bench.host = (exchange) =>
      exchange.purpose.kind === 'advice' ? decline(exchange, 'A0') : approve(exchange);
    await rounds(both, DELIVERY_FAILURES_MAX + 1, NOT_SETTLED_APART_MS);
    expect(stateOf(bench, sale)).toBe('undeliverable');
    expect((await bench.terminal.run({ kind: 'settle' })).kind).toBe('settled');
    const aside = bench.txn({ kind: 'transaction', txnId: sale.txnId });
    expect(benchRulesFor(bench.terminal.state, aside).map(({ action }) => action)).toEqual([
      'send-again',
      'host-says-stands',
      'host-says-undone',
    ]);
  });
});

describe('the workbench during a settlement', () => {
  it('changes nothing that its totals are made of', async () => {
    const { bench } = await opened();
    const sale = await soldOffline(bench);
    for (let tries = 0; tries < DELIVERY_FAILURES_MAX; tries += 1)
      await bench.terminal.run({ kind: 'delivery-failed', txnId: sale.txnId, fault: 'not-answered' });
    bench.host = () => NO_ANSWER;
    expect((await bench.terminal.run({ kind: 'settle' })).kind).toBe('unfinished');
    for (const action of ['send-again', 'host-says-stands', 'host-says-undone'] as const) {
      const reply = await bench.terminal.run({
        kind: 'bench-act',
        txnId: sale.txnId,
        action,
        note: 'asked the acquirer',
        approval: APPROVAL,
      });
      expect(reply).toMatchObject({ kind: 'refused', rule: 'settling' });
    }
    expect(stateOf(bench, sale)).toBe('undeliverable');
  });
});
