import type { CardHandle } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { CardCapture } from '../../components/card-capture.tsx';
import { Icon } from '../../components/icon.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { TenderTabs } from './tender-tabs.tsx';
import { useDue } from './use-due.ts';
import { addForgottenItem, openPursePane, usePayKeys } from './use-pay-keys.ts';

interface CardPaneProps {
  readonly card: CardHandle | undefined;
  /** What the card is asked for, where that is only a part. */
  readonly partMinor: number | undefined;
}

/** A card: charged as it is read here; one that was read while selling is confirmed first. */
export function CardPane({ card, partMinor }: CardPaneProps) {
  const { t } = useWords();
  const till = useTill();
  const payKey = usePayKeys();
  const isOffline = useCell(till.status)?.mode === 'offline';
  const { dueMinor } = useDue();
  const amountMinor = partMinor ?? dueMinor;
  return (
    <section className="pane card" aria-label={t('pay.card')}>
      <TenderTabs current="card" />
      <div className="due">
        <span>{t(partMinor === undefined ? 'pay.due' : 'split.this-card')}</span>
        <output data-testid="due">{yuan(amountMinor)}</output>
      </div>
      {partMinor !== undefined && (
        <p className="part-note" data-testid="part-note">
          {partMinor < dueMinor
            ? t('split.then-left', { amount: yuan(dueMinor - partMinor) })
            : t('split.up-to')}
        </p>
      )}
      {isOffline && (
        <p className="card-offline" data-testid="card-offline">
          <Icon name="link-cut" />
          {t('card.offline')}
        </p>
      )}
      {card === undefined ? (
        <CardCapture
          nextText={t('card.wait.next')}
          onCard={(read) => void till.payment.pay({ kind: 'card', card: read }, partMinor)}
          onKey={payKey}
          onPurse={() => openPursePane(till)}
          onOtherScan={(text) => addForgottenItem(till, text)}
        />
      ) : (
        <ConfirmCard card={card} amountMinor={amountMinor} partMinor={partMinor} />
      )}
    </section>
  );
}

function ConfirmCard(props: {
  readonly card: CardHandle;
  readonly amountMinor: number;
  readonly partMinor: number | undefined;
}) {
  const { card, amountMinor, partMinor } = props;
  const { t } = useWords();
  const till = useTill();
  const payKey = usePayKeys();
  const charge = (): void => void till.payment.pay({ kind: 'card', card }, partMinor);
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
        {t('pay.charge', { amount: yuan(amountMinor) })}
      </Action>
    </div>
  );
}
