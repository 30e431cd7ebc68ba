import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../host-sim/index.ts';
import {
  BLOCKED_SERIAL,
  balances,
  EXPIRED_SERIAL,
  exceptionKinds,
  HOTLISTED_SERIAL,
  issuePurses,
  loadFrame,
  type MoreFields,
  OPENING_MINOR,
  purseStatus,
  SERIAL,
  sendRecord,
} from './purse-host.ts';
import { buildFrame, pinBlockOf, type RawAnswer } from './raw-frames.ts';
import { type LoadSession, type PurseTags, proofAmount, RawPurse, tagsOf } from './raw-purse.ts';
import { check, hostForTest, MERCHANT_ID, n12, PAN, RawTerminal } from './test-host.ts';

const LOAD_MINOR = 50_00;

let host: RunningHost;
let terminal: RawTerminal;
let card: RawPurse;

beforeEach(async () => {
  const started = await hostForTest();
  host = started.host;
  await issuePurses(host);
  terminal = await RawTerminal.signedOn(host, started.masterKey);
  card = new RawPurse(SERIAL, { balanceMinor: OPENING_MINOR });
});

afterEach(async () => {
  const report = await check(host);
  expect(report.problems).toEqual([]);
  terminal.connection.close();
  await host.stop();
});

async function books(): Promise<{ shadow: number; pending: number; merchant: number }> {
  const all = await balances(host, '');
  return {
    shadow: all['purse:1'] ?? 0,
    pending: all['purse-load:1'] ?? 0,
    merchant: all[`merchant:${MERCHANT_ID}`] ?? 0,
  };
}

const UNTOUCHED = { shadow: OPENING_MINOR, pending: 0, merchant: 0 };
const PENDING = { shadow: OPENING_MINOR, pending: LOAD_MINOR, merchant: -LOAD_MINOR };
const CREDITED = { shadow: OPENING_MINOR + LOAD_MINOR, pending: 0, merchant: -LOAD_MINOR };

interface Load {
  readonly session: LoadSession;
  readonly stan: string;
  readonly frame: Buffer;
  readonly answer: RawAnswer;
  /** DE58 of the answer. */
  readonly tags: PurseTags;
}

/** INITIALIZE FOR LOAD and the request. */
async function requestLoad(amountMinor = LOAD_MINOR, more: MoreFields = {}, purse = card): Promise<Load> {
  const session = purse.initializeForLoad(amountMinor);
  const stan = terminal.nextStan();
  const frame = loadFrame(terminal, '0200', session.tags, { 11: stan, ...more });
  const answer = await terminal.connection.ask(frame);
  return { session, stan, frame, answer, tags: tagsOf(answer.fields[58] ?? '') };
}

function named(load: Load): MoreFields {
  return { 61: `${terminal.batchNumber}${load.stan}` };
}

/** CREDIT FOR LOAD, which must go well. @returns DE58 of the confirmation. */
function credit(load: Load, purse = card): PurseTags {
  const tags = purse.creditForLoad(load.session, load.tags);
  if (!tags) throw new Error('The card did not take MAC2');
  return tags;
}

function confirm(load: Load, tags: PurseTags): Promise<RawAnswer> {
  return terminal.connection.ask(loadFrame(terminal, '0220', tags, named(load)));
}

/** 0400 with the trace number of the load; without tags, without a proof. */
function reverse(load: Load, tags: PurseTags | undefined): Promise<RawAnswer> {
  const { 22: _mode, ...fields } = terminal.fields('46', {
    3: '630000',
    4: n12(LOAD_MINOR),
    11: load.stan,
    25: '91',
    39: '98',
  });
  const frame =
    tags === undefined
      ? buildFrame('0400', fields, terminal.macKey)
      : loadFrame(terminal, '0400', tags, { 4: n12(LOAD_MINOR), 11: load.stan, 39: '98' });
  return terminal.connection.ask(frame);
}

function query(stan: string): Promise<RawAnswer> {
  const {
    22: _mode,
    49: _currency,
    ...fields
  } = terminal.fields('65', {
    3: '380000',
    61: `${terminal.batchNumber}${stan}`,
  });
  return terminal.connection.ask(buildFrame('0200', fields, terminal.macKey));
}

describe('a load in cash', () => {
  it('is pending before MAC2 is out, and credited when its TAC comes', async () => {
    const load = await requestLoad();
    expect(load.answer.fields).toMatchObject({ 39: '00', 37: expect.stringMatching(/^\d{12}$/) });
    expect(load.tags).toMatchObject({ DF01: SERIAL, DF02: '0000', DF07: '20260310', DF08: '100000' });
    expect(await books()).toEqual(PENDING);
    expect((await query(load.stan)).fields[39]).toBe('90');
    const confirmed = await confirm(load, credit(load));
    expect(confirmed.fields).toMatchObject({ 39: '00', 37: load.answer.fields[37] });
    expect(await books()).toEqual(CREDITED);
    expect((await query(load.stan)).fields[39]).toBe('00');
    expect(await exceptionKinds(host)).toEqual([]);
  });

  it('repeated gets the same bytes with the same MAC2, and is held once', async () => {
    const load = await requestLoad();
    const repeated = await terminal.connection.ask(load.frame);
    expect(repeated.bytes).toEqual(load.answer.bytes);
    expect(await books()).toEqual(PENDING);
  });

  it('is spent by the next purchase, whose balance includes it', async () => {
    const load = await requestLoad();
    await confirm(load, credit(load));
    expect((await sendRecord(terminal, card.pay(120_00))).fields[39]).toBe('00');
    expect((await books()).shadow).toBe(OPENING_MINOR + LOAD_MINOR - 120_00);
  });

  it('counts as a credit in the batch in which it was confirmed', async () => {
    const load = await requestLoad();
    const tags = credit(load);
    await confirm(load, tags);
    const settled = await terminal.connection.ask(
      terminal.settlementFrame({ debits: [0, 0], credits: [1, LOAD_MINOR] }),
    );
    expect(settled.fields[48]?.slice(30, 31)).toBe('1');
  });

  it('that is still open is in no total', async () => {
    await requestLoad();
    const settled = await terminal.connection.ask(
      terminal.settlementFrame({ debits: [0, 0], credits: [0, 0] }),
    );
    expect(settled.fields[48]?.slice(30, 31)).toBe('1');
  });

  it('confirmed twice is credited once', async () => {
    const load = await requestLoad();
    const tags = credit(load);
    const frame = loadFrame(terminal, '0220', tags, named(load));
    const first = await terminal.connection.ask(frame);
    expect((await terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
    expect((await confirm(load, tags)).fields).toMatchObject({ 39: '94', 37: load.answer.fields[37] });
    expect(await books()).toEqual(CREDITED);
  });

  it('confirmed with a wrong TAC stays pending and goes to a person', async () => {
    const load = await requestLoad();
    const tags = credit(load);
    expect((await confirm(load, { ...tags, DF0A: '00000000' })).fields[39]).toBe('59');
    expect([await books(), await exceptionKinds(host)]).toEqual([PENDING, ['purse-load-tac-wrong']]);
    expect((await confirm(load, tags)).fields[39]).toBe('00');
    expect(await books()).toEqual(CREDITED);
  });

  it('confirmed without a TAC is credited by the terminal’s word only where the flag says so', async () => {
    const load = await requestLoad();
    const { DF0A: _tac, ...tags } = credit(load) as Record<string, string>;
    expect((await confirm(load, tags)).fields[39]).toBe('30');
    expect(await books()).toEqual(PENDING);
    expect((await confirm(load, { ...tags, DF10: '02' })).fields[39]).toBe('00');
    expect(await books()).toEqual(CREDITED);
  });

  it('that was never released cannot be confirmed', async () => {
    const load = await requestLoad();
    const tags = credit(load);
    const stranger = loadFrame(terminal, '0220', tags, { 61: `${terminal.batchNumber}999999` });
    expect((await terminal.connection.ask(stranger)).fields[39]).toBe('25');
    expect(await exceptionKinds(host)).toEqual(['purse-load-unknown']);
    expect(await books()).toEqual(PENDING);
  });

  it('confirmed with another amount is refused', async () => {
    const load = await requestLoad();
    const tags = credit(load);
    const other = loadFrame(terminal, '0220', tags, { ...named(load), 4: n12(LOAD_MINOR + 1) });
    expect((await terminal.connection.ask(other)).fields[39]).toBe('64');
    expect(await books()).toEqual(PENDING);
  });
});

describe('a load that is refused moves nothing', () => {
  afterEach(async () => {
    expect(await books()).toEqual(UNTOUCHED);
  });

  it.each([
    ['MAC1 of another key', { DF0E: '00000000' }],
    ['a balance that MAC1 does not cover', { DF09: '00002711' }],
    ['another terminal number', { DF05: '310000000002' }],
    ['another random number', { DF0D: '00000001' }],
  ])('with %s', async (_what, changed) => {
    const session = card.initializeForLoad(LOAD_MINOR);
    const answer = await terminal.connection.ask(
      loadFrame(terminal, '0200', { ...session.tags, ...changed }),
    );
    expect([answer.fields[39], answer.fields[58]]).toEqual(['59', undefined]);
  });

  it('with an unknown key version', async () => {
    const { tags } = card.initializeForLoad(LOAD_MINOR);
    const answer = await terminal.connection.ask(loadFrame(terminal, '0200', { ...tags, DF0B: '09' }));
    expect(answer.fields[39]).toBe('12');
  });

  it('with another amount in DE4 than the card was asked for', async () => {
    expect((await requestLoad(LOAD_MINOR, { 4: n12(LOAD_MINOR + 1) })).answer.fields[39]).toBe('64');
  });

  it('above what a purse may hold, to the fen', async () => {
    expect((await requestLoad(900_01)).answer.fields[39]).toBe('61');
  });

  it('of nothing', async () => {
    expect((await requestLoad(0)).answer.fields[39]).toBe('13');
  });

  it.each([
    ['43', HOTLISTED_SERIAL],
    ['62', BLOCKED_SERIAL],
    ['54', EXPIRED_SERIAL],
    ['14', '00009999751200000001'],
  ])('with %s for purse %s', async (code, serial) => {
    const other = new RawPurse(serial, { balanceMinor: OPENING_MINOR });
    expect((await requestLoad(LOAD_MINOR, {}, other)).answer.fields[39]).toBe(code);
  });

  it('of a copy that has more than its shadow', async () => {
    card.balanceMinor += 1;
    expect((await requestLoad()).answer.fields[39]).toBe('59');
    expect(await exceptionKinds(host)).toEqual(['purse-balance-breaks']);
    expect(await purseStatus(host, SERIAL)).toBe('hotlisted');
  });

  it('of a card with a counter that no load explains', async () => {
    card.online = 1;
    expect((await requestLoad()).answer.fields[39]).toBe('59');
    expect(await exceptionKinds(host)).toEqual(['purse-load-unexplained']);
  });
});

describe('the limit of a purse', () => {
  it('takes a load up to it, to the fen', async () => {
    expect((await requestLoad(900_00)).answer.fields[39]).toBe('00');
  });
});

describe('the reversal of a load', () => {
  it('without a proof undoes nothing, and may come again with one', async () => {
    const load = await requestLoad();
    expect((await reverse(load, undefined)).fields[39]).toBe('12');
    expect(await books()).toEqual(PENDING);
    const proof = card.initializeForLoad(proofAmount(load.tags.DF0F ?? '')).tags;
    expect((await reverse(load, proof)).fields[39]).toBe('00');
    expect(await books()).toEqual(UNTOUCHED);
    expect((await query(load.stan)).fields[39]).toBe('21');
    expect(await exceptionKinds(host)).toEqual([]);
  });

  it('with the proof is answered the same again, also when the terminal signs on in between', async () => {
    const load = await requestLoad();
    const proof = card.initializeForLoad(proofAmount(load.tags.DF0F ?? '')).tags;
    const first = await reverse(load, proof);
    expect((await reverse(load, proof)).bytes).toEqual(first.bytes);
    await terminal.signOn();
    expect((await reverse(load, proof)).fields[39]).toBe('00');
    expect(await books()).toEqual(UNTOUCHED);
  });

  it('takes a proof after purchases that were made in between', async () => {
    const load = await requestLoad();
    card.pay(30_00);
    const proof = card.initializeForLoad(proofAmount(load.tags.DF0F ?? '')).tags;
    expect((await reverse(load, proof)).fields[39]).toBe('00');
    expect(await books()).toEqual(UNTOUCHED);
  });

  it.each([
    ['what the request itself had', (load: Load): PurseTags => load.session.tags],
    ['another amount', (): PurseTags => card.initializeForLoad(LOAD_MINOR).tags],
    [
      'a wrong MAC1',
      (load: Load): PurseTags => ({
        ...card.initializeForLoad(proofAmount(load.tags.DF0F ?? '')).tags,
        DF0E: '00000000',
      }),
    ],
    [
      'another card',
      (load: Load): PurseTags =>
        new RawPurse(BLOCKED_SERIAL, { balanceMinor: OPENING_MINOR }).initializeForLoad(
          proofAmount(load.tags.DF0F ?? ''),
        ).tags,
    ],
    [
      'more on the card than before',
      (load: Load): PurseTags => {
        card.balanceMinor += 1;
        return card.initializeForLoad(proofAmount(load.tags.DF0F ?? '')).tags;
      },
    ],
  ])('is refused with %s as its proof', async (_what, proof) => {
    const load = await requestLoad();
    expect((await reverse(load, proof(load))).fields[39]).toBe('12');
    expect(await books()).toEqual(PENDING);
  });

  it('of a load that the card has is refused, and the card’s word credits it', async () => {
    const load = await requestLoad();
    const tags = credit(load);
    const proof = card.initializeForLoad(proofAmount(load.tags.DF0F ?? '')).tags;
    expect((await reverse(load, proof)).fields[39]).toBe('12');
    expect(await books()).toEqual(CREDITED);
    // The confirmation that comes after all is in the terminal's totals, and so in the host's.
    expect((await confirm(load, tags)).fields[39]).toBe('00');
    const settled = await terminal.connection.ask(
      terminal.settlementFrame({ debits: [0, 0], credits: [1, LOAD_MINOR] }),
    );
    expect(settled.fields[48]?.slice(30, 31)).toBe('1');
    expect(await books()).toEqual(CREDITED);
  });

  it('proves no credit where the card has one of two loads', async () => {
    const first = await requestLoad();
    const second = await requestLoad(20_00);
    const tags = credit(second);
    const proof = card.initializeForLoad(proofAmount(first.tags.DF0F ?? '')).tags;
    expect((await reverse(first, proof)).fields[39]).toBe('12');
    expect(await books()).toEqual({
      ...UNTOUCHED,
      pending: LOAD_MINOR + 20_00,
      merchant: -LOAD_MINOR - 20_00,
    });
    await confirm(second, tags);
    expect(await books()).toEqual({ shadow: OPENING_MINOR + 20_00, pending: 0, merchant: -20_00 });
    // What the TAC has decided meanwhile is what the terminal wanted to hear.
    expect((await reverse(first, proof)).fields[39]).toBe('00');
  });

  it('of a confirmed load is refused and goes to a person', async () => {
    const load = await requestLoad();
    await confirm(load, credit(load));
    const proof = card.initializeForLoad(proofAmount(load.tags.DF0F ?? '')).tags;
    expect((await reverse(load, proof)).fields[39]).toBe('12');
    expect([await books(), await exceptionKinds(host)]).toEqual([CREDITED, ['purse-reversal-of-credited']]);
  });

  it('followed by a confirmation with a right TAC: the card is believed, and a person collects', async () => {
    const load = await requestLoad();
    // The proof is made first and sent first; the card takes MAC2 behind the terminal's back.
    const proof = card.copy().initializeForLoad(proofAmount(load.tags.DF0F ?? '')).tags;
    await reverse(load, proof);
    const tags = credit(load);
    const { DF0A: _tac, ...bare } = tags as Record<string, string>;
    expect((await confirm(load, { ...bare, DF10: '02' })).fields[39]).toBe('12');
    expect(await books()).toEqual(UNTOUCHED);
    expect((await confirm(load, tags)).fields[39]).toBe('00');
    expect(await exceptionKinds(host)).toEqual(['purse-load-disputed', 'purse-load-disputed']);
    expect(await books()).toEqual({ ...UNTOUCHED, shadow: OPENING_MINOR + LOAD_MINOR });
    expect(await balances(host, 'exceptions')).toEqual({ exceptions: -LOAD_MINOR });
  });
});

describe('a load that nobody told the end of', () => {
  it('is credited when the card is loaded again with the next counter', async () => {
    const first = await requestLoad();
    credit(first);
    const second = await requestLoad(10_00);
    expect(second.answer.fields[39]).toBe('00');
    expect(await books()).toEqual({
      shadow: OPENING_MINOR + LOAD_MINOR,
      pending: 10_00,
      merchant: -LOAD_MINOR - 10_00,
    });
    expect((await query(first.stan)).fields[39]).toBe('00');
  });

  it('is credited when a purchase is made with the money', async () => {
    const load = await requestLoad();
    credit(load);
    expect((await sendRecord(terminal, card.pay(120_00))).fields[39]).toBe('00');
    expect(await books()).toEqual({ shadow: 30_00, pending: 0, merchant: 120_00 - LOAD_MINOR });
  });

  it('does not keep the card from another load, whose TAC proves that the first never reached it', async () => {
    const first = await requestLoad();
    const second = await requestLoad(20_00);
    expect(second.answer.fields[39]).toBe('00');
    expect((await books()).pending).toBe(LOAD_MINOR + 20_00);
    await confirm(second, credit(second));
    expect(await books()).toEqual({ shadow: OPENING_MINOR + 20_00, pending: 0, merchant: -20_00 });
    expect((await query(first.stan)).fields[39]).toBe('21');
    expect(await exceptionKinds(host)).toEqual([]);
  });

  it('stays open beside another load that was confirmed without a TAC', async () => {
    const first = await requestLoad();
    const second = await requestLoad(20_00);
    const { DF0A: _tac, ...tags } = credit(second) as Record<string, string>;
    await confirm(second, { ...tags, DF10: '02' });
    expect((await books()).pending).toBe(LOAD_MINOR);
    expect((await query(first.stan)).fields[39]).toBe('90');
  });

  it('does not let an old INITIALIZE in again after it', async () => {
    const old = card.initializeForLoad(20_00);
    const load = await requestLoad();
    await confirm(load, credit(load));
    const answer = await terminal.connection.ask(loadFrame(terminal, '0200', old.tags));
    expect(answer.fields[39]).toBe('59');
    expect([await exceptionKinds(host), await purseStatus(host, SERIAL)]).toEqual([
      ['purse-counter-backwards'],
      'hotlisted',
    ]);
    expect(await books()).toEqual(CREDITED);
  });
});

describe('a load from a card account', () => {
  function account(amountMinor: number, pin: string) {
    return requestLoad(amountMinor, {
      3: '600000',
      22: '021',
      26: '06',
      35: `${PAN}=29121010000`,
      52: pinBlockOf(terminal.pinKey, pin, PAN),
      53: '2600000000000000',
      60: `45${terminal.batchNumber}000`,
    });
  }

  it('takes the amount from the account, not from the merchant', async () => {
    const load = await account(400_00, '123456');
    expect(load.answer.fields[39]).toBe('00');
    expect(await balances(host, 'card:1')).toEqual({ 'card:1': 3600_00 });
    const tags = credit(load);
    const answer = await terminal.connection.ask(
      loadFrame(terminal, '0220', tags, {
        ...named(load),
        3: '600000',
        60: `45${terminal.batchNumber}000`,
      }),
    );
    expect(answer.fields[39]).toBe('00');
    expect(await books()).toEqual({ shadow: 500_00, pending: 0, merchant: 0 });
    const settled = await terminal.connection.ask(
      terminal.settlementFrame({ debits: [0, 0], credits: [0, 0] }),
    );
    expect(settled.fields[48]?.slice(30, 31)).toBe('1');
  });

  it('is refused with a wrong PIN', async () => {
    expect((await account(400_00, '654321')).answer.fields[39]).toBe('55');
    expect(await books()).toEqual(UNTOUCHED);
  });
});

describe('what a purse purchase gives back', () => {
  it('is a load that names it, up to its amount', async () => {
    const stan = terminal.nextStan();
    const sold = await sendRecord(terminal, card.pay(60_00), { 11: stan });
    const sale = { 61: `${terminal.batchNumber}${stan}` };
    const first = await requestLoad(40_00, sale);
    await confirm(first, credit(first));
    expect((await requestLoad(20_01, sale)).answer.fields[39]).toBe('25');
    // By reference number, as another terminal of the merchant names it.
    const rest = await requestLoad(20_00, { 37: sold.fields[37] ?? '' });
    await confirm(rest, credit(rest));
    expect(await books()).toEqual({ shadow: OPENING_MINOR, pending: 0, merchant: 0 });
  });

  it('does not go to another card, nor for a sale that is not there', async () => {
    const stan = terminal.nextStan();
    await sendRecord(terminal, card.pay(60_00), { 11: stan });
    expect((await requestLoad(10_00, { 61: `${terminal.batchNumber}999999` })).answer.fields[39]).toBe('25');
    await host.store.transaction((tx) => tx.run(`UPDATE purses SET status = 'active' WHERE purse_id = 4`));
    const other = new RawPurse(BLOCKED_SERIAL, { balanceMinor: OPENING_MINOR });
    const answer = (await requestLoad(10_00, { 61: `${terminal.batchNumber}${stan}` }, other)).answer;
    expect(answer.fields[39]).toBe('25');
  });
});
