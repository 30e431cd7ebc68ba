import { describe, expect, it } from 'vitest';
import { card, freshPurse, host, merchant, notes, shadow, terminal } from './purse-bench.ts';
import {
  BLOCKED_SERIAL,
  balances,
  EXPIRED_SERIAL,
  exceptionKinds,
  HOTLISTED_SERIAL,
  OPENING_MINOR,
  purseStatus,
  recordFrame,
  SERIAL,
  sendRecord,
} from './purse-host.ts';
import { buildFrame } from './raw-frames.ts';
import { RawPurse } from './raw-purse.ts';
import { MERCHANT_ID, n12, TERMINAL_ID } from './test-host.ts';

const HOUR_MS = 3_600_000;

freshPurse();

describe('the record of an offline purse purchase', () => {
  it('takes the amount from the purse’s shadow and owes it to the merchant', async () => {
    const answer = await sendRecord(terminal, card.pay(12_34));
    expect(answer.mti).toBe('0230');
    expect(answer.fields).toMatchObject({ 39: '00', 4: n12(12_34) });
    expect(answer.fields[37]).toMatch(/^\d{12}$/);
    expect([await shadow(), await merchant()]).toEqual([OPENING_MINOR - 12_34, 12_34]);
    expect(await exceptionKinds(host)).toEqual([]);
  });

  it('is booked once: the same bytes get the first answer, the same record in another message 94', async () => {
    const tags = card.pay(12_34);
    const frame = recordFrame(terminal, tags);
    const first = await terminal.connection.ask(frame);
    expect((await terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
    expect((await sendRecord(terminal, tags)).fields).toMatchObject({ 39: '94', 37: first.fields[37] });
    expect(await merchant()).toBe(12_34);
  });

  it('is another message when DE58 is another, though its number is the same', async () => {
    const stan = terminal.nextStan();
    await sendRecord(terminal, card.pay(10_00), { 11: stan });
    const answer = await sendRecord(terminal, card.pay(10_00), { 11: stan });
    expect(answer.fields[39]).toBe('12');
    expect(await exceptionKinds(host)).toEqual(['same-number-other-content']);
    expect(await merchant()).toBe(10_00);
  });

  it('counts in the totals of the batch in which it came', async () => {
    await sendRecord(terminal, card.pay(12_34));
    await sendRecord(terminal, card.pay(1_00));
    const settled = await terminal.connection.ask(
      terminal.settlementFrame({ debits: [2, 13_34], credits: [0, 0] }),
    );
    expect(settled.fields[48]?.slice(30, 31)).toBe('1');
  });

  it('with a wrong TAC pays nobody and goes to a person; the right one still comes through', async () => {
    const tags = card.pay(10_00);
    const answer = await sendRecord(terminal, { ...tags, DF0A: '00000000' });
    expect(answer.fields[39]).toBe('59');
    expect(await exceptionKinds(host)).toEqual(['purse-tac-wrong']);
    expect([await shadow(), await merchant()]).toEqual([OPENING_MINOR, 0]);
    expect(await purseStatus(host, SERIAL)).toBe('active');
    expect((await sendRecord(terminal, tags)).fields[39]).toBe('00');
    expect(await merchant()).toBe(10_00);
  });

  it.each([
    ['amount', { DF04: '00000BB8' }],
    ['terminal number', { DF05: '310000000002' }],
    ['terminal serial', { DF06: '00000001' }],
    ['date', { DF07: '20260309' }],
    ['time', { DF08: '095501' }],
    ['key version', { DF0B: '02' }],
    ['algorithm', { DF0C: '01' }],
  ])('whose %s was changed has a wrong TAC', async (_what, changed) => {
    const answer = await sendRecord(terminal, { ...card.pay(10_00), ...changed });
    expect(answer.fields[39]).toBe('59');
    expect(await exceptionKinds(host)).toEqual(['purse-tac-wrong']);
    expect(await merchant()).toBe(0);
  });

  it('with another amount in DE4 than in DE58 is refused', async () => {
    const answer = await sendRecord(terminal, card.pay(10_00), { 4: n12(11_00) });
    expect(answer.fields[39]).toBe('64');
    expect(await exceptionKinds(host)).toEqual(['purse-amount-differs']);
    expect(await merchant()).toBe(0);
  });

  it('of a purse that nobody here gave out is refused', async () => {
    const stranger = new RawPurse('00009999751200000001', { balanceMinor: OPENING_MINOR });
    expect((await sendRecord(terminal, stranger.pay(10_00))).fields[39]).toBe('14');
    expect(await exceptionKinds(host)).toEqual(['purse-unknown']);
  });

  it.each(['DF01', 'DF02', 'DF06', 'DF09', 'DF0A', 'DF0B'])('without %s cannot be read', async (tag) => {
    const { [tag]: _missing, ...tags } = { ...card.pay(10_00) } as Record<string, string>;
    expect((await sendRecord(terminal, tags)).fields[39]).toBe('30');
    expect(await merchant()).toBe(0);
  });
});

describe('the counters of a purse', () => {
  it('with a gap are noted, and the gap closes when its record comes late', async () => {
    const [first, second, third] = [card.pay(1_00), card.pay(2_00), card.pay(3_00)];
    await sendRecord(terminal, first);
    expect((await sendRecord(terminal, third)).fields[39]).toBe('00');
    expect(await notes()).toEqual([`purse ${SERIAL}: the record of counter 1 is missing`]);
    expect((await sendRecord(terminal, second)).fields[39]).toBe('00');
    expect(await notes()).toEqual([]);
    expect([await shadow(), await merchant()]).toEqual([OPENING_MINOR - 6_00, 6_00]);
    expect(await exceptionKinds(host)).toEqual([]);
  });

  it('tell two cards with one number apart by what the second pays under a used counter', async () => {
    const copy = card.copy();
    await sendRecord(terminal, card.pay(10_00));
    const answer = await sendRecord(terminal, copy.pay(20_00));
    expect(answer.fields[39]).toBe('59');
    expect(await exceptionKinds(host)).toEqual(['purse-counter-reused']);
    expect(await purseStatus(host, SERIAL)).toBe('hotlisted');
    expect(await merchant()).toBe(10_00);
  });

  it('tell a record apart that says another balance and is the same otherwise', async () => {
    const tags = card.pay(10_00);
    await sendRecord(terminal, tags);
    expect((await sendRecord(terminal, { ...tags, DF09: '00002711' })).fields[39]).toBe('59');
    expect(await exceptionKinds(host)).toEqual(['purse-counter-reused']);
  });

  it('tell of a copy that is ahead by its balance', async () => {
    const copy = card.copy();
    await sendRecord(terminal, card.pay(10_00));
    copy.offline += 1;
    expect((await sendRecord(terminal, copy.pay(20_00))).fields[39]).toBe('59');
    expect(await exceptionKinds(host)).toEqual(['purse-balance-breaks']);
    expect(await purseStatus(host, SERIAL)).toBe('hotlisted');
    expect(await merchant()).toBe(10_00);
  });

  it('tell of a late record that does not fit into its gap', async () => {
    const copy = card.copy();
    await sendRecord(terminal, card.pay(10_00));
    card.pay(5_00);
    await sendRecord(terminal, card.pay(10_00));
    copy.offline = 1;
    copy.balanceMinor = 90_00;
    // The card went from 90.00 to 85.00 under this counter.
    expect((await sendRecord(terminal, copy.pay(6_00))).fields[39]).toBe('59');
    expect(await exceptionKinds(host)).toEqual(['purse-balance-breaks']);
    expect(await merchant()).toBe(20_00);
  });

  it('cannot run below the one with which the card was given out', async () => {
    await host.store.transaction((tx) => tx.run('UPDATE purses SET first_offline = 7 WHERE purse_id = 1'));
    card.offline = 6;
    expect((await sendRecord(terminal, card.pay(1_00))).fields[39]).toBe('59');
    expect(await exceptionKinds(host)).toEqual(['purse-counter-backwards']);
    expect(await purseStatus(host, SERIAL)).toBe('hotlisted');
  });

  it('cannot bring more over a gap than the missing purchases leave', async () => {
    await sendRecord(terminal, card.pay(10_00));
    card.offline += 2;
    // Two purchases are missing and took at least a fen each.
    card.balanceMinor = 90_00 - 1;
    expect((await sendRecord(terminal, card.pay(1_00))).fields[39]).toBe('59');
    card.balanceMinor = 90_00 - 2;
    card.offline = 3;
    expect((await sendRecord(terminal, card.pay(1_00))).fields[39]).toBe('00');
  });
});

describe('a purse sale that a batch upload brought first', () => {
  it('is paid once: its own record pays the exceptions account back', async () => {
    const stan = terminal.nextStan();
    const tags = card.pay(10_00);
    await terminal.connection.ask(terminal.settlementFrame({ debits: [1, 10_00], credits: [0, 0] }));
    const {
      22: _mode,
      25: _condition,
      ...record
    } = terminal.fields('36', { 11: stan, 3: '000000', 4: n12(10_00) });
    const uploaded = { ...record, 60: `36${terminal.batchNumber}201` };
    expect((await terminal.connection.ask(buildFrame('0320', uploaded))).fields[39]).toBe('00');
    const end = { 11: terminal.nextStan(), 41: TERMINAL_ID, 42: MERCHANT_ID, 48: '0001' };
    const ended = buildFrame('0320', { ...end, 60: `00${terminal.batchNumber}202` });
    expect((await terminal.connection.ask(ended)).fields[39]).toBe('00');
    expect([await merchant(), await balances(host, 'exceptions')]).toEqual([10_00, { exceptions: -10_00 }]);
    const sale = { 61: `${terminal.batchNumber}${stan}` };
    await terminal.signOn();
    expect((await sendRecord(terminal, tags, sale)).fields[39]).toBe('94');
    expect([await merchant(), await balances(host, 'exceptions')]).toEqual([10_00, { exceptions: 0 }]);
    const settled = terminal.settlementFrame({ debits: [0, 0], credits: [0, 0] });
    expect((await terminal.connection.ask(settled)).fields[48]?.slice(30, 31)).toBe('1');
    expect(await shadow()).toBe(OPENING_MINOR - 10_00);
  });
});

describe('a purse that should have been refused at the sale', () => {
  it('is debited, and the merchant is not paid, after its expiry', async () => {
    const expired = new RawPurse(EXPIRED_SERIAL, { balanceMinor: OPENING_MINOR });
    expect((await sendRecord(terminal, expired.pay(10_00))).fields[39]).toBe('54');
    expect(await balances(host, 'suspense')).toEqual({ suspense: 10_00 });
    expect([await merchant(), await exceptionKinds(host)]).toEqual([0, ['purse-refused-at-sale']]);
    // Its last day is still good.
    const earlier = new RawPurse(EXPIRED_SERIAL, { balanceMinor: 90_00, offline: 1 });
    expect((await sendRecord(terminal, earlier.pay(10_00, { date: '20260309' }))).fields[39]).toBe('00');
  });

  it.each([
    ['hotlisted', HOTLISTED_SERIAL],
    ['blocked', BLOCKED_SERIAL],
  ])('that is %s is paid while a terminal may not know it, and withheld after', async (_status, serial) => {
    const stolen = new RawPurse(serial, { balanceMinor: OPENING_MINOR });
    expect((await sendRecord(terminal, stolen.pay(10_00, { time: '100000' }))).fields[39]).toBe('00');
    const known = { date: '20260311', time: '100000' };
    expect((await sendRecord(terminal, stolen.pay(10_00, known))).fields[39]).toBe('00');
    host.clock.advance(25 * HOUR_MS);
    const late = { date: '20260311', time: '100001' };
    expect((await sendRecord(terminal, stolen.pay(10_00, late))).fields[39]).toBe('43');
    expect([await merchant(), await balances(host, 'suspense')]).toEqual([20_00, { suspense: 10_00 }]);
  });
});

describe('a purchase that is dated in the future', () => {
  it('is paid, because the card has paid, and a person is told once it is more than a day ahead', async () => {
    expect(
      (await sendRecord(terminal, card.pay(1_00, { date: '20260311', time: '100000' }))).fields[39],
    ).toBe('00');
    expect(await exceptionKinds(host)).toEqual([]);
    const frame = recordFrame(terminal, card.pay(2_00, { date: '20260311', time: '100001' }));
    expect((await terminal.connection.ask(frame)).fields[39]).toBe('00');
    await terminal.connection.ask(frame);
    expect([await merchant(), await exceptionKinds(host)]).toEqual([3_00, ['purse-dated-ahead']]);
    const [row] = await host.store.transaction((tx) =>
      tx.all<{ note: string }>('SELECT note FROM exceptions'),
    );
    expect(row?.note).toContain('2026-03-11 10:00:01');
  });

  it('is told to a person in doubt, too, and not paid before it is decided', async () => {
    const { DF0A: _tac, ...tags } = card.pay(2_00, { date: '20270101' });
    expect((await sendRecord(terminal, { ...tags, DF10: '08' })).fields[39]).toBe('00');
    expect([await merchant(), await exceptionKinds(host)]).toEqual([0, ['purse-dated-ahead']]);
  });
});

describe('the hotlist', () => {
  it('names a purse that must be refused by its keyed hash', async () => {
    const row = await host.store.transaction((tx) =>
      tx.get<{ serialHash: string }>(
        'SELECT serial_hash AS "serialHash" FROM purses WHERE application_serial = ?',
        HOTLISTED_SERIAL,
      ),
    );
    const answer = await terminal.connection.ask(
      buildFrame('0800', {
        41: TERMINAL_ID,
        42: MERCHANT_ID,
        60: `00${terminal.batchNumber}390`,
        62: Buffer.from('001', 'latin1'),
      }),
    );
    expect(answer.fields[39]).toBe('00');
    const text = Buffer.from(answer.fields[62] ?? '', 'hex').toString('latin1');
    expect(row?.serialHash).toMatch(/^[0-9A-F]{32}$/);
    expect(text).toContain(row?.serialHash);
    expect(text).not.toContain(HOTLISTED_SERIAL);
  });
});
