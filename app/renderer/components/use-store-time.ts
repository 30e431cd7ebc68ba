import { clockTime, dateTime } from '../format/time.ts';
import { useCell } from '../store/cell.ts';
import { useTill } from '../till-context.ts';

/** Times as the store's receipts have them. */
export function useStoreTime(): {
  readonly clock: (atMs: number) => string;
  readonly full: (atMs: number) => string;
} {
  // No screen that shows a time is shown before the core's first status.
  const utcOffsetMinutes = useCell(useTill().status)?.utcOffsetMinutes ?? 0;
  return {
    clock: (atMs) => clockTime(atMs, utcOffsetMinutes),
    full: (atMs) => dateTime(atMs, utcOffsetMinutes),
  };
}
