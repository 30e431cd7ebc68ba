import type { CardHandle } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { CardCapture } from '../../components/card-capture.tsx';
import { Icon } from '../../components/icon.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import { totalsOf } from '../../store/basket.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { TenderTabs } from './tender-tabs.tsx';
import { addForgottenItem, usePayKeys } from './use-pay-keys.ts';

/** A card: charged as it is read here; one that was read while selling is confirmed first. */
export function CardPane({ card }: { readonly card: CardHandle | undefined }) {
  const { t } = useWords();
  const till = useTill();
  const payKey = usePayKeys();
  const isOffline = useCell(till.status)?.mode === 'offline';
  const { totalMinor } = totalsOf(useCell(till.baskets.basket).lines);
  return (
    <section className="pane card" aria-label={t('pay.card')}>
      <TenderTabs current="card" />
      <div className="due">
        <span>{t('pay.due')}</span>
        <output data-testid="due">{yuan(totalMinor)}</output>
      </div>
      {isOffline && (
        <p className="card-offline" data-testid="card-offline">
          <Icon name="link-cut" />
          {t('card.offline')}
        </p>
      )}
      {card === undefined ? (
        <CardCapture
          nextText={t('card.wait.next')}
          onCard={(read) => void till.payment.pay({ kind: 'card', card: read })}
          onKey={payKey}
          onOtherScan={(text) => addForgottenItem(till, text)}
        />
      ) : (
        <ConfirmCard card={card} totalMinor={totalMinor} />
      )}
    </section>
  );
}

function ConfirmCard({ card, totalMinor }: { readonly card: CardHandle; readonly totalMinor: number }) {
  const { t } = useWords();
  const till = useTill();
  const payKey = usePayKeys();
  const charge = (): void => void till.payment.pay({ kind: 'card', card });
  useInput({
    onCard: (read) => till.screen.set({ kind: 'pay', tender: 'card', card: read }),
    onScan: (text) => void addForgottenItem(till, text),
    onKey: (key) => {
      if (key !== 'Enter') return payKey(key);
      charge();
      return true;
    },
  });
  return (
    <div className="confirm-card">
      <div className="plastic">
        <Icon name="card" />
        <span>{t(`card.entry.${card.entryMode}`)}</span>
        <output>{card.maskedPan}</output>
      </div>
      <Action tone="primary" size="large" className="pane-go" keyHint="Enter" takesFocus onPress={charge}>
        {t('pay.charge', { amount: yuan(totalMinor) })}
      </Action>
    </div>
  );
}
