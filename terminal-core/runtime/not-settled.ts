import { mayComeAgain } from '../engine/flows/answers.ts';
import { responseCode } from '../iso8583/index.ts';

/** Between two answers that count against one record, milliseconds. */
export const NOT_SETTLED_APART_MS = 10 * 60_000;
/** The same where the host says "not now" and has settled nothing else meanwhile: then it may mean everybody. */
export const NOT_NOW_APART_MS = 3 * 3_600_000;

/**
 * Records that the host answers without settling them. An answer counts only when it comes long enough after the one that
 * counted last, so that neither an impatient cashier nor a bad hour of the host sets anything aside.
 */
export class NotSettled {
  readonly #byTxn = new Map<string, { readonly atMs: number; readonly settledBefore: number }>();
  #settled = 0;

  /** The host has settled this one, and is there for others. */
  settled(txnId: string): void {
    this.#byTxn.delete(txnId);
    this.#settled += 1;
  }

  /** @returns whether this answer counts. The first never does: it only sets the clock. */
  counts(txnId: string, hostSaid: string | undefined, nowMs: number): boolean {
    const last = this.#byTxn.get(txnId);
    const mayMeanEverybody = !isOfTheRecord(hostSaid) && last?.settledBefore === this.#settled;
    const apartMs = mayMeanEverybody ? NOT_NOW_APART_MS : NOT_SETTLED_APART_MS;
    if (last !== undefined && nowMs - last.atMs < apartMs) return false;
    this.#byTxn.set(txnId, { atMs: nowMs, settledBefore: this.#settled });
    return last !== undefined;
  }
}

/** Said of this record, and not of the moment. A code that asks for a sign-on comes after one has been made. */
function isOfTheRecord(hostSaid: string | undefined): boolean {
  if (hostSaid === undefined) return false;
  return !mayComeAgain(hostSaid) || responseCode(hostSaid).category === 'sign-on-again';
}
