import type { ReactNode } from 'react';
import { yuan } from '../format/money.ts';
import { useWords } from '../i18n/i18n.ts';
import { Icon } from './icon.tsx';
import { type KnownResult, type OutcomePurpose, outcomeOf } from './outcome.ts';

interface OutcomePanelProps {
  readonly result: KnownResult;
  readonly amountMinor: number;
  readonly purpose: OutcomePurpose;
  /** What to press next. */
  readonly children: ReactNode;
}

/** What became of a payment, a void or a refund: the word, the figure, the reason, the next step. */
export function OutcomePanel({ result, amountMinor, purpose, children }: OutcomePanelProps) {
  const { t, words } = useWords();
  const outcome = outcomeOf(result, purpose);
  const code =
    result.kind === 'declined'
      ? t('result.declined.code', { code: result.responseCode })
      : result.kind === 'refused'
        ? t('result.refused.rule', { rule: result.rule })
        : undefined;
  const notCharged = purpose === 'payment' && (result.kind === 'declined' || result.kind === 'refused');
  return (
    <section
      className={`pane result result-${outcome.tone}`}
      role="alert"
      data-result={result.kind}
      data-tone={outcome.tone}
    >
      <div className="result-head">
        <Icon name={outcome.icon} />
        <div>
          <h1>{t(outcome.title)}</h1>
          {outcome.text && <p>{t(outcome.text)}</p>}
        </div>
      </div>
      {result.kind === 'approved' ? (
        <Figures result={result} amountMinor={amountMinor} />
      ) : (
        <div className="result-why">
          {outcome.coreText && <p className="result-reason">{words(outcome.coreText)}</p>}
          {outcome.nextStep && (
            <p className="result-next">
              <strong>{t('result.next')}</strong>
              {words(outcome.nextStep)}
            </p>
          )}
          <p className="result-small">
            {notCharged && <span>{t('result.not-charged')}</span>}
            {code && <span>{code}</span>}
          </p>
        </div>
      )}
      <div className="result-actions">{children}</div>
    </section>
  );
}

function Figures(props: {
  readonly result: Extract<KnownResult, { kind: 'approved' }>;
  readonly amountMinor: number;
}) {
  const { t } = useWords();
  const { mode, changeMinor, balanceMinor, transaction } = props.result;
  const isCash = mode === 'cash';
  const givesBack = transaction.kind === 'void' || transaction.kind === 'refund';
  const rows = [
    isCash ? { label: t('result.paid'), value: yuan(props.amountMinor) } : undefined,
    transaction.maskedPan ? { label: t('result.card'), value: transaction.maskedPan } : undefined,
    balanceMinor === undefined ? undefined : { label: t('result.balance'), value: yuan(balanceMinor) },
    transaction.rrn ? { label: t('result.reference'), value: transaction.rrn } : undefined,
    transaction.stan ? { label: t('result.trace'), value: transaction.stan } : undefined,
  ].filter((row) => row !== undefined);
  return (
    <>
      <div className="result-figure">
        <span>{t(isCash ? 'pay.change' : givesBack ? 'result.given-back' : 'result.paid')}</span>
        <output data-testid="result-figure">{yuan(isCash ? (changeMinor ?? 0) : props.amountMinor)}</output>
      </div>
      <dl className="result-facts">
        {rows.map((row) => (
          <div key={row.label}>
            <dt>{row.label}</dt>
            <dd>{row.value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
