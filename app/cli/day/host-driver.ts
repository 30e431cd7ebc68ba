import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TerminalProvisioning } from '../../../terminal-core/domain/provisioning.ts';
import { MAIN_FILE, runHoldfast } from './run-holdfast.ts';

export interface HostReady {
  readonly port: number;
  readonly adminPort: number;
  readonly adminToken: string;
}

/** A host simulator in a process of its own, with a database of its own. */
export class HostDriver {
  readonly databaseFile: string;
  readonly #seed: number;
  #child: ChildProcess | undefined;
  #ready: HostReady | undefined;

  constructor(options: { readonly folder: string; readonly seed: number }) {
    this.databaseFile = join(options.folder, 'host.sqlite');
    this.#seed = options.seed;
  }

  /** Makes the terminal and the cards known to the host. @throws Error with what the host's command said. */
  async prepare(options: {
    readonly folder: string;
    readonly cardsFile: string;
    readonly terminalId: string;
    readonly merchantId: string;
  }): Promise<TerminalProvisioning> {
    const out = join(options.folder, 'provisioning.json');
    const { terminalId, merchantId } = options;
    const own = ['--demo', '--seed', String(this.#seed)];
    await this.#must(['terminals', 'create', terminalId, '--merchant', merchantId, '--out', out, ...own]);
    await this.#must(['cards', 'load', options.cardsFile, ...own]);
    // Written by our own command a moment ago.
    return JSON.parse(readFileSync(out, 'utf8')) as TerminalProvisioning;
  }

  async start(): Promise<HostReady> {
    const args = ['serve', '--port', '0', '--admin-port', '0', '--seed', String(this.#seed), '--json'];
    const child = spawn(process.execPath, [MAIN_FILE, 'host', ...args, '--db', this.databaseFile, '--demo'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
      const ready = JSON.parse(line) as HostReady & { readonly ready?: boolean };
      if (ready.ready === true) {
        this.#ready = ready;
        return ready;
      }
    }
    throw new Error('The host simulator ended before it was ready');
  }

  async advanceClock(advanceMs: number): Promise<void> {
    await this.#admin('/clock', { advanceMs });
  }

  /** Replaces the faults that the host plays. */
  async setFaults(faults: readonly object[]): Promise<void> {
    await this.#admin('/faults', faults);
  }

  /** One of the host's own commands on its database. */
  run(args: readonly string[]): ReturnType<typeof runHoldfast> {
    return runHoldfast(['host', ...args, '--db', this.databaseFile]);
  }

  async #must(args: readonly string[]): Promise<void> {
    const { exitCode, stderr } = await this.run(args);
    if (exitCode !== 0) throw new Error(stderr.trim());
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }

  async #admin(path: string, body: object): Promise<void> {
    if (!this.#ready) throw new Error('The host simulator is not running');
    const { adminPort, adminToken } = this.#ready;
    const response = await fetch(`http://127.0.0.1:${adminPort}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok)
      throw new Error(`The host's admin interface said ${response.status}: ${await response.text()}`);
  }
}
