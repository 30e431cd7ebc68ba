import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'app', 'cli', 'main.ts');
const POLL_MS = 50;
const UP = 'Ctrl-C closes the till.';
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/;

/** `holdfast till` as a person starts it, in a process of its own, without a window. */
export class TillProcess {
  readonly said = { stdout: '', stderr: '' };
  /** Its exit code; null when it was killed. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #isOver = false;

  constructor(dataDir: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [MAIN, 'till', '--shell', 'none', '--data', dataDir, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // A till that has ended takes no orders; the test sees it by what is missing.
    this.#child.stdin.on('error', () => {});
    this.#child.stdout.on('data', (chunk) => {
      this.said.stdout += String(chunk);
    });
    this.#child.stderr.on('data', (chunk) => {
      this.said.stderr += String(chunk);
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (exitCode) => {
        this.#isOver = true;
        resolve(exitCode);
      });
    });
  }

  /** @returns the address with the token, once the till has said that it is up. @throws Error with its last words. */
  async url(): Promise<string> {
    while (!this.said.stdout.includes(UP)) {
      if (this.#isOver) throw new Error(`the till ended: ${this.said.stderr}`);
      await sleep(POLL_MS);
    }
    return ADDRESS.exec(this.said.stdout)?.[0] ?? '';
  }

  /** What a person types into the terminal of a demo till; resolves when the till says that it is done. */
  async order(word: 'cut' | 'heal' | 'lose'): Promise<void> {
    const before = this.said.stderr.length;
    this.#child.stdin.write(`${word}\n`);
    while (!this.said.stderr.slice(before).includes(ORDER_DONE[word])) {
      if (this.#isOver) throw new Error(`the till ended: ${this.said.stderr}`);
      await sleep(POLL_MS);
    }
  }

  /** As a power cut ends it: no handler runs. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** As Ctrl-C ends it. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.ended;
  }
}

const ORDER_DONE = {
  cut: 'the network is cut',
  heal: 'the network is whole',
  lose: 'next answer will be lost',
} as const;
