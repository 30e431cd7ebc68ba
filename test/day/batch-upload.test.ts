import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { HostDriver } from '../../app/cli/day/host-driver.ts';
import { TerminalDriver } from '../../app/cli/day/terminal-driver.ts';
import { readCatalogue } from '../../terminal-core/runtime/till/catalogue.ts';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const CATALOGUE_FILE = join(DATA, 'catalogue.csv');
const CARD = { pan: '8890121000000010330', expiry: '2910' };
const SUPERVISOR = { operatorCode: '2001', password: '2001' };
const [PRODUCT] = readCatalogue(readFileSync(CATALOGUE_FILE, 'utf8')).products;

const folder = mkdtempSync(join(tmpdir(), 'holdfast-upload-'));
const host = new HostDriver({ folder, seed: 1 });
let terminal = new TerminalDriver();
afterAll(async () => {
  await terminal.kill();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('uploads the batch to a host that was restored from a backup, which books what it lacks and writes it down', async () => {
  const provisioning = await host.prepare({
    folder,
    cardsFile: join(DATA, 'cards.csv'),
    terminalId: '10000001',
    merchantId: '105331051320001',
  });
  const sealKeyBase64 = randomBytes(32).toString('base64');
  let sales = 0;
  const start = async (port: number): Promise<void> => {
    terminal = new TerminalDriver();
    const started = await terminal.start({
      dataDir: join(folder, 'terminal'),
      provisioning,
      host: { host: '127.0.0.1', port },
      catalogueFile: CATALOGUE_FILE,
      operatorsFile: join(DATA, 'operators.json'),
      sealKeyBase64,
      hostTimeoutMs: 2_000,
      clockOffsetMs: 0,
    });
    expect(started).toEqual({ ok: true });
    await terminal.waitUntilUp(20_000);
    await terminal.service('signOnOperator', { operatorCode: '1001', password: '1001' });
  };
  const pay = async (quantity: number): Promise<string> => {
    sales += 1;
    const result = await terminal.service('payCard', {
      saleId: `upload-${sales}`,
      lines: [{ sku: PRODUCT?.sku ?? '', quantity }],
      totalMinor: (PRODUCT?.priceMinor ?? 0) * quantity,
      cardRef: await terminal.readCard(CARD),
    });
    if (result.kind !== 'approved') throw new Error(JSON.stringify(result));
    return result.transaction.txnId;
  };
  const balance = async (): Promise<number> =>
    (JSON.parse((await host.run(['cards', 'show', CARD.pan, '--json'])).stdout) as { balanceMinor: number })
      .balanceMinor;

  let { port } = await host.start();
  await start(port);
  await terminal.service('signOnTerminal');
  await pay(1);
  // Last night's backup of the host ...
  await host.stop();
  const backup = join(folder, 'backup.sqlite');
  copyFileSync(host.databaseFile, backup);
  ({ port } = await host.start());
  await terminal.close();
  await start(port);
  const opening = await balance();
  const voided = await pay(2);
  const cardRef = await terminal.readCard(CARD);
  await terminal.service('voidTransaction', { txnId: voided, cardRef, supervisor: SUPERVISOR });
  for (let sale = 3; sale < 13; sale += 1) await pay(sale);
  const closing = await balance();
  expect(closing).toBeLessThan(opening);
  // ... is what it runs on after the disk broke.
  await host.stop();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${host.databaseFile}${suffix}`, { force: true });
  copyFileSync(backup, host.databaseFile);
  expect(existsSync(`${host.databaseFile}-wal`)).toBe(false);
  ({ port } = await host.start());
  await terminal.close();
  await start(port);
  expect(await balance()).toBe(opening);

  const settled = await terminal.service('settle', { supervisor: SUPERVISOR });
  expect(settled).toMatchObject({ kind: 'settled', result: 'not-balanced', debitCount: 12, creditCount: 1 });
  expect(await balance()).toBe(closing);
  const check = JSON.parse((await host.run(['check', '--json'])).stdout) as {
    ok: boolean;
    problems: unknown[];
  };
  expect(check.problems).toEqual([]);
  expect(check.ok).toBe(true);
  const exceptions = JSON.parse((await host.run(['exceptions', 'list', '--json'])).stdout) as unknown[];
  expect(exceptions.length).toBeGreaterThanOrEqual(12);

  // The next day is an ordinary one.
  await terminal.sync();
  await pay(1);
  expect(await terminal.service('settle', { supervisor: SUPERVISOR })).toMatchObject({ result: 'balanced' });
  await terminal.close();
});
