import { type Connection, ManagedDevice } from '../managed-device.ts';

/** A device that exists only in this process and is plugged in and out by a call. */
export abstract class SimulatedDevice extends ManagedDevice {
  #plugged = true;
  #lost: ((problem: string) => void) | undefined;

  unplug(): void {
    this.#plugged = false;
    this.#lost?.('unplugged');
    this.#lost = undefined;
  }

  /** Comes back at the next attempt, as a real device does. */
  plugIn(): void {
    this.#plugged = true;
  }

  protected connect(lost: (problem: string) => void): Promise<Connection> {
    if (!this.#plugged) return Promise.reject(new Error('unplugged'));
    this.#lost = lost;
    return Promise.resolve({ close: () => Promise.resolve() });
  }
}
