import type { Clock } from '../ports.ts';

/** A clock that a test can move, so that the next day's refund need not wait for the next day. */
export class MovableClock implements Clock {
  readonly #base: Clock;
  #offsetMs: number;

  constructor(base: Clock, offsetMs = 0) {
    this.#base = base;
    this.#offsetMs = offsetMs;
  }

  nowMs(): number {
    return this.#base.nowMs() + this.#offsetMs;
  }

  advance(durationMs: number): void {
    this.#offsetMs += durationMs;
  }

  set(nowMs: number): void {
    this.#offsetMs = nowMs - this.#base.nowMs();
  }
}
