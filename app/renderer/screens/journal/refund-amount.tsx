import { useState } from 'react';
import type { TransactionView } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { Keypad } from '../../components/keypad.tsx';
import { pushAmountKeys, typedAmount, yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';

/** How much goes back: all of what is left, unless something else is typed. Whether it may is the core's word. */
export function RefundAmount(props: {
  readonly transaction: TransactionView;
  readonly onAmount: (amountMinor: number) => void;
}) {
  const { t } = useWords();
  const leftMinor = props.transaction.amountMinor - props.transaction.refundedMinor;
  const [typed, setTyped] = useState('');
  const typedMinor = typedAmount(typed);
  const amountMinor = typedMinor === 0 ? leftMinor : typedMinor;
  const push = (digits: string): void => setTyped((held) => pushAmountKeys(held, digits));
  useInput({
    onType: push,
    onKey: (key) => {
      if (key === 'Backspace') setTyped((held) => held.slice(0, -1));
      else if (key === 'Delete') setTyped('');
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
        <p className="amount-hint">{t('amount.hint')}</p>
        <Action onPress={() => setTyped('')}>{`${t('refund.all')} ${yuan(leftMinor)}`}</Action>
      </div>
      <div className="capture-key">
        <Keypad
          hasDoubleNought
          onDigits={push}
          onDelete={() => setTyped((held) => held.slice(0, -1))}
          onClear={() => setTyped('')}
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
