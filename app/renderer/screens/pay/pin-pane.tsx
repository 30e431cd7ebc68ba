import type { PaymentResult } from '../../../../terminal-core/api/contract.ts';
import { PinEntry } from '../../components/pin-entry.tsx';
import { useTill } from '../../till-context.ts';

type PinWanted = Extract<PaymentResult, { kind: 'pin-required' }>;

/** The PIN of the payment under way. */
export function PinPane({ wanted }: { readonly wanted: PinWanted }) {
  const { payment } = useTill();
  return (
    <PinEntry
      maskedPan={wanted.maskedPan}
      amountMinor={wanted.amountMinor}
      wrongPin={wanted.wrongPin}
      onPin={(pin) => void payment.enterPin(pin)}
      onCancel={() => payment.dismiss()}
    />
  );
}
