import { type ChildProcess, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_FILES } from '../../app/cli/till/demo-data.ts';
import { parseTillOptions } from '../../app/cli/till/till-options.ts';
import { parseCardText } from '../../terminal-core/devices/index.ts';
import { readHost } from '../../terminal-core/runtime/host-address.ts';
import { type RunningTerminal, startTerminal } from '../../terminal-core/runtime/index.ts';
import { readProvisioning } from '../../terminal-core/runtime/till-files.ts';
import { endHost, serveHost } from './host-process.ts';
import { checkFile } from './test-host.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'app', 'cli', 'main.ts');
const cert = (name: string) => join(import.meta.dirname, '..', 'link', 'certs', `${name}.pem`);

const HOST_TLS = ['--tls-cert', cert('host.cert'), '--tls-key', cert('host.key')];
const CLIENT_CA = ['--tls-client-ca', cert('ca.cert')];
const TILL_TLS = ['--tls-ca', cert('ca.cert')];
const TERMINAL_CERT = ['--tls-cert', cert('terminal.cert'), '--tls-key', cert('terminal.key')];
const STRANGER_CERT = [
  '--tls-cert',
  cert('stranger-terminal.cert'),
  '--tls-key',
  cert('stranger-terminal.key'),
];

/** A host's database with one terminal, its vault key, and the terminal's provisioning file: each test has a copy. */
let prepared: string;

beforeAll(() => {
  prepared = mkdtempSync(join(tmpdir(), 'holdfast-tls-prepared-'));
  const out = join(prepared, 'terminal.json');
  const create = ['terminals', 'create', '10000001', '--merchant', '100000000000001', '--out', out];
  expect(hostCommand(prepared, ...create).stderr).toBe('');
});

afterAll(() => rmSync(prepared, { recursive: true }));

function hostCommand(folder: string, ...args: readonly string[]) {
  return spawnSync(
    process.execPath,
    [MAIN, 'host', ...args, '--demo', '--seed', '1', '--db', join(folder, 'host.db')],
    { encoding: 'utf8' },
  );
}

describe('a till and a host that the command line puts on TLS', () => {
  let folder: string;
  const hosts: ChildProcess[] = [];
  const tills: RunningTerminal[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'));
    cpSync(prepared, folder, { recursive: true });
  });

  afterEach(async () => {
    for (const till of tills.splice(0)) await till.close();
    for (const host of hosts.splice(0)) {
      await endHost(host, 'SIGTERM');
    }
    expect((await checkFile(join(folder, 'host.db'))).problems).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  async function serve(...args: readonly string[]): Promise<number> {
    const database = { file: join(folder, 'host.db') };
    const { child, port } = await serveHost(database, '--demo', '--log', 'error', ...args);
    hosts.push(child);
    return port;
  }

  /** A till's core with the host that the command line of `holdfast till` names. */
  async function till(port: number, ...args: readonly string[]): Promise<RunningTerminal> {
    const provisioningFile = join(folder, 'terminal.json');
    const provisioning = readProvisioning(provisioningFile);
    const parsed = parseTillOptions(['--host', `127.0.0.1:${port}`, '--data', folder, ...args], {});
    if (parsed.kind !== 'options') throw new Error('The arguments are good');
    const host = readHost(parsed.options.host);
    if (host.kind !== 'read' || provisioning.kind !== 'read') throw new Error('The files are there');
    const started = await startTerminal({
      dataDir: join(folder, 'till'),
      provisioning: provisioning.value,
      host: host.value,
      catalogueFile: DEMO_FILES.catalogue,
      operatorsFile: DEMO_FILES.operators,
      sealKey: new Uint8Array(32).fill(7),
      demo: true,
      background: 'off',
      hostTimeoutMs: 3_000,
      devices: { scanners: [], cardReaders: [], readCardText: parseCardText },
      log: { sent() {}, received() {}, odd() {}, problem() {} },
    });
    if (!started.ok) throw new Error(started.error.detail);
    tills.push(started.running);
    await started.running.service.signOnOperator({ operatorCode: '1001', password: '1001' });
    return started.running;
  }

  it('sign on when both show a certificate of the CA', async () => {
    const port = await serve(...HOST_TLS, ...CLIENT_CA);
    const { link, service } = await till(port, ...TILL_TLS, ...TERMINAL_CERT);
    expect(await link.waitUntilUp(5_000)).toBe(true);
    expect(await service.signOnTerminal()).toMatchObject({ kind: 'done' });
  });

  it('sign on when only the host shows one, and the host asks for no more', async () => {
    const { link, service } = await till(await serve(...HOST_TLS), ...TILL_TLS);
    expect(await link.waitUntilUp(5_000)).toBe(true);
    expect(await service.signOnTerminal()).toMatchObject({ kind: 'done' });
  });

  it.each([
    ['a terminal without a certificate', []],
    ['a terminal with a certificate of another CA', STRANGER_CERT],
  ])('do not let in %s', async (_who, own) => {
    const port = await serve(...HOST_TLS, ...CLIENT_CA);
    const { service } = await till(port, ...TILL_TLS, ...own);
    expect((await service.signOnTerminal()).kind).not.toBe('done');
  });

  it('do not send a byte to a host of another CA', async () => {
    const port = await serve(...HOST_TLS);
    const { link, service } = await till(port, '--tls-ca', cert('stranger-ca.cert'));
    expect(await link.waitUntilUp(2_000)).toBe(false);
    expect(link.lastError()?.code).toBe('tls-untrusted');
    expect((await service.signOnTerminal()).kind).not.toBe('done');
  });

  it('say in one line which option lacks another, or which file cannot be used', () => {
    const half = hostCommand(folder, 'serve', '--port', '0', '--tls-cert', cert('host.cert'));
    expect([half.status, half.stderr.trim()]).toEqual([2, expect.stringContaining('--tls-key')]);
    const missing = hostCommand(
      folder,
      'serve',
      '--port',
      '0',
      ...HOST_TLS.slice(0, 3),
      join(folder, 'none.pem'),
    );
    expect([missing.status, missing.stderr.trim()]).toEqual([1, expect.stringMatching(/^[^\n]*none\.pem/)]);
    const junk = join(folder, 'junk.pem');
    writeFileSync(junk, 'no certificate');
    const unusable = hostCommand(
      folder,
      'serve',
      '--port',
      '0',
      '--tls-cert',
      junk,
      '--tls-key',
      cert('host.key'),
    );
    expect(unusable.status).toBe(1);
    expect(unusable.stderr).not.toContain(readFileSync(cert('host.key'), 'utf8').split('\n')[1]);
  });
});
