import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TillService } from '../../../terminal-core/api/service.ts';
import type { AtDevice } from './simulated-devices.ts';
import type { CardRequest, Doom, StartRequest, StickRequest, TerminalCalls } from './terminal-process.ts';

/** The process as it is; `bundle` in test/support makes one file of it. */
export const PROCESS_FILE = fileURLToPath(new URL('./terminal-process.ts', import.meta.url));

export interface TerminalBuild {
  readonly file: string;
  /** A folder in which Node.js keeps its compiled modules from one process to the next. */
  readonly compiledIn?: string;
}

/** The process ended before it answered: killed, as it was asked to be, or crashed. */
export class TerminalGone extends Error {
  override readonly name = 'TerminalGone';
}

type Methods = {
  [K in keyof TillService]: TillService[K] extends (...args: infer A) => infer R ? [A, Awaited<R>] : never;
};

/** The parent's end of a terminal process. */
export class TerminalDriver {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #lastId = 0;

  /** @param build another build of the terminal's process: tests that start many bundle it, which starts faster. */
  constructor(build: TerminalBuild = { file: PROCESS_FILE }) {
    const { compiledIn, file } = build;
    this.#child = fork(file, {
      ...(compiledIn === undefined ? {} : { env: { ...process.env, NODE_COMPILE_CACHE: compiledIn } }),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message: { id: number; result?: unknown; error?: string }) => {
      const call = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error === undefined) call?.resolve(message.result);
      else call?.reject(new Error(message.error));
    });
    this.#child.on('exit', () => {
      for (const call of this.#waiting.values())
        call.reject(new TerminalGone('The terminal process has ended'));
      this.#waiting.clear();
    });
  }

  start(request: StartRequest): ReturnType<TerminalCalls['start']> {
    return this.#call('start', request);
  }

  waitUntilUp(timeoutMs: number): Promise<boolean> {
    return this.#call('waitUntilUp', timeoutMs);
  }

  readCard(card: CardRequest): Promise<string> {
    return this.#call('readCard', card);
  }

  service<M extends keyof Methods>(method: M, input?: Methods[M][0][0]): Promise<Methods[M][1]> {
    return this.#call('service', { method, input }) as Promise<Methods[M][1]>;
  }

  sync(): ReturnType<TerminalCalls['sync']> {
    return this.#call('sync', undefined);
  }

  atDevice(what: AtDevice): ReturnType<TerminalCalls['atDevice']> {
    return this.#call('atDevice', what);
  }

  dieAt(doom: Doom): ReturnType<TerminalCalls['dieAt']> {
    return this.#call('dieAt', doom);
  }

  takePoints(): ReturnType<TerminalCalls['takePoints']> {
    return this.#call('takePoints', undefined);
  }

  exportBatch(request: StickRequest): ReturnType<TerminalCalls['exportBatch']> {
    return this.#call('exportBatch', request);
  }

  takeAnswers(
    request: StickRequest & { readonly answers: string },
  ): ReturnType<TerminalCalls['takeAnswers']> {
    return this.#call('takeAnswers', request);
  }

  /** As a power cut: no handler runs, nothing is flushed. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    await this.#call('close', undefined);
    await exited;
  }

  #call<N extends keyof TerminalCalls>(name: N, argument: unknown): ReturnType<TerminalCalls[N]> {
    this.#lastId += 1;
    const id = this.#lastId;
    const promise = new Promise((resolve, reject) => {
      if (!this.#child.connected) {
        reject(new TerminalGone('The terminal process has ended'));
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, name, argument }, (error) => {
        if (error) reject(new TerminalGone('The terminal process has ended'));
      });
    });
    return promise as ReturnType<TerminalCalls[N]>;
  }
}
