import type { DeliveryFault } from '../engine/state.ts';

/** First and longest pause between tries of one record. */
export const SUSPECT_FIRST_MS = 2_000;
export const SUSPECT_LONGEST_MS = 60_000;

interface Suspect {
  /** Failed among many at once, and not since: a line that was cut leaves many such. */
  readonly isOneOfMany?: boolean;
  readonly tries: number;
  readonly notBeforeMs: number;
  /** What its last try alone came to, until it is known that the host answered before and after. */
  readonly failed?: DeliveryFault;
}

/**
 * Records that did not get through. They go after all others, first a few at a time where there are many of them, and then one
 * at a time, so that one that makes the host hang up takes nobody with it, and at growing distances. In memory only: what counts against a record is journalled.
 */
export class Suspects {
  readonly #byTxn = new Map<string, Suspect>();

  has(txnId: string): boolean {
    return this.#byTxn.has(txnId);
  }

  /** Failed among others: nothing says yet that it was this one's fault. */
  add(txnId: string, among: 'many' | 'few'): void {
    if (among === 'few' || !this.has(txnId))
      this.#byTxn.set(txnId, { isOneOfMany: among === 'many', tries: 0, notBeforeMs: 0 });
  }

  isOneOfMany(txnId: string): boolean {
    return this.#byTxn.get(txnId)?.isOneOfMany === true;
  }

  clear(txnId: string): void {
    this.#byTxn.delete(txnId);
  }

  isDue(txnId: string, nowMs: number): boolean {
    return (this.#byTxn.get(txnId)?.notBeforeMs ?? 0) <= nowMs;
  }

  failedAlone(txnId: string, fault: DeliveryFault | undefined, nowMs: number): void {
    const tries = (this.#byTxn.get(txnId)?.tries ?? 0) + 1;
    const pauseMs = Math.min(SUSPECT_FIRST_MS * 2 ** (tries - 1), SUSPECT_LONGEST_MS);
    this.#byTxn.set(txnId, {
      tries,
      notBeforeMs: nowMs + pauseMs,
      ...(fault === undefined ? {} : { failed: fault }),
    });
  }

  /** The fault of its last try, once. */
  takeFault(txnId: string): DeliveryFault | undefined {
    const before = this.#byTxn.get(txnId);
    if (before?.failed === undefined) return undefined;
    const { failed, ...rest } = before;
    this.#byTxn.set(txnId, rest);
    return failed;
  }
}
