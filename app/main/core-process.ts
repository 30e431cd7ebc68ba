import { z } from 'zod';
import type { CoreChild, ElectronApi, ElectronPort } from './electron-api.ts';

const RESTART_DELAY_MS_MIN = 250;
export const RESTART_DELAY_MS_MAX = 10_000;
/** A core that ran this long was well; its next end is a new story. */
const HEALTHY_AFTER_MS = 60_000;
export const STOP_TIMEOUT_MS = 5_000;

/** What the core says to the shell. Anything else is not ours. */
const coreMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started') }),
  /** It will not start, by its own rules; starting it again would change nothing. */
  z.object({
    kind: z.literal('refused'),
    message: z.object({ 'zh-CN': z.string(), en: z.string() }),
    detail: z.string(),
  }),
]);

export interface CoreProcessOptions {
  readonly electron: Pick<ElectronApi, 'utilityProcess'>;
  /** The bundle of `terminal-core/runtime/electron-core.ts`. */
  readonly corePath: string;
  /** First message of every core: `{ kind: 'start', … }`. */
  readonly startMessage: { readonly kind: 'start'; readonly [name: string]: unknown };
  /** The core can take ports now: after the first start and after every restart. */
  readonly onRunning: () => void;
  /** The core ended by itself and will be started again. */
  readonly onLost: () => void;
  readonly onRefused: (refusal: { readonly text: string; readonly detail: string }) => void;
}

/** Runs the terminal core in a utility process, so that an fsync never blocks a window, and starts it again when it dies. */
export class CoreProcess {
  readonly #options: CoreProcessOptions;
  #child: CoreChild | undefined;
  #running = false;
  #stopping: (() => void) | undefined;
  #delayMs = RESTART_DELAY_MS_MIN;
  #restartTimer: NodeJS.Timeout | undefined;

  constructor(options: CoreProcessOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#running;
  }

  start(): void {
    const { corePath, electron, startMessage } = this.#options;
    const child = electron.utilityProcess.fork(corePath, [], {
      serviceName: 'Holdfast core',
      stdio: 'inherit',
    });
    const healthyTimer = setTimeout(() => {
      this.#delayMs = RESTART_DELAY_MS_MIN;
    }, HEALTHY_AFTER_MS);
    child.on('message', (message) => this.#receive(message));
    child.on('exit', () => {
      clearTimeout(healthyTimer);
      this.#ended();
    });
    this.#child = child;
    // The seal key travels by message: arguments and environment can be read by other processes.
    child.postMessage(startMessage);
  }

  /** Gives the core one end of a channel to a window. */
  handOver(port: ElectronPort): void {
    this.#child?.postMessage({ kind: 'port' }, [port]);
  }

  /** Lets the core finish what it is writing; kills it after STOP_TIMEOUT_MS. */
  async stop(): Promise<void> {
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill(), STOP_TIMEOUT_MS);
      this.#stopping = () => {
        clearTimeout(timer);
        resolve();
      };
      child.postMessage({ kind: 'stop' });
    });
  }

  #receive(message: unknown): void {
    const parsed = coreMessage.safeParse(message);
    if (!parsed.success) return;
    if (parsed.data.kind === 'started') {
      this.#running = true;
      this.#options.onRunning();
      return;
    }
    const { detail, message: text } = parsed.data;
    this.#stopping ??= () => {};
    this.#options.onRefused({ text: `${text['zh-CN']}\n${text.en}`, detail });
  }

  #ended(): void {
    this.#child = undefined;
    this.#running = false;
    if (this.#stopping !== undefined) {
      this.#stopping();
      return;
    }
    this.#options.onLost();
    this.#restartTimer = setTimeout(() => this.start(), this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, RESTART_DELAY_MS_MAX);
  }
}
