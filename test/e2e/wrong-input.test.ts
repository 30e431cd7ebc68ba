import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_FILES } from '../../app/cli/till/demo-data.ts';
import { PORT_DEFAULT } from '../../app/cli/till/till-options.ts';
import { eventually } from './support/reading.ts';
import { connectToTill } from './support/till-api.ts';
import { TillProcess } from './support/till-process.ts';

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, '..', '..', 'app', 'cli', 'main.ts');
/** Nobody listens on the discard port of this machine. */
const NO_HOST = ['--host', '127.0.0.1:9'];

describe('a till that is given something wrong', () => {
  let shared: string;
  let folder: string;
  let dataDir: string;
  let provisioning: string;
  const tills: TillProcess[] = [];

  beforeAll(async () => {
    shared = mkdtempSync(join(tmpdir(), 'holdfast-wrong-input-'));
    provisioning = join(shared, 'provisioning.json');
    const terminal = ['host', 'terminals', 'create', '10000001', '--merchant', '898340154110001'];
    const names = ['--merchant-name', 'Corner Store', '--merchant-name-zh', '街角便利店'];
    await run(process.execPath, [
      MAIN,
      ...terminal,
      ...names,
      '--demo',
      '--db',
      join(shared, 'host.sqlite'),
      '--out',
      provisioning,
    ]);
  });
  afterAll(() => rmSync(shared, { recursive: true, maxRetries: 10, retryDelay: 100 }));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-wrong-input-'));
    dataDir = join(folder, 'data');
  });
  afterEach(async () => {
    for (const till of tills.splice(0)) await till.kill();
    rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 100 });
  });

  /** A till that is no demo, without a host. */
  function startTill(...args: string[]): TillProcess {
    const files = ['--provisioning', provisioning, '--operators', DEMO_FILES.operators];
    const catalogue = args.includes('--catalogue') ? [] : ['--catalogue', DEMO_FILES.catalogue];
    const till = new TillProcess(dataDir, [...NO_HOST, ...files, ...catalogue, ...args]);
    tills.push(till);
    return till;
  }

  /** A data folder with a sale in its journal, closed in order. */
  async function usedDataDir(): Promise<void> {
    const till = startTill('--port', '0');
    const { api, close } = await connectToTill(await till.url());
    await api.operator.signOn({ operatorCode: '1001', password: '1001' });
    const lines = [{ sku: 'HF1001', quantity: 1 }];
    const paid = await api.sale.payCash({ saleId: 'sale-0001', lines, totalMinor: 200, receivedMinor: 200 });
    expect(paid.kind).toBe('approved');
    close();
    expect(await till.stop()).toBe(0);
  }

  /** Starts a till that must refuse, without a change to any file of the data folder but its log. */
  async function refusal(...args: string[]): Promise<string> {
    const before = fingerprints(dataDir);
    const till = startTill('--port', '0', ...args);
    expect(await till.ended).toBe(1);
    expect(till.said.stdout).toBe('');
    expect(fingerprints(dataDir)).toEqual(before);
    return till.said.stderr;
  }

  it('starts without a host, is offline, says that it cannot sign on, and sells for cash', async () => {
    const till = startTill('--port', '0');
    const { api, close } = await connectToTill(await till.url());
    expect(await api.status.get()).toMatchObject({ mode: 'offline' });
    await api.operator.signOn({ operatorCode: '1001', password: '1001' });
    expect(await api.terminal.signOn()).toMatchObject({
      kind: 'refused',
      rule: 'host-unreachable',
      nextStep: {
        en: expect.stringContaining('Try again later'),
        'zh-CN': expect.stringContaining('请稍后再试'),
      },
    });
    const lines = [{ sku: 'HF1001', quantity: 1 }];
    const sale = { saleId: 'sale-0001', lines, totalMinor: 200, receivedMinor: 200 };
    expect(await api.sale.payCash(sale)).toMatchObject({ kind: 'approved', mode: 'cash' });
    await eventually(async () => (await api.status.get()).linkError ?? '').toMatch(/ECONNREFUSED|refused/i);
    close();
  });

  it.each([
    {
      damage: 'a garbled page',
      harm: (file: string) => {
        const bytes = readFileSync(file);
        bytes.fill(0xa5, 4096, 8192);
        writeFileSync(file, bytes);
      },
      says: /journal\.sqlite is damaged\. The terminal did not start and has changed nothing.*Copy the whole data folder/,
    },
    {
      damage: 'its second half missing',
      harm: (file: string) => truncateSync(file, Math.floor(readFileSync(file).length / 2)),
      says: /journal\.sqlite is damaged\. The terminal did not start and has changed nothing/,
    },
    {
      damage: 'an altered amount',
      harm: (file: string) => {
        const database = new Database(file);
        const { changes } = database
          .prepare(
            `UPDATE docs SET doc = replace(doc, '"amountMinor":200', '"amountMinor":100') WHERE doc LIKE '%"amountMinor":200%'`,
          )
          .run();
        database.close();
        expect(changes).toBeGreaterThan(0);
      },
      says: /journal\.sqlite.*damaged.* The terminal did not start and has changed nothing.*Copy the whole data folder/,
    },
    {
      damage: 'a version that is yet to come',
      harm: (file: string) => {
        const database = new Database(file);
        database.pragma('user_version = 99');
        database.close();
      },
      says: /was written by a newer version of this program\. Nothing was changed\. Install that version or a later one/,
    },
    {
      damage: 'something else in its place',
      harm: (file: string) => writeFileSync(file, 'Dear diary,\n'.repeat(1000)),
      says: /journal\.sqlite is damaged\. The terminal did not start and has changed nothing/,
    },
  ])('refuses a journal with $damage, says what to do, and leaves it as it is', async ({ harm, says }) => {
    await usedDataDir();
    harm(join(dataDir, 'journal.sqlite'));
    const said = await refusal();
    expect(said).toMatch(says);
  });

  it('moves to a free port when the usual one is taken and none was asked for', async () => {
    const other = createServer();
    // When another program has it already, so much the better.
    await new Promise<void>((resolve) =>
      other.once('error', () => resolve()).listen(PORT_DEFAULT, '127.0.0.1', resolve),
    );
    const till = startTill();
    const { port } = new URL(await till.url());
    expect(Number(port)).not.toBe(PORT_DEFAULT);
    other.close();
  });

  it('names the broken lines of a catalogue and sells everything else', async () => {
    const lines = readFileSync(DEMO_FILES.catalogue, 'utf8').trimEnd().split('\n');
    const catalogue = join(folder, 'catalogue.csv');
    lines[2] = 'HF1002,6902890181071,矿泉水 1.5L,Mineral water 1.5 L,four yuan,standard';
    lines[4] = 'HF1004,6907555942081,可乐 330ml 罐装,Cola can 330 ml,3.00,standard';
    writeFileSync(catalogue, `${lines.join('\n')}\n`);
    const till = startTill('--port', '0', '--catalogue', catalogue);
    const { api, close } = await connectToTill(await till.url());
    expect(till.said.stdout).toMatch(
      /2 lines of the catalogue were left out:\n +line 3: four yuan is no price.*\n +line 5: 6907555942081 is no EAN/,
    );
    expect((await api.catalogue.version()).count).toBe(lines.length - 1 - 2);
    close();
  });

  it.each([
    {
      file: 'catalogue',
      text: 'sku,barcode\n',
      says: /holds no usable product.*wrong\.file:1: The header must be sku,/,
    },
    { file: 'provisioning', text: '{"format":', says: /is not a provisioning file|cannot be read/ },
    { file: 'operators', text: '{"operators"', says: /operator file cannot be read.*wrong\.file/ },
    { file: 'devices', text: '{"scanners":[{"kind":"psychic"}]}', says: /wrong\.file/ },
  ])('does not start with a $file file that is none, and names it', async ({ file, text, says }) => {
    const path = join(folder, 'wrong.file');
    writeFileSync(path, text);
    const till = startTill('--port', '0', `--${file}`, path);
    expect(await till.ended).toBe(1);
    expect(till.said.stderr).toMatch(says);
    expect(till.said.stderr.trim().split('\n')).toHaveLength(1);
  });
});

/** SHA-256 of every file; the log grows with each start, and locks hold nothing. */
function fingerprints(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => !/\.log$|lock$/.test(name));
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}
