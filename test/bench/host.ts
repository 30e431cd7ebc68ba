import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openServices } from '../../host-sim/host-services.ts';
import { issueCard } from '../../host-sim/server/card-office.ts';
import { createTerminal } from '../../host-sim/server/terminal-office.ts';
import { DEFAULT_SETTINGS } from '../../host-sim/settings.ts';
import { openSqliteStore } from '../../host-sim/store/sqlite-store.ts';
import { SecretKey } from '../../terminal-core/crypto/index.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import { Pan } from '../../terminal-core/domain/pan.ts';
import { RawConnection } from '../host/raw-frames.ts';
import { MERCHANT_ID, masterKeyOf, RawTerminal } from '../host/raw-terminal.ts';

export interface HostBench {
  readonly transactionsPerS: number;
  readonly p99Ms: number;
  readonly terminals: number;
  /** Of the host's process, at the end. */
  readonly rssMiB: number;
}

const TERMINALS = 200;
const MEASURE_MS = 5_000;
const VAULT_KEY_HEX = '07'.repeat(32);
const MAIN = join(import.meta.dirname, '..', '..', 'app', 'cli', 'main.ts');

/** Terminals that each sell as fast as they are answered, on a host process and a database file of its own. */
export async function benchHost(): Promise<HostBench> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-host-'));
  try {
    const db = join(folder, 'host.db');
    const masterKeys = await prepare(db);
    const child = spawn(
      process.execPath,
      [MAIN, 'host', 'serve', '--port', '0', '--admin-port', '0', '--json', '--db', db],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, HOLDFAST_VAULT_KEY: VAULT_KEY_HEX } },
    );
    try {
      const ready = await readiness(child.stdout);
      const latenciesMs = await sell(ready.port, masterKeys);
      return {
        transactionsPerS: Math.round((latenciesMs.length * 1_000) / MEASURE_MS),
        p99Ms: Math.round(latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0),
        terminals: TERMINALS,
        rssMiB: Math.round((await rssBytes(ready)) / 2 ** 20),
      };
    } finally {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const terminalIdOf = (index: number) => `8${String(index).padStart(7, '0')}`;
const panOf = (index: number) => `62288800${String(index).padStart(8, '0')}`;

/** @returns the master key of each terminal. */
async function prepare(db: string): Promise<readonly Buffer[]> {
  const store = openSqliteStore(db);
  const vaultKey = SecretKey.fromHex(VAULT_KEY_HEX);
  const services = await openServices({ store, settings: DEFAULT_SETTINGS, vaultKey, nowMs: Date.now() });
  const merchant = { merchantId: MERCHANT_ID, nameZh: '测试商店', nameEn: 'Test store', feeBasisPoints: 60 };
  const masterKeys = await store.transaction(async (tx) => {
    const keys: Buffer[] = [];
    for (let index = 0; index < TERMINALS; index += 1) {
      const nowMs = Date.now();
      const created = await createTerminal(tx, services, {
        terminalId: terminalIdOf(index),
        merchant,
        nowMs,
      });
      const pan = Pan.parse(panOf(index));
      if (!created.ok || !pan) throw new Error('The benchmark cannot prepare its terminals');
      keys.push(masterKeyOf(created.provisioning));
      const card = {
        pan,
        kind: 'registered',
        balanceMinor: amountMinor(5_000_00),
        expiry: '9912',
        pin: undefined,
        status: 'active',
        holderName: '',
      } as const;
      await issueCard(tx, services, { card, nowMs });
    }
    return keys;
  });
  await store.close();
  return masterKeys;
}

interface Ready {
  readonly port: number;
  readonly adminPort: number;
  readonly adminToken: string;
}

async function readiness(stdout: NodeJS.ReadableStream): Promise<Ready> {
  for await (const line of createInterface({ input: stdout })) {
    const ready: Partial<Ready> = JSON.parse(line);
    const { adminPort, adminToken, port } = ready;
    if (port && adminPort && adminToken) return { port, adminPort, adminToken };
  }
  throw new Error('The host was never ready');
}

/** @returns every latency, sorted. */
async function sell(port: number, masterKeys: readonly Buffer[]): Promise<readonly number[]> {
  const terminals = await Promise.all(
    masterKeys.map(async (masterKey, index) => {
      const connection = await RawConnection.open(port);
      const terminal = new RawTerminal(connection, masterKey, terminalIdOf(index));
      await terminal.signOn();
      return terminal;
    }),
  );
  const latenciesMs: number[] = [];
  const endsAt = performance.now() + MEASURE_MS;
  await Promise.all(
    terminals.map(async (terminal, index) => {
      while (performance.now() < endsAt) {
        const sentAt = performance.now();
        const answer = await terminal.purchase(1, { 2: panOf(index) });
        if (answer.fields[39] !== '00') throw new Error(`A sale was answered ${answer.fields[39]}`);
        latenciesMs.push(performance.now() - sentAt);
      }
    }),
  );
  for (const terminal of terminals) terminal.connection.close();
  return latenciesMs.sort((a, b) => a - b);
}

async function rssBytes(ready: Ready): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${ready.adminPort}/state`, {
    headers: { authorization: `Bearer ${ready.adminToken}` },
  });
  const state: { rssBytes?: number } = JSON.parse(await response.text());
  return state.rssBytes ?? 0;
}
