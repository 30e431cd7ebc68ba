const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long ago, in the largest unit that fits: for "oldest 12 min". */
export interface Age {
  readonly unit: 'seconds' | 'minutes' | 'hours' | 'days';
  readonly count: number;
}

export function ageBetween(fromMs: number, toMs: number): Age {
  const passedMs = Math.max(0, toMs - fromMs);
  if (passedMs < MINUTE_MS) return { unit: 'seconds', count: Math.floor(passedMs / 1000) };
  if (passedMs < HOUR_MS) return { unit: 'minutes', count: Math.floor(passedMs / MINUTE_MS) };
  if (passedMs < 2 * DAY_MS) return { unit: 'hours', count: Math.floor(passedMs / HOUR_MS) };
  return { unit: 'days', count: Math.floor(passedMs / DAY_MS) };
}

/** "14:05" on the till's own clock. */
export function clockTime(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** "11-21 14:05:09" on the till's own clock. */
export function dateTime(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${clockTime(atMs)}:${two(at.getSeconds())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
