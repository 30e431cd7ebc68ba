import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../host-sim/index.ts';
import { buildFrame, type RawAnswer, type RawField } from './raw-frames.ts';
import { BEARER_PAN, check, hostForTest, n12, PAN, RawTerminal } from './test-host.ts';

const NEW_PAN = '6228880000000007';
const EMPTY_BEARER_PAN = '6228880000000008';

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

const left = (amountMinor: number) => `0002156C${n12(amountMinor)}`;

const SERVICES = {
  activate: ['900000', '60'],
  block: ['910000', '61'],
  unblock: ['920000', '62'],
  replace: ['930000', '63'],
  surrender: ['940000', '64'],
} as const;

function serve(
  service: keyof typeof SERVICES,
  pan: string,
  more: Readonly<Record<number, RawField>> = {},
): Promise<RawAnswer> {
  const [processingCode, type] = SERVICES[service];
  return terminal.connection.ask(
    buildFrame('0200', terminal.fields(type, { 2: pan, 3: processingCode, ...more }), terminal.macKey),
  );
}

function reverse(service: keyof typeof SERVICES, answer: RawAnswer, pan: string): Promise<RawAnswer> {
  const [processingCode, type] = SERVICES[service];
  const fields = terminal.fields(type, { 2: pan, 3: processingCode, 39: '98' });
  return terminal.connection.ask(
    buildFrame('0400', { ...fields, 11: answer.fields[11] ?? '' }, terminal.macKey),
  );
}

async function buys(pan: string, amountMinor = 1): Promise<string | undefined> {
  return (await terminal.purchase(amountMinor, { 2: pan })).fields[39];
}

describe('card services', () => {
  it('activate a card once', async () => {
    expect(await buys(NEW_PAN)).toBe('62');
    expect((await serve('activate', NEW_PAN)).fields[39]).toBe('00');
    expect((await serve('activate', NEW_PAN)).fields[39]).toBe('12');
    expect(await buys(NEW_PAN)).toBe('51');
  });

  it('block a card and unblock it', async () => {
    expect((await serve('block', PAN)).fields[39]).toBe('00');
    expect(await buys(PAN)).toBe('62');
    expect((await serve('unblock', PAN)).fields[39]).toBe('00');
    expect(await buys(PAN)).toBe('00');
    expect((await serve('unblock', '6228880000000005')).fields[39]).toBe('12');
  });

  it('replace a registered card: the balance moves, to the fen', async () => {
    expect((await serve('replace', PAN, { 48: NEW_PAN })).fields[39]).toBe('00');
    expect(await buys(PAN)).toBe('41');
    expect((await terminal.purchase(1, { 2: NEW_PAN })).fields[54]).toBe(left(4000_00 - 1));
  });

  it('do not replace a bearer card, nor by a card that is in use', async () => {
    expect((await serve('replace', BEARER_PAN, { 48: NEW_PAN })).fields[39]).toBe('57');
    expect((await serve('replace', PAN, { 48: BEARER_PAN })).fields[39]).toBe('14');
  });

  it('take a card back with up to 100.00 on it', async () => {
    expect((await serve('surrender', PAN)).fields[39]).toBe('61');
    expect((await serve('surrender', BEARER_PAN, { 4: n12(99_00) })).fields[39]).toBe('64');
    expect((await serve('surrender', BEARER_PAN, { 4: n12(100_00) })).fields[39]).toBe('00');
    expect(await buys(BEARER_PAN)).toBe('14');
  });

  it('are undone by their reversal, status and money', async () => {
    const replaced = await serve('replace', PAN, { 48: NEW_PAN });
    expect((await reverse('replace', replaced, PAN)).fields[39]).toBe('00');
    expect((await terminal.purchase(1, { 2: PAN })).fields[54]).toBe(left(4000_00 - 1));
    expect(await buys(NEW_PAN)).toBe('62');
    const blocked = await serve('block', PAN);
    await reverse('block', blocked, PAN);
    expect(await buys(PAN)).toBe('00');
  });
});

describe('load in cash', () => {
  const fieldsOf = (amountMinor: number, pan: string) =>
    terminal.fields('48', { 2: pan, 3: '630000', 4: n12(amountMinor) });
  const load = (amountMinor: number, pan = PAN) =>
    terminal.connection.ask(buildFrame('0200', fieldsOf(amountMinor, pan), terminal.macKey));
  const confirm = (amountMinor: number, stan: string, pan = PAN) =>
    terminal.connection.ask(buildFrame('0220', { ...fieldsOf(amountMinor, pan), 11: stan }, terminal.macKey));

  it('credits the card, and counts as a credit at settlement', async () => {
    expect((await load(100_00)).fields).toMatchObject({ 39: '00', 54: left(4100_00) });
    const settled = await terminal.connection.ask(
      terminal.settlementFrame({ debits: [0, 0], credits: [1, 100_00] }),
    );
    expect(settled.fields[48]?.[30]).toBe('1');
  });

  it('keeps to the largest balance of each kind of card', async () => {
    expect((await load(1000_01)).fields[39]).toBe('61');
    expect((await load(1000_00)).fields[39]).toBe('00');
    expect((await load(1000_01, EMPTY_BEARER_PAN)).fields[39]).toBe('61');
  });

  it('of a bearer card is taken once', async () => {
    expect((await load(50_00, EMPTY_BEARER_PAN)).fields[39]).toBe('00');
    expect((await load(1_00, EMPTY_BEARER_PAN)).fields[39]).toBe('57');
    expect((await load(1_00, BEARER_PAN)).fields[39]).toBe('57');
  });

  it('is confirmed when its answer was lost, and booked once', async () => {
    const first = await load(100_00);
    const confirmed = await confirm(100_00, first.fields[11] ?? '');
    expect(confirmed.fields).toMatchObject({ 39: '00', 37: first.fields[37] });
    expect((await terminal.purchase(1)).fields[54]).toBe(left(4100_00 - 1));
  });

  it('that never came is booked by its confirmation, and declined when it comes at last', async () => {
    const late = fieldsOf(100_00, PAN);
    const stan = String(late[11]);
    expect((await confirm(100_00, stan)).fields).toMatchObject({ 39: '00', 54: left(4100_00) });
    expect((await terminal.connection.ask(buildFrame('0200', late, terminal.macKey))).fields[39]).toBe('22');
    expect((await terminal.purchase(1)).fields[54]).toBe(left(4100_00 - 1));
  });
});
