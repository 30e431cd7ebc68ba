import { Action } from '../../../components/action.tsx';
import { Icon } from '../../../components/icon.tsx';
import { yuan } from '../../../format/money.ts';
import { useWords } from '../../../i18n/i18n.ts';
import { useInput } from '../../../input/use-input.ts';
import { DESK_OPERATIONS, type DeskOperation, type Gathered } from './operations.ts';

/** Which card it is and what will be done to it, before anything is. */
export function DeskLook(props: {
  readonly operation: DeskOperation;
  readonly gathered: Gathered;
  readonly onAgree: () => void;
  readonly onLeave: () => void;
}) {
  const { t } = useWords();
  const { operation, gathered } = props;
  const { amountMinor, card, newCard } = gathered;
  useInput({});
  return (
    <div className="cancel" data-testid="desk-look">
      <p className="dialog-note">{t(`desk.means.${operation}`)}</p>
      <div className="desk-cards">
        <div className="plastic">
          <Icon name="card" />
          <span>{t(newCard === undefined ? 'result.card' : 'desk.old')}</span>
          <output>{card?.maskedPan}</output>
        </div>
        {newCard !== undefined && (
          <div className="plastic">
            <Icon name="card" />
            <span>{t('desk.new')}</span>
            <output>{newCard.maskedPan}</output>
          </div>
        )}
      </div>
      {amountMinor !== undefined && (
        <div className="hand-back">
          <span>{t('cancel.hand-back')}</span>
          <output data-testid="hand-back">{yuan(amountMinor)}</output>
        </div>
      )}
      <div className="dialog-actions">
        <Action size="large" keyHint="Esc" onPress={props.onLeave}>
          {t('desk.leave')}
        </Action>
        <Action
          tone="primary"
          size="large"
          icon={DESK_OPERATIONS[operation].icon}
          keyHint="Enter"
          takesFocus
          onPress={props.onAgree}
        >
          {t(`desk.${operation}`)}
        </Action>
      </div>
    </div>
  );
}
