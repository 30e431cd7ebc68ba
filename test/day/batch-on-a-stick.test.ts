import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../../app/cli/commands/batch.ts';
import { HostDriver } from '../../app/cli/day/host-driver.ts';
import { runHoldfast } from '../../app/cli/day/run-holdfast.ts';
import { TerminalDriver } from '../../app/cli/day/terminal-driver.ts';
import type { StartRequest } from '../../app/cli/day/terminal-process.ts';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const CARD = { pan: '8890121000000010330', expiry: '2910' };
/** A card takes five sales without the host and no more. */
const OTHER_CARD = { pan: '8890121000010074', expiry: '2912' };
/** The dearest goods that this test sells, in fen. */
const PRICE_MINOR = 5_00;

const folder = mkdtempSync(join(tmpdir(), 'holdfast-stick-'));
const dataDir = join(folder, 'terminal');
const host = new HostDriver({ folder, seed: 1 });
let terminal = new TerminalDriver();
let request: StartRequest;
let line = { sku: '', quantity: 1 };
let priceMinor = PRICE_MINOR;
let sales = 0;

beforeAll(async () => {
  const provisioning = await host.prepare({
    folder,
    cardsFile: join(DATA, 'cards.csv'),
    terminalId: '10000001',
    merchantId: '105331051320001',
  });
  const { port } = await host.start();
  const sealKey = randomBytes(32);
  request = {
    dataDir,
    provisioning,
    host: { host: '127.0.0.1', port },
    catalogueFile: join(DATA, 'catalogue.csv'),
    operatorsFile: join(DATA, 'operators.json'),
    sealKeyBase64: sealKey.toString('base64'),
    hostTimeoutMs: 2_000,
    clockOffsetMs: 0,
  };
  await open();
  // Where the browser shell keeps it.
  writeFileSync(join(dataDir, 'seal.key'), `${sealKey.toString('hex')}\n`, { mode: 0o600 });
  await terminal.service('signOnTerminal');
  const { products } = await terminal.service('cataloguePage', { limit: 100 });
  const cheapest = products.toSorted((a, b) => a.priceMinor - b.priceMinor)[0];
  line = { sku: cheapest?.sku ?? '', quantity: 1 };
  priceMinor = cheapest?.priceMinor ?? 0;
  // The answers bring the certificates that the cards are taken by without the host.
  for (const card of [CARD, OTHER_CARD])
    expect(await sell(card)).toMatchObject({ kind: 'approved', mode: 'online' });
  await terminal.close();
  await host.stop();
});

afterAll(async () => {
  await terminal.kill();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  terminal = new TerminalDriver();
  expect(await terminal.start(request)).toEqual({ ok: true });
  await terminal.service('signOnOperator', { operatorCode: '1001', password: '1001' });
}

async function sell(card = CARD) {
  sales += 1;
  const cardRef = await terminal.readCard(card);
  return terminal.service('payCard', {
    saleId: `stick-sale-${sales}`,
    lines: [line],
    totalMinor: priceMinor,
    cardRef,
  });
}

/** A day without the host. */
async function sellOffline(count: number, card = CARD): Promise<void> {
  await open();
  for (let n = 0; n < count; n += 1)
    expect(await sell(card)).toMatchObject({ kind: 'approved', mode: 'offline' });
  await terminal.close();
}

async function batch(...args: readonly string[]) {
  const { exitCode, stderr, stdout } = await runHoldfast(['batch', ...args, '--json']);
  return { exitCode, stderr, said: stdout === '' ? undefined : JSON.parse(stdout) };
}

/** In this process, for exit code 2. */
async function said(...args: readonly string[]) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const exitCode = await run([...args], { stdin, stdout, stderr });
  return { exitCode, stderr: String(stderr.read() ?? '') };
}

const file = (name: string): string => join(folder, name);
const exportTo = (name: string) => batch('export', file(name), '--data', dataDir);
const importAtHost = (name: string) => batch('import', file(name), '--db', host.databaseFile);
const takeAnswers = (name: string) => batch('import', `${file(name)}.answers`, '--data', dataDir);

async function balanceMinor({ pan }: typeof CARD): Promise<number> {
  const { stdout } = await host.run(['cards', 'show', pan, '--json']);
  return JSON.parse(stdout).balanceMinor;
}

async function spentMinor(): Promise<number> {
  return 1_000_00 - (await balanceMinor(CARD));
}

it('brings a day of offline sales to the host and the answers back, and books nothing twice', async () => {
  const before = await spentMinor();
  await sellOffline(3);
  expect((await exportTo('one')).said).toEqual({
    terminalId: '10000001',
    exportNumber: 1,
    records: 3,
    leftOut: [],
  });
  const first = await importAtHost('one');
  expect(first.said).toMatchObject({ cameBefore: false, missingExports: [], exportNumber: 1 });
  expect(first.said.records.map(({ code }: { code: string }) => code)).toEqual(['00', '00', '00']);
  expect(await spentMinor()).toBe(before + 3 * priceMinor);

  const again = await importAtHost('one');
  expect(again.said).toMatchObject({ cameBefore: true });
  expect(again.said.records).toEqual(first.said.records);
  expect(await spentMinor()).toBe(before + 3 * priceMinor);

  expect((await takeAnswers('one')).said).toEqual({ exportNumber: 1, taken: 3, known: 0, odd: [], left: 0 });
  expect((await takeAnswers('one')).said).toEqual({ exportNumber: 1, taken: 0, known: 3, odd: [], left: 0 });
  expect((await exportTo('nothing')).said).toEqual({ records: 0 });
});

it('may come out of order, and after the network came back', async () => {
  const before = await spentMinor();
  await sellOffline(1);
  expect((await exportTo('two')).said).toMatchObject({ exportNumber: 2, records: 1 });
  await sellOffline(1);
  // Without answers the first sale is still owed, so it is in this one, too.
  expect((await exportTo('three')).said).toMatchObject({ exportNumber: 3, records: 2 });
  expect((await importAtHost('three')).said).toMatchObject({ missingExports: [2] });

  await host.start().then(({ port }) => {
    request = { ...request, host: { host: '127.0.0.1', port } };
  });
  await open();
  expect(await terminal.waitUntilUp(20_000)).toBe(true);
  expect(await terminal.sync()).toEqual({ delivered: 2, rejected: 0, left: 0 });
  await terminal.close();
  await host.stop();

  expect((await importAtHost('two')).said).toMatchObject({ missingExports: [], cameBefore: false });
  expect((await takeAnswers('three')).said).toMatchObject({ taken: 0, known: 2, left: 0 });
  expect(await spentMinor()).toBe(before + 2 * priceMinor);
  const audit = await host.run(['check', '--json']);
  expect(JSON.parse(audit.stdout)).toMatchObject({ ok: true, problems: [] });
});

it('is refused whole when it was changed on its way', async () => {
  await sellOffline(1, OTHER_CARD);
  await exportTo('four');
  const text = JSON.parse(readFileSync(file('four'), 'utf8'));
  const before = await spentMinor();
  const refusals = {
    'more-records': { ...text, recordCount: 2 },
    'other-terminal': { ...text, terminalId: '10000002' },
    'other-seal': { ...text, sealed: `AAAA${text.sealed.slice(4)}` },
    'cut-short': undefined,
  };
  for (const [name, changed] of Object.entries(refusals)) {
    const whole =
      changed === undefined ? readFileSync(file('four'), 'utf8').slice(0, -40) : JSON.stringify(changed);
    writeFileSync(file(name), whole);
    const { exitCode, stderr } = await importAtHost(name);
    expect({ name, exitCode, words: stderr.trim().split('\n').length }).toEqual({
      name,
      exitCode: 1,
      words: 1,
    });
  }
  expect(await spentMinor()).toBe(before);
});

it('holds no card number that a reader of the stick could see, and says what is wrong with a wrong file', async () => {
  const stick = readFileSync(file('one'), 'utf8') + readFileSync(`${file('one')}.answers`, 'utf8');
  expect(stick).not.toContain(CARD.pan);
  expect(stick).not.toContain(Buffer.from(CARD.pan, 'hex').toString('base64').slice(0, 10));
  writeFileSync(file('wrong'), '{"format":"holdfast-batch-answers"}');
  expect((await batch('import', file('wrong'), '--data', dataDir)).stderr).toContain('no file of answers');
  expect((await exportTo('one')).stderr).toContain('is there already');
  await expect(runHoldfast(['batch', 'sell'])).rejects.toThrow('expected "export FILE" or "import FILE"');
});

it('spends no number and books nothing when the file that is to come of it cannot be written', async () => {
  // The sale of the export that was refused is still owed.
  const before = await balanceMinor(OTHER_CARD);
  const { exportNumber: last } = JSON.parse(readFileSync(file('four'), 'utf8'));
  const bad = {
    exitCode: 2,
    stderr: expect.stringMatching(/^holdfast batch: .*none.x cannot be written: .*\n$/),
  };
  expect(await said('export', file('none/x'), '--data', dataDir)).toMatchObject(bad);
  expect((await exportTo('five')).said).toMatchObject({ exportNumber: last + 1 });

  const host5 = [file('five'), '--db', host.databaseFile];
  expect(await said('import', ...host5, '--answers', file('none/x'))).toMatchObject(bad);
  expect(await said('import', ...host5, '--answers', join(folder, '.', 'five'))).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^holdfast batch: .* it is the batch file itself\.\n$/),
  });
  expect(await balanceMinor(OTHER_CARD)).toBe(before);
  expect((await importAtHost('five')).said).toMatchObject({ cameBefore: false });
  expect(await balanceMinor(OTHER_CARD)).toBe(before - priceMinor);
  expect((await takeAnswers('five')).said).toMatchObject({ left: 0 });
});
