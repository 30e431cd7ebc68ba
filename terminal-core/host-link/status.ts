import type { Clock } from '../ports/clock.ts';
import type { LinkState, LinkStatus } from '../ports/host-link.ts';
import { ROUND_TRIP_HISTORY_MAX } from './limits.ts';
import type { LinkError } from './link-error.ts';
import type { LinkLogger } from './logger.ts';

/** Keeps the state of the link and tells the listeners when it, or the reason for it, changes. */
export class StatusKeeper {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #logger: LinkLogger;
  readonly #listeners = new Set<(status: LinkStatus) => void>();
  readonly #roundTripsMs: number[] = [];
  #state: LinkState = 'down';
  #sinceMs: number;
  #lastError: LinkError | undefined;

  constructor(clock: Pick<Clock, 'nowMs'>, logger: LinkLogger) {
    this.#clock = clock;
    this.#logger = logger;
    this.#sinceMs = clock.nowMs();
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Why the link is not up; undefined when it is, or has not been tried. */
  get lastError(): LinkError | undefined {
    return this.#lastError;
  }

  get status(): LinkStatus {
    return {
      state: this.#state,
      sinceMs: this.#sinceMs,
      roundTripsMs: [...this.#roundTripsMs],
      ...(this.#lastError === undefined
        ? {}
        : { lastError: `${this.#lastError.code}: ${this.#lastError.text.en}` }),
    };
  }

  subscribe(listener: (status: LinkStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  addRoundTrip(roundTripMs: number): void {
    this.#roundTripsMs.push(roundTripMs);
    if (this.#roundTripsMs.length > ROUND_TRIP_HISTORY_MAX) this.#roundTripsMs.shift();
  }

  /** @param error the reason, for `down` and `degraded`; being up clears it. */
  set(state: LinkState, error?: LinkError): void {
    const nextError = state === 'up' ? undefined : (error ?? this.#lastError);
    if (state === this.#state && nextError?.code === this.#lastError?.code) return;
    if (state !== this.#state) this.#sinceMs = this.#clock.nowMs();
    this.#state = state;
    this.#lastError = nextError;
    this.#logger.info(
      { state, ...(nextError === undefined ? {} : { code: nextError.code, detail: nextError.detail }) },
      'host link state',
    );
    for (const listener of [...this.#listeners]) {
      try {
        listener(this.status);
      } catch (cause) {
        // A listener's bug must not take the link down with it.
        this.#logger.warn({ cause: String(cause) }, 'a host link status listener failed');
      }
    }
  }
}
