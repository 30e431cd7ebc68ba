import { describe, expect } from 'vitest';
import { DAY_MS } from '../../../terminal-core/domain/local-time.ts';
import type { RawAnswer } from '../raw-frames.ts';
import {
  balanceOf,
  codeOf,
  refundFrame,
  refundOf,
  reverseVoid,
  settlementResult,
  settleOneSale,
  traceOf,
  voidOf,
} from './messages.ts';
import { hostUnderTest } from './subject.ts';

const at = hostUnderTest();

const about = (answer: RawAnswer, amountMinor: number, pan = at.pan()) => ({
  terminal: at.terminal,
  answer,
  amountMinor,
  pan,
});

describe('void', () => {
  at.it(['void', 'void-once'], 'gives the whole amount back, once', async () => {
    const sale = await at.terminal.purchase(20_00);
    expect((await voidOf(about(sale, 20_00))).fields).toMatchObject({ 39: '00', 54: at.left(0) });
    expect(codeOf(await voidOf(about(sale, 20_00)))).toBe('12');
    expect((await balanceOf(at.terminal, at.pan())).fields[54]).toBe(at.left(0));
  });

  at.it(
    ['void', 'void-whole', 'void-same-card'],
    'is refused for a part of the amount, for another card and for a sale that is not there',
    async () => {
      const sale = await at.terminal.purchase(20_00);
      expect(codeOf(await voidOf(about(sale, 19_99)))).toBe('64');
      expect(codeOf(await voidOf(about(sale, 20_00, at.pan('bearer'))))).toBe('12');
      const stranger = { ...sale, fields: { ...sale.fields, 37: '999999999999' } };
      expect(codeOf(await voidOf(about(stranger, 20_00)))).toBe('25');
      expect((await balanceOf(at.terminal, at.pan())).fields[54]).toBe(at.left(-20_00));
    },
  );

  at.it(['void', 'void-of-void'], 'of a void is refused', async () => {
    const sale = await at.terminal.purchase(20_00);
    const voided = await voidOf(about(sale, 20_00));
    expect(codeOf(await voidOf(about(voided, 20_00)))).toBe('12');
    expect((await balanceOf(at.terminal, at.pan())).fields[54]).toBe(at.left(0));
  });

  at.it(['void', 'settlement', 'void-before-settlement'], 'of a settled sale is refused', async () => {
    const sale = await at.terminal.purchase(20_00);
    await settleOneSale(at.terminal, 20_00);
    expect(codeOf(await voidOf(about(sale, 20_00)))).toBe('12');
  });

  at.it(
    ['void', 'settlement'],
    'counts as a credit at settlement, and its sale still as a debit',
    async () => {
      const sale = await at.terminal.purchase(20_00);
      await voidOf(about(sale, 20_00));
      const settled = await at.terminal.settle({ debits: [1, 20_00], credits: [1, 20_00] });
      expect(settlementResult(settled)).toBe('1');
    },
  );

  at.simulatorOnly(
    'who collects is for the host to say',
    ['void', 'reversal'],
    'that is reversed after the money was spent leaves the card at zero and a person to collect',
    async () => {
      const pan = at.pan('bearer');
      const sale = await at.terminal.purchase(90_00, { 2: pan });
      const voided = await voidOf(about(sale, 90_00, pan));
      expect(codeOf(await at.terminal.purchase(100_00, { 2: pan }))).toBe('00');
      const reversal = { stan: traceOf(voided), amountMinor: 90_00, pan };
      expect(codeOf(await reverseVoid(at.terminal, reversal))).toBe('00');
      const rows = await at.host.store.transaction((tx) =>
        tx.all<{ kind: string }>('SELECT kind FROM exceptions'),
      );
      expect(rows).toEqual([{ kind: 'card-short' }]);
    },
  );
});

describe('refund', () => {
  async function settledSale(amountMinor: number): Promise<RawAnswer> {
    const sale = await at.terminal.purchase(amountMinor);
    await settleOneSale(at.terminal, amountMinor);
    return sale;
  }

  at.it(
    ['refund', 'refund-up-to-original'],
    'is taken in parts up to the whole amount and not a fen further',
    async () => {
      const sale = await settledSale(100_00);
      expect(codeOf(await refundOf(about(sale, 97_00)))).toBe('00');
      expect(codeOf(await refundOf(about(sale, 3_01)))).toBe('64');
      expect((await refundOf(about(sale, 3_00))).fields).toMatchObject({ 39: '00', 54: at.left(0) });
      expect(codeOf(await refundOf(about(sale, 1)))).toBe('64');
    },
  );

  at.it(
    ['refund', 'repeat'],
    'is booked once when it is repeated, even under the keys of a later sign-on',
    async () => {
      const sale = await settledSale(100_00);
      const frame = refundFrame(about(sale, 10_00));
      const first = await at.terminal.connection.ask(frame);
      expect(codeOf(first)).toBe('00');
      expect((await at.terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
      await at.terminal.signOn();
      expect((await at.terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
      expect((await at.terminal.purchase(1)).fields[54]).toBe(at.left(-90_01));
    },
  );

  at.it(
    ['refund', 'refund-after-settlement', 'refund-original-card'],
    'is refused before the batch is settled and to another card',
    async () => {
      const open = await at.terminal.purchase(10_00);
      expect(codeOf(await refundOf(about(open, 10_00)))).toBe('12');
      await settleOneSale(at.terminal, 10_00);
      expect(codeOf(await refundOf(about(open, 10_00, at.pan('bearer'))))).toBe('12');
      expect((await balanceOf(at.terminal, at.pan())).fields[54]).toBe(at.left(-10_00));
    },
  );

  at.simulatorOnly('it needs a later day', ['refund'], 'is refused after half a year', async () => {
    const sale = await settledSale(10_00);
    at.host.clock.advance(181 * DAY_MS);
    await at.terminal.signOn();
    expect(codeOf(await refundOf(about(sale, 10_00)))).toBe('12');
  });
});
