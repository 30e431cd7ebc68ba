import type { BenchItem, Receipt } from '../../../../../terminal-core/api/contract.ts';
import { Action } from '../../../components/action.tsx';
import { Icon } from '../../../components/icon.tsx';
import { ReceiptView } from '../../../components/receipt-view.tsx';
import { useStoreTime } from '../../../components/use-store-time.ts';
import { yuan } from '../../../format/money.ts';
import { useWords } from '../../../i18n/i18n.ts';
import { StateChip } from '../../journal/state-chip.tsx';
import type { BenchAction } from './bench-page.tsx';

const KEYS = ['F9', 'F8'] as const;

interface BenchDetailProps {
  readonly item: BenchItem | undefined;
  /** The customer's slip that was just printed. */
  readonly slip: Receipt | undefined;
  readonly isWorking: boolean;
  readonly onAction: (action: BenchAction) => void;
}

/** One record: why it is here and what helps, what was done so far, and what can be done now. */
export function BenchDetail({ item, slip, isWorking, onAction }: BenchDetailProps) {
  const { t, words } = useWords();
  const { full } = useStoreTime();
  if (item === undefined) {
    return (
      <section className="detail detail-none" aria-label={t('journal.detail')}>
        <Icon name="check-circle" />
        <p>{t('bench.none')}</p>
      </section>
    );
  }
  const { transaction, actions, done } = item;
  return (
    <section
      className="detail"
      aria-label={t('journal.detail')}
      aria-live="polite"
      data-bench={transaction.txnId}
    >
      <header className="detail-head">
        <div>
          <h2>{t(`kind.${transaction.kind}`)}</h2>
          <StateChip transaction={transaction} />
        </div>
        <output>{yuan(transaction.amountMinor)}</output>
      </header>
      <div className="detail-body">
        {slip === undefined ? (
          <>
            <div className="bench-why">
              <p>
                <strong>{words(item.reason)}</strong>
              </p>
              <p>{words(item.nextStep)}</p>
            </div>
            <p className="day-hint">
              {[full(transaction.atMs), transaction.maskedPan, transaction.stan && `#${transaction.stan}`]
                .filter(Boolean)
                .join('  ')}
            </p>
            <h3 className="bench-done-title">{t('bench.done')}</h3>
            {done.length === 0 ? (
              <p className="day-hint">{t('bench.done.nothing')}</p>
            ) : (
              <ul className="bench-done">
                {done.map((step) => (
                  <li key={`${step.atMs} ${step.action}`}>
                    <span>{full(step.atMs)}</span>
                    <strong>{t(`bench.did.${step.action}`)}</strong>
                    <span>{[step.operatorCode, step.supervisorCode].filter(Boolean).join(' + ')}</span>
                    {step.note !== undefined && <q>{step.note}</q>}
                  </li>
                ))}
              </ul>
            )}
          </>
        ) : (
          <ReceiptView receipt={slip} />
        )}
      </div>
      <div className="bench-actions">
        {actions.map(({ action, needsApproval }, index) => (
          <Action
            key={action}
            tone={index === 0 ? 'primary' : 'plain'}
            {...(KEYS[index] === undefined ? {} : { keyHint: KEYS[index] })}
            {...(needsApproval ? { icon: 'lock' as const } : {})}
            isDisabled={isWorking}
            onPress={() => onAction(action)}
          >
            {t(`bench.act.${action}`)}
          </Action>
        ))}
      </div>
    </section>
  );
}
