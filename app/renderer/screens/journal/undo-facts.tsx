import type { TransactionView } from '../../../../terminal-core/api/contract.ts';
import { kindWord } from '../../components/transaction-words.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';

/** Which transaction it is about. */
export function UndoFacts({ transaction }: { readonly transaction: TransactionView }) {
  const { t } = useWords();
  return (
    <p className="undo-facts">
      <span>{t(kindWord(transaction))}</span>
      <span>{transaction.maskedPan}</span>
      {transaction.stan && <span>{`#${transaction.stan}`}</span>}
      <strong>{yuan(transaction.amountMinor)}</strong>
    </p>
  );
}
