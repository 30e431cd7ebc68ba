import { useState } from 'react';
import { pushAmountKeys, typedAmount, yuan } from '../format/money.ts';
import { useWords } from '../i18n/i18n.ts';
import { useInput } from '../input/use-input.ts';
import { Action } from './action.tsx';
import { Keypad } from './keypad.tsx';

interface AmountEntryProps {
  /** What the amount is. */
  readonly label: string;
  /** What it is for, above it. */
  readonly note: string;
  readonly submitLabel: string;
  /** Nothing typed may be taken as nought. */
  readonly canBeNought: boolean;
  readonly isWorking: boolean;
  readonly onAmount: (amountMinor: number) => void;
}

/** One amount, by keyboard or finger: digits, Enter. */
export function AmountEntry(props: AmountEntryProps) {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const amountMinor = typedAmount(typed);
  const canSubmit = !props.isWorking && (amountMinor > 0 || props.canBeNought);
  const push = (digits: string): void => setTyped((held) => pushAmountKeys(held, digits));
  const submit = (): void => {
    if (canSubmit) props.onAmount(amountMinor);
  };
  useInput({
    onType: push,
    onKey: (key) => {
      if (key === 'Backspace') setTyped((held) => held.slice(0, -1));
      else if (key === 'Delete') setTyped('');
      else if (key === 'Enter') submit();
      else return false;
      return true;
    },
  });
  return (
    <div className="amount-entry">
      <div>
        <p className="dialog-note">{props.note}</p>
        <div className="figure" data-typed={typed !== ''}>
          <span>{props.label}</span>
          <output data-testid="amount-entry">{yuan(amountMinor)}</output>
        </div>
        <p className="amount-hint">{t('amount.hint')}</p>
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
          isDisabled={props.isWorking}
          onPress={submit}
        >
          {props.submitLabel}
        </Action>
      </div>
    </div>
  );
}
