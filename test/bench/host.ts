import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endHost, type Serving, serveHost, VAULT_KEY_HEX } from '../host/host-process.ts';
import { preparedDatabase, preparedPan, preparedTerminalId } from '../host/prepared-database.ts';
import { RawConnection } from '../host/raw-frames.ts';
import { RawTerminal } from '../host/raw-terminal.ts';

export interface HostBench {
  readonly transactionsPerS: number;
  readonly p99Ms: number;
  readonly terminals: number;
  /** Terminals that are connected besides, and send nothing. */
  readonly idleTerminals: number;
  /** Of the host's process, at the end, with all of them connected. */
  readonly rssMiB: number;
}

const TERMINALS = 200;
const IDLE_TERMINALS = 5_000;
const MEASURE_MS = 5_000;

/**
 * Terminals that each sell as fast as they are answered, on a host process and a database file of its own, while thousands
 * of others are connected.
 */
export async function benchHost(): Promise<HostBench> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-host-'));
  try {
    const database = { file: join(folder, 'host.db'), vaultKeyHex: VAULT_KEY_HEX };
    const masterKeys = await preparedDatabase(database.file, TERMINALS);
    const connections = String(TERMINALS + IDLE_TERMINALS);
    const serving = await serveHost(database, '--admin-port', '0', '--connections', connections);
    const idle: RawConnection[] = [];
    try {
      while (idle.length < IDLE_TERMINALS) idle.push(await RawConnection.open(serving.port));
      const latenciesMs = await sell(serving.port, masterKeys);
      return {
        transactionsPerS: Math.round((latenciesMs.length * 1_000) / MEASURE_MS),
        p99Ms: Math.round(latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0),
        terminals: TERMINALS,
        idleTerminals: IDLE_TERMINALS,
        rssMiB: Math.round((await rssBytes(serving)) / 2 ** 20),
      };
    } finally {
      for (const connection of idle) connection.close();
      await endHost(serving.child, 'SIGTERM');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns every latency, sorted. */
async function sell(port: number, masterKeys: readonly Buffer[]): Promise<readonly number[]> {
  const terminals = await Promise.all(
    masterKeys.map(async (masterKey, index) => {
      const connection = await RawConnection.open(port);
      const terminal = new RawTerminal(connection, masterKey, preparedTerminalId(index));
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
        const answer = await terminal.purchase(1, { 2: preparedPan(index) });
        if (answer.fields[39] !== '00') throw new Error(`A sale was answered ${answer.fields[39]}`);
        latenciesMs.push(performance.now() - sentAt);
      }
    }),
  );
  for (const terminal of terminals) terminal.connection.close();
  return latenciesMs.sort((a, b) => a - b);
}

async function rssBytes(ready: Serving): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${ready.adminPort}/state`, {
    headers: { authorization: `Bearer ${ready.adminToken}` },
  });
  const state: { rssBytes?: number } = JSON.parse(await response.text());
  return state.rssBytes ?? 0;
}
