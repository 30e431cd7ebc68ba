import { useWords } from '../i18n/i18n.ts';
import { useCell } from '../store/cell.ts';
import { useTill } from '../till-context.ts';
import { Icon } from './icon.tsx';
import { useStoreTime } from './use-store-time.ts';

/** When the core is gone everything else on the screen is old news; this says so before anything else. */
export function CoreGoneBanner() {
  const { t } = useWords();
  const { clock } = useStoreTime();
  const { link } = useTill();
  const state = useCell(link.state);
  return (
    <div aria-live="assertive">
      {state.kind === 'lost' && (
        <div className="banner banner-gone" data-testid="core-gone">
          <Icon name="unplugged" />
          <div>
            <strong>
              {t(state.isTurnedAway ? 'app.turned-away' : 'app.core-gone')} ·{' '}
              {t('app.core-gone.since', { time: clock(state.sinceMs) })}
            </strong>
            <p>{t(state.isTurnedAway ? 'app.turned-away.next' : 'app.core-gone.next')}</p>
          </div>
        </div>
      )}
    </div>
  );
}
