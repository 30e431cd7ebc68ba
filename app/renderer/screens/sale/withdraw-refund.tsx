import { Action } from '../../components/action.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';

/** Asks once more before what is left of a planned refund is taken back: the customer may be waiting for it. */
export function WithdrawRefund(props: {
  /** What no card was presented for yet. */
  readonly openMinor: number;
  readonly onWithdraw: () => void;
  readonly onKeep: () => void;
}) {
  const { t } = useWords();
  useInput({
    onKey: (key) => {
      if (key !== 'F9') return false;
      props.onWithdraw();
      return true;
    },
  });
  return (
    <>
      <p className="dialog-note">{t('sale-refund.withdraw.text', { amount: yuan(props.openMinor) })}</p>
      <div className="dialog-actions">
        <Action size="large" takesFocus onPress={props.onKeep}>
          {t('sale-refund.withdraw.keep')}
        </Action>
        <Action size="large" tone="danger" keyHint="F9" onPress={props.onWithdraw}>
          {t('sale-refund.withdraw')}
        </Action>
      </div>
    </>
  );
}
