import type { Random } from '../ports/clock.ts';

export interface BackoffOptions {
  /** The longest wait before the first attempt after a loss. */
  readonly firstMs: number;
  /** No wait is longer. */
  readonly capMs: number;
}

export const BACKOFF_FIRST_MS = 250;
export const BACKOFF_CAP_MS = 30_000;

/**
 * Capped exponential backoff. The wait is drawn from the upper half of its step, so that the tills of a store that lost
 * the host together do not come back together, and yet none of them hammers it.
 * @param attempt 0 for the first attempt after a loss.
 */
export function backoffDelayMs(attempt: number, options: BackoffOptions, random: Random): number {
  // Doubling more than 30 times is over every cap that fits a timer, and 2 ** 1100 would be Infinity.
  const stepMs = Math.min(options.capMs, options.firstMs * 2 ** Math.min(attempt, 30));
  const [high = 0, low = 0] = random.bytes(2);
  const fraction = (high * 256 + low) / 0x1_0000;
  return Math.round(stepMs / 2 + (stepMs / 2) * fraction);
}
