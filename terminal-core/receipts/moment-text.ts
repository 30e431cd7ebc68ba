import { localTime } from '../domain/local-time.ts';

/** A moment as the store's clock shows it: `2026-11-21 22:14:09`. */
export function momentText(
  atMs: number,
  { utcOffsetMinutes }: { readonly utcOffsetMinutes: number },
): string {
  const { date, time } = localTime(atMs, utcOffsetMinutes);
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  return `${day} ${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
}
