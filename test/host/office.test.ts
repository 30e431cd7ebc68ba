import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../app/cli/commands/host.ts';
import type { RunningHost } from '../../host-sim/index.ts';
import { reverseSale, settleOneSale, voidOf } from './conformance/messages.ts';
import { VAULT_KEY_HEX } from './host-process.ts';
import { check, hostForTest, MERCHANT_ID, PAN, RawTerminal, TERMINAL_ID } from './test-host.ts';

/** The last second of the accounting day of 10 March, and the first of the next. */
const LAST_SECOND_MS = Date.UTC(2026, 2, 10, 14, 59, 59);
const NEXT_DAY_MS = Date.UTC(2026, 2, 10, 15, 0, 0);
const NEXT_MORNING = '2026-03-11T10:00:00+08:00';

let folder: string;
let host: RunningHost;
let terminal: RawTerminal;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'host-office-'));
  writeFileSync(join(folder, 'vault-key'), VAULT_KEY_HEX);
  const made = await hostForTest({ databaseFile: join(folder, 'host.db') });
  host = made.host;
  terminal = await RawTerminal.signedOn(host, made.masterKey);
});

afterEach(async () => {
  terminal.connection.close();
  const report = await check(host);
  await host.stop();
  rmSync(folder, { recursive: true });
  expect(report.problems).toEqual([]);
});

/** `holdfast host ARGS` over the database of the host, which goes on running. */
async function command(
  ...args: readonly string[]
): Promise<{ readonly exitCode: number; readonly text: string }> {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const office = ['--db', join(folder, 'host.db'), '--vault-key-file', join(folder, 'vault-key')];
  const exitCode = await run([...args, ...office], { stdin, stdout, stderr });
  return { exitCode, text: `${stdout.read() ?? ''}${stderr.read() ?? ''}` };
}

async function json(...args: readonly string[]): Promise<unknown> {
  const { text } = await command(...args, '--json');
  return JSON.parse(text);
}

describe('the accounting day', () => {
  it('ends at 23:00: a sale one second before it and a sale on it are settled on different days', async () => {
    host.clock.set(LAST_SECOND_MS);
    expect((await terminal.purchase(10_00)).fields).toMatchObject({ 12: '225959', 13: '0310', 15: '0310' });
    host.clock.set(NEXT_DAY_MS);
    expect((await terminal.purchase(7_00)).fields).toMatchObject({ 12: '230000', 13: '0310', 15: '0311' });
    const settle = (now: string) => json('merchants', 'settle', '--now', now);
    expect(await settle('2026-03-10T22:59:59+08:00')).toEqual([]);
    expect(await settle('2026-03-10T23:00:00+08:00')).toMatchObject([
      { accountingDate: '2026-03-10', debitMinor: 10_00, feeMinor: 6, payoutMinor: 9_94 },
    ]);
    expect(await settle('2026-03-11T22:59:59+08:00')).toEqual([]);
    expect(await settle('2026-03-11T23:00:00+08:00')).toMatchObject([
      { accountingDate: '2026-03-11', debitMinor: 7_00 },
    ]);
  });

  it('does not part a transaction from what undoes it: they are matched by batch and trace number', async () => {
    host.clock.set(LAST_SECOND_MS);
    const reversed = await terminal.purchase(10_00);
    const voided = await terminal.purchase(20_00);
    await terminal.purchase(5_00);
    host.clock.set(NEXT_DAY_MS);
    const reversal = { stan: reversed.fields[11] ?? '', amountMinor: 10_00, pan: PAN };
    expect((await reverseSale(terminal, reversal)).fields[39]).toBe('00');
    expect((await voidOf({ terminal, answer: voided, amountMinor: 20_00, pan: PAN })).fields[39]).toBe('00');
    const settled = await terminal.settle({ debits: [2, 25_00], credits: [1, 20_00] });
    expect(settled.fields[48]?.[30]).toBe('1');
    expect(await json('merchants', 'settle', '--now', '2026-03-12T10:00:00+08:00')).toMatchObject([
      { accountingDate: '2026-03-10', debitMinor: 35_00, creditMinor: 0 },
      { accountingDate: '2026-03-11', debitMinor: 0, creditMinor: 30_00, feeMinor: 0, payoutMinor: -30_00 },
    ]);
  });

  it('begins the limit of a card and the tries of its PIN anew', async () => {
    const wrongPin = () =>
      terminal.purchase(400_00, { 2: PAN, 26: '06', 52: Buffer.alloc(8), 53: '2600000000000000' });
    host.clock.set(LAST_SECOND_MS);
    for (const code of ['55', '55', '75', '75']) expect((await wrongPin()).fields[39]).toBe(code);
    host.clock.set(NEXT_DAY_MS);
    expect((await wrongPin()).fields[39]).toBe('55');
  });

  it('is settled alone when it is asked for, and not before it has ended', async () => {
    await terminal.purchase(10_00);
    host.clock.set(NEXT_DAY_MS);
    await terminal.purchase(7_00);
    const late = ['--now', '2026-03-20T10:00:00+08:00'];
    expect(await json('merchants', 'settle', '--day', '2026-03-11', ...late)).toMatchObject([
      { accountingDate: '2026-03-11', debitMinor: 7_00 },
    ]);
    const file = join(folder, 'settled.csv');
    expect((await command('merchants', 'settle', '--csv', file, ...late)).text).toContain('2026-03-10');
    expect(readFileSync(file, 'utf8').split('\n')[1]).toBe(
      `2026-03-10,${MERCHANT_ID},1,10.00,0,0.00,60,0.06,9.94`,
    );
    const early = await command('merchants', 'settle', '--day', '2026-03-11', '--now', NEXT_MORNING);
    expect(early).toMatchObject({ exitCode: 1, text: expect.stringContaining('has not ended') });
    for (const bad of [
      ['--day', 'yesterday'],
      ['--now', 'soon'],
    ])
      expect((await command('merchants', 'settle', ...bad)).exitCode).toBe(2);
  });
});

describe('what a tester asks first', () => {
  it('what did terminal T send today: every message, in order, with what its cashier read', async () => {
    await terminal.purchase(10_00);
    await terminal.purchase(10_00, { 2: '6228880000000003' });
    host.clock.set(NEXT_DAY_MS);
    await terminal.purchase(7_00);
    const day = ['--day', '2026-03-10'];
    expect(await json('terminals', 'log', TERMINAL_ID, ...day)).toMatchObject({
      day: '2026-03-10',
      transactions: [
        { kind: 'purchase', state: 'approved', responseCode: '00', amountMinor: 10_00 },
        { kind: 'purchase', state: 'declined', responseCode: '54', reason: 'card-expired' },
      ],
    });
    const { text } = await command('terminals', 'log', TERMINAL_ID, ...day);
    expect(text).toContain('accounting day 2026-03-10: 2 messages, 1 approved, 1 declined');
    expect(text).toMatch(/purchase +declined +54 +The card has expired/);
    expect(text).not.toContain(PAN);
    expect((await command('terminals', 'log', TERMINAL_ID, '--now', NEXT_MORNING)).text).toContain(
      'accounting day 2026-03-11: 1 messages',
    );
    expect((await command('terminals', 'log', '99999999')).exitCode).toBe(1);
  });

  it('what is wrong with batch B: the totals of both sides, each difference, and what to do', async () => {
    await terminal.purchase(20_00);
    expect((await command('batches', 'show', TERMINAL_ID, '1')).text).toContain(
      'Not settled. The host has 1/20.00 debits and 0/0.00 credits.',
    );
    await terminal.settle({ debits: [1, 21_00], credits: [0, 0] });
    const missing = `00000900${PAN.padStart(20, '0')}000000000700`;
    await terminal.askPlain('0320', '201', { 48: `01${missing}` });
    await terminal.askPlain('0320', '202', { 48: '0001' });
    const { text } = await command('batches', 'show', TERMINAL_ID, '1');
    expect(text).toContain('The debits differed at settlement: terminal 1/21.00, host 1/20.00.');
    expect(text).toMatch(/missing-at-host +short .* 7\.00 .*Booked from the terminal/);
    expect(text).toMatch(/missing-at-terminal +long .* 20\.00 .*Ask the store for its receipt/);
    expect(await json('batches', 'show', TERMINAL_ID, '1')).toMatchObject({
      state: 'closed',
      closedBy: 'upload',
      exceptions: [{ kind: 'missing-at-host' }, { kind: 'missing-at-terminal' }],
    });
  });

  it('what happened to card C: what it was used for, what moved its balance, and what names it', async () => {
    await terminal.purchase(20_00);
    await settleOneSale(terminal, 20_00);
    await terminal.purchase(5_00);
    expect(await json('cards', 'show', PAN)).toMatchObject({
      balanceMinor: 3975_00,
      transactions: [{ amountMinor: 5_00 }, { amountMinor: 20_00 }],
      statement: [
        { kind: 'purchase', amountMinor: -5_00, balanceMinor: 3975_00 },
        { kind: 'purchase', amountMinor: -20_00, balanceMinor: 3980_00 },
        { kind: 'issue', amountMinor: 4000_00, balanceMinor: 4000_00 },
      ],
      exceptions: [],
    });
    const { text } = await command('cards', 'show', PAN);
    expect(text).toContain('balance 3975.00');
    expect(text).toContain('No exception names it.');
    expect(text).not.toContain(PAN);
  });

  it('which exceptions are open: long and short, with their totals', async () => {
    const sale = await terminal.purchase(20_00);
    await terminal.settle({ debits: [0, 0], credits: [0, 0] });
    const missing = `00000900${PAN.padStart(20, '0')}000000000700`;
    await terminal.askPlain('0320', '201', { 48: `01${missing}` });
    await terminal.askPlain('0320', '202', { 48: '0001' });
    const { text } = await command('exceptions', 'list');
    expect(text).toContain('long (长款): 1 / 20.00');
    expect(text).toContain('short (短款): 1 / 7.00');
    expect(await json('exceptions', 'list', '--side', 'long', '--day', '2026-03-10')).toMatchObject([
      { kind: 'missing-at-terminal', stan: sale.fields[11], side: 'long' },
    ]);
    expect(await json('exceptions', 'list', '--day', '2026-03-09')).toEqual([]);
    expect((await command('exceptions', 'list', '--side', 'wide')).exitCode).toBe(2);
    expect(await json('cards', 'show', PAN)).toMatchObject({
      exceptions: [{ kind: 'missing-at-terminal' }, { kind: 'missing-at-host' }],
    });
    await command('exceptions', 'close', '1', '--note', 'receipt found');
    expect(await json('exceptions', 'list')).toHaveLength(1);
  });
});
