import { BACKOFF_CAP_MS, BACKOFF_FIRST_MS } from './backoff.ts';

/** Requests in flight on one connection; the next one is `not-sent` with `window-full`. */
export const IN_FLIGHT_MAX = 64;
/** Bytes that wait in the socket because the host does not read; above it a request is `not-sent` with `window-full`. */
export const WRITE_BUFFER_MAX_BYTES = 256 * 1024;
/** Round trips that the status shows. */
export const ROUND_TRIP_HISTORY_MAX = 100;
/** A longer timeout of a request is cut to this: the window would never empty again. */
export const REQUEST_TIMEOUT_MAX_MS = 300_000;

/** What a site may tune. Every field has its default in LINK_LIMITS. */
export interface LinkLimits {
  /** 1 to IN_FLIGHT_MAX. */
  readonly inFlightMax: number;
  readonly connectTimeoutMs: number;
  readonly backoffFirstMs: number;
  readonly backoffCapMs: number;
  /** A request that finds the link down brings the next attempt forward, if the last one was at least so long ago. */
  readonly wantedRetryMs: number;
  /** Idle time before the system probes a connection. */
  readonly keepAliveMs: number;
  /** Time without a frame from the host before the application echo asks whether it is there. */
  readonly echoIdleMs: number;
  /** The same while the link is degraded. */
  readonly echoDegradedMs: number;
  readonly echoTimeoutMs: number;
  /** So many requests or echoes in a row without an answer ... */
  readonly silentTimeoutsMax: number;
  /** ... and so long without a single frame: then the connection is half-open and is dropped. */
  readonly silentMs: number;
  /** A connection that ended sooner and without an answer proves nothing: the one after it starts degraded. */
  readonly provenMs: number;
}

export const LINK_LIMITS: LinkLimits = {
  inFlightMax: IN_FLIGHT_MAX,
  connectTimeoutMs: 5_000,
  backoffFirstMs: BACKOFF_FIRST_MS,
  backoffCapMs: BACKOFF_CAP_MS,
  wantedRetryMs: 1_000,
  keepAliveMs: 15_000,
  echoIdleMs: 30_000,
  echoDegradedMs: 5_000,
  echoTimeoutMs: 5_000,
  silentTimeoutsMax: 3,
  silentMs: 15_000,
  provenMs: 10_000,
};

/** @throws RangeError for a limit that is not a positive whole number, or a window over IN_FLIGHT_MAX. */
export function linkLimits(overrides: Partial<LinkLimits> = {}): LinkLimits {
  const limits = { ...LINK_LIMITS, ...overrides };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name} is a positive whole number, not ${value}`);
  }
  if (limits.inFlightMax > IN_FLIGHT_MAX) throw new RangeError(`inFlightMax is at most ${IN_FLIGHT_MAX}`);
  return limits;
}
