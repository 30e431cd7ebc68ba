import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TerminalProvisioning } from '../../terminal-core/domain/provisioning.ts';
import { RawConnection } from './raw-frames.ts';
import { masterKeyOf } from './raw-terminal.ts';
import { BEARER_PAN, CARDS, MERCHANT_ID, RawTerminal, TERMINAL_ID } from './test-host.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'app', 'cli', 'main.ts');

/** Random moments of the day at which the host is killed; more with HOST_KILLS. */
const KILLS = Number(process.env.HOST_KILLS ?? 4);

let folder: string;
let db: string;
let provisioning: TerminalProvisioning;

interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function command(...args: readonly string[]): Promise<CommandResult> {
  const child = spawn(process.execPath, [MAIN, 'host', ...args, '--db', db], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode: Number(exitCode), stdout, stderr };
}

interface Serving {
  readonly child: ChildProcess;
  readonly port: number;
}

async function serve(...args: readonly string[]): Promise<Serving> {
  const child = spawn(
    process.execPath,
    [MAIN, 'host', 'serve', '--port', '0', '--json', ...args, '--db', db],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const ready: { ready?: boolean; port?: number } = JSON.parse(line);
    if (ready.ready && ready.port) return { child, port: ready.port };
  }
  throw new Error('The host was never ready');
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit');
  child.kill(signal);
  const [exitCode] = await exited;
  return typeof exitCode === 'number' ? exitCode : null;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'host-process-'));
  db = join(folder, 'host.db');
  const cards = join(folder, 'cards.csv');
  writeFileSync(cards, CARDS);
  const out = join(folder, 'terminal.json');
  expect(await command('cards', 'load', cards, '--demo', '--seed', '1')).toMatchObject({ exitCode: 0 });
  expect(
    await command('terminals', 'create', TERMINAL_ID, '--merchant', MERCHANT_ID, '--out', out),
  ).toMatchObject({ exitCode: 0 });
  provisioning = JSON.parse(readFileSync(out, 'utf8'));
}, 30_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('holdfast host', () => {
  it('serves, stops in good order at SIGTERM, and audits', async () => {
    const { child, port } = await serve();
    const terminal = new RawTerminal(await RawConnection.open(port), masterKeyOf(provisioning));
    expect((await terminal.signOn()).fields[39]).toBe('00');
    expect((await terminal.purchase(1_00)).fields[39]).toBe('00');
    terminal.connection.close();
    expect(await end(child, 'SIGTERM')).toBe(0);
    const report = await command('check', '--json');
    expect(report.exitCode).toBe(0);
    expect(JSON.parse(report.stdout)).toMatchObject({ ok: true, cards: 8, problems: [] });
  }, 30_000);

  it('says what to do when the port is in use', async () => {
    const { child, port } = await serve();
    const second = await command('serve', '--port', String(port));
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(/in use.*another port/);
    await end(child, 'SIGTERM');
  }, 30_000);

  it('exits 2 with one line for a bad argument', async () => {
    for (const args of [['nonsense'], ['cards', 'dance'], ['serve', '--port', 'x'], ['check', '--nope']]) {
      const { exitCode, stderr } = await command(...args);
      expect(exitCode).toBe(2);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  }, 30_000);

  it('exits 1 and names the problem when the ledger was tampered with', async () => {
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(db);
    database.exec(
      'UPDATE ledger_entries SET amount_minor = amount_minor + 1 WHERE posting_id = 1 AND line = 1',
    );
    const report = await command('check');
    database.exec(
      'UPDATE ledger_entries SET amount_minor = amount_minor - 1 WHERE posting_id = 1 AND line = 1',
    );
    database.close();
    expect(report.exitCode).toBe(1);
    expect(report.stdout).toContain('posting 1 does not balance');
  }, 30_000);

  it('keeps no clear card number, PIN or key in its database', () => {
    const bytes = Buffer.concat(
      [db, `${db}-wal`].map((file) => {
        try {
          return readFileSync(file);
        } catch {
          return Buffer.alloc(0);
        }
      }),
    );
    expect(bytes.length).toBeGreaterThan(10_000);
    expect(bytes.includes('6228880000000001')).toBe(false);
    expect(bytes.includes(Buffer.from('6228880000000001', 'hex'))).toBe(false);
    expect(bytes.includes('123456')).toBe(false);
    expect(bytes.includes(masterKeyOf(provisioning))).toBe(false);
  });
});

describe('two host processes on one database', () => {
  it('book the same message once, and two debits never overdraw', async () => {
    const hosts = [await serve(), await serve()];
    const [first, second] = hosts;
    if (!first || !second) throw new Error('two hosts are needed');
    const terminal = new RawTerminal(await RawConnection.open(first.port), masterKeyOf(provisioning));
    await terminal.signOn();
    terminal.skipTo(900_000);
    const other = await RawConnection.open(second.port);
    // BEARER_PAN holds 100.00: of forty sales of 4.00, twenty-five fit, whichever host they go to.
    let approved = 0;
    for (let count = 0; count < 40; count += 1) {
      const frame = terminal.purchaseFrame(4_00, { 2: BEARER_PAN });
      const [here, there] = await Promise.all([terminal.connection.ask(frame), other.ask(frame)]);
      expect(there.bytes).toEqual(here.bytes);
      if (here.fields[39] === '00') approved += 1;
      else expect(here.fields[39]).toBe('51');
    }
    expect(approved).toBe(25);
    terminal.connection.close();
    other.close();
    for (const { child } of hosts) await end(child, 'SIGTERM');
    expect(JSON.parse((await command('check', '--json')).stdout)).toMatchObject({ ok: true });
  }, 60_000);
});

describe('a host that is killed under load', () => {
  it('has a ledger that balances, and every answer that it sent is true', async () => {
    for (let round = 0; round < KILLS; round += 1) {
      const { child, port } = await serve();
      const terminal = new RawTerminal(await RawConnection.open(port), masterKeyOf(provisioning));
      await terminal.signOn();
      // Trace numbers of one batch never come again, so each round has its own thousand.
      terminal.skipTo(round * 10_000 + 1_000);
      const sent = new Map<string, Buffer>();
      const answered = new Map<string, Buffer>();
      const killAt = 5 + Math.floor(Math.random() * 60);
      for (let count = 0; ; count += 1) {
        const frame = terminal.purchaseFrame(1);
        const stan = terminal.lastStan();
        sent.set(stan, frame);
        terminal.connection.send(frame);
        if (count === killAt) child.kill('SIGKILL');
        const answer = await terminal.connection.receive(2_000);
        if (!answer) break;
        answered.set(stan, answer);
      }
      terminal.connection.close();
      const report = await command('check', '--json');
      expect(JSON.parse(report.stdout).problems).toEqual([]);
      expect(answered.size).toBeGreaterThanOrEqual(killAt);
      // The host that comes back answers every one of them as the first did; the one in doubt it books once.
      const again = await serve();
      const connection = await RawConnection.open(again.port);
      for (const [stan, frame] of sent) {
        const answer = await connection.ask(frame);
        expect(answer.fields[39]).toBe('00');
        if (answered.has(stan)) expect(answer.bytes).toEqual(answered.get(stan));
      }
      connection.close();
      await end(again.child, 'SIGTERM');
    }
  }, 120_000);
});
