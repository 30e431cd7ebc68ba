import { useCallback, useEffect, useRef } from 'react';

/** A function that stays the same object and always does what the newest render says: for components that are memoised. */
export function useStableCallback<Arguments extends unknown[], Result>(
  callback: (...values: Arguments) => Result,
): (...values: Arguments) => Result {
  const newest = useRef(callback);
  useEffect(() => {
    newest.current = callback;
  });
  return useCallback((...values: Arguments) => newest.current(...values), []);
}
