import type { LinkOutcome } from '../ports/host-link.ts';
import { keyOfAnswer, type MatchKey } from './match-key.ts';

/** Ended requests that are remembered, only to tell a late answer or a duplicate from a stranger's. */
export const ENDED_KEYS_MAX = 256;

/** A request that went to the wire and has not ended. */
export interface Waiting {
  readonly purpose: 'request' | 'echo';
  readonly keyText: string;
  readonly amount: string | undefined;
  /** On the monotonic clock. */
  readonly sentAtMs: number;
  readonly cancelTimeout: () => void;
  readonly resolve: (outcome: LinkOutcome) => void;
}

/**
 * What an incoming frame turned out to be. Only `matched` ends a request; `late` answers a request that had ended without
 * one, `duplicate` one that had its answer, `unknown` none that we remember, `amount-differs` one whose DE4 is another.
 */
export type Verdict =
  | { readonly kind: 'matched'; readonly waiting: Waiting }
  | { readonly kind: 'late' | 'duplicate' | 'unknown' | 'amount-differs' };

/** The requests in flight, by key. */
export class InFlight {
  readonly #waiting = new Map<string, Waiting>();
  readonly #ended = new Map<string, 'answered' | 'unanswered'>();
  #echoes = 0;

  /** Requests in flight, echoes not counted: an echo must not take a sale's place in the window. */
  get requests(): number {
    return this.#waiting.size - this.#echoes;
  }

  get echoes(): number {
    return this.#echoes;
  }

  has(keyText: string): boolean {
    return this.#waiting.has(keyText);
  }

  add(waiting: Waiting): void {
    this.#waiting.set(waiting.keyText, waiting);
    if (waiting.purpose === 'echo') this.#echoes += 1;
  }

  /** Takes out a request that ends; what comes for it from now on is late or a duplicate. */
  remove(waiting: Waiting, how: 'answered' | 'unanswered'): void {
    waiting.cancelTimeout();
    if (!this.#waiting.delete(waiting.keyText)) return;
    if (waiting.purpose === 'echo') this.#echoes -= 1;
    // Deleting first moves a repeated key to the young end of the map.
    this.#ended.delete(waiting.keyText);
    this.#ended.set(waiting.keyText, how);
    if (this.#ended.size > ENDED_KEYS_MAX) {
      for (const oldest of this.#ended.keys()) {
        this.#ended.delete(oldest);
        break;
      }
    }
  }

  /** Takes out all of them, when the connection is gone. */
  removeAll(): Waiting[] {
    const all = [...this.#waiting.values()];
    for (const waiting of all) this.remove(waiting, 'unanswered');
    return all;
  }

  /** @param isPartialApproval asked only when the amounts differ: DE4 may differ with DE39 = 10 and never else. */
  judge(answer: MatchKey, isPartialApproval: () => boolean): Verdict {
    const keyText = keyOfAnswer(answer);
    if (keyText === undefined) return { kind: 'unknown' };
    const waiting = this.#waiting.get(keyText);
    if (waiting !== undefined) {
      const fits = waiting.amount === answer.amount || isPartialApproval();
      return fits ? { kind: 'matched', waiting } : { kind: 'amount-differs' };
    }
    const ended = this.#ended.get(keyText);
    if (ended === undefined) return { kind: 'unknown' };
    return { kind: ended === 'answered' ? 'duplicate' : 'late' };
  }
}
