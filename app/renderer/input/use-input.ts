import { createContext, useContext, useLayoutEffect, useRef } from 'react';
import { useTill } from '../till-context.ts';
import type { InputHandlers } from './input-hub.ts';

/** How many things that opened over the screen lie between it and this component. */
export const InputLevel = createContext(0);

/** Makes this component the one that takes scans, swipes, typing and named keys for as long as it is shown. */
export function useInput(handlers: InputHandlers): void {
  const { inputs } = useTill();
  const level = useContext(InputLevel);
  const layer = useRef(handlers);
  // Before the screen is painted: a scanner does not wait for a person to have seen it.
  useLayoutEffect(() => {
    layer.current = handlers;
  });
  useLayoutEffect(() => inputs.push(layer, level), [inputs, level]);
}
