import { describe, expect, it } from 'vitest';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import type { ExchangeOutcome } from '../engine/exchange.ts';
import { DELIVERY_FAILURES_MAX } from '../engine/flows/deliver.ts';
import type { Reply } from '../engine/inputs.ts';
import { owed, setAside } from '../engine/owed.ts';
import type { BenchAction, Txn } from '../engine/state.ts';
import { benchRulesFor, claimsOn, NOTE_LENGTH_MAX } from '../engine/workbench.ts';
import { forgetCards } from './forget-cards.ts';

const NO_ANSWER: ExchangeOutcome = { kind: 'no-answer', cause: 'timed-out' };
const APPROVAL = { operatorCode: '2001', passwordMatches: true };

function now(bench: TerminalBench, txn: Txn): Txn {
  return bench.txn({ kind: 'transaction', txnId: txn.txnId });
}

function act(
  bench: TerminalBench,
  txn: Txn,
  action: BenchAction,
  given: { readonly note?: string; readonly approval?: typeof APPROVAL } = {},
): Promise<Reply> {
  return bench.terminal.run({ kind: 'bench-act', txnId: txn.txnId, action, ...given });
}

const resolve = (bench: TerminalBench, txn: Txn, action: BenchAction): Promise<Reply> =>
  act(bench, txn, action, { note: 'asked the acquirer', approval: APPROVAL });

function collect(bench: TerminalBench, txn: Txn, pan?: string): Promise<Reply> {
  return bench.terminal.run({ kind: 'collect-claim', txnId: txn.txnId, presented: bench.card(pan) });
}

function actionsFor(bench: TerminalBench, txn: Txn): BenchAction[] {
  return benchRulesFor(bench.terminal.state, now(bench, txn)).map(({ action }) => action);
}

async function soldOffline(): Promise<{ bench: TerminalBench; sale: Txn }> {
  const bench = await new TerminalBench().open();
  await bench.giveCertificate();
  bench.linkUp = false;
  const sale = bench.txn(await bench.pay(50_00));
  bench.linkUp = true;
  return { bench, sale };
}

/** An offline sale of 50.00 that the host refused at upload. */
async function claim(): Promise<{ bench: TerminalBench; sale: Txn }> {
  const { bench, sale } = await soldOffline();
  bench.host = (exchange) => decline(exchange, '51');
  await bench.terminal.run({ kind: 'deliver', txnId: sale.txnId });
  bench.host = approve;
  expect(now(bench, sale).state).toBe('rejected');
  return { bench, sale };
}

function hotlist(bench: TerminalBench, version: number, panHashes: readonly string[]): Promise<Reply> {
  return bench.terminal.run({ kind: 'hotlist-downloaded', version, issuedAtMs: bench.nowMs, panHashes });
}

describe('a refused offline sale', () => {
  it('is paid once, by a purchase that names it, when its card comes again', async () => {
    const { bench, sale } = await claim();
    expect(await collect(bench, sale)).toMatchObject({ rule: 'claim-not-collectable' });
    await act(bench, sale, 'collect');
    expect(claimsOn(bench.terminal.state, sale.panHash ?? '')).toMatchObject([{ txnId: sale.txnId }]);
    expect(await collect(bench, sale, '8890121000010207')).toMatchObject({ rule: 'different-card' });
    const paid = bench.txn(await collect(bench, sale));
    expect(paid).toMatchObject({
      kind: 'purchase',
      state: 'approved',
      amountMinor: 50_00,
      lines: sale.lines,
    });
    expect(bench.sent.at(-1)?.message.fields[61]).toBeUndefined();
    expect(now(bench, sale).state).toBe('collected');
    expect(await collect(bench, sale)).toMatchObject({ rule: 'claim-collected' });
    expect(setAside(bench.terminal.state)).toEqual([]);
  });

  it('is not paid a second time while the outcome of the first is open, and is due again when that is undone', async () => {
    const { bench, sale } = await claim();
    await act(bench, sale, 'collect');
    bench.host = () => NO_ANSWER;
    const lost = bench.txn(await collect(bench, sale));
    expect(lost.state).toBe('unknown');
    expect(claimsOn(bench.terminal.state, sale.panHash ?? '')).toEqual([]);
    expect(await collect(bench, sale)).toMatchObject({ rule: 'already-pending' });
    expect(actionsFor(bench, sale)).not.toContain('write-off');
    bench.host = approve;
    const request = bench.sent.at(-1)?.message;
    await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
    const reversal = bench.sent.at(-1)?.message;
    expect(reversal?.fields[4]).toBe(request?.fields[4]);
    expect(reversal?.fields[37]).toBeUndefined();
    expect(now(bench, lost).state).toBe('reversed');
    expect(bench.txn(await collect(bench, sale)).state).toBe('approved');
    expect(now(bench, sale).state).toBe('collected');
  });

  it('is due again when the purchase that paid it is voided', async () => {
    const { bench, sale } = await claim();
    await act(bench, sale, 'collect');
    const paid = bench.txn(await collect(bench, sale));
    await bench.terminal.run({ kind: 'void', txnId: paid.txnId, presented: bench.card() });
    expect(now(bench, paid).state).toBe('voided');
    expect(now(bench, sale).state).toBe('rejected');
  });

  it('is a claim after its batch was closed, too, with its card data kept', async () => {
    const { bench, sale } = await claim();
    await bench.terminal.run({ kind: 'settle' });
    forgetCards(bench.journal, bench.terminal.state);
    bench.boot();
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    expect(setAside(bench.terminal.state)).toMatchObject([{ txnId: sale.txnId, settled: true }]);
    expect(bench.journal.sealedSeqs()).toContain(sale.secretSeq);
    await act(bench, sale, 'collect');
    expect(bench.txn(await collect(bench, sale)).state).toBe('approved');
    forgetCards(bench.journal, bench.terminal.state);
    expect(bench.journal.sealedSeqs()).not.toContain(sale.secretSeq);
  });

  it('leaves a slip that says what is due and why, the same one each time', async () => {
    const { bench, sale } = await claim();
    await act(bench, sale, 'slip');
    const { slip } = now(bench, sale);
    expect(slip).toMatch(/AMOUNT STILL DUE[\s\S]*50\.00/);
    expect(slip).toContain('NOT A PROOF OF PAYMENT');
    bench.nowMs += 60_000;
    await act(bench, sale, 'slip');
    expect(now(bench, sale).slip).toBe(slip);
    expect(now(bench, sale).benchSteps?.map(({ action }) => action)).toEqual(['slip', 'slip']);
  });

  it('is written off only with approval and a reason, which are journalled', async () => {
    const { bench, sale } = await claim();
    expect(await act(bench, sale, 'write-off', { approval: APPROVAL })).toMatchObject({
      rule: 'note-required',
    });
    expect(await act(bench, sale, 'write-off', { note: 'gone' })).toMatchObject({
      rule: 'supervisor-required',
    });
    expect(
      await act(bench, sale, 'write-off', {
        note: 'gone',
        approval: { ...APPROVAL, passwordMatches: false },
      }),
    ).toMatchObject({ rule: 'wrong-password' });
    expect(
      await act(bench, sale, 'write-off', { note: 'gone', approval: { ...APPROVAL, operatorCode: '1001' } }),
    ).toMatchObject({ rule: 'approver-not-allowed' });
    await act(bench, sale, 'write-off', { note: 'cannot be found', approval: APPROVAL });
    expect(now(bench, sale)).toMatchObject({
      state: 'written-off',
      benchSteps: [
        { action: 'write-off', operatorCode: '2001', supervisorCode: '2001', note: 'cannot be found' },
      ],
    });
    expect(await act(bench, sale, 'collect')).toMatchObject({ rule: 'bench-action-not-now' });
  });

  it('takes a note of the longest length, and none that is longer or holds a card number', async () => {
    const { bench, sale } = await claim();
    expect(await act(bench, sale, 'collect', { note: 'x'.repeat(NOTE_LENGTH_MAX + 1) })).toMatchObject({
      rule: 'note-too-long',
    });
    for (const note of [
      'card 8890 1210 0001 0074',
      '卡号８８９０１２１０００００１００７４',
      '8890.1210.0001.0074',
    ])
      expect(await act(bench, sale, 'collect', { note })).toMatchObject({ rule: 'note-holds-card-number' });
    expect(await act(bench, sale, 'collect', { note: 'x'.repeat(NOTE_LENGTH_MAX) })).toMatchObject({
      kind: 'transaction',
    });
  });

  it('is no business of a cashier, with or without approval', async () => {
    const { bench, sale } = await claim();
    await bench.terminal.run({ kind: 'operator-sign-on', operatorCode: '1001', passwordMatches: true });
    expect(await act(bench, sale, 'slip', { approval: APPROVAL })).toMatchObject({
      rule: 'role-not-allowed',
    });
    await bench.terminal.run({ kind: 'operator-sign-on', operatorCode: '9001', passwordMatches: true });
    expect(await act(bench, sale, 'slip')).toMatchObject({ rule: 'role-not-allowed' });
  });
});

describe('a card that the store blocks', () => {
  it('is refused by name, over hotlists that do not know it and over a restart, and pays its claim all the same', async () => {
    const { bench, sale } = await claim();
    await act(bench, sale, 'block-card');
    await act(bench, sale, 'collect');
    await hotlist(bench, 2, []);
    bench.boot();
    expect(await bench.pay(1_00)).toMatchObject({ rule: 'card-blocked-here' });
    bench.linkUp = false;
    expect(await bench.pay(1_00)).toMatchObject({ rule: 'card-blocked-here' });
    bench.linkUp = true;
    expect(bench.txn(await collect(bench, sale)).state).toBe('approved');
    expect(bench.txn(await bench.pay(1_00)).state).toBe('approved');
  });

  it('is taken again when the host puts it on its list and takes it off', async () => {
    const { bench, sale } = await claim();
    await act(bench, sale, 'block-card');
    await hotlist(bench, 2, [sale.panHash ?? '']);
    expect(await bench.pay(1_00)).toMatchObject({ rule: 'hotlisted-card' });
    await hotlist(bench, 3, []);
    expect(bench.txn(await bench.pay(1_00)).state).toBe('approved');
    expect(actionsFor(bench, sale)).toContain('block-card');
  });

  it.each([
    ['the block is lifted', (bench: TerminalBench, sale: Txn) => act(bench, sale, 'unblock-card')],
    ['its claim is written off', (bench: TerminalBench, sale: Txn) => resolve(bench, sale, 'write-off')],
  ])('is taken again when %s', async (_when, how) => {
    const { bench, sale } = await claim();
    await act(bench, sale, 'block-card');
    await how(bench, sale);
    expect(bench.txn(await bench.pay(1_00)).state).toBe('approved');
  });
});

describe('a reversal that the host refused', () => {
  async function refused(): Promise<{ bench: TerminalBench; lost: Txn }> {
    const bench = await new TerminalBench().open();
    bench.host = () => NO_ANSWER;
    const lost = bench.txn(await bench.pay(10_00));
    bench.host = (exchange) => decline(exchange, '12');
    await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
    bench.host = approve;
    return { bench, lost };
  }

  it('is ended by a person who asked: it stands, and has a receipt', async () => {
    const { bench, lost } = await refused();
    expect(actionsFor(bench, lost)).toEqual(['send-again', 'host-says-stands', 'host-says-undone']);
    await resolve(bench, lost, 'host-says-stands');
    expect(now(bench, lost)).toMatchObject({ state: 'approved' });
    expect(now(bench, lost).receipt).toContain('PURCHASE');
  });

  it('is ended by a person who asked: it is undone', async () => {
    const { bench, lost } = await refused();
    await resolve(bench, lost, 'host-says-undone');
    expect(now(bench, lost)).toMatchObject({ state: 'reversed' });
    expect(now(bench, lost).receipt).toContain('REVERSED');
  });

  it('goes out once more when a person says so', async () => {
    const { bench, lost } = await refused();
    await act(bench, lost, 'send-again');
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'reversal', txnId: lost.txnId }]);
    await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
    expect(now(bench, lost).state).toBe('reversed');
  });

  it.each([
    ['host-says-stands', 'voided'],
    ['host-says-undone', 'approved'],
  ] as const)(
    'of a void keeps the sale from being voided again until it is known: %s',
    async (action, state) => {
      const bench = await new TerminalBench().open();
      const sale = bench.txn(await bench.pay(10_00));
      const voidIt = (): Promise<Reply> =>
        bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() });
      bench.host = () => NO_ANSWER;
      const lost = bench.txn(await voidIt());
      bench.host = (exchange) => decline(exchange, '12');
      await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
      bench.host = approve;
      expect(await voidIt()).toMatchObject({ rule: 'already-pending' });
      await resolve(bench, lost, action);
      expect(now(bench, sale).state).toBe(state);
    },
  );
});

describe('a record that does not get through though the host is there', () => {
  const fail = (bench: TerminalBench, txn: Txn, fault: 'cannot-be-made' | 'not-answered'): Promise<Reply> =>
    bench.terminal.run({ kind: 'delivery-failed', txnId: txn.txnId, fault });

  async function undeliverable(): Promise<{ bench: TerminalBench; sale: Txn }> {
    const { bench, sale } = await soldOffline();
    for (let tries = 1; tries < DELIVERY_FAILURES_MAX; tries += 1) {
      await fail(bench, sale, 'not-answered');
      expect(now(bench, sale).state).toBe('accepted-offline');
    }
    await fail(bench, sale, 'not-answered');
    expect(now(bench, sale)).toMatchObject({ state: 'undeliverable', setAsideBecause: 'not-answered' });
    return { bench, sale };
  }

  it('is set aside after the last try, and is not collected while nobody knows whether the host has it', async () => {
    const { bench, sale } = await undeliverable();
    expect(owed(bench.terminal.state)).toEqual([]);
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ kind: 'settled' });
    expect(await collect(bench, sale)).toMatchObject({ rule: 'claim-not-collectable' });
    // Its batch is closed: it would go up in the next one.
    expect(actionsFor(bench, sale)).toEqual(['send-again', 'host-says-stands', 'host-says-undone']);
  });

  it('goes out once more when a person says so', async () => {
    const { bench, sale } = await undeliverable();
    await act(bench, sale, 'send-again');
    await bench.terminal.run({ kind: 'deliver', txnId: sale.txnId });
    expect(now(bench, sale).state).toBe('delivered');
  });

  it.each([
    ['host-says-stands', 'delivered'],
    ['host-says-undone', 'rejected'],
  ] as const)('becomes what a person learnt of it: %s', async (action, state) => {
    const { bench, sale } = await undeliverable();
    await resolve(bench, sale, action);
    expect(now(bench, sale).state).toBe(state);
    if (state === 'rejected') {
      await act(bench, sale, 'slip');
      expect(now(bench, sale).slip).toContain('The host does not have this offline sale.');
    }
  });

  it('is never given up as a reversal or a refund that is merely not answered', async () => {
    const bench = await new TerminalBench().open();
    bench.host = () => NO_ANSWER;
    const lost = bench.txn(await bench.pay(10_00));
    for (let tries = 0; tries <= DELIVERY_FAILURES_MAX; tries += 1) await fail(bench, lost, 'not-answered');
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'reversal', txnId: lost.txnId }]);
    for (let tries = 0; tries < DELIVERY_FAILURES_MAX; tries += 1) await fail(bench, lost, 'cannot-be-made');
    expect(now(bench, lost)).toMatchObject({ state: 'undeliverable' });
    expect(bench.terminal.state.get('transactions', lost.txnId)?.amountMinor).toBe(amountMinor(10_00));
  });
});
