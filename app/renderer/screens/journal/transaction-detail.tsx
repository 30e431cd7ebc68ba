import type { Receipt, TransactionView } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { ReceiptView } from '../../components/receipt-view.tsx';
import { kindWord, movesMoney } from '../../components/transaction-words.ts';
import { useStoreTime } from '../../components/use-store-time.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import type { MessageKey } from '../../i18n/zh-cn.ts';
import { StateChip } from './state-chip.tsx';
import { type Undoing, undoingOf } from './undoing.ts';

interface TransactionDetailProps {
  readonly transaction: TransactionView | undefined;
  readonly receipt: Receipt | undefined;
  readonly onReprint: (txnId: string) => void;
  readonly onUndo: () => void;
}

const UNDO_ACTIONS: readonly {
  readonly icon: IconName;
  readonly word: MessageKey;
  readonly kinds: readonly Undoing['kind'][];
}[] = [
  { icon: 'undo', word: 'journal.void', kinds: ['void', 'cancel-sale', 'hold'] },
  { icon: 'recall', word: 'journal.refund', kinds: ['refund', 'refund-sale', 'refund-purse'] },
];

const OWN_WORDS: Partial<Record<Undoing['kind'], MessageKey>> = {
  'cancel-sale': 'split.cancel',
  hold: 'hold.either',
};

export function TransactionDetail({ transaction, receipt, onReprint, onUndo }: TransactionDetailProps) {
  const { t } = useWords();
  if (transaction === undefined) {
    return (
      <section className="detail detail-none" aria-label={t('journal.detail')}>
        <Icon name="receipt" />
        <p>{t('journal.choose')}</p>
      </section>
    );
  }
  const { txnId, hasReceipt, unprinted } = transaction;
  const undoing = undoingOf(transaction);
  return (
    <section className="detail" aria-label={t('journal.detail')} aria-live="polite">
      <header className="detail-head">
        <div>
          <h2>{t(kindWord(transaction))}</h2>
          <StateChip transaction={transaction} />
        </div>
        {movesMoney(transaction) && <output>{yuan(transaction.amountMinor)}</output>}
      </header>
      {unprinted && (
        <p className="unprinted" data-testid="unprinted">
          <Icon name="receipt" />
          {t(`journal.unprinted.${unprinted}.text`)}
        </p>
      )}
      <div className="detail-body">
        {receipt ? <ReceiptView receipt={receipt} /> : <Facts transaction={transaction} />}
      </div>
      <div className="detail-actions">
        <Action icon="receipt" keyHint="F8" isDisabled={!hasReceipt} onPress={() => onReprint(txnId)}>
          {t('journal.reprint')}
        </Action>
        {UNDO_ACTIONS.filter(({ word }) => undoing?.kind !== 'hold' || word !== 'journal.refund').map(
          ({ icon, word, kinds }) => {
            const can = undoing !== undefined && kinds.includes(undoing.kind);
            return (
              <Action
                key={word}
                icon={icon}
                {...(can ? { keyHint: 'F9' } : {})}
                isDisabled={!can}
                onPress={onUndo}
              >
                {t((can && OWN_WORDS[undoing.kind]) || word)}
              </Action>
            );
          },
        )}
      </div>
    </section>
  );
}

function Facts({ transaction }: { readonly transaction: TransactionView }) {
  const { t } = useWords();
  const { full } = useStoreTime();
  const { batchNumber, batchSettled, refundedMinor } = transaction;
  const batch =
    batchNumber !== undefined && batchSettled
      ? t('journal.batch.settled', { number: batchNumber })
      : batchNumber;
  const rows: readonly (readonly [string, string | undefined])[] = [
    [t('journal.time'), full(transaction.atMs)],
    [t('result.card'), transaction.maskedPan],
    [t('desk.new'), transaction.newMaskedPan],
    [t('result.trace'), transaction.stan],
    [t('result.reference'), transaction.rrn],
    [t('journal.auth'), transaction.authCode],
    [t('journal.response'), transaction.responseCode],
    [t('journal.batch'), batch],
    [t('journal.refunded'), refundedMinor > 0 ? yuan(refundedMinor) : undefined],
    [t('journal.operator'), transaction.operatorCode],
    [t('split.title'), transaction.tenderId === undefined ? undefined : t('split.one-of')],
  ];
  return (
    <dl className="facts">
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
