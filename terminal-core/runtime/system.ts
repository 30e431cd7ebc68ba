import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Random } from '../ports/clock.ts';

/** The machine's clock. `setOffsetMs` moves what the terminal takes for now: `holdfast day` plays several days in one. */
export interface SystemClock extends Clock {
  setOffsetMs(offsetMs: number): void;
}

export function systemClock(): SystemClock {
  let offsetMs = 0;
  return {
    nowMs: () => Date.now() + offsetMs,
    // A pause must not hold up the end of the process.
    sleep: (durationMs) => sleep(durationMs, undefined, { ref: false }),
    setOffsetMs(next) {
      offsetMs = next;
    },
  };
}

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };
