import { describe, expect } from 'vitest';
import type { RawField } from '../raw-frames.ts';
import { n12 } from '../raw-terminal.ts';
import { balanceOf, codeOf, reverseSale, settlementResult, traceOf } from './messages.ts';
import { hostUnderTest } from './subject.ts';

const at = hostUnderTest();

const track = (pan: string, expiry: string) => `${pan}=${expiry}1010000`;
const WRONG_EXPIRY = '3811';

/** Fields that do not go with the card or with one another, and the code that says so. */
const CONTRADICTIONS: readonly (readonly [string, string, () => Readonly<Record<number, RawField>>])[] = [
  ['another currency', '12', () => ({ 2: at.pan(), 49: '840' })],
  ['no currency that there is', '12', () => ({ 2: at.pan(), 49: '000' })],
  [
    'the number of one card and the track of another',
    '14',
    () => ({ 2: at.pan(), 35: track(at.pan('bearer'), at.card('bearer').expiry) }),
  ],
  ['an expiry date that is not the card’s', '14', () => ({ 2: at.pan(), 14: WRONG_EXPIRY })],
  ['an expiry date on the track that is not the card’s', '14', () => ({ 35: track(at.pan(), WRONG_EXPIRY) })],
  [
    'another expiry date than the track',
    '14',
    () => ({ 14: WRONG_EXPIRY, 35: track(at.pan(), at.card().expiry) }),
  ],
];

describe('a request with fields that contradict one another', () => {
  for (const [what, code, fields] of CONTRADICTIONS) {
    at.it(
      ['purchase', 'card-data-agree'],
      `(${what}) is declined with ${code} and books nothing`,
      async () => {
        const answer = await at.terminal.purchase(5_00, fields());
        expect(codeOf(answer)).toBe(code);
        expect((await balanceOf(at.terminal, at.pan())).fields[54]).toBe(at.left(0));
        const sale = { stan: traceOf(answer), amountMinor: 5_00, pan: at.pan() };
        expect(codeOf(await reverseSale(at.terminal, sale))).toBe('00');
        const settled = await at.terminal.settle({ debits: [0, 0], credits: [0, 0] });
        expect(settlementResult(settled)).toBe('1');
      },
    );
  }

  at.it(
    ['pre-authorisation', 'load-prepaid-cash', 'surrender', 'card-data-agree'],
    'is declined whatever it asks for',
    async () => {
      const wrong = { 2: at.pan(), 14: WRONG_EXPIRY, 4: n12(5_00) };
      expect(codeOf(await at.terminal.ask('0100', '10', { ...wrong, 3: '030000', 25: '06' }))).toBe('14');
      expect(codeOf(await at.terminal.ask('0200', '48', { ...wrong, 3: '630000' }))).toBe('14');
      expect(codeOf(await at.terminal.ask('0200', '64', { ...wrong, 3: '940000' }))).toBe('14');
      expect((await balanceOf(at.terminal, at.pan())).fields[54]).toBe(at.left(0));
    },
  );

  at.it(['purchase'], 'is taken where they agree', async () => {
    const { expiry, pan } = at.card();
    const answer = await at.terminal.purchase(5_00, { 2: pan, 14: expiry, 35: track(pan, expiry) });
    expect(codeOf(answer)).toBe('00');
  });
});

describe('totals and records in another currency', () => {
  at.it(['settlement', 'batch-upload', 'card-data-agree'], 'close nothing and are not kept', async () => {
    const { batchNumber, merchantId, terminalId } = at.terminal;
    const settlement = (currency: string, debitMinor: number) =>
      at.terminal.askPlain('0500', '201', {
        48: `${n12(debitMinor)}001${n12(0)}0000${'0'.repeat(31)}`,
        49: currency,
        63: '001',
      });
    await at.terminal.purchase(5_00);
    expect(codeOf(await settlement('840', 5_00))).toBe('12');
    expect(settlementResult(await settlement('156', 1_00))).toBe('2');
    const record = { 2: at.pan(), 3: '000000', 4: n12(9_00), 49: '840', 60: `22${batchNumber}201` };
    const whole = await at.terminal.askPlain('0320', '201', { ...record, 41: terminalId, 42: merchantId });
    expect(codeOf(whole)).toBe('12');
    expect(settlementResult(await settlement('156', 5_00))).toBe('1');
  });
});
