import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningHost } from '../../host-sim/index.ts';
import {
  balances,
  exceptionKinds,
  issuePursesOf,
  loadFrame,
  OPENING_MINOR,
  PURSE_ISSUER,
  sendRecord,
} from './purse-host.ts';
import { type PurseTags, RawPurse, tagsOf } from './raw-purse.ts';
import { check, hostForTest, RawTerminal } from './test-host.ts';

/** One thing that a customer does, and how many other messages overtake what is said of it. */
type Step =
  | {
      readonly kind: 'pay';
      readonly amountMinor: number;
      readonly overtakenBy: number;
      readonly isDoubted: boolean;
    }
  | {
      readonly kind: 'load';
      readonly amountMinor: number;
      readonly overtakenBy: number;
      readonly isCredited: boolean;
    };

const amountMinor = fc.constantFrom(1, 2, 5_00, 10_00, 10_00, 30_00);
const overtakenBy = fc.nat({ max: 6 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('pay' as const), amountMinor, overtakenBy, isDoubted: fc.boolean() }),
  fc.record({ kind: fc.constant('load' as const), amountMinor, overtakenBy, isCredited: fc.boolean() }),
);

interface Late {
  readonly dueAt: number;
  readonly send: () => Promise<string | undefined>;
}

let host: RunningHost;
let terminal: RawTerminal;
let cards = 0;

/** One host for all days: making one takes longer than a day does. */
beforeAll(async () => {
  const made = await hostForTest();
  host = made.host;
  terminal = await RawTerminal.signedOn(host, made.masterKey);
});

afterAll(async () => {
  terminal.connection.close();
  await host.stop();
});

it('an honest card is never refused, in whatever order its messages come, and its shadow ends as the card is', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), tellsTheTruth), {
    numRuns: 60,
    seed: 20260310,
  });
}, 120_000);

/** A card of its own for each day, as the next that the host gives out. */
async function newCard(): Promise<RawPurse> {
  const applicationSerial = `000010007514${String(cards).padStart(8, '0')}`;
  cards += 1;
  const purse = { applicationSerial, balance: '100.00', startsOn: '20260101', expiresOn: '20301231' };
  await issuePursesOf(host, { ...PURSE_ISSUER, purses: [purse] });
  return new RawPurse(applicationSerial, { balanceMinor: OPENING_MINOR });
}

async function tellsTheTruth(steps: readonly Step[]): Promise<void> {
  const card = await newCard();
  const codes = new Set<string | undefined>();
  let late: Late[] = [];
  const sendDue = async (now: number): Promise<void> => {
    for (const each of late.filter(({ dueAt }) => dueAt <= now)) codes.add(await each.send());
    late = late.filter(({ dueAt }) => dueAt > now);
  };
  for (const [now, each] of steps.entries()) {
    const dueAt = now + each.overtakenBy;
    if (each.kind === 'pay') {
      if (each.amountMinor > card.balanceMinor) continue;
      const tags = card.pay(each.amountMinor, { time: `0955${String(now).padStart(2, '0')}` });
      if (each.isDoubted) codes.add(await doubt(terminal, tags));
      late.push({ dueAt, send: async () => (await sendRecord(terminal, tags)).fields[39] });
    } else {
      const load = await startLoad(terminal, card, each.amountMinor);
      codes.add(load.code);
      if (each.isCredited) late.push({ dueAt, send: load.credit(card) });
    }
    await sendDue(now);
  }
  await sendDue(Number.POSITIVE_INFINITY);
  // 94: a doubt that a later record had settled before its TAC came.
  expect([...codes].filter((code) => code !== '00' && code !== '94')).toEqual([]);
  const report = await check(host);
  expect(report.problems).toEqual([]);
  expect(
    await exceptionKinds(host).then((kinds) => kinds.filter((kind) => kind !== 'purse-doubt-debited')),
  ).toEqual([]);
  expect(report.notes.filter((note) => note.includes('purchase') || note.includes('missing'))).toEqual([]);
  const account = `purse:${cards}`;
  expect((await balances(host, account))[account]).toBe(card.balanceMinor);
}

async function doubt(terminal: RawTerminal, tags: PurseTags): Promise<string | undefined> {
  const { DF0A: _tac, ...known } = tags as Record<string, string>;
  return (await sendRecord(terminal, { ...known, DF10: '08' })).fields[39];
}

async function startLoad(terminal: RawTerminal, card: RawPurse, amount: number) {
  const session = card.initializeForLoad(amount);
  const stan = terminal.nextStan();
  const answer = await terminal.connection.ask(loadFrame(terminal, '0200', session.tags, { 11: stan }));
  return {
    code: answer.fields[39],
    /** The card takes MAC2 now; the confirmation is what is late. */
    credit(purse: RawPurse) {
      const tags = purse.creditForLoad(session, tagsOf(answer.fields[58] ?? '')) ?? {};
      const named = { 61: `${terminal.batchNumber}${stan}` };
      return async () => (await terminal.connection.ask(loadFrame(terminal, '0220', tags, named))).fields[39];
    },
  };
}
