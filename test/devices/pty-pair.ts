import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const APPEAR_TIMEOUT_MS = 5_000;

/**
 * Two serial ports that are wired to each other, made by socat: the driver opens `path`, the test plays the device at the
 * other end. Pulling the cable is ending socat; the port then vanishes, as a USB adapter does.
 */
export class PtyPair {
  readonly path: string;
  readonly #folder: string;
  readonly #farPath: string;
  #process: ChildProcess | undefined;
  #far: FileHandle | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'port');
    this.#farPath = join(folder, 'device');
  }

  static async create(): Promise<PtyPair> {
    const pair = new PtyPair(await mkdtemp(join(tmpdir(), 'holdfast-pty-')));
    await pair.plugIn();
    return pair;
  }

  async plugIn(): Promise<void> {
    const end = (path: string): string => `pty,raw,echo=0,link=${path}`;
    this.#process = spawn('socat', [end(this.path), end(this.#farPath)], { stdio: 'ignore' });
    for (let waitedMs = 0; !(existsSync(this.path) && existsSync(this.#farPath)); waitedMs += 10) {
      if (waitedMs > APPEAR_TIMEOUT_MS) throw new Error('socat made no ports');
      await sleep(10);
    }
    this.#far = await open(this.#farPath, 'r+');
  }

  /** The device at the other end sends these bytes, in one piece. */
  async send(bytes: string | Uint8Array): Promise<void> {
    await this.#far?.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** What the driver wrote; waits until `length` bytes have come. */
  async receive(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let received = 0;
    while (received < length && this.#far) {
      const { bytesRead, buffer } = await this.#far.read(Buffer.alloc(4_096), 0, 4_096, null);
      parts.push(buffer.subarray(0, bytesRead));
      received += bytesRead;
    }
    return Buffer.concat(parts);
  }

  async unplug(): Promise<void> {
    await this.#far?.close();
    this.#far = undefined;
    const process = this.#process;
    this.#process = undefined;
    if (!process || process.exitCode !== null) return;
    const exited = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGTERM');
    await exited;
  }

  async remove(): Promise<void> {
    await this.unplug();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
