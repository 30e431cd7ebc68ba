import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PurseBench } from '../../../test/support/purse-bench.ts';
import { CardPin } from '../../domain/card-pin.ts';
import { amountMinor } from '../../domain/money.ts';
import {
  demoPurseCard,
  memoryStore,
  type PurseCardState,
  type SimulatedPurseCard,
  simulatedPurseCard,
} from '../../purse/simulator/index.ts';

/** From this amount on the PIN is asked for when the host has said nothing else. */
const FROM_MINOR = 300_00;
const RIGHT = '824613';
const WRONG = '824614';
const VERIFY = 0x20;
const DEBIT = 0x54;

function holdersCard(changes: Partial<PurseCardState> = {}): SimulatedPurseCard {
  const state = demoPurseCard(77, { balanceMinor: 900_00, pin: RIGHT, ...changes });
  return simulatedPurseCard({
    store: memoryStore(state),
    random: { bytes: (length) => new Uint8Array(length).fill(9) },
  });
}

async function benchWith(changes: Partial<PurseCardState> = {}) {
  const bench = await new PurseBench().ready();
  const card = holdersCard(changes);
  const purse = await bench.insert(card);
  return { bench, card, purse };
}

/** Nothing left the card, and nothing of a sale is in the journal. */
function expectNothingMoved({ bench, card }: { bench: PurseBench; card: SimulatedPurseCard }): void {
  expect(card.state.balanceMinor).toBe(900_00);
  expect(bench.all('purse-sale')).toEqual([]);
}

describe('the PIN of a purse', () => {
  it('is asked for from the amount of the parameters on, and not below', async () => {
    const { bench, card, purse } = await benchWith();
    expect(await bench.payPurse(purse, FROM_MINOR, 'sale-pin')).toEqual({ kind: 'pin-required' });
    expectNothingMoved({ bench, card });
    expect(bench.txn(await bench.payPurse(purse, FROM_MINOR - 1)).state).toBe('approved');
    expect(bench.txn(await bench.payPurse(purse, FROM_MINOR, 'sale-pin', RIGHT))).toMatchObject({
      state: 'approved',
      pinUsed: true,
    });
    expect(card.state.balanceMinor).toBe(900_00 - 2 * FROM_MINOR + 1);
  });

  it('is asked for from another amount when the host says so', async () => {
    const { bench, purse } = await benchWith();
    await bench.terminal.run({
      kind: 'parameters-downloaded',
      version: 1,
      issuedAtMs: bench.nowMs,
      parameters: { pinRequiredFromMinor: amountMinor(1_00) },
      certificates: [],
    });
    expect(await bench.payPurse(purse, 1_00)).toEqual({ kind: 'pin-required' });
    expect(bench.txn(await bench.payPurse(purse, 99)).state).toBe('approved');
  });

  it('is asked for below that amount by a card that wants it', async () => {
    const { bench, card, purse } = await benchWith({ needsPinFor: ['purchase'] });
    expect(await bench.payPurse(purse, 1_00, 'sale-pin')).toEqual({ kind: 'pin-required' });
    expectNothingMoved({ bench, card });
    expect(bench.txn(await bench.payPurse(purse, 1_00, 'sale-pin', RIGHT)).state).toBe('approved');
  });

  it('is asked for again when it is wrong, with the tries that the card has left, until it is blocked', async () => {
    const { bench, card, purse } = await benchWith();
    const pay = (pin: string) => bench.payPurse(purse, FROM_MINOR, 'sale-pin', pin);
    expect(await pay(WRONG)).toEqual({ kind: 'pin-required', wrongPin: { triesLeft: 2 } });
    expect(await pay(WRONG)).toEqual({ kind: 'pin-required', wrongPin: { triesLeft: 1 } });
    expect(await pay(WRONG)).toMatchObject({ kind: 'refused', rule: 'purse-pin-blocked' });
    expect(await pay(RIGHT)).toMatchObject({ kind: 'refused', rule: 'purse-pin-blocked' });
    expectNothingMoved({ bench, card });
    // Blocked is the PIN, not the purse: what needs none is still paid.
    expect(bench.txn(await bench.payPurse(purse, 1_00)).state).toBe('approved');
  });

  it('of a length that the card cannot have uses up no try', async () => {
    const ascii = await new PurseBench({ pinCoding: 'ascii' }).ready();
    const other = holdersCard({ pin: Buffer.from(RIGHT, 'ascii').toString('hex').toUpperCase() });
    const inSlot = await ascii.insert(other);
    expect(await ascii.payPurse(inSlot, FROM_MINOR, 'sale-pin', '8246130')).toEqual({
      kind: 'pin-required',
      wrongPin: {},
    });
    expect(other.state.pinTriesLeft).toBe(3);
    expectNothingMoved({ bench: ascii, card: other });
    expect(ascii.txn(await ascii.payPurse(inSlot, FROM_MINOR, 'sale-pin', RIGHT)).state).toBe('approved');
  });

  it.each(['before-acting', 'after-acting', 'mid-answer'] as const)(
    'checked by a card that is pulled away %s leaves nothing open',
    async (point) => {
      const { bench, card, purse } = await benchWith();
      card.tearAt({ instruction: VERIFY, point });
      expect(await bench.payPurse(purse, FROM_MINOR, 'sale-pin', RIGHT)).toMatchObject({
        rule: 'purse-gone',
      });
      expectNothingMoved({ bench, card });
      const back = await bench.insert(card);
      expect(bench.txn(await bench.payPurse(back, FROM_MINOR, 'sale-pin', RIGHT)).state).toBe('approved');
    },
  );

  it('is not asked for again by a sale in doubt: the card itself says what became of it', async () => {
    const { bench, card, purse } = await benchWith();
    card.tearAt({ instruction: DEBIT, point: 'after-acting' });
    const torn = bench.txn(await bench.payPurse(purse, FROM_MINOR, 'sale-pin', RIGHT));
    expect(torn.state).toBe('in-doubt');
    const back = await bench.comesBack(card);
    expect(bench.txn(await bench.payPurse(back, FROM_MINOR, 'sale-pin'))).toMatchObject({
      state: 'recovered',
    });
    expect(card.state.balanceMinor).toBe(900_00 - FROM_MINOR);
  });

  it('stands in no entry of the journal, right or wrong, while the refusals do', async () => {
    const { bench, purse } = await benchWith();
    await bench.payPurse(purse, FROM_MINOR, 'sale-pin', WRONG);
    await bench.payPurse(purse, FROM_MINOR, 'sale-pin', RIGHT);
    const entries = JSON.stringify([...bench.journal.entries()]);
    expect(entries).toContain('purse-pin-wrong');
    expect(entries).toContain('"pinUsed":true');
    expect(entries).not.toMatch(new RegExp(`${RIGHT}|${WRONG}`));
  });

  it('shows itself in no text that is made of it', () => {
    const pin = CardPin.parse(RIGHT);
    expect(pin?.reveal()).toBe(RIGHT);
    for (const text of [
      `${pin}`,
      JSON.stringify({ pin }),
      inspect({ pin }),
      inspect({ pin }, { showHidden: true }),
    ])
      expect(text).not.toMatch(/8246|4613/);
    for (const text of ['', '123', '1234567890123', '12a4', ' 1234'])
      expect(CardPin.parse(text)).toBeUndefined();
  });
});
