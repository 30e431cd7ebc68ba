import type { TransactionView } from '../../../../terminal-core/api/contract.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { useWords } from '../../i18n/i18n.ts';
import type { MessageKey } from '../../i18n/zh-cn.ts';

type State = TransactionView['state'];

const LOOKS: Readonly<Record<State, { readonly tone: string; readonly icon: IconName }>> = {
  sending: { tone: 'quiet', icon: 'recall' },
  approved: { tone: 'online', icon: 'check' },
  declined: { tone: 'problem', icon: 'cross' },
  unknown: { tone: 'unknown', icon: 'question' },
  reversed: { tone: 'quiet', icon: 'undo' },
  'accepted-offline': { tone: 'offline', icon: 'link-cut' },
  delivered: { tone: 'online', icon: 'upload' },
  rejected: { tone: 'problem', icon: 'alert' },
  'reversal-refused': { tone: 'problem', icon: 'alert' },
  undeliverable: { tone: 'problem', icon: 'alert' },
  collected: { tone: 'online', icon: 'check' },
  'written-off': { tone: 'quiet', icon: 'minus' },
  voided: { tone: 'quiet', icon: 'undo' },
  completed: { tone: 'online', icon: 'check' },
  'load-refused': { tone: 'problem', icon: 'alert' },
  'not-sent': { tone: 'quiet', icon: 'minus' },
  pending: { tone: 'quiet', icon: 'recall' },
  debited: { tone: 'quiet', icon: 'recall' },
  suspect: { tone: 'problem', icon: 'alert' },
  'in-doubt': { tone: 'unknown', icon: 'question' },
  recovered: { tone: 'online', icon: 'check' },
  'not-debited': { tone: 'quiet', icon: 'minus' },
  'debited-without-tac': { tone: 'online', icon: 'check' },
  unresolved: { tone: 'unknown', icon: 'question' },
  authorised: { tone: 'quiet', icon: 'recall' },
  uncredited: { tone: 'unknown', icon: 'undo' },
  'not-credited': { tone: 'quiet', icon: 'undo' },
  'credited-without-tac': { tone: 'online', icon: 'check' },
};

/** The word for a transaction's state. Nobody approves cash: it is paid. */
export function stateWord({ kind, state }: Pick<TransactionView, 'kind' | 'state'>): MessageKey {
  return kind === 'cash-sale' && state === 'approved' ? 'state.paid' : `state.${state}`;
}

/** A transaction's state in a word, with the same colours as the mode. */
export function StateChip({ transaction }: { readonly transaction: TransactionView }) {
  const { t } = useWords();
  const { state } = transaction;
  const { tone, icon } = LOOKS[state];
  return (
    <span className={`chip chip-${tone}`} data-state={state}>
      <Icon name={icon} />
      {t(stateWord(transaction))}
    </span>
  );
}
