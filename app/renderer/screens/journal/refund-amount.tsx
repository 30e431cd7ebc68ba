import { useState } from 'react';
import type { TransactionView } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { Keypad } from '../../components/keypad.tsx';
import { dropAmountDigit, pushAmountDigits, yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';

/** How much goes back: all of what is left, unless something else is typed. Whether it may is the core's word. */
export function RefundAmount(props: {
  readonly transaction: TransactionView;
  readonly onAmount: (amountMinor: number) => void;
}) {
  const { t } = useWords();
  const leftMinor = props.transaction.amountMinor - props.transaction.refundedMinor;
  const [typedMinor, setTypedMinor] = useState(0);
  const amountMinor = typedMinor === 0 ? leftMinor : typedMinor;
  const push = (digits: string): void => setTypedMinor((amount) => pushAmountDigits(amount, digits));
  useInput({
    onType: push,
    onKey: (key) => {
      if (key === 'Backspace') setTypedMinor(dropAmountDigit);
      else if (key === 'Delete') setTypedMinor(0);
      else if (key === 'Enter') props.onAmount(amountMinor);
      else return false;
      return true;
    },
  });
  return (
    <div className="refund-amount">
      <div>
        <p className="dialog-note">
          {t('refund.text', { amount: yuan(props.transaction.amountMinor), left: yuan(leftMinor) })}
        </p>
        <div className="figure" data-typed={typedMinor !== 0}>
          <span>{t('refund.amount')}</span>
          <output>{yuan(amountMinor)}</output>
        </div>
        <Action onPress={() => setTypedMinor(0)}>{`${t('refund.all')} ${yuan(leftMinor)}`}</Action>
      </div>
      <div className="capture-key">
        <Keypad
          hasDoubleNought
          onDigits={push}
          onDelete={() => setTypedMinor(dropAmountDigit)}
          onClear={() => setTypedMinor(0)}
        />
        <Action
          tone="primary"
          size="large"
          keyHint="Enter"
          takesFocus
          onPress={() => props.onAmount(amountMinor)}
        >
          {t('refund.next')}
        </Action>
      </div>
    </div>
  );
}
