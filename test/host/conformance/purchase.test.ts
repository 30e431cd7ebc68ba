import { describe, expect } from 'vitest';
import { amountMinor } from '../../../terminal-core/domain/money.ts';
import { buildFrame, macIsRight, type RawAnswer } from '../raw-frames.ts';
import { n12, RawTerminal } from '../raw-terminal.ts';
import { check, hostForTest } from '../test-host.ts';
import type { CardRole } from './cards.ts';
import {
  balanceOf,
  codeOf,
  pinFields,
  reverseSale,
  settlementResult,
  settleOneSale,
  traceOf,
} from './messages.ts';
import { hostUnderTest } from './subject.ts';

const at = hostUnderTest();

function withPin(amount: number, pin: string): Promise<RawAnswer> {
  const pan = at.pan();
  return at.terminal.purchase(amount, { 2: pan, ...pinFields(at.terminal, pan, pin) });
}

describe('balance', () => {
  at.it(['balance'], 'tells what is on the card and changes nothing', async () => {
    const first = await balanceOf(at.terminal, at.pan());
    expect(first.mti).toBe('0210');
    expect(first.fields).toMatchObject({ 3: '310000', 39: '00', 54: at.left(0) });
    expect(macIsRight(first.bytes, at.terminal.macKey)).toBe(true);
    expect((await balanceOf(at.terminal, at.pan())).fields[54]).toBe(at.left(0));
  });
});

describe('purchase', () => {
  at.it(
    ['purchase'],
    'debits the card and answers with reference number, code, balance and a right MAC',
    async () => {
      const { terminal } = at;
      const answer = await terminal.purchase(12_34);
      expect(answer.mti).toBe('0210');
      expect(answer.fields).toMatchObject({
        3: '000000',
        4: n12(1234),
        11: terminal.lastStan(),
        39: '00',
        41: terminal.terminalId,
        54: at.left(-12_34),
      });
      expect(answer.fields[37]).toMatch(/^[\x20-\x7e]{12}$/);
      expect(answer.fields[38]).toMatch(/^[0-9A-Z]{6}$/);
      expect(macIsRight(answer.bytes, terminal.macKey)).toBe(true);
    },
  );

  at.it(['purchase', 'repeat'], 'is booked once when it is repeated', async () => {
    const { terminal } = at;
    const frame = terminal.purchaseFrame(50_00);
    const first = await terminal.connection.ask(frame);
    expect((await terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
    expect((await terminal.purchase(1)).fields[54]).toBe(at.left(-50_01));
  });

  at.it(
    ['purchase', 'sign-on', 'repeat'],
    'repeated under the keys of a later sign-on has the same answer, with a MAC under those keys',
    async () => {
      const { terminal } = at;
      const fields = terminal.fields('22', { 3: '000000', 4: n12(50_00), 2: at.pan() });
      const first = await terminal.connection.ask(buildFrame('0200', fields, terminal.macKey));
      await terminal.signOn();
      const second = await terminal.connection.ask(buildFrame('0200', fields, terminal.macKey));
      expect({ ...second.fields, 64: '' }).toEqual({ ...first.fields, 64: '' });
      expect(macIsRight(second.bytes, terminal.macKey)).toBe(true);
      expect(macIsRight(first.bytes, terminal.macKey)).toBe(false);
    },
  );

  at.it(
    ['purchase', 'settlement', 'repeat', 'closed-batch'],
    'repeated after its batch was closed has the first bytes, and one that never came is not taken any more',
    async () => {
      const { terminal } = at;
      const frame = terminal.purchaseFrame(20_00);
      const never = terminal.purchaseFrame(30_00);
      const first = await terminal.connection.ask(frame);
      await settleOneSale(terminal, 20_00);
      expect((await terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
      expect(codeOf(await terminal.connection.ask(never))).not.toBe('00');
      expect((await balanceOf(terminal, at.pan())).fields[54]).toBe(at.left(-20_00));
    },
  );

  at.it(
    ['purchase', 'closed-batch'],
    'in a batch that was closed books nothing, though its MAC is of the last sign-on',
    async () => {
      const { terminal } = at;
      const closed = terminal.batchNumber;
      await settleOneSaleOfNothing();
      const fields = {
        ...terminal.fields('22', { 2: at.pan(), 3: '000000', 4: n12(10_00) }),
        60: `22${closed}000`,
      };
      expect(codeOf(await terminal.connection.ask(buildFrame('0200', fields, terminal.macKey)))).not.toBe(
        '00',
      );
      expect((await balanceOf(terminal, at.pan())).fields[54]).toBe(at.left(0));
    },
  );

  async function settleOneSaleOfNothing(): Promise<void> {
    expect(settlementResult(await at.terminal.settle({ debits: [0, 0], credits: [0, 0] }))).toBe('1');
    await at.terminal.signOn();
  }

  at.it(
    ['purchase', 'reversal', 'settlement', 'closed-batch'],
    'whose batch and keys are gone is not reversed any more',
    async () => {
      const { terminal } = at;
      const stan = traceOf(await terminal.purchase(20_00));
      await settleOneSale(terminal, 20_00);
      expect(codeOf(await reverseSale(terminal, { stan, amountMinor: 20_00, pan: at.pan() }))).not.toBe('21');
      expect((await balanceOf(terminal, at.pan())).fields[54]).toBe(at.left(-20_00));
    },
  );

  at.it(
    ['purchase', 'wrong-mac'],
    'with a wrong MAC is answered A0 and books nothing, so that the same number with a right MAC is booked',
    async () => {
      const { terminal } = at;
      const fields = terminal.fields('22', { 3: '000000', 4: n12(50_00), 2: at.pan() });
      expect(codeOf(await terminal.connection.ask(buildFrame('0200', fields, Buffer.alloc(16, 1))))).toBe(
        'A0',
      );
      const right = await terminal.connection.ask(buildFrame('0200', fields, terminal.macKey));
      expect(right.fields).toMatchObject({ 39: '00', 54: at.left(-50_00) });
    },
  );

  const REFUSALS: readonly (readonly [CardRole, number, string])[] = [
    ['expired', 10_00, '54'],
    ['blocked', 10_00, '62'],
    ['lost', 10_00, '41'],
    ['hotlisted', 10_00, '43'],
    ['inactive', 10_00, '62'],
    ['bearer', 100_01, '51'],
    ['registered', 300_00, '55'],
    ['registered', 0, '13'],
  ];
  for (const [role, amount, code] of REFUSALS) {
    at.it(['purchase'], `with a card ${role} over ${amount} is declined with ${code}`, async () => {
      const answer = await at.terminal.purchase(amount, { 2: at.pan(role) });
      expect(codeOf(answer)).toBe(code);
      expect(macIsRight(answer.bytes, at.terminal.macKey)).toBe(true);
    });
  }

  at.it(['purchase'], 'with a card that nobody issued is declined with 14', async () => {
    expect(codeOf(await at.terminal.purchase(10_00, { 2: '6228880000009999' }))).toBe('14');
  });

  at.it(
    ['purchase'],
    'of a large amount needs the right PIN, and the card is refused for the day after three wrong ones',
    async () => {
      expect(codeOf(await withPin(400_00, at.card().pin))).toBe('00');
      expect(codeOf(await withPin(400_00, '111111'))).toBe('55');
      expect(codeOf(await withPin(400_00, '222222'))).toBe('55');
      expect(codeOf(await withPin(400_00, '333333'))).toBe('75');
      expect(codeOf(await withPin(400_00, at.card().pin))).toBe('75');
    },
  );

  at.it(['purchase'], 'keeps to the limit per transaction', async () => {
    expect(codeOf(await withPin(1000_01, at.card().pin))).toBe('61');
  });

  at.simulatorOnly(
    'it needs another limit and the next day',
    [],
    'keeps to the limit of a card and day, in which voided and reversed sales do not count',
    async () => {
      const strict = await hostForTest({ settings: { cardDayMaxMinor: amountMinor(50_00) } });
      const other = await RawTerminal.signedOn(strict.host, strict.masterKey);
      expect(codeOf(await other.purchase(30_00))).toBe('00');
      expect(codeOf(await other.purchase(20_01))).toBe('65');
      expect(codeOf(await other.purchase(20_00))).toBe('00');
      strict.host.clock.advance(86_400_000);
      expect(codeOf(await other.purchase(50_00))).toBe('00');
      other.connection.close();
      expect((await check(strict.host)).problems).toEqual([]);
      await strict.host.stop();
    },
  );

  at.it(['purchase'], 'in a batch that is not the open one asks for a new sign-on', async () => {
    const { terminal } = at;
    const wrong = String((Number(terminal.batchNumber) + 8) % 1_000_000).padStart(6, '0');
    const fields = {
      ...terminal.fields('22', { 3: '000000', 4: n12(1_00), 2: at.pan() }),
      60: `22${wrong}000`,
    };
    const answer = await terminal.connection.ask(buildFrame('0200', fields, terminal.macKey));
    expect(codeOf(answer)).toBe('A0');
    expect(answer.header[5]).toBe('3');
  });

  at.it(['purchase'], 'under the number of another one is refused', async () => {
    const { terminal } = at;
    const first = await terminal.purchase(20_00);
    const fields = terminal.fields('22', { 2: at.pan(), 3: '000000', 4: n12(30_00), 11: traceOf(first) });
    const second = await terminal.connection.ask(buildFrame('0200', fields, terminal.macKey));
    expect(codeOf(second)).toBe('12');
    expect((await balanceOf(terminal, at.pan())).fields[54]).toBe(at.left(-20_00));
  });

  at.simulatorOnly(
    'who is told is for the host to say',
    ['purchase'],
    'under the number of another one is left to a person',
    async () => {
      const { terminal } = at;
      const first = await terminal.purchase(20_00);
      const fields = terminal.fields('22', { 2: at.pan(), 3: '000000', 4: n12(30_00), 11: traceOf(first) });
      await terminal.connection.ask(buildFrame('0200', fields, terminal.macKey));
      const rows = await at.host.store.transaction((tx) =>
        tx.all<{ kind: string }>('SELECT kind FROM exceptions'),
      );
      expect(rows).toEqual([{ kind: 'same-number-other-content' }]);
    },
  );
});
