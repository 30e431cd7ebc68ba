import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../host-sim/index.ts';
import { KEY_SETS_PER_TERMINAL_MAX } from '../../host-sim/store/terminals.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import { buildFrame, cupEcbMac, desEncrypt, macIsRight, pinBlockOf } from './raw-frames.ts';
import {
  BEARER_PAN,
  check,
  hostForTest,
  MERCHANT_ID,
  n12,
  PAN,
  RawTerminal,
  TERMINAL_ID,
} from './test-host.ts';

let host: RunningHost;
let masterKey: Buffer;
let terminal: RawTerminal;

beforeEach(async () => {
  ({ host, masterKey } = await hostForTest());
  terminal = await RawTerminal.signedOn(host, masterKey);
});

afterEach(async () => {
  terminal.connection.close();
  const report = await check(host);
  await host.stop();
  expect(report.problems).toEqual([]);
});

describe('sign-on', () => {
  it('gives working keys whose check values hold, the batch number and the clock of China', async () => {
    const answer = await terminal.signOn();
    expect(answer.mti).toBe('0810');
    expect(answer.tpdu).toBe('6000000003');
    expect(answer.fields).toMatchObject({ 12: '100000', 13: '0310', 39: '00', 60: '00000001003' });
    const keys = Buffer.from(answer.fields[62] ?? '', 'hex');
    expect(keys).toHaveLength(40);
    expect(desEncrypt(terminal.pinKey, Buffer.alloc(8)).subarray(0, 4)).toEqual(keys.subarray(16, 20));
    expect(desEncrypt(terminal.macKey, Buffer.alloc(8)).subarray(0, 4)).toEqual(keys.subarray(36, 40));
  });

  it('keeps the keys of so many sign-ons of a batch, and drops the oldest beyond them', async () => {
    const underFirstKeys = [terminal.purchaseFrame(1), terminal.purchaseFrame(2)];
    for (let count = 1; count < KEY_SETS_PER_TERMINAL_MAX; count += 1) await terminal.signOn();
    expect((await terminal.connection.ask(underFirstKeys[0] ?? Buffer.alloc(0))).fields[39]).toBe('00');
    await terminal.signOn();
    expect((await terminal.connection.ask(underFirstKeys[1] ?? Buffer.alloc(0))).fields[39]).toBe('A0');
  });

  it('refuses a terminal that nobody registered with 97', async () => {
    const frame = buildFrame('0800', {
      11: '000001',
      41: '99999999',
      42: MERCHANT_ID,
      60: '00000000003',
      63: '001',
    });
    expect((await terminal.connection.ask(frame)).fields[39]).toBe('97');
  });

  it('refuses a terminal that names another merchant with 03', async () => {
    const frame = buildFrame('0800', {
      11: '000001',
      41: TERMINAL_ID,
      42: '898100012349999',
      60: '00000000003',
      63: '001',
    });
    expect((await terminal.connection.ask(frame)).fields[39]).toBe('03');
  });
});

describe('purchase', () => {
  it('debits the card and answers with reference number, code, balance, certificate and a right MAC', async () => {
    const answer = await terminal.purchase(12_34);
    expect(answer.mti).toBe('0210');
    expect(answer.fields).toMatchObject({
      3: '000000',
      4: n12(1234),
      11: '000002',
      39: '00',
      41: TERMINAL_ID,
    });
    expect(answer.fields[37]).toMatch(/^\d{12}$/);
    expect(answer.fields[38]).toMatch(/^[0-9A-Z]{6}$/);
    expect(answer.fields[54]).toBe(`0002156C${n12(4000_00 - 12_34)}`);
    expect(answer.fields[59]).toMatch(/^BC\d{3}[A-Za-z0-9+/=]+$/);
    expect(macIsRight(answer.bytes, terminal.macKey)).toBe(true);
  });

  it('answers a repeat with the bytes of the first time and books once', async () => {
    const frame = terminal.purchaseFrame(50_00);
    const first = await terminal.connection.ask(frame);
    const second = await terminal.connection.ask(frame);
    expect(second.bytes).toEqual(first.bytes);
    expect((await terminal.purchase(1)).fields[54]).toBe(`0002156C${n12(4000_00 - 50_00 - 1)}`);
  });

  it('answers a repeat under the keys of a later sign-on with the same answer and a MAC under those keys', async () => {
    const fields = terminal.fields('22', { 3: '000000', 4: n12(50_00), 2: PAN });
    const first = await terminal.connection.ask(buildFrame('0200', fields, terminal.macKey));
    await terminal.signOn();
    const second = await terminal.connection.ask(buildFrame('0200', fields, terminal.macKey));
    expect({ ...second.fields, 64: '' }).toEqual({ ...first.fields, 64: '' });
    expect(macIsRight(second.bytes, terminal.macKey)).toBe(true);
    expect(macIsRight(first.bytes, terminal.macKey)).toBe(false);
  });

  it('answers a repeat with the first bytes even after the batch was closed and its keys are gone', async () => {
    const frame = terminal.purchaseFrame(20_00);
    const never = terminal.purchaseFrame(30_00);
    const first = await terminal.connection.ask(frame);
    await terminal.connection.ask(terminal.settlementFrame({ debits: [1, 20_00], credits: [0, 0] }));
    await terminal.signOn();
    await terminal.connection.ask(terminal.settlementFrame({ debits: [0, 0], credits: [0, 0] }));
    expect((await terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
    expect((await terminal.connection.ask(never)).fields[39]).toBe('A0');
  });

  it('takes no message of a batch whose keys are gone, not even a reversal', async () => {
    const stan = (await terminal.purchase(20_00)).fields[11] ?? '';
    const reversal = terminal.fields('22', { 2: PAN, 3: '000000', 4: n12(20_00), 39: '98' });
    const frame = buildFrame('0400', { ...reversal, 11: stan }, terminal.macKey);
    await terminal.signOn();
    await terminal.connection.ask(terminal.settlementFrame({ debits: [1, 20_00], credits: [0, 0] }));
    expect((await terminal.connection.ask(frame)).fields[39]).toBe('A0');
  });

  it('answers A0 to a wrong MAC and books nothing, so that the same number with a right MAC is booked', async () => {
    const fields = terminal.fields('22', { 3: '000000', 4: n12(50_00), 2: PAN });
    const wrong = buildFrame('0200', fields, Buffer.alloc(16, 1));
    expect((await terminal.connection.ask(wrong)).fields[39]).toBe('A0');
    expect((await terminal.connection.ask(buildFrame('0200', fields, terminal.macKey))).fields[39]).toBe(
      '00',
    );
  });

  it.each([
    ['6228880000000003', 10_00, '54'],
    ['6228880000000004', 10_00, '62'],
    ['6228880000000005', 10_00, '41'],
    ['6228880000000006', 10_00, '43'],
    ['6228880000009999', 10_00, '14'],
    [BEARER_PAN, 100_01, '51'],
    [PAN, 300_00, '55'],
    [PAN, 0, '13'],
  ])('declines card %s over %i with %s', async (pan, amountMinor, code) => {
    const answer = await terminal.purchase(amountMinor, { 2: pan });
    expect(answer.fields[39]).toBe(code);
    expect(macIsRight(answer.bytes, terminal.macKey)).toBe(true);
  });

  it('takes a large amount with the right PIN, and refuses the card for the day after three wrong ones', async () => {
    const withPin = (pin: string) =>
      terminal.purchase(400_00, {
        2: PAN,
        26: '06',
        52: pinBlockOf(terminal.pinKey, pin, PAN),
        53: '2600000000000000',
      });
    expect((await withPin('123456')).fields[39]).toBe('00');
    expect((await withPin('111111')).fields[39]).toBe('55');
    expect((await withPin('222222')).fields[39]).toBe('55');
    expect((await withPin('333333')).fields[39]).toBe('75');
    expect((await withPin('123456')).fields[39]).toBe('75');
  });

  it('holds the limit of a card and day, in which voided and reversed sales do not count', async () => {
    const strict = await hostForTest({ settings: { cardDayMaxMinor: amountMinor(50_00) } });
    const other = await RawTerminal.signedOn(strict.host, strict.masterKey);
    expect((await other.purchase(30_00)).fields[39]).toBe('00');
    expect((await other.purchase(20_01)).fields[39]).toBe('65');
    expect((await other.purchase(20_00)).fields[39]).toBe('00');
    strict.host.clock.advance(86_400_000);
    expect((await other.purchase(50_00)).fields[39]).toBe('00');
    other.connection.close();
    await strict.host.stop();
  });

  it('holds the limit per transaction', async () => {
    const large = (amountMinor: number) =>
      terminal.purchase(amountMinor, {
        2: PAN,
        26: '06',
        52: pinBlockOf(terminal.pinKey, '123456', PAN),
        53: '2600000000000000',
      });
    expect((await large(1000_01)).fields[39]).toBe('61');
  });

  it('asks for a new sign-on when the batch number is not the open one', async () => {
    const fields = { ...terminal.fields('22', { 3: '000000', 4: n12(1_00), 2: PAN }), 60: '22000009000' };
    const answer = await terminal.connection.ask(buildFrame('0200', fields, terminal.macKey));
    expect(answer.fields[39]).toBe('A0');
    expect(answer.header[5]).toBe('3');
  });

  it('takes nothing after sign-off until the terminal signs on again', async () => {
    await terminal.connection.ask(
      buildFrame('0820', { 11: terminal.nextStan(), 41: TERMINAL_ID, 42: MERCHANT_ID, 60: '00000001002' }),
    );
    expect((await terminal.purchase(1_00)).fields[39]).toBe('A0');
    await terminal.signOn();
    expect((await terminal.purchase(1_00)).fields[39]).toBe('00');
  });
});

describe('reversal', () => {
  const reversalOf = (stan: string, amountMinor: number, type = '22', processingCode = '000000') =>
    buildFrame(
      '0400',
      {
        2: PAN,
        3: processingCode,
        4: n12(amountMinor),
        11: stan,
        22: '022',
        25: '00',
        39: '98',
        41: TERMINAL_ID,
        42: MERCHANT_ID,
        49: '156',
        60: `${type}${terminal.batchNumber}000`,
      },
      terminal.macKey,
    );

  it('gives the money back once, however often it comes', async () => {
    const sale = await terminal.purchase(20_00);
    const frame = reversalOf(sale.fields[11] ?? '', 20_00);
    const first = await terminal.connection.ask(frame);
    expect(first.fields[39]).toBe('00');
    expect(macIsRight(first.bytes, terminal.macKey)).toBe(true);
    expect((await terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
    expect((await terminal.purchase(1)).fields[54]).toBe(`0002156C${n12(4000_00 - 1)}`);
  });

  it('that comes before its original is recorded, and the original is declined when it comes', async () => {
    const original = terminal.purchaseFrame(20_00);
    expect((await terminal.connection.ask(reversalOf('000002', 20_00))).fields[39]).toBe('00');
    const late = await terminal.connection.ask(original);
    expect(late.fields[11]).toBe('000002');
    expect(late.fields[39]).toBe('22');
    expect((await terminal.purchase(1)).fields[54]).toBe(`0002156C${n12(4000_00 - 1)}`);
  });

  it('under the keys of a later sign-on, while its original was under the earlier ones, is taken', async () => {
    const sale = await terminal.purchase(20_00);
    const underOldKeys = reversalOf(sale.fields[11] ?? '', 20_00);
    await terminal.signOn();
    expect((await terminal.connection.ask(underOldKeys)).fields[39]).toBe('00');
  });

  it('with another amount undoes nothing and is left to a person', async () => {
    const sale = await terminal.purchase(20_00);
    expect((await terminal.connection.ask(reversalOf(sale.fields[11] ?? '', 19_00))).fields[39]).toBe('12');
    expect((await terminal.purchase(1)).fields[54]).toBe(`0002156C${n12(3980_00 - 1)}`);
  });

  it('of a voided sale and then of its void leaves neither', async () => {
    const sale = await terminal.purchase(20_00);
    const voiding = await terminal.connection.ask(
      buildFrame(
        '0200',
        terminal.fields('23', {
          2: PAN,
          3: '200000',
          4: n12(20_00),
          37: sale.fields[37] ?? '',
          61: `${terminal.batchNumber}${sale.fields[11]}`,
        }),
        terminal.macKey,
      ),
    );
    expect(voiding.fields[39]).toBe('00');
    expect((await terminal.connection.ask(reversalOf(sale.fields[11] ?? '', 20_00))).fields[39]).toBe('00');
    expect(
      (await terminal.connection.ask(reversalOf(voiding.fields[11] ?? '', 20_00, '23', '200000'))).fields[39],
    ).toBe('00');
    const settled = await terminal.connection.ask(
      terminal.settlementFrame({ debits: [0, 0], credits: [0, 0] }),
    );
    expect(settled.fields[48]?.[30]).toBe('1');
  });

  it('of a settled sale is refused and left to a person', async () => {
    const sale = await terminal.purchase(20_00);
    const late = reversalOf(sale.fields[11] ?? '', 20_00);
    await terminal.connection.ask(terminal.settlementFrame({ debits: [1, 20_00], credits: [0, 0] }));
    expect((await terminal.connection.ask(late)).fields[39]).toBe('12');
  });

  it('of a void makes the sale stand again', async () => {
    const sale = await terminal.purchase(20_00);
    const voidStan = terminal.nextStan();
    const voiding = buildFrame(
      '0200',
      {
        ...terminal.fields('23', {
          2: PAN,
          3: '200000',
          4: n12(20_00),
          37: sale.fields[37] ?? '',
          38: sale.fields[38] ?? '',
          61: `${terminal.batchNumber}${sale.fields[11]}`,
        }),
        11: voidStan,
      },
      terminal.macKey,
    );
    expect((await terminal.connection.ask(voiding)).fields).toMatchObject({
      39: '00',
      54: `0002156C${n12(4000_00)}`,
    });
    expect((await terminal.connection.ask(reversalOf(voidStan, 20_00, '23', '200000'))).fields[39]).toBe(
      '00',
    );
    const settled = await terminal.connection.ask(
      terminal.settlementFrame({ debits: [1, 20_00], credits: [0, 0] }),
    );
    expect(settled.fields[48]?.[30]).toBe('1');
  });
});

describe('settlement', () => {
  it('closes a batch whose totals agree and opens the next number', async () => {
    await terminal.purchase(20_00);
    const frame = terminal.settlementFrame({ debits: [1, 20_00], credits: [0, 0] });
    const answer = await terminal.connection.ask(frame);
    expect(answer.mti).toBe('0510');
    expect(answer.fields[48]).toBe(`${n12(20_00)}001${n12(0)}0001${'0'.repeat(30)}1`);
    expect((await terminal.connection.ask(frame)).bytes).toEqual(answer.bytes);
    expect((await terminal.signOn()).fields[60]).toBe('00000002003');
  });

  it('answers 2 when they differ', async () => {
    await terminal.purchase(20_00);
    const answer = await terminal.connection.ask(
      terminal.settlementFrame({ debits: [1, 20_01], credits: [0, 0] }),
    );
    expect(answer.fields[48]?.[30]).toBe('2');
  });
});

describe('broken frames', () => {
  it('answers 30 when the terminal and the number could be read', async () => {
    const whole = terminal.purchaseFrame(1_00);
    expect((await terminal.connection.ask(whole.subarray(0, -3))).fields[39]).toBe('30');
  });

  it('ignores what it cannot read and goes on', async () => {
    terminal.connection.send(Buffer.from('00112233', 'hex'));
    expect((await terminal.purchase(1_00)).fields[39]).toBe('00');
  });
});

it('the test makes its MAC as the published example does', () => {
  const key = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex');
  expect(cupEcbMac(key, Buffer.alloc(8))).toHaveLength(8);
});
