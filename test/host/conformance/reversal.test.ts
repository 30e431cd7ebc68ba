import { describe, expect } from 'vitest';
import { macIsRight } from '../raw-frames.ts';
import {
  balanceOf,
  codeOf,
  query,
  reverseSale,
  reverseVoid,
  saleReversalFrame,
  settlementResult,
  traceOf,
  voidOf,
} from './messages.ts';
import { hostUnderTest } from './subject.ts';

const at = hostUnderTest();

describe('reversal', () => {
  at.it(
    ['reversal', 'reversal-of-reversed', 'repeat'],
    'gives the money back once, however often it comes',
    async () => {
      const { terminal } = at;
      const sale = await terminal.purchase(20_00);
      const frame = saleReversalFrame(terminal, { stan: traceOf(sale), amountMinor: 20_00, pan: at.pan() });
      const first = await terminal.connection.ask(frame);
      expect(codeOf(first)).toBe('00');
      expect(macIsRight(first.bytes, terminal.macKey)).toBe(true);
      expect((await terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
      expect((await terminal.purchase(1)).fields[54]).toBe(at.left(-1));
    },
  );

  at.it(
    ['reversal', 'purchase', 'reversal-first'],
    'that comes before its original is recorded, and the original is declined when it comes',
    async () => {
      const { terminal } = at;
      const original = terminal.purchaseFrame(20_00);
      const stan = terminal.lastStan();
      expect(codeOf(await reverseSale(terminal, { stan, amountMinor: 20_00, pan: at.pan() }))).toBe('00');
      const late = await terminal.connection.ask(original);
      expect(late.fields[11]).toBe(stan);
      expect(codeOf(late)).toBe('22');
      expect((await terminal.purchase(1)).fields[54]).toBe(at.left(-1));
    },
  );

  at.it(
    ['reversal', 'sign-on'],
    'under the keys of an earlier sign-on of the batch is taken after a later one',
    async () => {
      const { terminal } = at;
      const sale = await terminal.purchase(20_00);
      const underOldKeys = saleReversalFrame(terminal, {
        stan: traceOf(sale),
        amountMinor: 20_00,
        pan: at.pan(),
      });
      await terminal.signOn();
      expect(codeOf(await terminal.connection.ask(underOldKeys))).toBe('00');
      expect((await balanceOf(terminal, at.pan())).fields[54]).toBe(at.left(0));
    },
  );

  at.it(['reversal'], 'with another amount undoes nothing', async () => {
    const { terminal } = at;
    const stan = traceOf(await terminal.purchase(20_00));
    expect(codeOf(await reverseSale(terminal, { stan, amountMinor: 19_00, pan: at.pan() }))).toBe('12');
    expect((await terminal.purchase(1)).fields[54]).toBe(at.left(-20_01));
  });

  at.it(['reversal'], 'of a declined sale is taken and moves nothing', async () => {
    const { terminal } = at;
    const declined = await terminal.purchase(20_00, { 2: at.pan('expired') });
    const sale = { stan: traceOf(declined), amountMinor: 20_00, pan: at.pan('expired') };
    expect(codeOf(await reverseSale(terminal, sale))).toBe('00');
  });

  at.it(
    ['reversal', 'void', 'settlement'],
    'of a voided sale and then of its void leaves neither',
    async () => {
      const { terminal } = at;
      const pan = at.pan();
      const sale = await terminal.purchase(20_00);
      const voiding = await voidOf({ terminal, answer: sale, amountMinor: 20_00, pan });
      expect(codeOf(voiding)).toBe('00');
      expect(codeOf(await reverseSale(terminal, { stan: traceOf(sale), amountMinor: 20_00, pan }))).toBe(
        '00',
      );
      expect(codeOf(await reverseVoid(terminal, { stan: traceOf(voiding), amountMinor: 20_00, pan }))).toBe(
        '00',
      );
      expect((await balanceOf(terminal, pan)).fields[54]).toBe(at.left(0));
      expect(settlementResult(await terminal.settle({ debits: [0, 0], credits: [0, 0] }))).toBe('1');
    },
  );

  at.it(['reversal', 'void', 'settlement'], 'of a void makes the sale stand again', async () => {
    const { terminal } = at;
    const pan = at.pan();
    const sale = await terminal.purchase(20_00);
    const voiding = await voidOf({ terminal, answer: sale, amountMinor: 20_00, pan });
    expect(voiding.fields).toMatchObject({ 39: '00', 54: at.left(0) });
    expect(codeOf(await reverseVoid(terminal, { stan: traceOf(voiding), amountMinor: 20_00, pan }))).toBe(
      '00',
    );
    expect((await balanceOf(terminal, pan)).fields[54]).toBe(at.left(-20_00));
    expect(settlementResult(await terminal.settle({ debits: [1, 20_00], credits: [0, 0] }))).toBe('1');
  });

  at.it(
    ['reversal', 'settlement', 'reversal-of-settled'],
    'of a settled sale is refused and moves nothing',
    async () => {
      const { terminal } = at;
      const sale = { stan: traceOf(await terminal.purchase(20_00)), amountMinor: 20_00, pan: at.pan() };
      const late = saleReversalFrame(terminal, sale);
      await terminal.settle({ debits: [1, 20_00], credits: [0, 0] });
      expect(codeOf(await terminal.connection.ask(late))).toBe('12');
      await terminal.signOn();
      expect((await balanceOf(terminal, at.pan())).fields[54]).toBe(at.left(-20_00));
    },
  );
});

describe('query', () => {
  at.it(['query'], 'tells what became of an original', async () => {
    const { terminal } = at;
    const sale = await terminal.purchase(20_00);
    const found = await query(terminal, traceOf(sale));
    expect(found.fields).toMatchObject({ 39: '00', 37: sale.fields[37], 38: sale.fields[38] });
    const declined = await terminal.purchase(20_00, { 2: at.pan('expired') });
    expect(codeOf(await query(terminal, traceOf(declined)))).toBe('54');
    await voidOf({ terminal, answer: sale, amountMinor: 20_00, pan: at.pan() });
    expect(codeOf(await query(terminal, traceOf(sale)))).toBe('21');
  });

  at.it(
    ['query', 'purchase', 'query-first'],
    'before its original answers 25, and the original is declined when it comes',
    async () => {
      const { terminal } = at;
      const original = terminal.purchaseFrame(20_00);
      const stan = terminal.lastStan();
      expect(codeOf(await query(terminal, stan))).toBe('25');
      expect((await terminal.connection.ask(original)).fields).toMatchObject({ 11: stan, 39: '22' });
      expect((await balanceOf(terminal, at.pan())).fields[54]).toBe(at.left(0));
    },
  );
});
