import { afterEach, describe, expect, it } from 'vitest';
import { card, freshPurse, host, query, terminal } from './purse-bench.ts';
import {
  BLOCKED_SERIAL,
  balances,
  EXPIRED_SERIAL,
  exceptionKinds,
  HOTLISTED_SERIAL,
  loadFrame,
  OPENING_MINOR,
  purseStatus,
  SERIAL,
  sendRecord,
} from './purse-host.ts';
import {
  books,
  CREDITED,
  confirm,
  credit,
  LOAD_MINOR,
  named,
  PENDING,
  requestLoad,
  UNTOUCHED,
} from './purse-load-bench.ts';
import { pinBlockOf } from './raw-frames.ts';
import { RawPurse } from './raw-purse.ts';
import { n12, PAN } from './test-host.ts';

freshPurse();

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

  it('that was asked for before a purchase that the host has heard of since, is declined without a word against the card', async () => {
    const session = card.initializeForLoad(LOAD_MINOR);
    expect((await sendRecord(terminal, card.pay(20_00))).fields[39]).toBe('00');
    const late = await terminal.connection.ask(
      loadFrame(terminal, '0200', session.tags, { 11: terminal.nextStan() }),
    );
    expect(late.fields[39]).toBe('59');
    expect(await exceptionKinds(host)).toEqual([]);
    expect(await purseStatus(host, SERIAL)).toBe('active');
    // And the card can be loaded as it is now.
    expect((await requestLoad()).answer.fields[39]).toBe('00');
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
