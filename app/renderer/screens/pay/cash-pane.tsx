import { useState } from 'react';
import { scanProduct } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { Keypad } from '../../components/keypad.tsx';
import { pushAmountKeys, quickAmounts, typedAmount, yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import { totalsOf } from '../../store/basket.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { TenderTabs } from './tender-tabs.tsx';
import { usePayKeys } from './use-pay-keys.ts';

/** Cash: what was handed over and what goes back. Nothing typed means the exact amount. */
export function CashPane() {
  const { t } = useWords();
  const till = useTill();
  const payKey = usePayKeys();
  const gone = useCell(till.link.state).kind === 'lost';
  const { totalMinor } = totalsOf(useCell(till.baskets.basket).lines);
  const [typed, setTyped] = useState('');
  const typedMinor = typedAmount(typed);
  const receivedMinor = typedMinor === 0 ? totalMinor : typedMinor;
  const differenceMinor = receivedMinor - totalMinor;
  const canTake = differenceMinor >= 0 && !gone;

  const push = (digits: string): void => setTyped((held) => pushAmountKeys(held, digits));
  const take = (): void => {
    if (canTake) void till.payment.pay({ kind: 'cash', receivedMinor });
  };
  useInput({
    onType: push,
    onScan: (text) => {
      // One more item: what was typed was for another total.
      if (scanProduct(till, text)) setTyped('');
    },
    onKey: (key) => {
      if (key === 'Backspace') setTyped((held) => held.slice(0, -1));
      else if (key === 'Delete') setTyped('');
      else if (key === 'Enter') take();
      else return payKey(key);
      return true;
    },
  });

  return (
    <section className="pane cash" aria-label={t('pay.cash')}>
      <TenderTabs current="cash" />
      <div className="cash-figures">
        <Figure label={t('pay.due')} amountMinor={totalMinor} />
        <Figure label={t('pay.received')} amountMinor={receivedMinor} isTyped={typedMinor !== 0} />
        <div className="figure figure-change" aria-live="polite" data-short={differenceMinor < 0}>
          <span>{t(differenceMinor < 0 ? 'pay.short' : 'pay.change')}</span>
          <output data-testid="change">{yuan(Math.abs(differenceMinor))}</output>
        </div>
      </div>
      <p className="amount-hint">{t('amount.hint')}</p>
      <div className="cash-keys">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would need a visible legend; these are plain buttons. */}
        <div className="quick-amounts" role="group" aria-label={t('pay.quick')}>
          {quickAmounts(totalMinor).map((amountMinor) => (
            <Action
              key={amountMinor}
              size="large"
              leavesFocus
              className={amountMinor === receivedMinor ? 'tab-current' : ''}
              onPress={() => setTyped(String(amountMinor))}
            >
              {amountMinor === totalMinor ? `${t('pay.exact')} ${yuan(amountMinor)}` : yuan(amountMinor)}
            </Action>
          ))}
        </div>
        <Keypad
          hasDoubleNought
          onDigits={push}
          onDelete={() => setTyped((held) => held.slice(0, -1))}
          onClear={() => setTyped('')}
        />
      </div>
      <Action
        tone="primary"
        size="large"
        className="pane-go"
        keyHint="Enter"
        isDisabled={!canTake}
        takesFocus
        onPress={take}
      >
        {`${t('pay.confirm-cash')} ${yuan(receivedMinor)}`}
      </Action>
    </section>
  );
}

function Figure(props: { readonly label: string; readonly amountMinor: number; readonly isTyped?: boolean }) {
  return (
    <div className="figure" data-typed={props.isTyped ?? false}>
      <span>{props.label}</span>
      <output>{yuan(props.amountMinor)}</output>
    </div>
  );
}
