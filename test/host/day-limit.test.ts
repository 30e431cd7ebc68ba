import { expect, it } from 'vitest';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import { codeOf, reverseSale, traceOf, voidOf } from './conformance/messages.ts';
import { issuePurses, loadFrame, OPENING_MINOR, SERIAL } from './purse-host.ts';
import type { RawAnswer } from './raw-frames.ts';
import { RawPurse } from './raw-purse.ts';
import { freshHost, n12, PAN } from './test-host.ts';

const DAY_MINOR = 200_00;
const at = freshHost({ settings: { cardDayMaxMinor: amountMinor(DAY_MINOR) } });

function hold(minor: number): Promise<RawAnswer> {
  return at.terminal.ask('0100', '10', { 2: PAN, 3: '030000', 4: n12(minor), 25: '06' });
}

function about(mti: '0100' | '0200', type: string, original: RawAnswer, minor: number): Promise<RawAnswer> {
  return at.terminal.ask(mti, type, {
    2: PAN,
    3: type === '20' ? '000000' : '200000',
    4: n12(minor),
    25: '06',
    37: original.fields[37] ?? '',
    61: `${at.terminal.batchNumber}${traceOf(original)}`,
  });
}

/** Whether the card may spend so much more today, and not a fen above it. */
async function left(minor: number): Promise<void> {
  expect(codeOf(await at.terminal.purchase(minor + 1))).toBe('65');
  const last = await at.terminal.purchase(minor);
  expect(codeOf(last)).toBe('00');
  const sale = { stan: traceOf(last), amountMinor: minor, pan: PAN };
  expect(codeOf(await reverseSale(at.terminal, sale))).toBe('00');
}

it('counts sales of the day, and those no more that were undone', async () => {
  const sale = await at.terminal.purchase(150_00);
  await left(50_00);
  expect(codeOf(await voidOf({ terminal: at.terminal, answer: sale, amountMinor: 150_00, pan: PAN }))).toBe(
    '00',
  );
  await left(DAY_MINOR);
});

it('counts what is held, and instead of it what was taken by the completion', async () => {
  const held = await hold(120_00);
  expect(codeOf(held)).toBe('00');
  expect(codeOf(await hold(80_01))).toBe('65');
  await left(80_00);
  const completed = await about('0200', '20', held, 100_00);
  expect(codeOf(completed)).toBe('00');
  await left(100_00);
  expect(codeOf(await about('0200', '21', completed, 100_00))).toBe('00');
  await left(80_00);
  expect(codeOf(await about('0100', '11', held, 120_00))).toBe('00');
  await left(DAY_MINOR);
});

it('counts a purse that was loaded from the card, and lets none be loaded beyond it', async () => {
  await issuePurses(at.host);
  const purse = new RawPurse(SERIAL, { balanceMinor: OPENING_MINOR });
  const load = (minor: number) => {
    const more = { 3: '600000', 35: `${PAN}=29121010000`, 60: `45${at.terminal.batchNumber}000` };
    const frame = loadFrame(at.terminal, '0200', purse.initializeForLoad(minor).tags, more);
    return at.terminal.connection.ask(frame);
  };
  expect(codeOf(await load(150_00))).toBe('00');
  await left(50_00);
  expect(codeOf(await load(50_01))).toBe('65');
  expect(codeOf(await load(50_00))).toBe('00');
});

it('begins anew with the accounting day', async () => {
  await hold(DAY_MINOR);
  expect(codeOf(await at.terminal.purchase(1))).toBe('65');
  at.host.clock.advance(86_400_000);
  await left(DAY_MINOR);
});
