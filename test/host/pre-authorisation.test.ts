import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../host-sim/index.ts';
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

interface Step {
  readonly amountMinor: number;
  readonly original?: RawAnswer;
  readonly pan?: string;
}

const STEPS = {
  hold: { mti: '0100', processingCode: '030000', type: '10' },
  'hold-void': { mti: '0100', processingCode: '200000', type: '11' },
  complete: { mti: '0200', processingCode: '000000', type: '20' },
  'complete-void': { mti: '0200', processingCode: '200000', type: '21' },
} as const;

function send(step: keyof typeof STEPS, { amountMinor, original, pan = PAN }: Step): Promise<RawAnswer> {
  const { mti, processingCode, type } = STEPS[step];
  const reference = original
    ? { 37: original.fields[37] ?? '', 61: `${original.fields[60]?.slice(2, 8)}${original.fields[11]}` }
    : {};
  const fields = terminal.fields(type, {
    2: pan,
    3: processingCode,
    4: n12(amountMinor),
    25: '06',
    ...reference,
  });
  return terminal.connection.ask(buildFrame(mti, fields, terminal.macKey));
}

function reverse(
  step: keyof typeof STEPS,
  answer: RawAnswer,
  amountMinor: number,
  pan = PAN,
): Promise<RawAnswer> {
  const { processingCode, type } = STEPS[step];
  const fields = terminal.fields(type, {
    2: pan,
    3: processingCode,
    4: n12(amountMinor),
    25: '06',
    39: '98',
  });
  return terminal.connection.ask(
    buildFrame(
      '0400',
      { ...fields, 11: answer.fields[11] ?? '', 60: answer.fields[60] ?? '' },
      terminal.macKey,
    ),
  );
}

const left = (amountMinor: number) => `0002156C${n12(amountMinor)}`;

describe('pre-authorisation', () => {
  it('holds the amount, and its completion pays the merchant and gives the rest back', async () => {
    const hold = await send('hold', { amountMinor: 200_00 });
    expect(hold.mti).toBe('0110');
    expect(hold.fields).toMatchObject({ 39: '00', 54: left(3800_00) });
    expect((await send('complete', { amountMinor: 150_00, original: hold })).fields).toMatchObject({
      39: '00',
      54: left(3850_00),
    });
    const settled = await terminal.connection.ask(
      terminal.settlementFrame({ debits: [1, 150_00], credits: [0, 0] }),
    );
    expect(settled.fields[48]?.[30]).toBe('1');
  });

  it('is completed up to 115 % and not a fen further, and once', async () => {
    const hold = await send('hold', { amountMinor: 100_00 });
    expect((await send('complete', { amountMinor: 115_01, original: hold })).fields[39]).toBe('64');
    expect((await send('complete', { amountMinor: 115_00, original: hold })).fields).toMatchObject({
      39: '00',
      54: left(3885_00),
    });
    expect((await send('complete', { amountMinor: 1_00, original: hold })).fields[39]).toBe('12');
  });

  it('is not completed beyond what the card has', async () => {
    const hold = await send('hold', { amountMinor: 95_00, pan: BEARER_PAN });
    expect(
      (await send('complete', { amountMinor: 105_00, original: hold, pan: BEARER_PAN })).fields[39],
    ).toBe('51');
    expect(
      (await send('complete', { amountMinor: 100_00, original: hold, pan: BEARER_PAN })).fields,
    ).toMatchObject({
      39: '00',
      54: left(0),
    });
  });

  it('is voided as a whole, with the same card, and not after its completion', async () => {
    const hold = await send('hold', { amountMinor: 100_00 });
    expect((await send('hold-void', { amountMinor: 99_00, original: hold })).fields[39]).toBe('64');
    expect(
      (await send('hold-void', { amountMinor: 100_00, original: hold, pan: BEARER_PAN })).fields[39],
    ).toBe('12');
    expect((await send('hold-void', { amountMinor: 100_00, original: hold })).fields).toMatchObject({
      39: '00',
      54: left(4000_00),
    });
    expect((await send('complete', { amountMinor: 100_00, original: hold })).fields[39]).toBe('12');
    const other = await send('hold', { amountMinor: 100_00 });
    await send('complete', { amountMinor: 100_00, original: other });
    expect((await send('hold-void', { amountMinor: 100_00, original: other })).fields[39]).toBe('12');
  });

  it('stands again as it was when its completion is voided', async () => {
    const hold = await send('hold', { amountMinor: 200_00 });
    const completed = await send('complete', { amountMinor: 150_00, original: hold });
    expect((await send('complete-void', { amountMinor: 150_00, original: completed })).fields).toMatchObject({
      39: '00',
      54: left(3800_00),
    });
    expect((await send('complete', { amountMinor: 180_00, original: hold })).fields).toMatchObject({
      39: '00',
      54: left(3820_00),
    });
    const totals = { debits: [2, 330_00], credits: [1, 150_00] } as const;
    expect((await terminal.connection.ask(terminal.settlementFrame(totals))).fields[48]?.[30]).toBe('1');
  });

  it('gives back what was charged above it when that completion is voided', async () => {
    const hold = await send('hold', { amountMinor: 100_00 });
    const completed = await send('complete', { amountMinor: 110_00, original: hold });
    expect((await send('complete-void', { amountMinor: 110_00, original: completed })).fields).toMatchObject({
      39: '00',
      54: left(3900_00),
    });
  });

  it('is voided for what is still held when its rest was spent before its completion was voided', async () => {
    const hold = await send('hold', { amountMinor: 90_00, pan: BEARER_PAN });
    const completed = await send('complete', { amountMinor: 40_00, original: hold, pan: BEARER_PAN });
    expect((await terminal.purchase(55_00, { 2: BEARER_PAN })).fields[39]).toBe('00');
    const voided = await send('complete-void', { amountMinor: 40_00, original: completed, pan: BEARER_PAN });
    expect(voided.fields).toMatchObject({ 39: '00', 54: left(0) });
    expect(
      (await send('hold-void', { amountMinor: 90_00, original: hold, pan: BEARER_PAN })).fields,
    ).toMatchObject({ 39: '00', 54: left(45_00) });
  });

  it('and its completion are each undone by their reversal', async () => {
    const hold = await send('hold', { amountMinor: 200_00 });
    const completed = await send('complete', { amountMinor: 150_00, original: hold });
    expect((await reverse('hold', hold, 200_00)).fields[39]).toBe('12');
    expect((await reverse('complete', completed, 150_00)).fields[39]).toBe('00');
    const again = await send('hold', { amountMinor: 10_00 });
    expect(again.fields[54]).toBe(left(3790_00));
    expect((await reverse('hold', again, 10_00)).fields[39]).toBe('00');
    expect((await send('complete', { amountMinor: 200_00, original: hold })).fields[54]).toBe(left(3800_00));
  });

  it('leaves a person to collect when a completion is reversed after its rest was spent', async () => {
    const hold = await send('hold', { amountMinor: 100_00, pan: BEARER_PAN });
    const completed = await send('complete', { amountMinor: 40_00, original: hold, pan: BEARER_PAN });
    expect((await terminal.purchase(60_00, { 2: BEARER_PAN })).fields[39]).toBe('00');
    expect((await reverse('complete', completed, 40_00, BEARER_PAN)).fields[39]).toBe('00');
    const rows = await host.store.transaction((tx) =>
      tx.all<{ kind: string }>('SELECT kind FROM exceptions WHERE status = ?', 'open'),
    );
    expect(rows.map(({ kind }) => kind)).toContain('card-short');
  });
});
