import { randomInt } from 'node:crypto';
import { describe, expect } from 'vitest';
import { buildFrame, macIsRight, type RawAnswer } from '../raw-frames.ts';
import { n12 } from '../raw-terminal.ts';
import {
  batchOf,
  codeOf,
  query,
  refundOf,
  reversalFrame,
  settlementResult,
  settleOneSale,
  traceOf,
  voidOf,
} from './messages.ts';
import { hostUnderTest } from './subject.ts';

const at = hostUnderTest();

/** A code that nobody has shown yet: another host remembers those of the run before. */
function newCode(leading: string, length = 18): string {
  let digits = leading;
  while (digits.length < length) digits += String(randomInt(10));
  return digits;
}

function frame(amountMinor: number, code: string): Buffer {
  const fields = at.terminal.fields('22', {
    3: '000000',
    4: n12(amountMinor),
    22: '032',
    59: `CC${String(code.length).padStart(3, '0')}${code}`,
  });
  return buildFrame('0200', fields, at.terminal.macKey);
}

function pay(amountMinor: number, code: string): Promise<RawAnswer> {
  return at.terminal.connection.ask(frame(amountMinor, code));
}

/** A void or refund of a payment by code: the message of a card's without the card. */
function undo(how: 'void' | 'refund', paid: RawAnswer, amountMinor: number): Promise<RawAnswer> {
  const [mti, type] = how === 'void' ? (['0200', '23'] as const) : (['0220', '25'] as const);
  return at.terminal.ask(mti, type, {
    3: '200000',
    4: n12(amountMinor),
    22: '032',
    37: paid.fields[37] ?? '',
    61: `${batchOf(paid)}${traceOf(paid)}${paid.fields[13]}`,
    ...(how === 'refund' ? { 63: '001' } : {}),
  });
}

describe('payment by customer-presented code', () => {
  for (const [wallet, leading] of [
    ['WeChat', '13'],
    ['Alipay', '28'],
    ['UnionPay', '62'],
  ] as const) {
    at.it(
      ['code-payment', 'settlement'],
      `of ${wallet} is taken, and counts as a debit at settlement`,
      async () => {
        const answer = await pay(20_00, newCode(leading, leading === '28' ? 24 : 18));
        expect(answer.mti).toBe('0210');
        expect(answer.fields).toMatchObject({ 4: n12(20_00), 39: '00' });
        expect(answer.fields[37]).toMatch(/^[\x20-\x7e]{12}$/);
        expect(macIsRight(answer.bytes, at.terminal.macKey)).toBe(true);
        const settled = await at.terminal.settle({ debits: [1, 20_00], credits: [0, 0] });
        expect(settlementResult(settled)).toBe('1');
      },
    );
  }

  at.it(
    ['code-payment', 'repeat', 'code-used-once'],
    'has the first answer when it is repeated, and its code pays nothing else',
    async () => {
      const code = newCode('13');
      const first = frame(20_00, code);
      const answer = await at.terminal.connection.ask(first);
      expect((await at.terminal.connection.ask(first)).bytes).toEqual(answer.bytes);
      expect(codeOf(await pay(5_00, code))).toBe('12');
      const settled = await at.terminal.settle({ debits: [1, 20_00], credits: [0, 0] });
      expect(settlementResult(settled)).toBe('1');
    },
  );

  at.it(['code-payment', 'code-used-once'], 'that is declined has spent its code', async () => {
    const code = newCode('13');
    expect(codeOf(await pay(1000_01, code))).toBe('61');
    expect(codeOf(await pay(5_00, code))).toBe('12');
  });

  at.simulatorOnly(
    'it needs a fault rule',
    ['code-payment'],
    'that the wallet declines has spent its code, and one that is to come again has not spent it for itself',
    async () => {
      const code = newCode('13');
      at.host.faults.replace([{ kind: 'decline', responseCode: '51', times: 1 }]);
      expect(codeOf(await pay(5_00, code))).toBe('51');
      expect(codeOf(await pay(5_00, code))).toBe('12');
      at.host.faults.replace([{ kind: 'decline', responseCode: '98', times: 1 }]);
      const again = frame(5_00, newCode('13'));
      expect(codeOf(await at.terminal.connection.ask(again))).toBe('98');
      expect(codeOf(await at.terminal.connection.ask(again))).toBe('00');
    },
  );

  at.it(
    ['code-payment'],
    'under the number of another one, with another code, is no repeat of it',
    async () => {
      await pay(20_00, newCode('13'));
      at.terminal.skipTo(Number(at.terminal.lastStan()) - 1);
      expect(codeOf(await pay(20_00, newCode('13')))).toBe('12');
      const settled = await at.terminal.settle({ debits: [1, 20_00], credits: [0, 0] });
      expect(settlementResult(settled)).toBe('1');
    },
  );

  at.it(['code-payment'], 'with a code that no wallet has is declined with 14', async () => {
    for (const code of [newCode('99'), newCode('13', 17), newCode('13', 25)])
      expect(codeOf(await pay(5_00, code))).toBe('14');
  });

  at.it(
    ['code-payment', 'query', 'reversal'],
    'whose answer was lost is queried, then reversed, and its code stays spent',
    async () => {
      const code = newCode('28');
      const stan = traceOf(await pay(20_00, code));
      expect(codeOf(await query(at.terminal, stan))).toBe('00');
      const reversal = reversalFrame(at.terminal, {
        stan,
        type: '22',
        fields: { 3: '000000', 4: n12(20_00), 22: '032' },
      });
      expect(codeOf(await at.terminal.connection.ask(reversal))).toBe('00');
      expect(codeOf(await query(at.terminal, stan))).toBe('21');
      expect(codeOf(await pay(20_00, code))).toBe('12');
      const settled = await at.terminal.settle({ debits: [0, 0], credits: [0, 0] });
      expect(settlementResult(settled)).toBe('1');
    },
  );

  at.it(
    ['code-payment', 'code-payment-void', 'settlement', 'void-once', 'void-whole'],
    'is voided once, as a whole, without the customer, and counts on both sides at settlement',
    async () => {
      const paid = await pay(20_00, newCode('13'));
      expect(codeOf(await undo('void', paid, 19_99))).toBe('64');
      expect(
        codeOf(await undo('void', { ...paid, fields: { ...paid.fields, 37: '000000000000' } }, 20_00)),
      ).toBe('25');
      const voided = await undo('void', paid, 20_00);
      expect(voided.fields).toMatchObject({ 39: '00', 4: n12(20_00) });
      expect(codeOf(await undo('void', paid, 20_00))).toBe('12');
      expect(codeOf(await undo('void', voided, 20_00))).toBe('12');
      const settled = await at.terminal.settle({ debits: [1, 20_00], credits: [1, 20_00] });
      expect(settlementResult(settled)).toBe('1');
    },
  );

  at.it(
    ['code-payment', 'code-payment-void', 'reversal', 'query'],
    'stands again when its void is reversed',
    async () => {
      const paid = await pay(20_00, newCode('28'));
      const voided = await undo('void', paid, 20_00);
      expect(codeOf(await query(at.terminal, traceOf(paid)))).toBe('21');
      const fields = { 3: '200000', 4: n12(20_00), 22: '032' };
      const reversal = reversalFrame(at.terminal, { stan: traceOf(voided), type: '23', fields });
      expect(codeOf(await at.terminal.connection.ask(reversal))).toBe('00');
      expect(codeOf(await query(at.terminal, traceOf(paid)))).toBe('00');
    },
  );

  at.it(
    ['code-payment', 'code-payment-refund', 'refund-after-settlement', 'refund-up-to-original'],
    'is refunded after settlement, in parts, up to what it was',
    async () => {
      const paid = await pay(20_00, newCode('62'));
      expect(codeOf(await undo('refund', paid, 5_00))).toBe('12');
      await settleOneSale(at.terminal, 20_00);
      expect(codeOf(await undo('void', paid, 20_00))).toBe('12');
      expect(codeOf(await undo('refund', paid, 15_00))).toBe('00');
      expect(codeOf(await undo('refund', paid, 5_01))).toBe('64');
      expect(codeOf(await undo('refund', paid, 5_00))).toBe('00');
      const settled = await at.terminal.settle({ debits: [0, 0], credits: [2, 20_00] });
      expect(settlementResult(settled)).toBe('1');
    },
  );

  at.it(
    ['code-payment', 'void', 'refund', 'code-payment-void', 'code-payment-refund', 'refund-original-card'],
    'goes back to nobody’s card, and no card’s sale goes back to a wallet',
    async () => {
      const [paid, sale] = [await pay(20_00, newCode('13')), await at.terminal.purchase(7_00)];
      const toCard = { terminal: at.terminal, answer: paid, amountMinor: 20_00, pan: at.pan() };
      expect(codeOf(await voidOf(toCard))).toBe('12');
      expect(codeOf(await undo('void', sale, 7_00))).toBe('12');
      await at.terminal.settle({ debits: [2, 27_00], credits: [0, 0] });
      await at.terminal.signOn();
      expect(codeOf(await refundOf(toCard))).toBe('12');
      expect(codeOf(await undo('refund', sale, 7_00))).toBe('12');
    },
  );

  at.it(
    ['code-payment', 'query', 'query-first'],
    'that is queried before it comes is declined when it comes',
    async () => {
      const late = frame(20_00, newCode('13'));
      const stan = at.terminal.lastStan();
      expect(codeOf(await query(at.terminal, stan))).toBe('25');
      expect(codeOf(await at.terminal.connection.ask(late))).toBe('22');
    },
  );

  at.simulatorOnly(
    'it looks into the ledger and the records',
    ['code-payment'],
    'is owed by its wallet, each with an account of its own, less what went back, and no record holds the code',
    async () => {
      const [wechat, alipay] = [newCode('13'), newCode('25')];
      await pay(20_00, wechat);
      await undo('void', await pay(7_00, alipay), 7_00);
      await pay(6_00, newCode('25'));
      const [accounts, records] = await at.host.store.transaction(async (tx) => [
        await tx.all(
          `SELECT account_id AS id, balance_minor AS minor FROM ledger_accounts WHERE kind = 'wallet' ORDER BY account_id`,
        ),
        await tx.all<{ record: string }>('SELECT record FROM transactions'),
      ]);
      expect(accounts).toEqual([
        { id: 'wallet:alipay', minor: -6_00 },
        { id: 'wallet:wechat', minor: -20_00 },
      ]);
      expect(JSON.stringify(records)).not.toContain(wechat);
    },
  );
});
