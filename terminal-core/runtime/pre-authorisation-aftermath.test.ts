import { describe, expect, it } from 'vitest';
import {
  complete,
  held,
  hold,
  NO_TOTALS,
  now,
  settleAndSignOn,
  voidOf,
} from '../../test/support/pre-authorisation-bench.ts';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import type { ExchangeOutcome } from '../engine/exchange.ts';
import type { Reply } from '../engine/inputs.ts';
import { owed } from '../engine/owed.ts';
import { project } from '../engine/project.ts';
import type { Txn } from '../engine/state.ts';
import { batchTotals } from '../engine/totals.ts';
import { forgetCards } from './forget-cards.ts';

const DAY_MS = 86_400_000;
const NO_ANSWER: ExchangeOutcome = { kind: 'no-answer', cause: 'timed-out' };

describe('an outcome that nobody knows', () => {
  /** Each of the four, tried once; what it is about is in the state that it had before when it is reversed. */
  const FOUR: readonly [
    string,
    { readonly mti: string; readonly code: string; readonly type: string },
    (bench: TerminalBench) => Promise<{ readonly attempt: () => Promise<Reply>; readonly about?: Txn }>,
  ][] = [
    [
      'a pre-authorisation',
      { mti: '0100', code: '030000', type: '10' },
      async (bench) => ({ attempt: () => hold(bench, 20_00) }),
    ],
    [
      'a void of a pre-authorisation',
      { mti: '0100', code: '200000', type: '11' },
      async (bench) => {
        const about = bench.txn(await hold(bench, 20_00));
        return { attempt: () => voidOf(bench, about), about };
      },
    ],
    [
      'a completion',
      { mti: '0200', code: '000000', type: '20' },
      async (bench) => {
        const about = bench.txn(await hold(bench, 20_00));
        return { attempt: () => complete(bench, about, 20_00), about };
      },
    ],
    [
      'a void of a completion',
      { mti: '0200', code: '200000', type: '21' },
      async (bench) => {
        const about = bench.txn(await complete(bench, bench.txn(await hold(bench, 20_00)), 20_00));
        return { attempt: () => voidOf(bench, about), about };
      },
    ],
  ];

  it.each(FOUR)('of %s is reversed, the same to the byte, and then it can be done again', async (...row) => {
    const [, { mti, code, type }, prepare] = row;
    const bench = await new TerminalBench().open();
    const { attempt, about } = await prepare(bench);
    const totals = batchTotals(bench.terminal.state);
    bench.host = () => NO_ANSWER;
    const lost = bench.txn(await attempt());
    expect(lost).toMatchObject({ state: 'unknown', reversalReason: '98' });
    expect(lost.receipt).toContain('NOT A PROOF OF PAYMENT');
    expect(bench.sent.at(-1)?.message.mti).toBe(mti);
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'reversal', txnId: lost.txnId }]);
    bench.host = approve;
    if (about) expect(await attempt()).toMatchObject({ rule: 'already-pending' });
    bench.host = () => NO_ANSWER;
    await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
    bench.boot();
    await bench.terminal.run({ kind: 'recover' });
    bench.host = approve;
    await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
    const [first, second] = bench.sent.filter((exchange) => exchange.purpose.kind === 'reversal');
    expect(second).toEqual(first);
    expect(first?.message.mti).toBe('0400');
    const fields = first?.message.fields ?? {};
    expect(fields).toMatchObject({ 2: '8890121000010074', 3: code, 11: lost.stan, 25: '06', 39: '98' });
    expect(String(fields[60]).slice(0, 2)).toBe(type);
    for (const field of [26, 35, 36, 37, 52, 53]) expect(fields[field]).toBeUndefined();
    expect(now(bench, lost).state).toBe('reversed');
    if (about) expect(now(bench, about)).toMatchObject({ state: 'approved' });
    expect(batchTotals(bench.terminal.state)).toEqual(totals);
    expect(bench.txn(await attempt()).state).toBe('approved');
  });

  it.each(FOUR)('is what a crash makes of %s that was on its way', async (...row) => {
    const [, , prepare] = row;
    const bench = await new TerminalBench().open();
    const { attempt, about } = await prepare(bench);
    bench.host = () => new Promise(() => {});
    void attempt();
    bench.boot();
    await bench.terminal.run({ kind: 'recover' });
    const [item] = owed(bench.terminal.state);
    expect(item?.kind).toBe('reversal');
    bench.host = approve;
    await bench.terminal.run({ kind: 'deliver', txnId: item?.txnId ?? '' });
    expect(owed(bench.terminal.state)).toEqual([]);
    if (about) expect(now(bench, about).state).toBe('approved');
    expect(bench.txn(await attempt()).state).toBe('approved');
  });

  it('of a completion keeps the pre-authorisation as it was while the reversal is refused, too', async () => {
    const { bench, txn } = await held();
    bench.host = () => NO_ANSWER;
    const lost = bench.txn(await complete(bench, txn, 10_00));
    bench.host = (exchange) => decline(exchange, '12');
    await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
    expect(now(bench, lost)).toMatchObject({ state: 'reversal-refused', responseCode: '12' });
    expect(now(bench, txn).state).toBe('approved');
  });
});

describe('a hold that outlives its batch', () => {
  it('stays, with its card data, and is completed in a later batch under the name of its own', async () => {
    const { bench, txn } = await held();
    expect(await settleAndSignOn(bench)).toMatchObject({ result: 'balanced', totals: NO_TOTALS });
    forgetCards(bench.journal, bench.terminal.state);
    expect(bench.journal.sealedSeqs()).toEqual([txn.secretSeq]);
    bench.boot();
    expect([...bench.terminal.state.live('transactions')].map(({ txnId }) => txnId)).toEqual([txn.txnId]);
    expect(now(bench, txn).keySetId).toBeUndefined();
    const done = bench.txn(await complete(bench, txn, 230_00));
    expect(done).toMatchObject({ state: 'approved', batchNumber: '000008' });
    expect(bench.sent.at(-1)?.message.fields[61]).toBe(`000007${txn.stan}1121`);
    expect(batchTotals(bench.terminal.state)).toMatchObject({ debitCount: 1, debitMinor: 230_00 });
  });

  it('is voided in a later batch, and is then gone from memory and its card data erased', async () => {
    const { bench, txn } = await held();
    await settleAndSignOn(bench);
    expect(bench.txn(await voidOf(bench, txn)).state).toBe('approved');
    await settleAndSignOn(bench);
    forgetCards(bench.journal, bench.terminal.state);
    expect(bench.journal.sealedSeqs()).toEqual([]);
    expect([...bench.terminal.state.live('transactions')]).toEqual([]);
    expect(now(bench, txn)).toMatchObject({ state: 'voided', settled: true });
  });

  it('is held again when a completion of a later batch is voided there', async () => {
    const { bench, txn } = await held();
    await settleAndSignOn(bench);
    const done = bench.txn(await complete(bench, txn, 150_00));
    forgetCards(bench.journal, bench.terminal.state);
    await voidOf(bench, done);
    await settleAndSignOn(bench);
    bench.boot();
    expect(bench.txn(await complete(bench, txn, 200_00)).state).toBe('approved');
  });

  it('is completed up to the last day and no later, but can still be voided', async () => {
    const { bench, txn } = await held();
    const late = bench.txn(await hold(bench, 20_00));
    bench.nowMs += 30 * DAY_MS;
    expect(bench.txn(await complete(bench, late, 20_00)).state).toBe('approved');
    bench.nowMs += 1;
    expect(await complete(bench, txn, 20_00)).toMatchObject({ rule: 'pre-authorisation-expired' });
    await settleAndSignOn(bench);
    forgetCards(bench.journal, bench.terminal.state);
    expect(bench.journal.sealedSeqs()).toEqual([]);
    expect([...bench.terminal.state.live('transactions')]).toEqual([]);
    expect(await complete(bench, txn, 20_00)).toMatchObject({ rule: 'pre-authorisation-expired' });
    expect(bench.txn(await voidOf(bench, txn)).state).toBe('approved');
  });

  it('is found again in what the journal alone says', async () => {
    const { bench, txn } = await held();
    await settleAndSignOn(bench);
    const done = bench.txn(await complete(bench, txn, 150_00));
    await voidOf(bench, done);
    await settleAndSignOn(bench);
    const projected = [...project(bench.journal.entries())].filter(
      (each) => each.collection === 'transactions',
    );
    expect(projected).toHaveLength(3);
    for (const { key, doc } of projected) expect(bench.journal.get('transactions', key)?.doc).toEqual(doc);
    expect(now(bench, txn)).toMatchObject({ state: 'approved', settled: false });
  });
});

describe('a batch upload', () => {
  it('has completions and their voids as whole records after the refunds, and no pre-authorisation', async () => {
    const { bench, txn } = await held();
    const sold = bench.txn(await bench.pay(3_00));
    await settleAndSignOn(bench);
    await bench.terminal.run({
      kind: 'refund',
      txnId: sold.txnId,
      amountMinor: amountMinor(1_00),
      presented: bench.card(),
    });
    const done = bench.txn(await complete(bench, txn, 150_00));
    await voidOf(bench, done);
    await voidOf(bench, bench.txn(await hold(bench, 5_00)));
    await voidOf(bench, bench.txn(await bench.pay(2_00)));
    bench.host = (exchange) => {
      const outcome = approve(exchange);
      if (exchange.purpose.kind === 'settlement' && outcome.kind === 'answered') {
        const totals = String(exchange.message.fields[48]);
        outcome.message.fields[48] = `${totals.slice(0, 30)}2${totals.slice(31)}`;
      }
      return outcome;
    };
    bench.sent.length = 0;
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({
      result: 'not-balanced',
      totals: { debitCount: 2, debitMinor: 152_00, creditCount: 3, creditMinor: 153_00 },
    });
    const uploaded = bench.sent.filter((exchange) => exchange.purpose.kind === 'batch-upload');
    const types = uploaded.map(({ message }) => String(message.fields[60]).slice(0, 2));
    // Sales in DE48, the void of a sale, the refund, the completion, its void, the end with the count of all five.
    expect(types).toEqual(['00', '23', '25', '20', '21', '00']);
    expect(uploaded.at(-1)?.message.fields[48]).toBe('0005');
    const [, , , completion, voiding] = uploaded;
    expect(completion?.message.fields).toMatchObject({ 2: '8890121000010074', 3: '000000', 25: '06' });
    expect(completion?.message.fields).toMatchObject({ 4: '000000015000', 11: done.stan });
    expect(voiding?.message.fields).toMatchObject({ 3: '200000', 25: '06', 4: '000000015000' });
  });
});
