import { useInput } from '../input/use-input.ts';

/** First thing inside whatever opens over a screen: keys and scans stop here, and Escape closes what is open. */
export function InputBarrier() {
  useInput({});
  return null;
}
