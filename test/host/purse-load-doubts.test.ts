import { describe, expect, it } from 'vitest';
import { card, freshPurse, host, query, terminal } from './purse-bench.ts';
import {
  BLOCKED_SERIAL,
  balances,
  exceptionKinds,
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
  type Load,
  PENDING,
  requestLoad,
  reverse,
  UNTOUCHED,
} from './purse-load-bench.ts';
import { type PurseTags, proofAmount, RawPurse } from './raw-purse.ts';

freshPurse();

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
    // Nobody is to blame: it may be a load that was asked for before and comes late.
    expect([await exceptionKinds(host), await purseStatus(host, SERIAL)]).toEqual([[], 'active']);
    expect(await books()).toEqual(CREDITED);
  });
});
