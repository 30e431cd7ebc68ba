import { Action } from '../../components/action.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { useTill } from '../../till-context.ts';

/** Both ways to pay are one key apart; Escape goes back to the basket. */
export function TenderTabs({ current }: { readonly current: 'cash' | 'card' }) {
  const { t } = useWords();
  const { screen } = useTill();
  return (
    <div className="tender-tabs">
      <Action tone="quiet" icon="back" keyHint="Esc" onPress={() => screen.set({ kind: 'sell' })}>
        {t('pay.back')}
      </Action>
      <span className="strip-gap" />
      {(['cash', 'card'] as const).map((tender) => (
        <Action
          key={tender}
          icon={tender}
          keyHint={tender === 'cash' ? 'F8' : 'F9'}
          className={tender === current ? 'tab-current' : ''}
          onPress={() => screen.set({ kind: 'pay', tender })}
        >
          {t(`pay.${tender}`)}
        </Action>
      ))}
    </div>
  );
}
