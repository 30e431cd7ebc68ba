import { useState } from 'react';
import { Action } from '../../components/action.tsx';
import { Keypad } from '../../components/keypad.tsx';
import { pushAmountKeys, typedAmount, yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import type { MessageKey } from '../../i18n/zh-cn.ts';
import { useInput } from '../../input/use-input.ts';

/** How much goes back: all of what is left, unless something else is typed. Whether it may is the core's word. */
export function RefundAmount(props: {
  /** What was paid, and what of it has not gone back yet; minor units. */
  readonly paidMinor: number;
  readonly leftMinor: number;
  /** What `refund.text` says for this kind of payment. */
  readonly text?: MessageKey;
  readonly nextKey?: MessageKey;
  /** What the amount is. */
  readonly label?: MessageKey;
  readonly onAmount: (amountMinor: number) => void;
}) {
  const { t } = useWords();
  const {
    paidMinor,
    leftMinor,
    text = 'refund.text',
    nextKey = 'refund.next',
    label = 'refund.amount',
  } = props;
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
        <p className="dialog-note">{t(text, { amount: yuan(paidMinor), left: yuan(leftMinor) })}</p>
        <div className="figure" data-typed={typedMinor !== 0}>
          <span>{t(label)}</span>
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
          {t(nextKey)}
        </Action>
      </div>
    </div>
  );
}
