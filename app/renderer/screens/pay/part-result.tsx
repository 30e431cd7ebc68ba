import { useEffect } from 'react';
import type { PaymentResult, SplitSale } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { Icon } from '../../components/icon.tsx';
import { outcomeOf } from '../../components/outcome.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { play } from '../../input/sounds.ts';
import { useInput } from '../../input/use-input.ts';
import { type TenderKind, useTill } from '../../till-context.ts';
import { tellGoodsAreFixed } from './use-pay-keys.ts';

type Approved = Extract<PaymentResult, { kind: 'approved' }>;

/** A part was paid and something is left: what the tender gave, what goes back out of the drawer, what is still to come. */
export function PartResult({ result, sale }: { readonly result: Approved; readonly sale: SplitSale }) {
  const { t } = useWords();
  const till = useTill();
  const { transaction, changeMinor = 0 } = result;
  const { amountMinor, askedMinor = amountMinor } = transaction;
  const outcome = outcomeOf(result, 'payment');
  const isPartial = amountMinor < askedMinor;
  useEffect(() => play(isPartial ? 'problem' : 'paid'), [isPartial]);
  const payOn = (tender: TenderKind): void => {
    till.payment.dismiss();
    till.screen.set({ kind: 'pay', tender });
  };
  const putAside = (): void => {
    till.payment.dismiss();
    till.payment.putAside();
    till.screen.set({ kind: 'sell' });
  };
  useInput({
    onScan: () => tellGoodsAreFixed(till),
    onKey: (key) => {
      if (key === 'F8' || key === 'Enter') payOn('cash');
      else if (key === 'F9') payOn('card');
      else if (key === 'Escape' || key === 'F2') putAside();
      else if (key === 'F7') till.dialog.set({ kind: 'cancel-sale', saleId: sale.saleId });
      else return false;
      return true;
    },
  });
  return (
    <section className="pane result part-result" role="alert" data-result="part" data-tone={outcome.tone}>
      <div className={`result-head result-${outcome.tone}`}>
        <Icon name={isPartial ? 'alert' : outcome.icon} />
        <div>
          <h1>{t(isPartial ? 'split.partial' : 'split.part-paid', { amount: yuan(amountMinor) })}</h1>
          {isPartial ? (
            <p>{t('split.partial.text', { asked: yuan(askedMinor), given: yuan(amountMinor) })}</p>
          ) : (
            outcome.tone === 'offline' && <p>{t('result.approved.offline')}</p>
          )}
        </div>
      </div>
      {changeMinor > 0 && (
        <div className="result-figure">
          <span>{t('pay.change')}</span>
          <output>{yuan(changeMinor)}</output>
        </div>
      )}
      <div className="result-figure part-left">
        <span>{t('split.left')}</span>
        <output data-testid="part-left">{yuan(sale.dueMinor)}</output>
      </div>
      <div className="result-actions">
        <Action tone="primary" size="large" icon="cash" keyHint="F8" takesFocus onPress={() => payOn('cash')}>
          {t('pay.cash')}
        </Action>
        <Action size="large" icon="card" keyHint="F9" onPress={() => payOn('card')}>
          {t('pay.card')}
        </Action>
        <Action size="large" tone="quiet" icon="hold" keyHint="Esc" onPress={putAside}>
          {t('split.put-aside')}
        </Action>
      </div>
    </section>
  );
}
