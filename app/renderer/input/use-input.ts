import { useEffect, useRef } from 'react';
import { useTill } from '../till-context.ts';
import type { InputHandlers } from './input-hub.ts';

/** Makes this component the one that takes scans, swipes, typing and named keys for as long as it is shown. */
export function useInput(handlers: InputHandlers): void {
  const { inputs } = useTill();
  const layer = useRef(handlers);
  useEffect(() => {
    layer.current = handlers;
  });
  useEffect(() => inputs.push(layer), [inputs]);
}
