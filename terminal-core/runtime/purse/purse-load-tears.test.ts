import { describe, expect, it } from 'vitest';
import { PurseBench, START_MINOR } from '../../../test/support/purse-bench.ts';
import type { ExchangeOutcome } from '../../engine/exchange.ts';
import type { TearPoint } from '../../purse/simulator/index.ts';
import type { StepPoint } from '../terminal.ts';

const LOAD_MINOR = 200_00;
const LOAD_ID = 'the-load';
const INS = { initialise: 0x50, credit: 0x52, prove: 0x5a, readLog: 0xb2 } as const;

const AFTERMATHS = [
  'it comes back',
  'the process dies, it comes back',
  'another card comes first',
  'it comes back days later',
  'it never comes back',
] as const;
type Aftermath = (typeof AFTERMATHS)[number];

/** The state of the load at the terminal, what the host made of it, and what reached the card. */
type Ending =
  | 'nothing began'
  | 'delivered, credited, loaded'
  | 'reversed, reversed, not loaded'
  | 'uncredited, pending, not loaded'
  | 'unresolved, pending, loaded'
  | 'unresolved, pending, not loaded'
  | 'declined, unheard of, not loaded'
  | 'not-sent, unheard of, not loaded';

type Endings = Readonly<Record<Aftermath, Ending>>;

function always(ending: Ending, never: Ending = ending): Endings {
  return {
    'it comes back': ending,
    'the process dies, it comes back': ending,
    'another card comes first': ending,
    'it comes back days later': ending,
    'it never comes back': never,
  };
}

const LOADED = always('delivered, credited, loaded', 'unresolved, pending, loaded');
const NOT_LOADED = always('reversed, reversed, not loaded', 'unresolved, pending, not loaded');

const TEARS: readonly (readonly [keyof typeof INS, TearPoint, Endings])[] = [
  ['initialise', 'before-acting', always('nothing began')],
  ['initialise', 'after-acting', always('nothing began')],
  ['initialise', 'mid-answer', always('nothing began')],
  ['credit', 'before-acting', NOT_LOADED],
  ['credit', 'after-acting', LOADED],
  ['credit', 'mid-answer', LOADED],
  ['credit', 'acted-without-proof', LOADED],
];

/** What the line does to the request, while the card is not torn. */
const LINES: readonly (readonly [
  string,
  (bench: PurseBench, booked: () => ExchangeOutcome) => ExchangeOutcome,
  Endings,
])[] = [
  [
    'the answer is lost after the host held the amount',
    (_, booked) => {
      booked();
      return { kind: 'no-answer', cause: 'timed-out' };
    },
    always('reversed, reversed, not loaded', 'uncredited, pending, not loaded'),
  ],
  [
    'the request is lost',
    () => ({ kind: 'no-answer', cause: 'link-lost' }),
    always('reversed, reversed, not loaded', 'uncredited, pending, not loaded'),
  ],
  [
    'the answer has a wrong MAC',
    (_, booked) => {
      booked();
      return { kind: 'wrong-mac', fault: 'mac-wrong' };
    },
    always('reversed, reversed, not loaded', 'uncredited, pending, not loaded'),
  ],
  ['no byte leaves', () => ({ kind: 'not-sent' }), always('not-sent, unheard of, not loaded')],
];

function endingOf(bench: PurseBench): Ending {
  const [txn] = bench.all('purse-load');
  const loadedMinor = bench.card1.state.balanceMinor - START_MINOR;
  expect([0, LOAD_MINOR]).toContain(loadedMinor);
  expect(bench.card2.state.balanceMinor).toBe(START_MINOR);
  if (!txn) {
    expect(loadedMinor).toBe(0);
    return 'nothing began';
  }
  const load = bench.book.loads.get(`${txn.purse?.applicationSerial} ${txn.purse?.counter}`);
  // A name that is none of the endings fails where it is compared.
  return `${txn.state}, ${load?.state ?? 'unheard of'}, ${loadedMinor === 0 ? 'not loaded' : 'loaded'}` as Ending;
}

async function goOn(bench: PurseBench, aftermath: Aftermath): Promise<void> {
  if (aftermath === 'the process dies, it comes back') await bench.restart();
  // The host is asked again for what it was asked before.
  await bench.deliverAll();
  switch (aftermath) {
    case 'it comes back':
    case 'the process dies, it comes back':
      await bench.comesBack(bench.card1);
      break;
    case 'another card comes first': {
      const other = await bench.insert(bench.card2);
      expect(await bench.terminal.run({ kind: 'settle-doubt', purse: other })).toEqual({ kind: 'done' });
      await bench.comesBack(bench.card1);
      break;
    }
    case 'it comes back days later':
    case 'it never comes back':
      break;
  }
  const { creditMinor } = await bench.settle();
  expect(creditMinor).toBe(bench.book.creditedMinor());
  if (aftermath !== 'it comes back days later') return;
  bench.nowMs += 3 * 86_400_000;
  await bench.terminal.run({ kind: 'terminal-sign-on' });
  await bench.comesBack(bench.card1);
  const late = await bench.settle();
  expect(creditMinor + late.creditMinor).toBe(bench.book.creditedMinor());
}

describe('a load of a purse, torn at every command', () => {
  for (const [at, point, endings] of TEARS) {
    for (const aftermath of AFTERMATHS) {
      it(`${at} ${point}, and ${aftermath}: ${endings[aftermath]}`, async () => {
        const bench = await new PurseBench().ready();
        const purse = await bench.insert(bench.card1);
        bench.card1.tearAt({ instruction: INS[at], point });
        if (aftermath === 'the process dies, it comes back')
          bench.killAt(at === 'credit' ? 'after-card credit' : 'after-card initialise-load');
        await bench.cut(bench.loadPurse(purse, LOAD_MINOR, LOAD_ID));
        await goOn(bench, aftermath);
        expect(endingOf(bench)).toBe(endings[aftermath]);
      });
    }
  }
});

describe('a load of a purse, cut off on the line', () => {
  for (const [what, line, endings] of LINES) {
    for (const aftermath of AFTERMATHS) {
      it(`${what}, and ${aftermath}: ${endings[aftermath]}`, async () => {
        const bench = await new PurseBench().ready();
        const purse = await bench.insert(bench.card1);
        const host = bench.host;
        bench.host = (exchange) => {
          bench.host = host;
          return line(bench, () => bench.book.answer(exchange));
        };
        await bench.loadPurse(purse, LOAD_MINOR, LOAD_ID);
        bench.reader.remove('card');
        await goOn(bench, aftermath);
        expect(endingOf(bench)).toBe(endings[aftermath]);
      });
    }
  }
});

const KILLS: readonly (readonly [StepPoint, Ending])[] = [
  ['before-card initialise-load', 'nothing began'],
  ['after-card initialise-load', 'nothing began'],
  ['before-commit purse-load-sent', 'nothing began'],
  ['after-commit purse-load-sent', 'reversed, reversed, not loaded'],
  ['before-send purse-load', 'reversed, reversed, not loaded'],
  ['after-send purse-load', 'reversed, reversed, not loaded'],
  ['before-commit purse-load-authorised', 'reversed, reversed, not loaded'],
  ['after-commit purse-load-authorised', 'reversed, reversed, not loaded'],
  ['before-card credit', 'reversed, reversed, not loaded'],
  ['after-card credit', 'delivered, credited, loaded'],
  ['before-commit purse-credited', 'delivered, credited, loaded'],
  ['after-commit purse-credited', 'delivered, credited, loaded'],
];

describe('a load of a purse, cut off at every step', () => {
  for (const [point, ending] of KILLS) {
    it(`${point}: ${ending}`, async () => {
      const bench = await new PurseBench().ready();
      const purse = await bench.insert(bench.card1);
      bench.killAt(point);
      expect(await bench.cut(bench.loadPurse(purse, LOAD_MINOR, LOAD_ID))).toBe('killed');
      await bench.restart();
      await goOn(bench, 'it comes back');
      expect(endingOf(bench)).toBe(ending);
    });
  }
});

const RECOVERY_KILLS: readonly (readonly [TearPoint, StepPoint, Ending])[] = [
  ['after-acting', 'after-card prove', 'delivered, credited, loaded'],
  ['after-acting', 'before-commit purse-recovered', 'delivered, credited, loaded'],
  ['after-acting', 'after-commit purse-recovered', 'delivered, credited, loaded'],
  ['acted-without-proof', 'after-card initialise-load', 'delivered, credited, loaded'],
  ['acted-without-proof', 'after-card read-log', 'delivered, credited, loaded'],
  ['acted-without-proof', 'after-commit purse-moved-without-tac', 'delivered, credited, loaded'],
  ['before-acting', 'after-card initialise-load', 'reversed, reversed, not loaded'],
  ['before-acting', 'before-commit purse-not-credited', 'reversed, reversed, not loaded'],
  ['before-acting', 'after-commit purse-not-credited', 'reversed, reversed, not loaded'],
];

describe('finding out what became of a load, cut off at every step', () => {
  for (const [tear, point, ending] of RECOVERY_KILLS) {
    it(`credit ${tear}, then ${point}: ${ending}`, async () => {
      const bench = await new PurseBench().ready();
      const purse = await bench.insert(bench.card1);
      bench.card1.tearAt({ instruction: INS.credit, point: tear });
      expect(bench.txn(await bench.loadPurse(purse, LOAD_MINOR, LOAD_ID)).state).toBe('in-doubt');
      const back = await bench.insert(bench.card1);
      bench.killAt(point);
      expect(await bench.cut(bench.terminal.run({ kind: 'settle-doubt', purse: back }))).toBe('killed');
      await bench.restart();
      await goOn(bench, 'it comes back');
      expect(endingOf(bench)).toBe(ending);
    });
  }
});

describe('a proof that the host does not take', () => {
  it('is taken anew from the card, and nothing is undone before', async () => {
    const bench = await new PurseBench().ready();
    const purse = await bench.insert(bench.card1);
    bench.card1.tearAt({ instruction: INS.credit, point: 'before-acting' });
    await bench.loadPurse(purse, LOAD_MINOR, LOAD_ID);
    await bench.comesBack(bench.card1);
    const host = bench.host;
    bench.host = (exchange) => {
      bench.host = host;
      const outcome = bench.book.answer({ ...exchange, message: spoiled(exchange.message) });
      return outcome;
    };
    await bench.deliverAll();
    expect(bench.all('purse-load')[0]).toMatchObject({ state: 'uncredited' });
    expect([...bench.book.loads.values()]).toMatchObject([{ state: 'pending' }]);
    await bench.comesBack(bench.card1);
    await bench.deliverAll();
    expect(endingOf(bench)).toBe('reversed, reversed, not loaded');
  });
});

/** The same message with another last byte of its MAC1. */
function spoiled(message: { readonly mti: string; readonly fields: Record<number, string | Uint8Array> }) {
  const de58 = Uint8Array.from(message.fields[58] as Uint8Array);
  const last = de58.length - 1;
  de58[last] = (de58[last] ?? 0) ^ 0xff;
  return { ...message, fields: { ...message.fields, 58: de58 } };
}
