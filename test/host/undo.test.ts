import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../host-sim/index.ts';
import { DAY_MS } from '../../terminal-core/domain/local-time.ts';
import { buildFrame, type RawAnswer } from './raw-frames.ts';
import { BEARER_PAN, check, hostForTest, n12, PAN, RawTerminal } from './test-host.ts';

let host: RunningHost;
let terminal: RawTerminal;

beforeEach(async () => {
  const made = await hostForTest();
  host = made.host;
  terminal = await RawTerminal.signedOn(host, made.masterKey);
});

afterEach(async () => {
  terminal.connection.close();
  const report = await check(host);
  await host.stop();
  expect(report.problems).toEqual([]);
});

interface Undo {
  readonly sale: RawAnswer;
  readonly amountMinor: number;
  readonly pan?: string;
  /** The batch of the sale. */
  readonly batchNumber?: string;
}

function voidOf({
  sale,
  amountMinor,
  pan = PAN,
  batchNumber = terminal.batchNumber,
}: Undo): Promise<RawAnswer> {
  const fields = terminal.fields('23', {
    2: pan,
    3: '200000',
    4: n12(amountMinor),
    37: sale.fields[37] ?? '',
    61: `${batchNumber}${sale.fields[11]}`,
  });
  return terminal.connection.ask(buildFrame('0200', fields, terminal.macKey));
}

function refundFrame({ sale, amountMinor, pan = PAN, batchNumber = '000001' }: Undo): Buffer {
  const fields = terminal.fields('25', {
    2: pan,
    3: '200000',
    4: n12(amountMinor),
    37: sale.fields[37] ?? '',
    61: `${batchNumber}${sale.fields[11]}0310`,
    63: '001',
  });
  return buildFrame('0220', fields, terminal.macKey);
}

function refundOf(undo: Undo): Promise<RawAnswer> {
  return terminal.connection.ask(refundFrame(undo));
}

describe('void', () => {
  it('gives the whole amount back, once', async () => {
    const sale = await terminal.purchase(20_00);
    expect((await voidOf({ sale, amountMinor: 20_00 })).fields).toMatchObject({
      39: '00',
      54: `0002156C${n12(4000_00)}`,
    });
    expect((await voidOf({ sale, amountMinor: 20_00 })).fields[39]).toBe('12');
  });

  it('is refused for a part of the amount, for another card and for a sale that is not there', async () => {
    const sale = await terminal.purchase(20_00);
    expect((await voidOf({ sale, amountMinor: 19_99 })).fields[39]).toBe('64');
    expect((await voidOf({ sale, amountMinor: 20_00, pan: BEARER_PAN })).fields[39]).toBe('12');
    const stranger = { ...sale, fields: { ...sale.fields, 37: '999999999999' } };
    expect((await voidOf({ sale: stranger, amountMinor: 20_00 })).fields[39]).toBe('25');
  });

  it('of a void is refused', async () => {
    const sale = await terminal.purchase(20_00);
    const voided = await voidOf({ sale, amountMinor: 20_00 });
    expect((await voidOf({ sale: voided, amountMinor: 20_00 })).fields[39]).toBe('12');
  });

  it('of a settled sale is refused', async () => {
    const sale = await terminal.purchase(20_00);
    await terminal.connection.ask(terminal.settlementFrame({ debits: [1, 20_00], credits: [0, 0] }));
    await terminal.signOn();
    expect((await voidOf({ sale, amountMinor: 20_00, batchNumber: '000001' })).fields[39]).toBe('12');
  });

  it('counts as a credit at settlement, and its sale still as a debit', async () => {
    const sale = await terminal.purchase(20_00);
    await voidOf({ sale, amountMinor: 20_00 });
    const settled = await terminal.connection.ask(
      terminal.settlementFrame({ debits: [1, 20_00], credits: [1, 20_00] }),
    );
    expect(settled.fields[48]?.[30]).toBe('1');
  });

  it('that is reversed after the money was spent leaves the card at zero and a person to collect', async () => {
    const sale = await terminal.purchase(90_00, { 2: BEARER_PAN });
    const voided = await voidOf({ sale, amountMinor: 90_00, pan: BEARER_PAN });
    expect((await terminal.purchase(100_00, { 2: BEARER_PAN })).fields[39]).toBe('00');
    const reversal = buildFrame(
      '0400',
      {
        ...terminal.fields('23', { 2: BEARER_PAN, 3: '200000', 4: n12(90_00), 39: '98' }),
        11: voided.fields[11] ?? '',
      },
      terminal.macKey,
    );
    expect((await terminal.connection.ask(reversal)).fields[39]).toBe('00');
    const rows = await host.store.transaction((tx) =>
      tx.all<{ kind: string }>('SELECT kind FROM exceptions'),
    );
    expect(rows).toEqual([{ kind: 'card-short' }]);
  });
});

describe('refund', () => {
  async function settledSale(amountMinor: number): Promise<RawAnswer> {
    const sale = await terminal.purchase(amountMinor);
    await terminal.connection.ask(terminal.settlementFrame({ debits: [1, amountMinor], credits: [0, 0] }));
    host.clock.advance(DAY_MS);
    await terminal.signOn();
    return sale;
  }

  it('is taken in parts up to the whole amount and not a fen further', async () => {
    const sale = await settledSale(100_00);
    expect((await refundOf({ sale, amountMinor: 97_00 })).fields[39]).toBe('00');
    expect((await refundOf({ sale, amountMinor: 3_01 })).fields[39]).toBe('64');
    expect((await refundOf({ sale, amountMinor: 3_00 })).fields).toMatchObject({
      39: '00',
      54: `0002156C${n12(4000_00)}`,
    });
    expect((await refundOf({ sale, amountMinor: 1 })).fields[39]).toBe('64');
  });

  it('is booked once when it is repeated, even under the keys of a later sign-on', async () => {
    const sale = await settledSale(100_00);
    const frame = refundFrame({ sale, amountMinor: 10_00 });
    const first = await terminal.connection.ask(frame);
    expect((await terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
    await terminal.signOn();
    expect((await terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
    expect((await terminal.purchase(1)).fields[54]).toBe(`0002156C${n12(3910_00 - 1)}`);
  });

  it('is refused before the batch is settled, to another card and after half a year', async () => {
    const open = await terminal.purchase(10_00);
    expect((await refundOf({ sale: open, amountMinor: 10_00 })).fields[39]).toBe('12');
    expect((await refundOf({ sale: open, amountMinor: 10_00, pan: BEARER_PAN })).fields[39]).toBe('12');
    await terminal.connection.ask(terminal.settlementFrame({ debits: [1, 10_00], credits: [0, 0] }));
    host.clock.advance(181 * DAY_MS);
    await terminal.signOn();
    expect((await refundOf({ sale: open, amountMinor: 10_00 })).fields[39]).toBe('12');
  });
});

describe('query', () => {
  const queryOf = (stan: string) =>
    terminal.connection.ask(
      buildFrame(
        '0200',
        terminal.fields('65', { 3: '380000', 61: `${terminal.batchNumber}${stan}` }),
        terminal.macKey,
      ),
    );

  it('tells what became of an original', async () => {
    const sale = await terminal.purchase(20_00);
    const found = await queryOf(sale.fields[11] ?? '');
    expect(found.fields).toMatchObject({ 39: '00', 37: sale.fields[37], 38: sale.fields[38] });
    const declined = await terminal.purchase(20_00, { 2: '6228880000000003' });
    expect((await queryOf(declined.fields[11] ?? '')).fields[39]).toBe('54');
    await voidOf({ sale, amountMinor: 20_00 });
    expect((await queryOf(sale.fields[11] ?? '')).fields[39]).toBe('21');
  });

  it('before its original answers 25, and the original is declined when it comes', async () => {
    const original = terminal.purchaseFrame(20_00);
    expect((await queryOf('000002')).fields[39]).toBe('25');
    expect((await terminal.connection.ask(original)).fields).toMatchObject({ 11: '000002', 39: '22' });
  });
});

it('a second message under the number of another one is refused and left to a person', async () => {
  const first = await terminal.purchase(20_00);
  const fields = terminal.fields('22', { 2: PAN, 3: '000000', 4: n12(30_00) });
  const second = await terminal.connection.ask(
    buildFrame('0200', { ...fields, 11: first.fields[11] ?? '' }, terminal.macKey),
  );
  expect(second.fields[39]).toBe('12');
  const rows = await host.store.transaction((tx) => tx.all<{ kind: string }>('SELECT kind FROM exceptions'));
  expect(rows).toEqual([{ kind: 'same-number-other-content' }]);
});
