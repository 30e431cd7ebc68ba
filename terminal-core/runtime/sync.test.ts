import { describe, expect, it } from 'vitest';
import { benchSync } from '../../test/support/bench-sync.ts';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import type { Exchange, ExchangeOutcome } from '../engine/exchange.ts';
import { DELIVERY_FAILURES_MAX } from '../engine/flows/deliver.ts';
import type { Txn } from '../engine/state.ts';
import { SUSPECT_FIRST_MS, SUSPECT_LONGEST_MS, Suspects } from './suspects.ts';
import type { Sync, UploadProgress } from './sync.ts';

/** A card without a certificate: on line or not at all. */
const OTHER_PAN = '8890121000010207';

/** A terminal with offline sales that wait, and its upload. */
async function waiting(
  count: number,
): Promise<{ bench: TerminalBench; sales: Txn[]; sync: Sync; problems: string[] }> {
  const bench = await new TerminalBench().open();
  await bench.giveCertificate({ countMax: 50, offlineCapMinor: amountMinor(200_00) });
  await bench.terminal.run({
    kind: 'parameters-downloaded',
    version: 2,
    issuedAtMs: bench.nowMs,
    parameters: { offlineTier2CardBatchMaxCount: 50 },
    certificates: [],
  });
  bench.linkUp = false;
  const sales: Txn[] = [];
  for (let sale = 0; sale < count; sale += 1) {
    sales.push(bench.txn(await bench.pay(1_00)));
    bench.nowMs += 1_000;
  }
  bench.linkUp = true;
  const problems: string[] = [];
  const sync = benchSync(bench, (what) => problems.push(what));
  return { bench, sales, sync, problems };
}

function states(bench: TerminalBench, sales: readonly Txn[]): string[] {
  return sales.map(({ txnId }) => bench.txn({ kind: 'transaction', txnId }).state);
}

const isAbout = (exchange: Exchange, txn: Txn | undefined): boolean =>
  exchange.message.fields[11] === txn?.stan && exchange.purpose.kind === 'advice';

describe('the upload', () => {
  it.each([
    ['never answers', { kind: 'no-answer', cause: 'timed-out' }],
    ['always garbles', { kind: 'unreadable', detail: 'noise' }],
    ['always answers without a right MAC', { kind: 'wrong-mac', fault: 'mac-wrong' }],
  ] as const)('delivers the others and sets aside the one that the host %s', async (_how, outcome) => {
    const { bench, problems, sales, sync } = await waiting(4);
    let tries = 0;
    bench.host = (exchange) => {
      if (!isAbout(exchange, sales[1])) return approve(exchange);
      tries += 1;
      return outcome;
    };
    expect(await sync.now()).toEqual({ delivered: 3, rejected: 0, left: 1 });
    for (let round = 0; round < DELIVERY_FAILURES_MAX; round += 1) await sync.now();
    expect(states(bench, sales)).toEqual(['delivered', 'undeliverable', 'delivered', 'delivered']);
    // One more than counts: the first, among others, proved nothing.
    expect(tries).toBe(DELIVERY_FAILURES_MAX + 1);
    expect(problems.join()).toContain(`${sales[1]?.txnId} is set aside`);
    expect(await sync.now()).toEqual({ delivered: 0, rejected: 0, left: 0 });
    expect(tries).toBe(DELIVERY_FAILURES_MAX + 1);
  });

  it('delivers the others when one record makes the host hang up on all that are on their way', async () => {
    const { bench, sales, sync } = await waiting(5);
    let onTheirWay: ((outcome: ExchangeOutcome) => void)[] = [];
    bench.host = (exchange) => {
      if (exchange.purpose.kind !== 'advice') return approve(exchange);
      return new Promise((resolve) => {
        onTheirWay.push(resolve);
        if (isAbout(exchange, sales[0])) {
          setTimeout(() => {
            for (const end of onTheirWay) end({ kind: 'no-answer', cause: 'link-lost' });
            onTheirWay = [];
          }, 0);
        } else {
          setTimeout(() => resolve(approve(exchange)), 5);
        }
      });
    };
    await sync.now();
    await sync.now();
    expect(states(bench, sales)).toEqual([
      'accepted-offline',
      'delivered',
      'delivered',
      'delivered',
      'delivered',
    ]);
  });

  it('takes up what a cut line lost in the middle a few at a time, and not one by one', async () => {
    const { bench, sales, sync } = await waiting(20);
    bench.host = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      bench.linkUp = false;
      return { kind: 'no-answer', cause: 'link-lost' };
    };
    await sync.now();
    bench.linkUp = true;
    let underWay = 0;
    let most = 0;
    let echoes = 0;
    bench.host = async (exchange) => {
      if (exchange.purpose.kind !== 'advice') {
        echoes += 1;
        return approve(exchange);
      }
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay -= 1;
      return approve(exchange);
    };
    await sync.now();
    expect({ most, echoes }).toEqual({ most: 8, echoes: 0 });
    expect(new Set(states(bench, sales))).toEqual(new Set(['delivered']));
  });

  it('gives nothing up on a line that is bad for everybody, or to a host that says not now', async () => {
    const { bench, sales, sync } = await waiting(2);
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    for (let round = 0; round < 3 * DELIVERY_FAILURES_MAX; round += 1) await sync.now();
    bench.host = (exchange) =>
      exchange.purpose.kind === 'advice' ? decline(exchange, '96') : approve(exchange);
    for (let round = 0; round < 3 * DELIVERY_FAILURES_MAX; round += 1) await sync.now();
    expect(states(bench, sales)).toEqual(['accepted-offline', 'accepted-offline']);
    bench.host = approve;
    await sync.now();
    expect(states(bench, sales)).toEqual(['delivered', 'delivered']);
  });

  it('counts what is against a record over restarts', async () => {
    const { bench, sales, sync } = await waiting(1);
    bench.host = (exchange) =>
      exchange.purpose.kind === 'advice' ? { kind: 'unreadable', detail: 'noise' } : approve(exchange);
    for (let round = 0; round < 4; round += 1) await sync.now();
    bench.boot();
    expect(bench.txn({ kind: 'transaction', txnId: sales[0]?.txnId ?? '' }).deliveryFailures).toBe(3);
  });

  it('sets aside a reversal that cannot be made, so that cards are taken again', async () => {
    const { bench, sync } = await waiting(0);
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const lost = bench.txn(await bench.pay(10_00));
    bench.host = (exchange) =>
      exchange.purpose.kind === 'reversal' ? { kind: 'cannot-be-made' } : approve(exchange);
    for (let round = 1; round < DELIVERY_FAILURES_MAX; round += 1) {
      await sync.beforeOnline();
      expect(await bench.pay(1_00, OTHER_PAN)).toMatchObject({ kind: 'refused' });
    }
    await sync.beforeOnline();
    expect(states(bench, [lost])).toEqual(['undeliverable']);
    expect(bench.txn(await bench.pay(1_00, OTHER_PAN)).state).toBe('approved');
  });

  it('tells how far it is', async () => {
    const { bench, sync } = await waiting(3);
    const told: (UploadProgress | undefined)[] = [];
    sync.onProgress(() => told.push(sync.progress()));
    bench.terminal.onChange(() => told.push(sync.progress()));
    bench.host = approve;
    await sync.now();
    expect(told).toEqual([
      { step: 'advices', done: 0, total: 3 },
      { step: 'advices', done: 1, total: 3 },
      { step: 'advices', done: 2, total: 3 },
      { step: 'advices', done: 3, total: 3 },
      undefined,
    ]);
  });
});

describe('a record that failed alone', () => {
  it('is tried again at growing distances, up to the longest', () => {
    const suspects = new Suspects();
    suspects.add('one', 'few');
    expect(suspects.isDue('one', 0)).toBe(true);
    suspects.failedAlone('one', 'not-answered', 0);
    expect(suspects.isDue('one', SUSPECT_FIRST_MS - 1)).toBe(false);
    expect(suspects.isDue('one', SUSPECT_FIRST_MS)).toBe(true);
    suspects.failedAlone('one', 'not-answered', 0);
    expect(suspects.isDue('one', 2 * SUSPECT_FIRST_MS - 1)).toBe(false);
    for (let tries = 0; tries < 20; tries += 1) suspects.failedAlone('one', 'not-answered', 0);
    expect(suspects.isDue('one', SUSPECT_LONGEST_MS - 1)).toBe(false);
    expect(suspects.isDue('one', SUSPECT_LONGEST_MS)).toBe(true);
    expect(suspects.takeFault('one')).toBe('not-answered');
    expect(suspects.takeFault('one')).toBeUndefined();
  });
});
