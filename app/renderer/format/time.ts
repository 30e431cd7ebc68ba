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

/** "14:05" at the store. @param utcOffsetMinutes the store's offset from UTC. */
export function clockTime(atMs: number, utcOffsetMinutes: number): string {
  return storeTime(atMs, utcOffsetMinutes).slice(11, 16);
}

/** "11-21 14:05:09" at the store. @param utcOffsetMinutes the store's offset from UTC. */
export function dateTime(atMs: number, utcOffsetMinutes: number): string {
  return storeTime(atMs, utcOffsetMinutes).slice(5, 19).replace('T', ' ');
}

/** ISO 8601 without its zone: the browser's own zone has no say, so that screen and receipt agree. */
function storeTime(atMs: number, utcOffsetMinutes: number): string {
  return new Date(atMs + utcOffsetMinutes * MINUTE_MS).toISOString();
}
