import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { CARD_ROLES, cardOf } from './conformance/cards.ts';
import { foreignHost } from './conformance/foreign-host.ts';
import { endHost, hostCommand, serveHost, VAULT_KEY_HEX } from './host-process.ts';
import { MERCHANT_ID, TERMINAL_ID } from './raw-terminal.ts';

const ROOT = join(import.meta.dirname, '..', '..');

let folder: string;
let description: string;
/** Ended by the test, or after it when it failed: it would keep the whole run from ending. */
let host: ChildProcess | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  description = join(folder, 'conformance.json');
  expect(await nodeCommand([join('test', 'host', 'conformance', 'prepare.ts'), folder])).toBe(0);
});

afterEach(() => {
  host?.kill('SIGKILL');
  host = undefined;
  rmSync(folder, { recursive: true });
});

async function nodeCommand(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  });
  const [exitCode] = await once(child, 'exit');
  return Number(exitCode);
}

const report = z.object({
  numFailedTests: z.number(),
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ status: z.string(), title: z.string() })) }),
  ),
});

it('the suite, put to a host process as to any other host, passes, and names what it leaves out', async () => {
  const database = { file: join(folder, 'host.db'), vaultKeyHex: VAULT_KEY_HEX };
  const cards = join(folder, 'cards.csv');
  const terminal = join(folder, 'terminal.json');
  expect(await hostCommand(database, 'cards', 'load', cards)).toMatchObject({ exitCode: 0 });
  const purses = join(folder, 'purses.json');
  expect(await hostCommand(database, 'purses', 'load', purses)).toMatchObject({ exitCode: 0 });
  const create = ['terminals', 'create', TERMINAL_ID, '--merchant', MERCHANT_ID, '--out', terminal];
  expect(await hostCommand(database, ...create)).toMatchObject({ exitCode: 0 });
  const { child, port } = await serveHost(database);
  host = child;
  const results = join(folder, 'results.json');
  const vitest = [
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--no-file-parallelism',
    '--no-isolate',
  ];
  const exitCode = await nodeCommand(
    [...vitest, '--reporter=json', `--outputFile=${results}`, 'test/host/conformance/'],
    { HOST: `127.0.0.1:${port}`, CONFORMANCE: description },
  );
  const { numFailedTests, numPassedTests, testResults } = report.parse(
    JSON.parse(readFileSync(results, 'utf8')),
  );
  const skipped = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'passed');
  expect({ exitCode, numFailedTests }).toEqual({ exitCode: 0, numFailedTests: 0 });
  expect(numPassedTests).toBeGreaterThan(90);
  for (const { title } of skipped) expect(title).toMatch(/\[skipped: .+\]$/);
  expect(await endHost(child, 'SIGTERM')).toBe(0);
  expect(JSON.parse((await hostCommand(database, 'check', '--json')).stdout)).toMatchObject({ ok: true });
});

it('a card is taken once over all runs, and a role that has run out says so', async () => {
  const database = { file: join(folder, 'host.db'), vaultKeyHex: VAULT_KEY_HEX };
  const out = join(folder, 'terminal.json');
  await hostCommand(database, 'terminals', 'create', TERMINAL_ID, '--merchant', MERCHANT_ID, '--out', out);
  const named = () => foreignHost({ HOST: '10.0.0.5:8583', CONFORMANCE: description });
  const [first, second] = [named()?.takeCard('bearer'), named()?.takeCard('bearer')];
  expect([first, second]).toEqual([cardOf('bearer', 0), cardOf('bearer', 1)]);
  expect(named()).toMatchObject({ host: '10.0.0.5', port: 8583, terminalId: TERMINAL_ID });
  expect(named()?.takeCard('lost')).toEqual(named()?.takeCard('lost'));
  expect(() => {
    for (;;) named()?.takeCard('inactive');
  }).toThrow(`no unused card inactive (${CARD_ROLES.inactive.kind}, inactive, 0.00`);
});

it('is for the simulator unless HOST names another host, and says what it lacks', () => {
  expect(foreignHost({})).toBeUndefined();
  expect(foreignHost({ HOST: 'my-machine' })).toBeUndefined();
  expect(() => foreignHost({ HOST: 'somewhere', CONFORMANCE: description })).toThrow('host:port');
  expect(() => foreignHost({ HOST: '10.0.0.5:8583' })).toThrow('CONFORMANCE must name');
});
