import type { Device, DeviceState, DeviceStatus } from '../ports/devices.ts';
import { Listeners } from './listeners.ts';
import { bothLanguages, describeError } from './problem-text.ts';

/** How fast a lost device is looked for again: the delay doubles from `firstMs` to `maxMs`. */
export interface ReconnectDelays {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** A cashier who plugs a scanner back in waits two seconds at most. */
export const RECONNECT_DELAYS: ReconnectDelays = { firstMs: 250, maxMs: 2_000 };

/** What a device holds while it is connected. */
export interface Connection {
  /** Never rejects. */
  close(): Promise<void>;
}

export interface ManagedDeviceOptions {
  readonly deviceId: string;
  readonly kind: DeviceStatus['kind'];
  readonly reconnect?: ReconnectDelays;
}

/**
 * The life of a device that may be unplugged at any moment: opens, notices a loss, tries again with growing delays until
 * it is closed, and tells its listeners. A device that is missing is a state with words, never an exception.
 */
export abstract class ManagedDevice implements Device {
  readonly deviceId: string;
  readonly #kind: DeviceStatus['kind'];
  readonly #reconnect: ReconnectDelays;
  readonly #listeners = new Listeners<DeviceStatus>();
  #state: DeviceState = 'closed';
  #problem: string | undefined;
  #connection: Connection | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #delayMs: number;
  /** Rises with every open and close, so that what an older attempt brings late is put away. */
  #generation = 0;

  constructor(options: ManagedDeviceOptions) {
    this.deviceId = options.deviceId;
    this.#kind = options.kind;
    this.#reconnect = options.reconnect ?? RECONNECT_DELAYS;
    this.#delayMs = this.#reconnect.firstMs;
  }

  /**
   * One attempt to connect. `lost` may be called once, at any later time, with what happened.
   * @throws Error when the device is not there or not ours; the message goes into the status.
   */
  protected abstract connect(lost: (problem: string) => void): Promise<Connection>;

  /** Resolves after the first attempt, whether or not the device was there. */
  async open(): Promise<void> {
    if (this.#state !== 'closed') return;
    this.#generation += 1;
    this.#delayMs = this.#reconnect.firstMs;
    await this.#attempt(this.#generation);
  }

  async close(): Promise<void> {
    this.#generation += 1;
    clearTimeout(this.#retryTimer);
    const connection = this.#connection;
    this.#connection = undefined;
    this.#setState('closed');
    await connection?.close();
  }

  status(): DeviceStatus {
    const status = { deviceId: this.deviceId, kind: this.#kind, state: this.#state };
    return this.#problem === undefined ? status : { ...status, problem: this.#problem };
  }

  onStatus(listener: (status: DeviceStatus) => void): () => void {
    return this.#listeners.add(listener);
  }

  async #attempt(generation: number): Promise<void> {
    let connection: Connection | undefined;
    let lostWhileOpening: string | undefined;
    const lost = (problem: string): void => {
      if (connection === undefined) lostWhileOpening ??= problem;
      else this.#onLost(connection, problem, generation);
    };
    try {
      const opened = await this.connect(lost);
      connection = opened;
    } catch (error) {
      if (generation === this.#generation) this.#fail(describeError(error), generation);
      return;
    }
    if (generation !== this.#generation) {
      await connection.close();
      return;
    }
    this.#connection = connection;
    if (lostWhileOpening !== undefined) {
      this.#onLost(connection, lostWhileOpening, generation);
      return;
    }
    this.#delayMs = this.#reconnect.firstMs;
    this.#setState('ready');
  }

  #onLost(connection: Connection, problem: string, generation: number): void {
    if (generation !== this.#generation || this.#connection !== connection) return;
    this.#connection = undefined;
    void connection.close();
    this.#fail(problem, generation);
  }

  #fail(problem: string, generation: number): void {
    this.#setState(
      'error',
      bothLanguages({
        'zh-CN': `设备不可用：${problem}。请检查电源和连线，恢复后自动可用。`,
        en: `Not available: ${problem}. Check power and cable; it comes back by itself.`,
      }),
    );
    this.#retryTimer = setTimeout(() => void this.#attempt(generation), this.#delayMs);
    // A missing scanner must not keep a process alive that wants to end.
    this.#retryTimer.unref();
    this.#delayMs = Math.min(this.#delayMs * 2, this.#reconnect.maxMs);
  }

  #setState(state: DeviceState, problem?: string): void {
    if (state === this.#state && problem === this.#problem) return;
    this.#state = state;
    this.#problem = problem;
    this.#listeners.emit(this.status());
  }
}
