import { describe, expect, it } from 'vitest';
import { PurseBench, START_MINOR } from '../../../test/support/purse-bench.ts';
import { decline } from '../../../test/support/terminal-bench.ts';
import { amountMinor } from '../../domain/money.ts';
import { isSetAside } from '../../engine/owed.ts';
import type { PresentedPurse } from '../../engine/purse/card.ts';
import { PURSE_DOUBTS_MAX } from '../../engine/purse/doubts.ts';
import type { RefusalRule } from '../../engine/refusals.ts';
import { benchRulesFor } from '../../engine/workbench.ts';
import {
  demoPurseCard,
  memoryStore,
  type PurseCardState,
  type SimulatedPurseCard,
  simulatedPurseCard,
} from '../../purse/simulator/index.ts';

const DEBIT = 0x54;
const HOUR_MS = 3_600_000;
let next = 100;

/** A card of the test's own. */
function cardWith(changes: Partial<PurseCardState>): SimulatedPurseCard {
  next += 1;
  return simulatedPurseCard({
    store: memoryStore(demoPurseCard(next, { balanceMinor: START_MINOR, ...changes })),
    random: { bytes: (length) => new Uint8Array(length).fill(7) },
  });
}

async function parameters(bench: PurseBench, values: Record<string, number>): Promise<void> {
  const parameters = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      name.endsWith('Minor') ? amountMinor(value) : value,
    ]),
  );
  await bench.terminal.run({
    kind: 'parameters-downloaded',
    version: 1,
    issuedAtMs: bench.nowMs,
    parameters,
    certificates: [],
  });
}

/** Each rule with what makes it refuse a sale of 100.00 that nothing else is wrong with. */
const REFUSALS: readonly (readonly [
  RefusalRule,
  (bench: PurseBench, card: SimulatedPurseCard) => Promise<unknown>,
  Partial<PurseCardState>?,
])[] = [
  ['purse-not-started', async () => {}, { startDate: '20261122' }],
  ['purse-expired', async () => {}, { expiryDate: '20261120' }],
  ['purse-balance-too-low', async () => {}, { balanceMinor: 99_99 }],
  ['purse-card-refused', async () => {}, { isLocked: true }],
  ['purse-card-refused', async () => {}, { offlineCounter: 0xffff }],
  [
    'hotlisted-card',
    async (bench, card) =>
      bench.terminal.run({
        kind: 'hotlist-downloaded',
        version: 2,
        issuedAtMs: bench.nowMs,
        panHashes: [(await bench.insert(card)).serialHash],
      }),
  ],
  ['psam-missing', async (bench) => bench.reader.remove('sam')],
  [
    'offline-sign-on-too-old',
    async (bench) => {
      bench.nowMs += 24 * HOUR_MS + 1;
    },
  ],
  ['hotlist-too-old', (bench) => parameters(bench, { hotlistMaxAgeHours: -1 })],
  [
    'clock-went-back',
    async (bench) => {
      bench.nowMs -= HOUR_MS;
    },
  ],
  ['purse-amount-max', (bench) => parameters(bench, { purseTransactionMaxMinor: 99_99 })],
  ['offline-terminal-amount', (bench) => parameters(bench, { offlineUnsentMaxMinor: 99_99 })],
  ['offline-terminal-count', (bench) => parameters(bench, { offlineUnsentMaxCount: 0 })],
];

describe('a sale with a purse', () => {
  for (const [rule, arrange, changes] of REFUSALS) {
    it(`is refused by ${rule}${changes ? ` (${JSON.stringify(changes)})` : ''}, and nothing leaves the card`, async () => {
      const bench = await new PurseBench().ready();
      const card = cardWith(changes ?? {});
      await arrange(bench, card);
      const reply = await bench.payPurse(await bench.insert(card), 100_00);
      expect(reply).toMatchObject({ kind: 'refused', rule });
      expect(card.state.balanceMinor).toBe(changes?.balanceMinor ?? START_MINOR);
      expect(bench.all('purse-sale')).toEqual([]);
    });
  }

  it('of exactly what each limit allows is taken', async () => {
    const bench = await new PurseBench().ready();
    await parameters(bench, {
      purseTransactionMaxMinor: 100_00,
      offlineUnsentMaxMinor: 100_00,
      offlineUnsentMaxCount: 1,
    });
    const card = cardWith({ balanceMinor: 100_00, startDate: '20261121', expiryDate: '20261121' });
    expect(bench.txn(await bench.payPurse(await bench.insert(card), 100_00)).state).toBe('approved');
    expect(card.state.balanceMinor).toBe(0);
  });

  it('in doubt counts in the caps, and keeps its card from paying and being loaded until it is settled', async () => {
    const bench = await new PurseBench().ready();
    await parameters(bench, { offlineUnsentMaxMinor: 120_00 });
    bench.card1.tearAt({ instruction: DEBIT, point: 'after-acting' });
    await bench.payPurse(await bench.insert(bench.card1), 100_00);
    const other = await bench.insert(bench.card2);
    expect(await bench.payPurse(other, 20_01)).toMatchObject({ rule: 'offline-terminal-amount' });
    const same = await bench.insert(bench.card1);
    expect(await bench.payPurse(same, 1_00)).toMatchObject({ rule: 'purse-card-in-doubt' });
    expect(await bench.loadPurse(same, 1_00, 'load-0001')).toMatchObject({ rule: 'purse-card-in-doubt' });
    const settled = await bench.comesBack(bench.card1);
    expect(bench.txn(await bench.payPurse(settled, 20_00)).state).toBe('approved');
  });

  it('is not begun while PURSE_DOUBTS_MAX cards have to come back first', async () => {
    const bench = await new PurseBench().ready();
    for (let doubt = 0; doubt < PURSE_DOUBTS_MAX; doubt += 1) {
      const card = cardWith({});
      card.tearAt({ instruction: DEBIT, point: 'before-acting' });
      expect(bench.txn(await bench.payPurse(await bench.insert(card), 1_00)).state).toBe('in-doubt');
    }
    const purse = await bench.insert(bench.card1);
    expect(await bench.payPurse(purse, 1_00)).toMatchObject({ rule: 'purse-too-many-doubts' });
    // Cards that never come back are the host's to decide from the settlement on, and keep no other from paying.
    await bench.settle();
    expect(bench.txn(await bench.payPurse(await bench.insert(bench.card1), 1_00)).state).toBe('approved');
  });

  it('is begun after a settlement, however many loads wait for the proof of a card that never comes back', async () => {
    const bench = await new PurseBench().ready();
    const booked = bench.host;
    for (let lost = 0; lost < PURSE_DOUBTS_MAX; lost += 1) {
      const purse = await bench.insert(cardWith({}));
      bench.host = async (exchange) => {
        await booked(exchange);
        return { kind: 'no-answer', cause: 'timed-out' };
      };
      await bench.loadPurse(purse, 1_00, `lost-load-${lost}`);
      bench.host = booked;
      await bench.deliverAll();
    }
    expect(bench.all('purse-load').map(({ state }) => state)).toEqual(
      Array.from({ length: PURSE_DOUBTS_MAX }, () => 'uncredited'),
    );
    const purse = await bench.insert(bench.card1);
    expect(await bench.payPurse(purse, 1_00)).toMatchObject({ rule: 'purse-too-many-doubts' });
    await bench.settle();
    expect(bench.txn(await bench.payPurse(await bench.insert(bench.card1), 1_00)).state).toBe('approved');
  });

  it('of a card whose MAC2 is wrong gives no goods and goes up as an alert, also when it was torn away', async () => {
    for (const isTorn of [false, true]) {
      const bench = await new PurseBench().ready();
      const card = cardWith({});
      const honest = card.process.bind(card);
      // Says yes to everything with codes of its own making, as a fake card does.
      card.process = (apdu) => {
        const answer = honest(apdu);
        if (apdu[1] !== DEBIT && apdu[1] !== 0x5a) return answer;
        return { ...answer, bytes: answer.bytes.map((byte, at) => (at < 8 ? byte ^ 0xff : byte)) };
      };
      if (isTorn) card.tearAt({ instruction: DEBIT, point: 'after-acting' });
      await bench.payPurse(await bench.insert(card), 100_00, 'the-sale');
      if (isTorn) await bench.terminal.run({ kind: 'settle-doubt', purse: await bench.insert(card) });
      expect(bench.all('purse-sale')).toMatchObject([{ state: 'suspect' }]);
      expect(bench.all('purse-sale')[0]?.receipt).toBeUndefined();
      await bench.settle();
      expect([...bench.book.sales.values()]).toMatchObject([{ state: 'alert' }]);
      expect(bench.book.bookedMinor()).toBe(0);
    }
  });

  it('is declined with the card’s own word when it refuses DEBIT, and nothing is owed', async () => {
    const bench = await new PurseBench().ready();
    const card = cardWith({});
    const honest = card.process.bind(card);
    card.process = (apdu) =>
      apdu[1] === DEBIT ? { kind: 'answer', bytes: Uint8Array.of(0x93, 0x02) } : honest(apdu);
    const txn = bench.txn(await bench.payPurse(await bench.insert(card), 100_00));
    expect(txn).toMatchObject({ state: 'declined', purse: { statusWord: '9302' } });
    expect(await bench.settle()).toMatchObject({ debitMinor: 0 });
    expect(bench.book.sales.size).toBe(0);
  });

  it('is in doubt after a word that leaves open whether the card acted', async () => {
    for (const word of [0x6581, 0x6f00, 0x6200, 0x9f00]) {
      const bench = await new PurseBench().ready();
      const card = cardWith({});
      const honest = card.process.bind(card);
      card.process = (apdu) =>
        apdu[1] === DEBIT ? { kind: 'answer', bytes: Uint8Array.of(word >> 8, word & 0xff) } : honest(apdu);
      const reply = await bench.payPurse(await bench.insert(card), 100_00);
      expect(bench.txn(reply).state, word.toString(16)).toBe('in-doubt');
    }
  });
});

describe('a card that came back with something else', () => {
  it('paid elsewhere meanwhile: left to the host, and not asked again and again', async () => {
    const bench = await new PurseBench().ready();
    const state = demoPurseCard(90, { balanceMinor: START_MINOR });
    const store = memoryStore(state);
    const random = { bytes: (length: number) => new Uint8Array(length).fill(3) };
    const card = simulatedPurseCard({ store, random });
    card.tearAt({ instruction: DEBIT, point: 'after-acting' });
    await bench.payPurse(await bench.insert(card), 100_00);
    const { proof: _gone, ...rest } = store.read();
    store.write({ ...rest, offlineCounter: rest.offlineCounter + 1, balanceMinor: rest.balanceMinor - 5_00 });
    const back: PresentedPurse = await bench.insert(card);
    await bench.terminal.run({ kind: 'settle-doubt', purse: back });
    expect(bench.all('purse-sale')).toMatchObject([
      { state: 'unresolved', purse: { unresolvedBecause: 'evidence', evidence: { counter: 2 } } },
    ]);
    expect(await bench.terminal.run({ kind: 'settle-doubt', purse: back })).toEqual({ kind: 'done' });
    await bench.settle();
    expect([...bench.book.sales.values()]).toMatchObject([{ state: 'unresolved' }]);
    expect(bench.txn(await bench.payPurse(await bench.insert(card), 1_00)).state).toBe('approved');
  });
});

describe('a record that the host refuses', () => {
  it('is set aside and written off by a supervisor; there is no card to block or to ask again', async () => {
    const bench = await new PurseBench().ready();
    await bench.payPurse(await bench.insert(bench.card1), 100_00);
    const host = bench.host;
    bench.host = (exchange) =>
      exchange.purpose.kind === 'advice' ? decline(exchange, '59') : host(exchange);
    await bench.deliverAll();
    const [txn] = bench.all('purse-sale');
    if (!txn) throw new Error('No sale');
    expect(txn).toMatchObject({ state: 'rejected', responseCode: '59' });
    expect(benchRulesFor(bench.terminal.state, txn).map(({ action }) => action)).toEqual([
      'slip',
      'write-off',
    ]);
    const approval = { operatorCode: '2001', passwordMatches: true };
    const writeOff = {
      kind: 'bench-act',
      txnId: txn.txnId,
      action: 'write-off',
      note: 'a fake card',
      approval,
    } as const;
    expect(await bench.terminal.run(writeOff)).not.toMatchObject({ kind: 'refused' });
    expect(bench.all('purse-sale')).toMatchObject([{ state: 'written-off' }]);
    expect(await bench.settle()).toMatchObject({ debitMinor: 0 });
  });

  it('of a sale that was no payment stays what it was and waits for a person', async () => {
    const bench = await new PurseBench().ready();
    bench.card1.tearAt({ instruction: DEBIT, point: 'before-acting' });
    await bench.payPurse(await bench.insert(bench.card1), 100_00);
    const host = bench.host;
    bench.host = (exchange) =>
      exchange.purpose.kind === 'advice' ? decline(exchange, '14') : host(exchange);
    await bench.settle();
    const [txn] = bench.all('purse-sale');
    expect(txn).toMatchObject({ state: 'unresolved', purse: { recordRefused: true } });
    expect(txn && isSetAside(txn)).toBe(true);
  });
});
