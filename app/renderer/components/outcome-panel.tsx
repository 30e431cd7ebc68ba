import type { ReactNode } from 'react';
import type { TransactionView } from '../../../terminal-core/api/contract.ts';
import { yuan } from '../format/money.ts';
import { type Translate, useWords } from '../i18n/i18n.ts';
import type { MessageKey } from '../i18n/zh-cn.ts';
import { Icon } from './icon.tsx';
import {
  type KnownResult,
  type Outcome,
  type OutcomePurpose,
  outcomeOf,
  reversedOutcome,
} from './outcome.ts';
import { ShiftNeeded } from './shift-needed.tsx';
import { movesMoney } from './transaction-words.ts';
import { useReversed } from './use-reversed.ts';

interface OutcomePanelProps {
  readonly result: KnownResult;
  readonly amountMinor: number;
  readonly purpose: OutcomePurpose;
  /** The kind of what was voided or refunded. */
  readonly undone?: TransactionView['kind'];
  /** What to press next. */
  readonly children: ReactNode;
}

/** What became of a payment, a void or a refund: the word, the figure, the reason, the next step. */
export function OutcomePanel(props: OutcomePanelProps) {
  const { t } = useWords();
  const { result, amountMinor, purpose, undone, children } = props;
  const isReversed = useReversed(result);
  const outcome = isReversed ? reversedOutcome(purpose) : outcomeOf(result, purpose, undone);
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
        <Figures result={result} amountMinor={amountMinor} undone={undone}>
          <Reason outcome={outcome} />
        </Figures>
      ) : (
        <div className="result-why">
          <Reason outcome={outcome} />
          <p className="result-small">
            {result.kind === 'unknown' && purpose === 'payment' && <span>{t('result.basket-kept')}</span>}
            {notCharged && <span>{t('result.not-charged')}</span>}
            {code && <span>{code}</span>}
          </p>
          {result.kind === 'unknown' && <Facts rows={traceRows(t, result.transaction)} />}
        </div>
      )}
      <div className="result-actions">
        <ShiftNeeded result={result} />
        {children}
      </div>
    </section>
  );
}

/** The core's own words, and what to do next. */
function Reason({ outcome }: { readonly outcome: Outcome }) {
  const { t, words } = useWords();
  return (
    <>
      {outcome.coreText && <p className="result-reason">{words(outcome.coreText)}</p>}
      {outcome.nextStep && (
        <p className="result-next">
          <strong>{t('result.next')}</strong>
          {words(outcome.nextStep)}
        </p>
      )}
    </>
  );
}

function Figures(props: {
  readonly result: Extract<KnownResult, { kind: 'approved' }>;
  readonly amountMinor: number;
  readonly undone: TransactionView['kind'] | undefined;
  readonly children: ReactNode;
}) {
  const { t } = useWords();
  const { mode, changeMinor, balanceMinor, transaction } = props.result;
  const givesBack = GIVES_BACK.has(transaction.kind);
  const isCash = mode === 'cash' && !givesBack;
  const rows: readonly FactRow[] = [
    [t('result.paid'), isCash ? yuan(props.amountMinor) : undefined],
    [t('result.balance'), balanceMinor === undefined ? undefined : yuan(balanceMinor)],
    ...traceRows(t, transaction),
  ];
  return (
    <>
      {movesMoney(transaction) && (
        <div className="result-figure">
          <span>{t(isCash ? 'pay.change' : figureWord(transaction, props.undone))}</span>
          <output data-testid="result-figure">{yuan(isCash ? (changeMinor ?? 0) : props.amountMinor)}</output>
        </div>
      )}
      {props.children}
      <Facts rows={rows} />
    </>
  );
}

const GIVES_BACK: ReadonlySet<TransactionView['kind']> = new Set([
  'void',
  'refund',
  'cash-void',
  'cash-refund',
]);

function figureWord({ kind }: TransactionView, undone: TransactionView['kind'] | undefined): MessageKey {
  // The cash of a load that is taken back, and the balance of a card that is.
  if (undone === 'load' || kind === 'card-service') return 'cancel.hand-back';
  if (undone === 'pre-authorisation') return 'desk.released';
  if (kind === 'purse-load' || kind === 'load') return 'purse.load.amount';
  if (kind === 'pre-authorisation') return 'desk.held';
  return GIVES_BACK.has(kind) ? 'result.given-back' : 'result.paid';
}

type FactRow = readonly [label: string, value: string | undefined];

/** By what the issuer finds the transaction again. */
function traceRows(t: Translate, { maskedPan, rrn, stan }: TransactionView): readonly FactRow[] {
  return [
    [t('result.card'), maskedPan],
    [t('result.reference'), rrn],
    [t('result.trace'), stan],
  ];
}

/** What is not known is left out. */
function Facts({ rows }: { readonly rows: readonly FactRow[] }) {
  return (
    <dl className="result-facts">
      {rows.map(([label, value]) =>
        value === undefined ? null : (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
