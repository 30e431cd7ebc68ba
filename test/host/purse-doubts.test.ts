import { describe, expect, it } from 'vitest';
import { card, freshPurse, host, merchant, notes, query, shadow, terminal } from './purse-bench.ts';
import { balances, exceptionKinds, OPENING_MINOR, purseStatus, SERIAL, sendRecord } from './purse-host.ts';
import { RawPurse } from './raw-purse.ts';

freshPurse();

describe('a record with flags', () => {
  it('recovered by PROVE is as good as any other', async () => {
    expect((await sendRecord(terminal, { ...card.pay(10_00), DF10: '01' })).fields[39]).toBe('00');
    expect(await merchant()).toBe(10_00);
  });

  it('without a TAC is paid when counter and balance follow', async () => {
    const { DF0A: _tac, ...tags } = { ...card.pay(10_00) } as Record<string, string>;
    const answer = await sendRecord(terminal, { ...tags, DF10: '02' });
    expect([answer.fields[39], answer.fields[37]?.length]).toEqual(['00', 12]);
    expect(await merchant()).toBe(10_00);
  });

  it('without a TAC is held over a gap, and paid when the gap closes', async () => {
    const first = card.pay(5_00);
    const { DF0A: _tac, ...tags } = { ...card.pay(10_00) } as Record<string, string>;
    const answer = await sendRecord(terminal, { ...tags, DF10: '02' });
    expect([answer.fields[39], answer.fields[37]]).toEqual(['00', undefined]);
    expect(await merchant()).toBe(0);
    expect(await notes()).toEqual([`purse ${SERIAL}: the purchase with counter 1 is still in doubt`]);
    await sendRecord(terminal, first);
    expect([await merchant(), await notes()]).toEqual([15_00, []]);
  });

  it('without a TAC and held is paid when the next record starts from its balance', async () => {
    card.pay(5_00);
    const { DF0A: _tac, ...tags } = { ...card.pay(10_00) } as Record<string, string>;
    await sendRecord(terminal, { ...tags, DF10: '02' });
    await sendRecord(terminal, card.pay(1_00));
    expect(await merchant()).toBe(11_00);
  });

  it('without a TAC and held is disproved when the next record starts from another balance', async () => {
    card.pay(5_00);
    const { DF0A: _tac, ...tags } = { ...card.copy().pay(10_00) } as Record<string, string>;
    await sendRecord(terminal, { ...tags, DF10: '02' });
    card.pay(7_00);
    await sendRecord(terminal, card.pay(1_00));
    expect([await merchant(), await exceptionKinds(host)]).toEqual([1_00, ['purse-record-disproved']]);
  });

  it('without a TAC whose balance does not follow is refused and the card hotlisted', async () => {
    card.balanceMinor += 1;
    const { DF0A: _tac, ...tags } = { ...card.pay(10_00) } as Record<string, string>;
    expect((await sendRecord(terminal, { ...tags, DF10: '02' })).fields[39]).toBe('59');
    expect(await exceptionKinds(host)).toEqual(['purse-balance-breaks']);
  });

  it('with a wrong MAC2 and a wrong TAC is an alert and moves no money', async () => {
    const answer = await sendRecord(terminal, { ...card.pay(10_00), DF0A: '00000000', DF10: '04' });
    expect([answer.fields[39], answer.fields[37]]).toEqual(['00', undefined]);
    expect(await exceptionKinds(host)).toEqual(['purse-mac2-wrong']);
    expect([await shadow(), await merchant()]).toEqual([OPENING_MINOR, 0]);
  });

  it('with a wrong MAC2 and a right TAC is an alert: the card was debited, the merchant is not paid', async () => {
    await sendRecord(terminal, { ...card.pay(10_00), DF10: '04' });
    expect(await exceptionKinds(host)).toEqual(['purse-mac2-wrong']);
    expect([await shadow(), await merchant()]).toEqual([OPENING_MINOR - 10_00, 0]);
    expect(await balances(host, 'suspense')).toEqual({ suspense: 10_00 });
    expect((await sendRecord(terminal, card.pay(1_00))).fields[39]).toBe('00');
  });
});

describe('an unresolved purchase', () => {
  /** As a terminal sends it that does not know whether the card was debited. */
  async function sendDoubt(tags: Readonly<Record<string, string>>): Promise<string> {
    const stan = terminal.nextStan();
    const { DF0A: _tac, ...known } = tags;
    const answer = await sendRecord(terminal, { ...known, DF10: '08' }, { 11: stan });
    expect([answer.fields[39], answer.fields[37]]).toEqual(['00', undefined]);
    return stan;
  }

  it('moves no money and is told to be open', async () => {
    const stan = await sendDoubt(card.pay(10_00));
    expect([await shadow(), await merchant()]).toEqual([OPENING_MINOR, 0]);
    expect((await query(stan)).fields[39]).toBe('90');
    const settled = await terminal.connection.ask(
      terminal.settlementFrame({ debits: [0, 0], credits: [0, 0] }),
    );
    expect(settled.fields[48]?.slice(30, 31)).toBe('1');
  });

  it('is paid when the next counter comes with a balance that includes it', async () => {
    const stan = await sendDoubt(card.pay(10_00));
    await sendRecord(terminal, card.pay(1_00));
    expect([await shadow(), await merchant()]).toEqual([OPENING_MINOR - 11_00, 11_00]);
    expect((await query(stan)).fields).toMatchObject({ 39: '00', 37: expect.stringMatching(/^\d{12}$/) });
    expect(await exceptionKinds(host)).toEqual(['purse-doubt-debited']);
  });

  it('is paid when its card comes back and shows that it was debited, without a code', async () => {
    const tags = card.pay(10_00);
    await sendDoubt(tags);
    const { DF0A: _tac, ...known } = tags as Record<string, string>;
    const answer = await sendRecord(terminal, { ...known, DF10: '02' });
    expect([answer.fields[39], answer.fields[37]?.length]).toEqual(['00', 12]);
    expect([await shadow(), await merchant()]).toEqual([OPENING_MINOR - 10_00, 10_00]);
    expect(await exceptionKinds(host)).toEqual([]);
  });

  it('is no debit when the same counter comes with another purchase', async () => {
    const before = card.copy();
    const stan = await sendDoubt(card.pay(10_00));
    expect((await sendRecord(terminal, before.pay(3_00))).fields[39]).toBe('00');
    expect([await shadow(), await merchant()]).toEqual([OPENING_MINOR - 3_00, 3_00]);
    expect((await query(stan)).fields[39]).toBe('21');
    expect([await exceptionKinds(host), await purseStatus(host, SERIAL)]).toEqual([[], 'active']);
  });

  it('is no debit when the next counter comes with a balance that excludes it', async () => {
    const before = card.copy();
    const stan = await sendDoubt(card.pay(10_00));
    const other = before.pay(3_00);
    await sendRecord(terminal, before.pay(2_00));
    expect((await query(stan)).fields[39]).toBe('21');
    expect((await sendRecord(terminal, other)).fields[39]).toBe('00');
    expect([await shadow(), await merchant()]).toEqual([OPENING_MINOR - 5_00, 5_00]);
    expect(await exceptionKinds(host)).toEqual([]);
  });

  it('that comes after what decides it is decided at once', async () => {
    const tags = card.pay(10_00);
    await sendRecord(terminal, card.pay(1_00));
    const stan = await sendDoubt(tags);
    expect((await query(stan)).fields[39]).toBe('00');
    expect(await merchant()).toBe(11_00);
  });

  it('that comes after its counter was used for another purchase is no debit', async () => {
    const before = card.copy();
    const tags = card.pay(10_00);
    await sendRecord(terminal, before.pay(3_00));
    const stan = await sendDoubt(tags);
    expect((await query(stan)).fields[39]).toBe('21');
    expect([await merchant(), await exceptionKinds(host)]).toEqual([3_00, []]);
  });

  it('is settled by its own TAC when the card comes back', async () => {
    const tags = card.pay(10_00);
    const stan = await sendDoubt(tags);
    const answer = await sendRecord(terminal, { ...tags, DF10: '01' });
    expect(answer.fields[39]).toBe('00');
    expect([await shadow(), await merchant(), await notes()]).toEqual([OPENING_MINOR - 10_00, 10_00, []]);
    expect((await query(stan)).fields[39]).toBe('00');
    expect(await exceptionKinds(host)).toEqual([]);
  });

  it('that was taken for the debit of another sale gives it back when that one comes with its code', async () => {
    const doubt = card.copy().pay(10_00, { time: '095400' });
    const { DF0A: _tac, ...tags } = doubt as Record<string, string>;
    const asked = await sendRecord(terminal, { ...tags, DF10: '08' });
    // The customer went to the next till with the same goods, and that till is late.
    const paid = card.pay(10_00, { time: '095500' });
    expect((await sendRecord(terminal, card.pay(1_00, { time: '095600' }))).fields[39]).toBe('00');
    const stan = asked.fields[11] ?? '';
    expect([(await query(stan)).fields[39], await merchant()]).toEqual(['00', 11_00]);
    const answer = await sendRecord(terminal, paid);
    expect([answer.fields[39], answer.fields[37]?.length]).toEqual(['00', 12]);
    expect([(await query(stan)).fields[39], await merchant(), await shadow()]).toEqual([
      '21',
      11_00,
      OPENING_MINOR - 11_00,
    ]);
    expect(await purseStatus(host, SERIAL)).toBe('active');
    expect(await exceptionKinds(host)).toEqual(['purse-doubt-debited', 'purse-doubt-corrected']);
    // Whoever now brings a third one for that counter has another card.
    const third = new RawPurse(SERIAL, { balanceMinor: OPENING_MINOR });
    expect((await sendRecord(terminal, third.pay(10_00, { time: '095700' }))).fields[39]).toBe('59');
  });

  it('stays open where two terminals say the same of one counter', async () => {
    const [one, two] = [card.copy(), card.copy()];
    const first = await sendDoubt(one.pay(10_00));
    const second = await sendDoubt(two.pay(10_00, { time: '095600' }));
    card.pay(10_00);
    await sendRecord(terminal, card.pay(1_00));
    expect([(await query(first)).fields[39], (await query(second)).fields[39]]).toEqual(['90', '90']);
    expect(await merchant()).toBe(1_00);
  });
});
