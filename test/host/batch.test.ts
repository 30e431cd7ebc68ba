import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exceptionsOfBatch } from '../../host-sim/exceptions/exceptions.ts';
import { EXCEPTION_KINDS } from '../../host-sim/exceptions/kinds.ts';
import type { RunningHost } from '../../host-sim/index.ts';
import { buildFrame, type RawAnswer } from './raw-frames.ts';
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

interface Line {
  readonly stan: string;
  readonly pan: string;
  readonly amountMinor: number;
}

const unbalanced = () =>
  terminal.connection.ask(terminal.settlementFrame({ debits: [9, 9_00], credits: [0, 0] }));

function upload(lines: readonly Line[]): Promise<RawAnswer> {
  const records = lines.map(
    ({ amountMinor, pan, stan }) => `00${stan}${pan.padStart(20, '0')}${n12(amountMinor)}`,
  );
  const frame = buildFrame('0320', {
    11: terminal.nextStan(),
    41: TERMINAL_ID,
    42: MERCHANT_ID,
    48: `${String(lines.length).padStart(2, '0')}${records.join('')}`,
    60: `00${terminal.batchNumber}201`,
  });
  return terminal.connection.ask(frame);
}

function endUpload(count: number): Promise<RawAnswer> {
  const frame = buildFrame('0320', {
    11: terminal.nextStan(),
    41: TERMINAL_ID,
    42: MERCHANT_ID,
    48: String(count).padStart(4, '0'),
    60: `00${terminal.batchNumber}202`,
  });
  return terminal.connection.ask(frame);
}

async function differences(): Promise<{ kind: string; stan: string; amountMinor: number }[]> {
  const rows = await host.store.transaction((tx) => exceptionsOfBatch(tx, TERMINAL_ID, '000001'));
  return rows.map(({ amountMinor, kind, stan }) => ({ kind, stan, amountMinor }));
}

async function sell(amountMinor: number, pan = PAN): Promise<Line> {
  const answer = await terminal.purchase(amountMinor, { 2: pan });
  expect(answer.fields[39]).toBe('00');
  return { stan: answer.fields[11] ?? '', pan, amountMinor };
}

async function balanceOf(pan: string): Promise<string | undefined> {
  await terminal.signOn();
  const answer = await terminal.connection.ask(
    buildFrame('0200', terminal.fields('01', { 2: pan, 3: '310000' }), terminal.macKey),
  );
  return answer.fields[54];
}

describe('batch upload', () => {
  it('that agrees line by line leaves no difference and closes the batch', async () => {
    const lines = [await sell(20_00), await sell(1_00, BEARER_PAN)];
    expect((await unbalanced()).fields[48]?.[30]).toBe('2');
    expect((await upload(lines)).fields[39]).toBe('00');
    expect((await endUpload(2)).fields[39]).toBe('00');
    expect(await differences()).toEqual([]);
    expect((await terminal.signOn()).fields[60]).toBe('00000002003');
  });

  it('tells another card from a card number that the terminal has erased', async () => {
    const erased = await sell(20_00);
    const other = await sell(30_00);
    await unbalanced();
    await upload([
      { ...erased, pan: '' },
      { ...other, pan: BEARER_PAN },
    ]);
    await endUpload(2);
    expect(await differences()).toEqual([{ kind: 'card-differs', stan: other.stan, amountMinor: 30_00 }]);
  });

  it('books what the host lacks, and writes both sides of every difference down', async () => {
    const same = await sell(20_00);
    const lost = await sell(30_00);
    const other = await sell(40_00);
    const missing = { stan: '000900', pan: PAN, amountMinor: 7_00 };
    await unbalanced();
    await upload([same, { ...other, amountMinor: 41_00 }, missing]);
    await endUpload(3);
    expect(await differences()).toEqual([
      { kind: 'amount-differs', stan: other.stan, amountMinor: 41_00 },
      { kind: 'missing-at-host', stan: '000900', amountMinor: 7_00 },
      { kind: 'missing-at-terminal', stan: lost.stan, amountMinor: 30_00 },
    ]);
    expect(await balanceOf(PAN)).toBe(`0002156C${n12(4000_00 - 20_00 - 30_00 - 40_00 - 7_00)}`);
  });

  it('credits the merchant from the exceptions account when the card is empty or unknown', async () => {
    await unbalanced();
    await upload([
      { stan: '000900', pan: BEARER_PAN, amountMinor: 100_01 },
      { stan: '000901', pan: '6228887777777777', amountMinor: 5_00 },
    ]);
    await endUpload(2);
    expect((await differences()).map(({ kind }) => kind)).toEqual([
      'card-short',
      'missing-at-host',
      'unknown-card-in-upload',
      'missing-at-host',
    ]);
    expect(await balanceOf(BEARER_PAN)).toBe(`0002156C${n12(100_00)}`);
    const [row] = await host.store.transaction((tx) =>
      tx.all<{ balance: number }>(
        `SELECT balance_minor AS balance FROM ledger_accounts WHERE account_id = 'exceptions'`,
      ),
    );
    expect(row?.balance).toBe(-105_01);
  });

  it('that starts again after a crash books each record once', async () => {
    await unbalanced();
    const missing = { stan: '000900', pan: PAN, amountMinor: 7_00 };
    await upload([missing]);
    await upload([missing]);
    await endUpload(1);
    expect((await upload([missing])).fields[39]).toBe('00');
    expect((await endUpload(1)).fields[39]).toBe('00');
    expect(await differences()).toEqual([{ kind: 'missing-at-host', stan: '000900', amountMinor: 7_00 }]);
    expect(await balanceOf(PAN)).toBe(`0002156C${n12(4000_00 - 7_00)}`);
  });

  it('never gives a card more than it has paid here: an upload has no MAC, and anybody could have written it', async () => {
    const sale = await sell(20_00);
    const refund = (stan: string, amountMinor: number): Promise<RawAnswer> =>
      terminal.connection.ask(
        buildFrame('0320', {
          2: PAN,
          3: '200000',
          4: n12(amountMinor),
          11: stan,
          12: '090000',
          13: '1121',
          22: '012',
          25: '00',
          41: TERMINAL_ID,
          42: MERCHANT_ID,
          49: '156',
          60: `25${terminal.batchNumber}201`,
          61: `${terminal.batchNumber}${stan}1121`,
        }),
      );
    await unbalanced();
    await upload([sale]);
    expect((await refund('000901', 15_00)).fields[39]).toBe('00');
    expect((await refund('000902', 999_999_99)).fields[39]).toBe('00');
    await endUpload(3);
    expect((await differences()).map(({ kind }) => kind)).toContain('credit-without-sale');
    expect(await balanceOf(PAN)).toBe(`0002156C${n12(4000_00 - 20_00 + 15_00)}`);
  });

  it('takes a void as a whole record and does not miss it among the sales', async () => {
    const sale = await sell(20_00);
    await unbalanced();
    await upload([sale]);
    const whole = buildFrame('0320', {
      2: PAN,
      3: '200000',
      4: n12(20_00),
      11: '000901',
      12: '100100',
      13: '0310',
      22: '022',
      25: '00',
      37: '607000000002',
      41: TERMINAL_ID,
      42: MERCHANT_ID,
      49: '156',
      60: `23${terminal.batchNumber}201`,
      61: `${terminal.batchNumber}0009010310`,
    });
    expect((await terminal.connection.ask(whole)).fields[39]).toBe('00');
    await endUpload(2);
    expect(await differences()).toEqual([{ kind: 'missing-at-host', stan: '000901', amountMinor: 20_00 }]);
    expect(await balanceOf(PAN)).toBe(`0002156C${n12(4000_00)}`);
  });

  it('notes when the terminal announces another number of records than came', async () => {
    await unbalanced();
    await endUpload(3);
    expect((await differences()).map(({ kind }) => kind)).toEqual(['record-count-differs']);
  });

  it('is refused before a settlement that did not balance', async () => {
    expect((await upload([])).fields[39]).toBe('12');
  });

  it('keeps new transactions out until it has ended', async () => {
    await unbalanced();
    expect((await terminal.purchase(1_00)).fields[39]).toBe('90');
  });
});

it('a settlement of a batch that was closed before answers as it was closed', async () => {
  await sell(20_00);
  const totals = { debits: [1, 20_00], credits: [0, 0] } as const;
  await terminal.connection.ask(terminal.settlementFrame(totals));
  expect((await terminal.connection.ask(terminal.settlementFrame(totals))).fields[48]?.[30]).toBe('1');
  const others = terminal.settlementFrame({ debits: [2, 20_00], credits: [0, 0] });
  expect((await terminal.connection.ask(others)).fields[48]?.[30]).toBe('3');
});

it('every kind of difference says what a person does about it', () => {
  for (const { action, cause } of Object.values(EXCEPTION_KINDS))
    expect([cause, action].every((text) => text.endsWith('.'))).toBe(true);
});
