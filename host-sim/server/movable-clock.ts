import type { Clock } from '../ports.ts';

/** Between these every date that a message or a record has can be written: years of two digits are those after 2000. */
export const EARLIEST_MS = Date.UTC(2000, 0, 2);
export const LATEST_MS = Date.UTC(2099, 11, 30);

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
