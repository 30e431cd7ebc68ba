import type { CardHandle, RefundPlan } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { CardCapture } from '../../components/card-capture.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { outcomeOf } from '../../components/outcome.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import type { PartOutcome } from './refund-sale-dialog.tsx';

interface PlanProps {
  readonly plan: RefundPlan;
  readonly last: PartOutcome | undefined;
  /** It was planned just now: its cash is still to be handed over. One that is taken up again has handed it out. */
  readonly isNew: boolean;
  readonly onCard: (card: CardHandle) => void;
  /** Nobody comes for what is left. */
  readonly onWithdraw: () => void;
  readonly onClose: () => void;
}

type Part = RefundPlan['parts'][number];

const PART_ICONS: Readonly<Record<Part['state'], IconName>> = {
  open: 'card',
  'under-way': 'recall',
  done: 'check-circle',
  withdrawn: 'undo',
};

/** The parts of a refund: cash to hand out now, and one card after another, as they are presented. */
export function RefundPlanSteps({ plan, last, isNew, onCard, onWithdraw, onClose }: PlanProps) {
  const { t } = useWords();
  const cashMinor = plan.parts
    .filter(({ tender }) => tender.kind === 'cash-sale')
    .reduce((sum, part) => sum + part.amountMinor, 0);
  const open = plan.parts.filter(({ state }) => state === 'open');
  const endings = open.map(({ tender }) => tender.maskedPan?.slice(-4) ?? '').join(t('sale-refund.or'));
  return (
    <div className="plan" data-plan={plan.leftMinor === 0 ? 'done' : 'open'}>
      {isNew && cashMinor > 0 && (
        <div className="hand-back">
          <span>{t('cancel.hand-back')}</span>
          <output data-testid="hand-back">{yuan(cashMinor)}</output>
        </div>
      )}
      <ul className="backs" data-testid="plan-parts">
        {plan.parts
          .filter(({ amountMinor }) => amountMinor > 0)
          .map((part) => (
            <li key={part.tender.txnId} data-part={part.state}>
              <Icon name={part.tender.kind === 'cash-sale' ? 'cash' : PART_ICONS[part.state]} />
              <span>
                {part.tender.maskedPan === undefined
                  ? t('pay.cash')
                  : t('split.card-ending', { digits: part.tender.maskedPan.slice(-4) })}
              </span>
              <em>{t(`sale-refund.part.${part.state}`)}</em>
              <output>{yuan(part.amountMinor)}</output>
            </li>
          ))}
      </ul>
      {last && last.kind !== 'approved' && <WhyNot last={last} />}
      {open.length > 0 ? (
        <>
          <CardCapture
            title={t('sale-refund.present', { digits: endings })}
            nextText={t('sale-refund.present.next')}
            onCard={onCard}
            onKey={(key) => {
              if (key !== 'F8') return false;
              onWithdraw();
              return true;
            }}
          />
          <Action tone="quiet" icon="undo" keyHint="F8" onPress={onWithdraw}>
            {t('sale-refund.withdraw')}
          </Action>
        </>
      ) : (
        <NothingToPresent plan={plan} onClose={onClose} />
      )}
    </div>
  );
}

/** Why the part that was tried did not go back. */
function WhyNot({ last }: { readonly last: Exclude<PartOutcome, { kind: 'approved' }> }) {
  const { words } = useWords();
  const { icon, tone } = outcomeOf(last, 'undo');
  return (
    <p className={`plan-why result-${tone}`} role="alert" data-testid="plan-why">
      <Icon name={icon} />
      <span>
        <strong>{words(last.text)}</strong> {words(last.nextStep)}
      </span>
    </p>
  );
}

function NothingToPresent(props: { readonly plan: RefundPlan; readonly onClose: () => void }) {
  const { t } = useWords();
  const { leftMinor, parts } = props.plan;
  const isDone = leftMinor === 0;
  const isWithdrawn = parts.some(({ state }) => state === 'withdrawn');
  const ended = t(isWithdrawn ? 'sale-refund.withdrawn' : 'sale-refund.done');
  useInput({});
  return (
    <>
      <div className={`cancel-told cancel-${isDone ? 'done' : 'open'}`} role="alert">
        <Icon name={isDone ? 'check-circle' : 'recall'} />
        <h2>{isDone ? ended : t('sale-refund.left', { amount: yuan(leftMinor) })}</h2>
      </div>
      <div className="dialog-actions">
        <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={props.onClose}>
          {t('cancel.close')}
        </Action>
      </div>
    </>
  );
}
