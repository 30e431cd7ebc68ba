/** A moment as the wire and the receipt write it, in the store's local time. */
export interface LocalTime {
  /** YYYYMMDD */
  readonly date: string;
  /** MMDD, DE13 */
  readonly monthDay: string;
  /** hhmmss, DE12 */
  readonly time: string;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** @param utcOffsetMinutes the store's offset from UTC; 480 for China, which has no summer time. */
export function localTime(atMs: number, utcOffsetMinutes: number): LocalTime {
  const iso = new Date(atMs + utcOffsetMinutes * 60_000).toISOString();
  const date = iso.slice(0, 10).replaceAll('-', '');
  return { date, monthDay: date.slice(4), time: iso.slice(11, 19).replaceAll(':', '') };
}

/**
 * The moment that a host means by DE13 (MMDD) and DE12 (hhmmss): the one nearest to `nearMs`, because the wire
 * carries no year. undefined when they name no real moment.
 */
export function momentFromWire(wire: {
  readonly monthDay: string;
  readonly time: string;
  readonly nearMs: number;
  readonly utcOffsetMinutes: number;
}): number | undefined {
  const { monthDay, time, nearMs, utcOffsetMinutes } = wire;
  if (!/^\d{4}$/.test(monthDay) || !/^\d{6}$/.test(time)) return undefined;
  const yearNear = Number(localTime(nearMs, utcOffsetMinutes).date.slice(0, 4));
  const candidates = [yearNear - 1, yearNear, yearNear + 1]
    .map((year) => {
      const text = `${year}-${monthDay.slice(0, 2)}-${monthDay.slice(2)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z`;
      return Date.parse(text) - utcOffsetMinutes * 60_000;
    })
    .filter((atMs) => !Number.isNaN(atMs));
  candidates.sort((a, b) => Math.abs(a - nearMs) - Math.abs(b - nearMs));
  return candidates[0];
}
