import { describe, expect, it } from 'vitest';
import { PurseBench, START_MINOR } from '../../../test/support/purse-bench.ts';
import type { TearPoint } from '../../purse/simulator/index.ts';
import type { StepPoint } from '../terminal.ts';

const SALE_MINOR = 120_00;
const SALE_ID = 'the-sale';

/** INS of the commands of a sale, at which the card (or the PSAM) can be torn away. */
const INS = { initialise: 0x50, debit: 0x54, makeMac1: 0x70, checkMac2: 0x72, prove: 0x5a } as const;

/** What happens after the card was torn away. */
const AFTERMATHS = [
  'it comes back',
  'the process dies, it comes back',
  'another card comes first',
  'it comes back days later',
  'it never comes back',
] as const;
type Aftermath = (typeof AFTERMATHS)[number];

/** How it ends: the state of the sale at the terminal, what the host made of it, and what left the card. */
type Ending =
  | 'nothing began'
  | 'delivered, booked, charged'
  | 'delivered in a later batch, booked, charged'
  | 'not-debited, unheard of, not charged'
  | 'not-debited, unresolved, not charged'
  | 'unresolved, unresolved, charged'
  | 'unresolved, unresolved, not charged';

interface Row {
  readonly at: keyof typeof INS;
  readonly point: TearPoint;
  readonly endings: Readonly<Record<Aftermath, Ending>>;
}

/** The same in all five. */
function always(ending: Ending): Row['endings'] {
  return {
    'it comes back': ending,
    'the process dies, it comes back': ending,
    'another card comes first': ending,
    'it comes back days later': ending,
    'it never comes back': ending,
  };
}

const CHARGED: Row['endings'] = {
  'it comes back': 'delivered, booked, charged',
  'the process dies, it comes back': 'delivered, booked, charged',
  'another card comes first': 'delivered, booked, charged',
  'it comes back days later': 'delivered in a later batch, booked, charged',
  'it never comes back': 'unresolved, unresolved, charged',
};
const NOT_CHARGED: Row['endings'] = {
  'it comes back': 'not-debited, unheard of, not charged',
  'the process dies, it comes back': 'not-debited, unheard of, not charged',
  'another card comes first': 'not-debited, unheard of, not charged',
  'it comes back days later': 'not-debited, unresolved, not charged',
  'it never comes back': 'unresolved, unresolved, not charged',
};

/** Every command of a sale, torn at every point: what becomes of it is written here, and nothing else may happen. */
const TEARS: readonly Row[] = [
  { at: 'initialise', point: 'before-acting', endings: always('nothing began') },
  { at: 'initialise', point: 'after-acting', endings: always('nothing began') },
  { at: 'initialise', point: 'mid-answer', endings: always('nothing began') },
  { at: 'makeMac1', point: 'before-acting', endings: always('nothing began') },
  { at: 'makeMac1', point: 'after-acting', endings: always('nothing began') },
  { at: 'makeMac1', point: 'mid-answer', endings: always('nothing began') },
  { at: 'debit', point: 'before-acting', endings: NOT_CHARGED },
  { at: 'debit', point: 'after-acting', endings: CHARGED },
  { at: 'debit', point: 'mid-answer', endings: CHARGED },
  { at: 'debit', point: 'acted-without-proof', endings: CHARGED },
  // The card has paid and said so; only the PSAM could not look at its MAC2.
  { at: 'checkMac2', point: 'before-acting', endings: always('delivered, booked, charged') },
  { at: 'checkMac2', point: 'after-acting', endings: always('delivered, booked, charged') },
  { at: 'checkMac2', point: 'mid-answer', endings: always('delivered, booked, charged') },
];

async function endingOf(bench: PurseBench, first: string): Promise<Ending> {
  const [txn] = bench.all('purse-sale').filter((each) => each.saleId === SALE_ID);
  const chargedMinor = START_MINOR - bench.card1.state.balanceMinor;
  expect([0, SALE_MINOR]).toContain(chargedMinor);
  expect(bench.card2.state.balanceMinor + otherSalesMinor(bench)).toBe(START_MINOR);
  if (!txn) {
    expect(chargedMinor).toBe(0);
    return 'nothing began';
  }
  const record = bench.book.sales.get(`${txn.purse?.applicationSerial} ${txn.purse?.counter}`);
  const state =
    txn.state === 'delivered' && txn.batchNumber !== first ? 'delivered in a later batch' : txn.state;
  const charged = chargedMinor === 0 ? 'not charged' : 'charged';
  // The test says what the endings are called; a name that is none of them fails where it is compared.
  return `${state}, ${record?.state ?? 'unheard of'}, ${charged}` as Ending;
}

function otherSalesMinor(bench: PurseBench): number {
  return bench
    .all('purse-sale')
    .filter((txn) => txn.saleId !== SALE_ID && txn.state === 'delivered')
    .reduce((sum, txn) => sum + txn.amountMinor, 0);
}

/** The day goes on after the tear, to its settlement and beyond. */
async function goOn(bench: PurseBench, aftermath: Aftermath): Promise<void> {
  switch (aftermath) {
    case 'the process dies, it comes back':
      await bench.restart();
      await bench.comesBack(bench.card1);
      break;
    case 'it comes back':
      await bench.comesBack(bench.card1);
      break;
    case 'another card comes first': {
      const other = await bench.insert(bench.card2);
      const isOpen = bench.all('purse-sale').some((txn) => txn.state === 'in-doubt');
      if (isOpen) {
        expect(await bench.payPurse(other, SALE_MINOR, SALE_ID)).toMatchObject({ rule: 'purse-other-card' });
        expect(await bench.terminal.run({ kind: 'settle-doubt', purse: other })).toEqual({ kind: 'done' });
      }
      // The next customer is served meanwhile.
      expect(bench.txn(await bench.payPurse(other, 10_00))).toMatchObject({ state: 'approved' });
      await bench.comesBack(bench.card1);
      break;
    }
    case 'it comes back days later':
    case 'it never comes back':
      break;
  }
  const { debitMinor } = await bench.settle();
  expect(debitMinor).toBe(bench.book.bookedMinor());
  if (aftermath !== 'it comes back days later') return;
  bench.nowMs += 3 * 86_400_000;
  await bench.terminal.run({ kind: 'terminal-sign-on' });
  await bench.comesBack(bench.card1);
  const late = await bench.settle();
  expect(debitMinor + late.debitMinor).toBe(bench.book.bookedMinor());
}

describe('a sale with a purse, torn at every command', () => {
  for (const { at, point, endings } of TEARS) {
    for (const aftermath of AFTERMATHS) {
      it(`${at} ${point}, and ${aftermath}: ${endings[aftermath]}`, async () => {
        const bench = await new PurseBench().ready();
        const first = bench.batch();
        const purse = await bench.insert(bench.card1);
        const chip = at === 'makeMac1' || at === 'checkMac2' ? bench.psam : bench.card1;
        chip.tearAt({ instruction: INS[at], point });
        if (aftermath === 'the process dies, it comes back') bench.killAt(killPointOf(at));
        await bench.cut(bench.payPurse(purse, SALE_MINOR, SALE_ID));
        if (chip === bench.psam) {
          bench.reader.insert('sam', bench.psam);
          await new Promise(setImmediate);
        }
        await goOn(bench, aftermath);
        expect(await endingOf(bench, first)).toBe(endings[aftermath]);
      });
    }
  }
});

/** The process dies before it can write down what it heard, or did not hear. */
function killPointOf(at: Row['at']): StepPoint {
  const commands = {
    initialise: 'initialise-purchase',
    makeMac1: 'make-mac1',
    debit: 'debit',
    checkMac2: 'check-mac2',
    prove: 'prove',
  } as const;
  return `after-card ${commands[at]}`;
}

/** Where the process of a sale that nothing tears can die, in its order, and how it ends when the card comes back. */
const KILLS: readonly (readonly [StepPoint, Ending])[] = [
  ['before-card initialise-purchase', 'nothing began'],
  ['after-card initialise-purchase', 'nothing began'],
  ['after-card make-mac1', 'nothing began'],
  ['before-commit purse-debit-started', 'nothing began'],
  ['after-commit purse-debit-started', 'not-debited, unheard of, not charged'],
  ['before-card debit', 'not-debited, unheard of, not charged'],
  ['after-card debit', 'delivered, booked, charged'],
  ['before-commit purse-debited', 'delivered, booked, charged'],
  ['after-commit purse-debited', 'delivered, booked, charged'],
  ['before-card check-mac2', 'delivered, booked, charged'],
  ['after-card check-mac2', 'delivered, booked, charged'],
  ['before-commit purse-approved', 'delivered, booked, charged'],
  ['after-commit purse-approved', 'delivered, booked, charged'],
];

describe('a sale with a purse, cut off at every step', () => {
  for (const [point, ending] of KILLS) {
    it(`${point}: ${ending}`, async () => {
      const bench = await new PurseBench().ready();
      const purse = await bench.insert(bench.card1);
      bench.killAt(point);
      expect(await bench.cut(bench.payPurse(purse, SALE_MINOR, SALE_ID))).toBe('killed');
      const first = bench.batch();
      await bench.restart();
      await goOn(bench, 'it comes back');
      expect(await endingOf(bench, first)).toBe(ending);
    });
  }
});

/** Where the finding out itself can be cut off; the card comes once more afterwards. */
const RECOVERY_KILLS: readonly (readonly [TearPoint, StepPoint, Ending])[] = [
  ['after-acting', 'before-card prove', 'delivered, booked, charged'],
  ['after-acting', 'after-card prove', 'delivered, booked, charged'],
  ['after-acting', 'after-card check-mac2', 'delivered, booked, charged'],
  ['after-acting', 'before-commit purse-recovered', 'delivered, booked, charged'],
  ['after-acting', 'after-commit purse-recovered', 'delivered, booked, charged'],
  ['acted-without-proof', 'after-card prove', 'delivered, booked, charged'],
  ['acted-without-proof', 'after-card initialise-purchase', 'delivered, booked, charged'],
  ['acted-without-proof', 'after-card read-log', 'delivered, booked, charged'],
  ['acted-without-proof', 'before-commit purse-moved-without-tac', 'delivered, booked, charged'],
  ['acted-without-proof', 'after-commit purse-moved-without-tac', 'delivered, booked, charged'],
  ['before-acting', 'after-card initialise-purchase', 'not-debited, unheard of, not charged'],
  ['before-acting', 'before-commit purse-not-debited', 'not-debited, unheard of, not charged'],
  ['before-acting', 'after-commit purse-not-debited', 'not-debited, unheard of, not charged'],
];

describe('finding out what became of a sale, cut off at every step', () => {
  for (const [tear, point, ending] of RECOVERY_KILLS) {
    it(`debit ${tear}, then ${point}: ${ending}`, async () => {
      const bench = await new PurseBench().ready();
      const first = bench.batch();
      const purse = await bench.insert(bench.card1);
      bench.card1.tearAt({ instruction: INS.debit, point: tear });
      expect(bench.txn(await bench.payPurse(purse, SALE_MINOR, SALE_ID)).state).toBe('in-doubt');
      const back = await bench.insert(bench.card1);
      bench.killAt(point);
      expect(await bench.cut(bench.terminal.run({ kind: 'settle-doubt', purse: back }))).toBe('killed');
      await bench.restart();
      await goOn(bench, 'it comes back');
      expect(await endingOf(bench, first)).toBe(ending);
    });
  }

  for (const point of ['before-acting', 'after-acting', 'mid-answer'] as const) {
    for (const instruction of [INS.prove, INS.initialise, 0xb2]) {
      it(`torn again at ${instruction.toString(16)} ${point}: still in doubt, and found out the time after`, async () => {
        const bench = await new PurseBench().ready();
        const first = bench.batch();
        const purse = await bench.insert(bench.card1);
        bench.card1.tearAt({ instruction: INS.debit, point: 'acted-without-proof' });
        await bench.payPurse(purse, SALE_MINOR, SALE_ID);
        const back = await bench.insert(bench.card1);
        bench.card1.tearAt({ instruction, point });
        expect(await bench.terminal.run({ kind: 'settle-doubt', purse: back })).toMatchObject({
          kind: 'still-in-doubt',
        });
        await goOn(bench, 'it comes back');
        expect(await endingOf(bench, first)).toBe('delivered, booked, charged');
      });
    }
  }
});
