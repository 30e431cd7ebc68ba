import type { TransactionView } from '../../../../terminal-core/api/contract.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { useWords } from '../../i18n/i18n.ts';

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
  voided: { tone: 'quiet', icon: 'undo' },
  completed: { tone: 'online', icon: 'check' },
  'not-sent': { tone: 'quiet', icon: 'minus' },
};

/** A transaction's state in a word, with the same colours as the mode. */
export function StateChip({ state }: { readonly state: State }) {
  const { t } = useWords();
  const { tone, icon } = LOOKS[state];
  return (
    <span className={`chip chip-${tone}`} data-state={state}>
      <Icon name={icon} />
      {t(`state.${state}`)}
    </span>
  );
}
