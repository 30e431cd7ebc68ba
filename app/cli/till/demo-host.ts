import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { type ChaosProxy, startChaosProxy } from '../day/chaos-proxy.ts';
import { DEMO_FILES } from './demo-data.ts';

const TERMINAL_ID = '10000001';
const MERCHANT_ID = '898340154110001';
const STOP_TIMEOUT_MS = 5_000;

const readyLine = z.object({ ready: z.literal(true), port: z.number() });

export interface DemoHost {
  /** Where the host listens. */
  readonly port: number;
  /** The network between till and host, which can be broken on purpose; the till connects to its port. */
  readonly network: ChaosProxy;
  /** What the till is provisioned with on its first start. */
  readonly provisioningFile: string;
  readonly databaseFile: string;
  /** Settles when it has ended by itself. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export type DemoHostStart =
  | { readonly kind: 'started'; readonly host: DemoHost }
  /** What the host said, on one line. */
  | { readonly kind: 'failed'; readonly problem: string };

/**
 * Starts the demo's host simulator in its own process, with the demo cards and one terminal, in `folder`. What is there
 * from an earlier run stays: balances, batches and the ledger go on.
 */
export async function startDemoHost(folder: string): Promise<DemoHostStart> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const databaseFile = join(folder, 'host.sqlite');
  const provisioningFile = join(folder, 'provisioning.json');
  const own = ['--db', databaseFile, '--demo'];
  if (!existsSync(provisioningFile)) {
    const names = ['--merchant-name', 'Holdfast Demo Store', '--merchant-name-zh', '稳付便利店'];
    const terminal = [
      'terminals',
      'create',
      TERMINAL_ID,
      '--merchant',
      MERCHANT_ID,
      ...names,
      '--out',
      provisioningFile,
    ];
    // The provisioning file is written last: while it is missing, an earlier start was cut short and this goes again.
    for (const args of [
      ['cards', 'load', DEMO_FILES.cards],
      ['purses', 'load', DEMO_FILES.purses],
      terminal,
    ]) {
      const problem = await runHost([...args, ...own]);
      if (problem !== undefined)
        return { kind: 'failed', problem: `${problem} (to begin anew, remove ${folder})` };
    }
  }
  const child = spawnHost(['serve', '--port', '0', '--json', ...own]);
  const said = collect(child.stderr);
  const port = await readyPort(child);
  if (port === undefined) return { kind: 'failed', problem: said.text() || 'the host ended without a word' };
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const network = await startChaosProxy({ listenPort: 0, target: { host: '127.0.0.1', port } });
  const stopBoth = async (): Promise<void> => {
    await network.close();
    await stop(child, ended);
  };
  return {
    kind: 'started',
    host: { port, network, provisioningFile, databaseFile, ended, stop: stopBoth },
  };
}

/** @returns what it said when it failed. */
async function runHost(args: readonly string[]): Promise<string | undefined> {
  const child = spawnHost(args);
  const said = collect(child.stderr);
  child.stdout?.resume();
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  return exitCode === 0 ? undefined : said.text() || `host ${args[0]} ended with ${exitCode}`;
}

function spawnHost(args: readonly string[]): ChildProcess {
  // With a process group of its own Ctrl-C reaches the till alone, which stops the host after its last exchange; the
  // channel between them ends the host should the till be killed.
  return spawn(process.execPath, [join(import.meta.dirname, 'demo-host-process.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
}

async function readyPort(child: ChildProcess): Promise<number | undefined> {
  if (child.stdout === null) return undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const parsed = readyLine.safeParse(JSON.parse(line));
    if (!parsed.success) continue;
    child.stdout.resume();
    return parsed.data.port;
  }
  return undefined;
}

const SAID_LENGTH_MAX = 4_000;

function collect(stream: Readable | null): { text(): string } {
  let said = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-SAID_LENGTH_MAX);
  });
  return { text: () => said.trim().replaceAll('\n', ' ') };
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}
