import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { HostDriver } from '../../app/cli/day/host-driver.ts';
import { TerminalDriver } from '../../app/cli/day/terminal-driver.ts';
import type { StartRequest } from '../../app/cli/day/terminal-process.ts';
import type { PaymentResult, TransactionView } from '../../terminal-core/api/contract.ts';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const CARD = { pan: '8890121000000010330', expiry: '2910' };
const SUPERVISOR = { operatorCode: '2001', password: '2001' };
/** Short enough that a lost answer costs the test little, long enough for a busy machine. */
const HOST_TIMEOUT_MS = 2_000;

const folder = mkdtempSync(join(tmpdir(), 'holdfast-hold-'));
const host = new HostDriver({ folder, seed: 1 });
let terminal = new TerminalDriver();
let request: StartRequest;
let opening = 0;
let sales = 0;

beforeAll(async () => {
  const provisioning = await host.prepare({
    folder,
    cardsFile: join(DATA, 'cards.csv'),
    terminalId: '10000001',
    merchantId: '105331051320001',
  });
  const { port } = await host.start();
  request = {
    dataDir: join(folder, 'terminal'),
    provisioning,
    host: { host: '127.0.0.1', port },
    catalogueFile: join(DATA, 'catalogue.csv'),
    operatorsFile: join(DATA, 'operators.json'),
    sealKeyBase64: randomBytes(32).toString('base64'),
    hostTimeoutMs: HOST_TIMEOUT_MS,
    clockOffsetMs: 0,
  };
  await start();
  await terminal.service('signOnTerminal');
});

beforeEach(async () => {
  opening = await balance();
});

afterAll(async () => {
  await terminal.kill();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(dieAt?: StartRequest['dieAt']): Promise<void> {
  await terminal.kill();
  terminal = new TerminalDriver();
  expect(await terminal.start({ ...request, ...(dieAt ? { dieAt } : {}) })).toEqual({ ok: true });
  await terminal.waitUntilUp(20_000);
  await terminal.service('signOnOperator', { operatorCode: '1001', password: '1001' });
}

async function hold(amountMinor: number): Promise<PaymentResult> {
  sales += 1;
  const cardRef = await terminal.readCard(CARD);
  return terminal.service('preAuthorise', { saleId: `hold-${sales}-of-the-day`, amountMinor, cardRef });
}

async function complete({ txnId }: TransactionView, amountMinor: number): Promise<PaymentResult> {
  const cardRef = await terminal.readCard(CARD);
  return terminal.service('completePreAuthorisation', { txnId, cardRef, amountMinor });
}

async function voidOf({ txnId }: TransactionView): Promise<PaymentResult> {
  const cardRef = await terminal.readCard(CARD);
  return terminal.service('voidTransaction', { txnId, cardRef, supervisor: SUPERVISOR });
}

function approved(result: PaymentResult): TransactionView {
  if (result.kind !== 'approved') throw new Error(JSON.stringify(result));
  return result.transaction;
}

async function balance(): Promise<number> {
  const { stdout } = await host.run(['cards', 'show', CARD.pan, '--json']);
  return (JSON.parse(stdout) as { balanceMinor: number }).balanceMinor;
}

async function differences(): Promise<unknown> {
  const check = JSON.parse((await host.run(['check', '--json'])).stdout) as { problems: unknown[] };
  const exceptions = JSON.parse((await host.run(['exceptions', 'list', '--json'])).stdout) as unknown[];
  return { problems: check.problems, exceptions };
}

it('holds, completes, voids and completes again, and the host settles the completions and no hold', async () => {
  const held = approved(await hold(200_00));
  expect(await balance()).toBe(opening - 200_00);
  expect(await complete(held, 230_01)).toMatchObject({ kind: 'refused', rule: 'completion-above-limit' });
  const charged = approved(await complete(held, 230_00));
  expect(charged).toMatchObject({ kind: 'completion', voidable: true });
  expect(await balance()).toBe(opening - 230_00);
  expect(approved(await voidOf(charged)).kind).toBe('void');
  const { txnId } = approved(await complete(held, 150_00));
  expect(await balance()).toBe(opening - 150_00);
  approved(await voidOf(approved(await hold(99_00))));
  expect(await balance()).toBe(opening - 150_00);
  expect(await terminal.service('settle', { supervisor: SUPERVISOR })).toMatchObject({
    result: 'balanced',
    debitCount: 2,
    debitMinor: 380_00,
    creditCount: 1,
    creditMinor: 230_00,
  });
  await terminal.sync();
  const cardRef = await terminal.readCard(CARD);
  const refund = { txnId, cardRef, amountMinor: 50_00, supervisor: SUPERVISOR };
  approved(await terminal.service('refundTransaction', refund));
  expect(await balance()).toBe(opening - 100_00);
  expect(await differences()).toEqual({ problems: [], exceptions: [] });
});

it('takes back each of the four when the host booked it and the answer was lost', async () => {
  await terminal.sync();
  const losing = async (
    about: { readonly mti: string; readonly processingCode: string },
    work: () => Promise<PaymentResult>,
  ): Promise<void> => {
    const before = await balance();
    await host.setFaults([{ kind: 'no-answer-after-booking', ...about, times: 1 }]);
    expect(await work()).toMatchObject({ kind: 'unknown' });
    expect(await balance()).not.toBe(before);
    expect(await terminal.sync()).toMatchObject({ left: 0 });
    expect(await balance()).toBe(before);
  };
  await losing({ mti: '0100', processingCode: '030000' }, () => hold(120_00));
  const held = approved(await hold(100_00));
  await losing({ mti: '0100', processingCode: '200000' }, () => voidOf(held));
  await losing({ mti: '0200', processingCode: '000000' }, () => complete(held, 80_00));
  const charged = approved(await complete(held, 110_00));
  // The amount goes from the merchant back on hold, so the card does not see this one.
  await host.setFaults([
    { kind: 'no-answer-after-booking', mti: '0200', processingCode: '200000', times: 1 },
  ]);
  expect(await voidOf(charged)).toMatchObject({ kind: 'unknown' });
  expect(await terminal.sync()).toMatchObject({ left: 0 });
  expect(await balance()).toBe(opening - 110_00);
  expect(await terminal.service('settle', { supervisor: SUPERVISOR })).toMatchObject({
    result: 'balanced',
    debitCount: 1,
    debitMinor: 110_00,
    creditCount: 1,
    creditMinor: 50_00,
  });
  expect(await differences()).toEqual({ problems: [], exceptions: [] });
});

it('completes in a later batch, after a power cut in the middle of the first try, and uploads it line by line', async () => {
  await terminal.sync();
  const held = approved(await hold(100_00));
  expect(await terminal.service('settle', { supervisor: SUPERVISOR })).toMatchObject({
    result: 'balanced',
    debitCount: 0,
  });
  await start({ point: 'after-send request', time: 1 });
  await terminal.sync();
  await expect(complete(held, 70_00)).rejects.toThrow('has ended');
  await start();
  await terminal.sync();
  expect(await balance()).toBe(opening - 100_00);
  approved(await complete(held, 115_00));
  expect(await balance()).toBe(opening - 115_00);
  approved(await voidOf(approved(await complete(approved(await hold(40_00)), 40_00))));
  await host.setFaults([{ kind: 'unbalanced-settlement', times: 1 }]);
  expect(await terminal.service('settle', { supervisor: SUPERVISOR })).toMatchObject({
    result: 'not-balanced',
    debitCount: 2,
    creditCount: 1,
  });
  expect(await differences()).toEqual({ problems: [], exceptions: [] });
  await terminal.close();
});
