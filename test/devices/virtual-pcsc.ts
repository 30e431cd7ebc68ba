import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadNative, nativePcscApi } from '../../terminal-core/devices/pcsc-api.ts';

export const TEST_READERS = { customer: 'Virtual PCD 00 00', sam: 'Virtual PCD 00 01' } as const;

const START_MS = 20_000;
/** Another run of these tests may have its pcscd up; there can be one on a machine. */
const TURN_MS = 90_000;
/** For hooks that start it. */
export const PCSC_START_MS = START_MS + TURN_MS;
const TURN_PORT = 40_218;
const FOLDER_PREFIX = 'holdfast-pcscd-';

/**
 * Why a pcscd of our own cannot be used here; empty when it can.
 * @throws Error instead when HOLDFAST_REQUIRE_SYSTEM_PACKAGES=1: continuous integration must not skip quietly.
 */
export function pcscNote(): string {
  const reason = missingForPcsc();
  if (reason === undefined) return '';
  if (process.env.HOLDFAST_REQUIRE_SYSTEM_PACKAGES === '1') throw new Error(reason);
  return ` [skipped: ${reason}]`;
}

function missingForPcsc(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can start a pcscd';
  const running = runningPcscd();
  if (running !== undefined && !running.includes(FOLDER_PREFIX))
    return 'a pcscd is running already (systemctl stop pcscd.socket pcscd)';
  try {
    loadNative();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A pcscd of our own with one virtual reader of two slots. There can be one pcscd on a machine. */
export class VirtualPcsc {
  /** Where vpcd waits for the card of the first slot; that of the second is one further. */
  readonly port: number;
  readonly #folder: string;
  readonly #executable: string;
  readonly #turn: Server;
  #process: ChildProcess | undefined;
  #said = '';

  private constructor(parts: {
    readonly executable: string;
    readonly folder: string;
    readonly port: number;
    readonly turn: Server;
  }) {
    this.#executable = parts.executable;
    this.#folder = parts.folder;
    this.port = parts.port;
    this.#turn = parts.turn;
    // Whatever becomes of this run, the next one needs the machine's only pcscd.
    process.once('exit', () => this.#process?.kill('SIGKILL'));
  }

  static async start(executable: string): Promise<VirtualPcsc> {
    const turn = await takeTurn();
    const folder = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
    const port = await freePort();
    const device = `0x${port.toString(16).toUpperCase()}`;
    await writeFile(
      join(folder, 'vpcd'),
      [
        'FRIENDLYNAME "Virtual PCD"',
        `DEVICENAME /dev/null:${device}`,
        'LIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so',
        `CHANNELID ${device}`,
        '',
      ].join('\n'),
    );
    const pcsc = new VirtualPcsc({ executable, folder, port, turn });
    await pcsc.startService();
    return pcsc;
  }

  /** @throws Error with what pcscd said when its readers do not come. */
  async startService(): Promise<void> {
    this.#said = '';
    const child = spawn(this.#executable, ['--foreground', '--config', this.#folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#said += chunk.toString();
      });
    const deadline = performance.now() + START_MS;
    while (!hasReaders()) {
      if (child.exitCode !== null || performance.now() > deadline) {
        child.kill('SIGKILL');
        throw new Error(`pcscd did not start: ${this.#said || 'it said nothing'}`);
      }
      await sleep(50);
    }
  }

  async stopService(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stopService();
    this.#turn.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The command line of the machine's pcscd, if it has one. */
function runningPcscd(): string | undefined {
  try {
    const pid = readFileSync('/run/pcscd/pcscd.pid', 'utf8').trim();
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return commandLine.includes('pcscd') ? commandLine : undefined;
  } catch {
    // No such file: it is not running.
    return undefined;
  }
}

/** Holds a port as long as this run needs the machine's only pcscd; the system gives it back if the run dies. */
async function takeTurn(): Promise<Server> {
  const deadline = performance.now() + TURN_MS;
  for (;;) {
    const server = createServer().listen(TURN_PORT, '127.0.0.1');
    try {
      await once(server, 'listening');
      return server;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(250);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function hasReaders(): boolean {
  try {
    const session = nativePcscApi.open();
    const names = session.readers().map(({ name }) => name);
    session.close();
    return Object.values(TEST_READERS).every((name) => names.includes(name));
  } catch {
    // The service is not there yet.
    return false;
  }
}
