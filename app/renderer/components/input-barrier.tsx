import { type ReactNode, useContext } from 'react';
import { InputLevel, useInput } from '../input/use-input.ts';

/** Around whatever opens over a screen: keys and scans stop here, and Escape closes what is open. */
export function InputBarrier({ children }: { readonly children: ReactNode }) {
  const level = useContext(InputLevel);
  return (
    <InputLevel value={level + 1}>
      <Stop />
      {children}
    </InputLevel>
  );
}

function Stop() {
  useInput({});
  return null;
}
