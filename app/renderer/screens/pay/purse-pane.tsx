import type { PurseHandle } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { Icon } from '../../components/icon.tsx';
import { PurseWait } from '../../components/purse-wait.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { TenderTabs } from './tender-tabs.tsx';
import { useDue } from './use-due.ts';
import { addForgottenItem, usePayKeys } from './use-pay-keys.ts';

/** The electronic purse: what is on the card, what it pays and what stays on it; Enter charges it. */
export function PursePane() {
  const { t } = useWords();
  const till = useTill();
  const payKey = usePayKeys();
  const { dueMinor } = useDue();
  const purse = useCell(till.purse);
  const pay = (): void => {
    if (purse !== undefined) void till.payment.pay({ kind: 'purse', purse });
  };
  useInput({
    onScan: (text) => void addForgottenItem(till, text),
    onKey: (key) => {
      if (key !== 'Enter') return payKey(key);
      pay();
      return true;
    },
  });
  return (
    <section className="pane card" aria-label={t('pay.purse')}>
      <TenderTabs current="purse" />
      <div className="due">
        <span>{t('pay.due')}</span>
        <output data-testid="due">{yuan(dueMinor)}</output>
      </div>
      {purse === undefined ? <PurseWait /> : <PurseInSlot purse={purse} dueMinor={dueMinor} onPay={pay} />}
    </section>
  );
}

function PurseInSlot(props: {
  readonly purse: PurseHandle;
  readonly dueMinor: number;
  readonly onPay: () => void;
}) {
  const { t } = useWords();
  const { purse, dueMinor } = props;
  const leftMinor = purse.balanceMinor - dueMinor;
  return (
    <div className="confirm-card" data-testid="purse-in-slot">
      <div className="plastic">
        <Icon name="purse" />
        <span>{t('split.card-ending', { digits: purse.lastDigits })}</span>
        <output>{t('purse.balance', { amount: yuan(purse.balanceMinor) })}</output>
      </div>
      <p className="purse-after" data-short={leftMinor < 0}>
        {leftMinor < 0
          ? t('purse.too-little', { amount: yuan(-leftMinor) })
          : t('purse.after', { amount: yuan(leftMinor) })}
      </p>
      <Action
        tone="primary"
        size="large"
        className="pane-go"
        keyHint="Enter"
        takesFocus
        onPress={props.onPay}
      >
        {t('pay.charge', { amount: yuan(dueMinor) })}
      </Action>
    </div>
  );
}
