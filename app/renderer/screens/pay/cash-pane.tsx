import { useState } from 'react';
import { Action } from '../../components/action.tsx';
import { Keypad } from '../../components/keypad.tsx';
import { pushAmountKeys, quickAmounts, typedAmount, yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { TenderTabs } from './tender-tabs.tsx';
import { useDue } from './use-due.ts';
import { addForgottenItem, openPursePane, usePayKeys } from './use-pay-keys.ts';

/**
 * Cash: what was handed over and what goes back. Nothing typed means the exact amount. Less than what is to be paid is
 * never taken by Enter, as it may be a slip: F8 takes it as a part in cash, F9 asks a card for it.
 */
export function CashPane() {
  const { t } = useWords();
  const till = useTill();
  const payKey = usePayKeys();
  const gone = useCell(till.link.state).kind === 'lost';
  const { dueMinor } = useDue();
  const [typed, setTyped] = useState('');
  const typedMinor = typedAmount(typed);
  const receivedMinor = typedMinor === 0 ? dueMinor : typedMinor;
  const differenceMinor = receivedMinor - dueMinor;
  const canTake = differenceMinor >= 0 && !gone;
  const canTakePart = differenceMinor < 0 && !gone;

  const push = (digits: string): void => setTyped((held) => pushAmountKeys(held, digits));
  const take = (): void => {
    if (canTake) void till.payment.pay({ kind: 'cash', receivedMinor });
  };
  const takePart = (): void => void till.payment.pay({ kind: 'cash', receivedMinor: typedMinor }, typedMinor);
  const askCardForPart = (): void => till.screen.set({ kind: 'pay', tender: 'card', partMinor: typedMinor });
  useInput({
    onType: push,
    onPurse: () => openPursePane(till),
    onScan: (text) => {
      // One more item: what was typed was for another total.
      if (addForgottenItem(till, text)) setTyped('');
    },
    onKey: (key) => {
      if (key === 'Backspace') setTyped((held) => held.slice(0, -1));
      else if (key === 'Delete') setTyped('');
      else if (key === 'Enter') take();
      else if (key === 'F8' && canTakePart) takePart();
      else if (key === 'F9' && canTakePart) askCardForPart();
      else return payKey(key);
      return true;
    },
  });

  return (
    <section className="pane cash" aria-label={t('pay.cash')}>
      <TenderTabs current="cash" />
      <div className="cash-figures">
        <Figure label={t('pay.due')} amountMinor={dueMinor} />
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
          {quickAmounts(dueMinor).map((amountMinor) => (
            <Action
              key={amountMinor}
              size="large"
              leavesFocus
              className={amountMinor === receivedMinor ? 'tab-current' : ''}
              onPress={() => setTyped(String(amountMinor))}
            >
              {amountMinor === dueMinor ? `${t('pay.exact')} ${yuan(amountMinor)}` : yuan(amountMinor)}
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
      {differenceMinor < 0 ? (
        <div className="part-actions">
          <Action size="large" icon="cash" keyHint="F8" isDisabled={gone} onPress={takePart}>
            {t('split.take-cash', { amount: yuan(typedMinor) })}
          </Action>
          <Action size="large" icon="card" keyHint="F9" isDisabled={gone} onPress={askCardForPart}>
            {t('split.take-card', { amount: yuan(typedMinor) })}
          </Action>
        </div>
      ) : (
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
      )}
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
