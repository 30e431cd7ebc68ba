import { describe, expect } from 'vitest';
import { loadFrame, type MoreFields, recordFrame } from '../purse-host.ts';
import { buildFrame, macIsRight, type RawAnswer } from '../raw-frames.ts';
import { type LoadSession, type PurseTags, proofAmount, type RawPurse, tagsOf } from '../raw-purse.ts';
import { n12 } from '../raw-terminal.ts';
import { balanceOf, codeOf, query, settlementResult, traceOf } from './messages.ts';
import { hostUnderTest } from './subject.ts';

const at = hostUnderTest();

/** Pays now, by the host's clock. @returns DE58 of the record. */
function pay(amountMinor: number, purse = at.purse()): PurseTags {
  return purse.pay(amountMinor, at.moment);
}

function send(tags: PurseTags, more: MoreFields = {}): Promise<RawAnswer> {
  return at.terminal.connection.ask(recordFrame(at.terminal, tags, more));
}

const withoutTac = ({ DF0A: _tac, ...tags }: PurseTags, flags: string): PurseTags => ({
  ...tags,
  DF10: flags,
});
const UNRESOLVED = '08';
const WITHOUT_TAC = '02';
const MAC2_WRONG = '04';

const hex4 = (value: number) => value.toString(16).toUpperCase().padStart(8, '0');

/** Count and minor units that the host must come to as well. */
async function settles(debits: readonly [number, number], credits: readonly [number, number] = [0, 0]) {
  expect(settlementResult(await at.terminal.settle({ debits, credits }))).toBe('1');
}

const isBooked = (answer: RawAnswer) => [codeOf(answer), answer.fields[37] !== undefined];
const BOOKED = ['00', true];
const KEPT = ['00', false];

describe('the record of an offline purchase of a purse', () => {
  at.withPurse(['purse-offline', 'settlement'], 'is booked by its code, and counts as a debit', async () => {
    const answer = await send(pay(10_00));
    expect(answer.mti).toBe('0230');
    expect(isBooked(answer)).toEqual(BOOKED);
    expect(macIsRight(answer.bytes, at.terminal.macKey)).toBe(true);
    await settles([1, 10_00]);
  });

  at.withPurse(
    ['purse-offline', 'repeat', 'purse-record-once'],
    'has the first answer when it is repeated, and 94 under another number',
    async () => {
      const tags = pay(10_00);
      const frame = recordFrame(at.terminal, tags);
      const first = await at.terminal.connection.ask(frame);
      expect((await at.terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
      expect((await send(tags)).fields).toMatchObject({ 39: '94', 37: first.fields[37] });
      await settles([1, 10_00]);
    },
  );

  at.withPurse(
    ['purse-offline', 'purse-counter-once', 'load-purse-cash'],
    'of a second card with the same number is not booked, and the number is stopped',
    async () => {
      const clone = at.purse().copy();
      expect(codeOf(await send(pay(10_00)))).toBe('00');
      expect(codeOf(await send(clone.pay(7_00, { ...at.moment, time: '000001' })))).toBe('59');
      expect(codeOf((await requestLoad(at.purse(), 5_00)).answer)).toBe('43');
      await settles([1, 10_00]);
    },
  );

  at.withPurse(
    ['purse-offline', 'purse-tac-proves'],
    'with a wrong code, or an amount that its code is not over, is not booked, and the card is not to blame',
    async () => {
      const tags = pay(10_00);
      expect(codeOf(await send({ ...tags, DF0A: '00000000' }))).toBe('59');
      expect(codeOf(await send({ ...tags, DF04: hex4(90_00) }))).toBe('59');
      expect(codeOf(await send(tags, { 4: n12(90_00) }))).toBe('64');
      expect(isBooked(await send(tags))).toEqual(BOOKED);
      await settles([1, 10_00]);
    },
  );

  at.withPurse(
    ['purse-offline', 'purse-tac-proves'],
    'with the code of another purchase is not booked: the counter is not under the code',
    async () => {
      const tags = pay(10_00);
      expect(isBooked(await send(tags))).toEqual(BOOKED);
      const replayed = { ...tags, DF02: '0001', DF09: hex4(at.purse().balanceMinor) };
      expect(codeOf(await send(replayed))).toBe('59');
      expect(isBooked(await send(pay(5_00)))).toEqual(BOOKED);
      await settles([2, 15_00]);
    },
  );

  at.withPurse(
    ['purse-offline', 'purse-balance-follows'],
    'whose balance does not follow is not booked',
    async () => {
      expect(codeOf(await send(pay(10_00)))).toBe('00');
      at.purse().balanceMinor += 50_00;
      expect(codeOf(await send(pay(10_00)))).toBe('59');
      await settles([1, 10_00]);
    },
  );

  at.withPurse(
    ['purse-offline'],
    'of a purse that nobody gave out, or that has expired, is refused',
    async () => {
      const serial = '99999999999999999999';
      expect(codeOf(await send({ ...pay(1_00), DF01: serial }))).toBe('14');
      expect(codeOf(await send(pay(1_00, at.purse('expired-purse'))))).toBe('54');
      await settles([0, 0]);
    },
  );

  at.simulatorOnly(
    'it moves the clock past the age that a hotlist may have',
    ['purse-offline'],
    'of a purse on the hotlist is paid while a terminal may not know it, and not afterwards',
    async () => {
      expect(isBooked(await send(pay(1_00, at.purse('hotlisted-purse'))))).toEqual(BOOKED);
      at.host.clock.advance(49 * 3_600_000);
      const late = at.purse('hotlisted-purse').pay(1_00, { date: '20260312', time: '100000' });
      expect(codeOf(await send(late))).toBe('43');
    },
  );

  at.withPurse(['purse-offline'], 'that is a fraud alert arrives and moves nothing', async () => {
    expect(isBooked(await send(withoutTac(pay(10_00), MAC2_WRONG)))).toEqual(KEPT);
    await settles([0, 0]);
  });
});

describe('a purchase of a purse in doubt', () => {
  async function unresolved(): Promise<string> {
    const tags = withoutTac(pay(10_00), UNRESOLVED);
    const answer = await send(tags);
    expect(isBooked(answer)).toEqual(KEPT);
    expect(codeOf(await query(at.terminal, traceOf(answer)))).toBe('90');
    return traceOf(answer);
  }

  at.withPurse(
    ['purse-offline', 'query', 'purse-doubt-decided'],
    'is paid when the next purchase comes with a balance that includes it',
    async () => {
      const stan = await unresolved();
      expect(isBooked(await send(pay(5_00)))).toEqual(BOOKED);
      expect(codeOf(await query(at.terminal, stan))).toBe('00');
    },
  );

  at.withPurse(
    ['purse-offline', 'query', 'purse-doubt-decided'],
    'is not paid when the next purchase has its counter, or a balance without it',
    async () => {
      const before = at.purse().copy();
      const stan = await unresolved();
      expect(isBooked(await send(pay(5_00, before)))).toEqual(BOOKED);
      expect(codeOf(await query(at.terminal, stan))).toBe('21');
      await settles([1, 5_00]);
    },
  );

  at.withPurse(
    ['purse-offline', 'query', 'purse-doubt-decided'],
    'that the terminal saw debited is booked when it follows, and waits for the record in between when it does not',
    async () => {
      expect(isBooked(await send(withoutTac(pay(10_00), WITHOUT_TAC)))).toEqual(BOOKED);
      const between = pay(3_00);
      const later = await send(withoutTac(pay(2_00), WITHOUT_TAC));
      expect(isBooked(later)).toEqual(KEPT);
      expect(isBooked(await send(between))).toEqual(BOOKED);
      expect(codeOf(await query(at.terminal, traceOf(later)))).toBe('00');
    },
  );
});

interface Load {
  readonly session: LoadSession;
  readonly stan: string;
  readonly frame: Buffer;
  readonly answer: RawAnswer;
  readonly more: MoreFields;
}

async function requestLoad(purse: RawPurse, amountMinor: number, more: MoreFields = {}): Promise<Load> {
  const session = purse.initializeForLoad(amountMinor);
  const stan = at.terminal.nextStan();
  const frame = loadFrame(at.terminal, '0200', session.tags, { 11: stan, ...more });
  return { session, stan, frame, answer: await at.terminal.connection.ask(frame), more };
}

const answered = (load: Load): PurseTags => tagsOf(load.answer.fields[58] ?? '');

function credit(purse: RawPurse, load: Load): PurseTags {
  const tags = purse.creditForLoad(load.session, answered(load));
  if (!tags) throw new Error('The card does not take MAC2');
  return tags;
}

function confirm(load: Load, tags: PurseTags): Promise<RawAnswer> {
  const { 35: _track, ...more } = load.more;
  const named = { ...more, 61: `${at.terminal.batchNumber}${load.stan}` };
  return at.terminal.connection.ask(loadFrame(at.terminal, '0220', tags, named));
}

/** 0400 with the number of the load; the proof is an INITIALIZE FOR LOAD that only who has MAC2 can ask for. */
function reverse(load: Pick<Load, 'session' | 'stan'>, proof?: PurseTags): Promise<RawAnswer> {
  const { 22: _mode, ...fields } = at.terminal.fields('46', {
    3: '630000',
    4: n12(Number.parseInt(load.session.tags.DF04 ?? '', 16)),
    11: load.stan,
    25: '91',
    39: '98',
  });
  const frame = proof
    ? loadFrame(at.terminal, '0400', proof, { ...fields, 60: fields[60] ?? '' })
    : buildFrame('0400', fields, at.terminal.macKey);
  return at.terminal.connection.ask(frame);
}

describe('the load of a purse', () => {
  at.withPurse(
    ['load-purse-cash', 'load-purse-confirm', 'query', 'settlement', 'purse-load-once', 'repeat'],
    'gives MAC2 once, is confirmed by the card, and counts as a credit',
    async () => {
      const purse = at.purse();
      const load = await requestLoad(purse, 50_00);
      expect(load.answer.fields).toMatchObject({ 39: '00', 4: n12(50_00) });
      expect((await at.terminal.connection.ask(load.frame)).bytes).toEqual(load.answer.bytes);
      expect(codeOf(await query(at.terminal, load.stan))).toBe('90');
      const tags = credit(purse, load);
      expect(codeOf(await confirm(load, tags))).toBe('00');
      expect(codeOf(await confirm(load, tags))).toBe('94');
      expect(codeOf(await query(at.terminal, load.stan))).toBe('00');
      expect(isBooked(await send(pay(120_00)))).toEqual(BOOKED);
      await settles([1, 120_00], [1, 50_00]);
    },
  );

  at.withPurse(
    ['load-purse-cash', 'reversal', 'query', 'purse-load-needs-proof'],
    'is taken back with the proof that the card does not have it, and not without',
    async () => {
      const purse = at.purse();
      const load = await requestLoad(purse, 50_00);
      expect(codeOf(await reverse(load))).toBe('12');
      expect(codeOf(await reverse(load, purse.initializeForLoad(50_00).tags))).toBe('12');
      expect(codeOf(await query(at.terminal, load.stan))).toBe('90');
      const proof = purse.initializeForLoad(proofAmount(answered(load).DF0F ?? '')).tags;
      expect(codeOf(await reverse(load, proof))).toBe('00');
      expect(codeOf(await query(at.terminal, load.stan))).toBe('21');
      await settles([0, 0]);
    },
  );

  at.withPurse(
    ['load-purse-cash', 'load-purse-confirm', 'reversal', 'purse-load-needs-proof'],
    'is not taken back once the card has it',
    async () => {
      const load = await requestLoad(at.purse(), 50_00);
      expect(codeOf(await confirm(load, credit(at.purse(), load)))).toBe('00');
      const proof = at.purse().initializeForLoad(proofAmount(answered(load).DF0F ?? '')).tags;
      expect(codeOf(await reverse(load, proof))).toBe('12');
      await settles([0, 0], [1, 50_00]);
    },
  );

  at.withPurse(
    ['load-purse-cash', 'reversal', 'reversal-first'],
    'that was reversed before it came is declined when it comes',
    async () => {
      const session = at.purse().initializeForLoad(50_00);
      const stan = at.terminal.nextStan();
      const frame = loadFrame(at.terminal, '0200', session.tags, { 11: stan });
      expect(codeOf(await reverse({ session, stan }))).toBe('00');
      expect(codeOf(await at.terminal.connection.ask(frame))).toBe('22');
    },
  );

  at.withPurse(
    ['load-purse-account', 'load-purse-confirm', 'balance'],
    'from a card’s account is taken from the card, and is in no total',
    async () => {
      const { expiry, pan } = at.card();
      const account = { 3: '600000', 60: `45${at.terminal.batchNumber}000` };
      const load = await requestLoad(at.purse(), 50_00, { ...account, 35: `${pan}=${expiry}1010000` });
      expect(codeOf(load.answer)).toBe('00');
      expect((await balanceOf(at.terminal, pan)).fields[54]).toBe(at.left(-50_00));
      expect(codeOf(await confirm(load, credit(at.purse(), load)))).toBe('00');
      await settles([0, 0]);
    },
  );

  at.withPurse(
    ['load-purse-cash'],
    'with a wrong MAC1, another amount, a used counter, or for a purse that is hotlisted or expired is declined',
    async () => {
      const { tags } = at.purse().initializeForLoad(50_00);
      const ask = (more: PurseTags, fields: MoreFields = {}) =>
        at.terminal.connection.ask(loadFrame(at.terminal, '0200', { ...tags, ...more }, fields));
      expect(codeOf(await ask({ DF0E: '00000000' }))).toBe('59');
      expect(codeOf(await ask({}, { 4: n12(40_00) }))).toBe('64');
      expect(codeOf((await requestLoad(at.purse('hotlisted-purse'), 5_00)).answer)).toBe('43');
      expect(codeOf((await requestLoad(at.purse('expired-purse'), 5_00)).answer)).toBe('54');
      const load = await requestLoad(at.purse(), 50_00);
      expect(codeOf(await confirm(load, credit(at.purse(), load)))).toBe('00');
      expect(codeOf(await ask({}))).toBe('59');
      await settles([0, 0], [1, 50_00]);
    },
  );

  at.withPurse(
    ['purse-offline', 'load-purse-cash', 'load-purse-confirm', 'refund-up-to-original'],
    'that names a purchase gives it back, up to what is left of it',
    async () => {
      const sale = await send(pay(10_00));
      const named = { 61: `${at.terminal.batchNumber}${traceOf(sale)}` };
      const load = await requestLoad(at.purse(), 6_00, named);
      expect(codeOf(load.answer)).toBe('00');
      expect(codeOf(await confirm(load, credit(at.purse(), load)))).toBe('00');
      expect(codeOf((await requestLoad(at.purse(), 4_01, named)).answer)).toBe('25');
      expect(codeOf((await requestLoad(at.purse(), 4_00, named)).answer)).toBe('00');
    },
  );
});
