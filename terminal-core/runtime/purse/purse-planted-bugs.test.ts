import { describe, expect, it } from 'vitest';
import { PurseBench, START_MINOR } from '../../../test/support/purse-bench.ts';
import { amountMinor } from '../../domain/money.ts';
import { decide } from '../../engine/decide.ts';
import type { Decision } from '../../engine/inputs.ts';
import { hasPaid } from '../../engine/purse/doubts.ts';
import type { TearPoint } from '../../purse/simulator/index.ts';

/** Defects that somebody might well write. Each must be found by the same comparison that the tables make. */
const PLANTED: Readonly<Record<string, typeof decide>> = {
  'a doubt is treated as not paid': (state, input, context) => {
    const decision = decide(state, input, context);
    return input.kind === 'card-ended' && input.order.purpose.kind === 'sale-debit'
      ? withEvents(decision, (event) =>
          event.kind === 'purse-doubted'
            ? { kind: 'purse-declined', txnId: event.txnId, statusWord: '6F00' }
            : event,
        )
      : decision;
  },
  'PROVE that finds nothing is taken for not debited': (state, input, context) => {
    if (
      input.kind === 'card-ended' &&
      input.order.purpose.kind === 'doubt-prove' &&
      input.outcome.kind === 'refused'
    ) {
      const { txnId } = input.order.purpose;
      const evidence = { counter: 0, balanceMinor: input.order.purpose.balanceMinor };
      return {
        events: [{ kind: 'purse-not-debited', txnId, evidence }],
        next: { kind: 'reply', reply: { kind: 'transaction', txnId } },
      };
    }
    return decide(state, input, context);
  },
  'PROVE asks with the wrong counter, and nothing looks further': (state, input, context) => {
    const decision = decide(state, input, context);
    const { next } = decision;
    if (next.kind !== 'card' || next.order.command.kind !== 'prove') return decision;
    const { command } = next.order;
    const wrong = { ...command, initialisedCounter: command.initialisedCounter - 1 };
    return { ...decision, next: { kind: 'card', order: { ...next.order, command: wrong } } };
  },
  'the sale is written down after DEBIT': (state, input, context) => {
    const decision = decide(state, input, context);
    const isStart = decision.events.some((event) => event.kind === 'purse-debit-started');
    return isStart ? { ...decision, events: [] } : decision;
  },
  'a sale in doubt is closed as paid when the batch is': (state, input, context) => {
    const decision = decide(state, input, context);
    return withEvents(decision, (event) =>
      event.kind === 'purse-unresolved'
        ? { kind: 'purse-moved-without-tac', txnId: event.txnId, evidence: NOTHING_SEEN, receipt: '' }
        : event,
    );
  },
};

const NOTHING_SEEN = { counter: 0, balanceMinor: amountMinor(0) };

function withEvents(
  decision: Decision,
  change: (event: Decision['events'][number]) => Decision['events'][number],
): Decision {
  return { ...decision, events: decision.events.map(change) };
}

/** A torn sale, with or without the card's coming back, to the settlement. @returns what does not agree. */
async function problemsWith(
  engine: typeof decide,
  torn: { readonly point: TearPoint; readonly isBack: boolean },
): Promise<string[]> {
  const bench = new PurseBench();
  bench.engine = engine;
  bench.boot();
  await bench.ready();
  bench.card1.tearAt({ instruction: 0x54, point: torn.point });
  const purse = await bench.insert(bench.card1);
  try {
    await bench.payPurse(purse, 50_00, 'the-sale');
    if (torn.isBack) await bench.comesBack(bench.card1);
    await bench.settle();
  } catch (error) {
    return [String(error)];
  }
  const sales = bench.all('purse-sale');
  const paidMinor = sales.filter(hasPaid).reduce((sum, txn) => sum + txn.amountMinor, 0);
  const isOpen = sales.some((txn) => txn.state === 'unresolved');
  const chargedMinor = START_MINOR - bench.card1.state.balanceMinor;
  return [
    ...(isOpen || paidMinor === chargedMinor ? [] : [`${chargedMinor} left the card, ${paidMinor} are paid`]),
    ...(torn.isBack && isOpen ? ['the card came back, and nothing was found out'] : []),
    // What the card itself can prove goes up with its TAC.
    ...(torn.isBack && torn.point === 'after-acting' && sales.some((txn) => hasPaid(txn) && !txn.purse?.tac)
      ? ['the TAC was not asked for']
      : []),
    ...(bench.book.bookedMinor() > chargedMinor ? ['the host paid what no card has paid'] : []),
  ];
}

const TORN = [
  { point: 'before-acting', isBack: true },
  { point: 'before-acting', isBack: false },
  { point: 'after-acting', isBack: true },
  { point: 'after-acting', isBack: false },
  { point: 'acted-without-proof', isBack: true },
] as const;

describe('a bug planted in the engine', () => {
  it('is not there: nothing disagrees', async () => {
    for (const torn of TORN) expect(await problemsWith(decide, torn)).toEqual([]);
  });

  for (const [what, engine] of Object.entries(PLANTED)) {
    it(`${what}: is found`, async () => {
      const found: string[] = [];
      for (const torn of TORN) found.push(...(await problemsWith(engine, torn)));
      expect(found).not.toEqual([]);
    });
  }
});
