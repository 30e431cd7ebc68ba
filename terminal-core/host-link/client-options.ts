import type { Clock, Random } from '../ports/clock.ts';
import type { HostLink } from '../ports/host-link.ts';
import type { Endpoint } from './connection.ts';
import type { LinkCounters } from './counters.ts';
import type { Verdict } from './in-flight.ts';
import type { LinkLimits } from './limits.ts';
import type { LinkError } from './link-error.ts';
import type { LinkLogger } from './logger.ts';
import type { ReadKey } from './match-key.ts';
import type { LinkTimers } from './timers.ts';

/** One frame as it passed, for the live trace. It is clear: whoever shows it masks it. */
export interface TracedFrame {
  readonly direction: 'out' | 'in';
  readonly frame: Uint8Array;
  /** What an incoming frame was taken for. */
  readonly verdict?: Verdict['kind'] | 'malformed';
}

export interface HostLinkOptions extends Endpoint {
  readonly readKey: ReadKey;
  /** Whether an answer approves a part only (DE39 = 10), so that its DE4 may differ. Default: never. */
  readonly isPartialApproval?: (answer: Uint8Array) => boolean;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly random: Random;
  /** Builds the application echo (0820, 60.3 = 301) anew each time; undefined when there can be none just now. */
  readonly echo?: () => Uint8Array | undefined;
  readonly limits?: Partial<LinkLimits>;
  readonly logger?: LinkLogger;
  readonly trace?: (traced: TracedFrame) => void;
  readonly timers?: LinkTimers;
}

export interface HostLinkClient extends HostLink {
  /** A copy. */
  counters(): LinkCounters;
  /** Why the link is not up, with a code and what to do in both languages. */
  lastError(): LinkError | undefined;
  /** Tries now instead of when the backoff would; does nothing while connected or trying. */
  reconnectNow(): void;
  /**
   * Tries now, then waits until the link is up; without an echo to prove it, until it is connected.
   * @returns whether it came up in time.
   */
  waitUntilUp(timeoutMs: number): Promise<boolean>;
}
