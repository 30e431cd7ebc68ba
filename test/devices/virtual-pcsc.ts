import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadNative, nativePcscApi } from '../../terminal-core/devices/pcsc-api.ts';

/** Not the driver's usual port, so that a virtual reader of this machine's own pcscd is left alone. */
export const TEST_VPCD_PORT = 40_219;
export const TEST_READERS = { customer: 'Virtual PCD 00 00', sam: 'Virtual PCD 00 01' } as const;

const START_MS = 10_000;

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
  try {
    loadNative();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A pcscd of our own with one virtual reader of two slots. There can be one pcscd on a machine. */
export class VirtualPcsc {
  readonly #folder: string;
  readonly #executable: string;
  #process: ChildProcess | undefined;
  #said = '';

  private constructor(executable: string, folder: string) {
    this.#executable = executable;
    this.#folder = folder;
  }

  static async start(executable: string): Promise<VirtualPcsc> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-pcscd-'));
    const device = `0x${TEST_VPCD_PORT.toString(16).toUpperCase()}`;
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
    const pcsc = new VirtualPcsc(executable, folder);
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
      if (child.exitCode !== null || performance.now() > deadline)
        throw new Error(`pcscd did not start: ${this.#said || 'it said nothing'}`);
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
    await rm(this.#folder, { recursive: true, force: true });
  }
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
