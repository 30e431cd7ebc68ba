import { Icon } from '../components/icon.tsx';
import { LanguageSwitch } from '../components/language-switch.tsx';
import { useWords } from '../i18n/i18n.ts';
import { useCell } from '../store/cell.ts';
import { useTill } from '../till-context.ts';

/** This window waits for the other one to be closed. */
export function OtherWindowScreen() {
  const { t } = useWords();
  return (
    <main className="starting" aria-live="polite">
      <Icon name="hand" />
      <h1>{t('app.other-window')}</h1>
      <p>{t('app.other-window.next')}</p>
    </main>
  );
}

/** Before the core's first word: connecting, or plainly not there. */
export function StartingScreen() {
  const { t } = useWords();
  const { link } = useTill();
  const state = useCell(link.state);
  const lost = state.kind === 'lost';
  const isTurnedAway = lost && state.isTurnedAway;
  return (
    <main className="starting" aria-live="polite">
      <div className="starting-corner">
        <LanguageSwitch />
      </div>
      <Icon name={lost ? 'unplugged' : 'recall'} className={lost ? 'starting-lost' : 'spinning'} />
      <h1>{t(isTurnedAway ? 'app.turned-away' : lost ? 'app.core-gone' : 'app.connecting')}</h1>
      {lost && <p>{t(isTurnedAway ? 'app.turned-away.next' : 'app.core-gone.next')}</p>}
    </main>
  );
}
