import { type RefObject, useLayoutEffect, useRef } from 'react';

/** Marks an element that may have the focus and is nothing to press: Enter is the screen's there. */
export const KEY_GROUND_ATTRIBUTE = 'data-key-ground';

interface KeyGround {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly tabIndex: -1;
  readonly [KEY_GROUND_ATTRIBUTE]: '';
}

/**
 * For what is typed into and has nothing to press at first: it takes the focus when it appears. Otherwise the focus would
 * go with the step before, and a dialog would give it to the button that closes it.
 */
export function useKeyGround(): KeyGround {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => ref.current?.focus({ preventScroll: true }), []);
  return { ref, tabIndex: -1, [KEY_GROUND_ATTRIBUTE]: '' };
}
