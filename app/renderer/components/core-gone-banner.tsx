import { clockTime } from '../format/time.ts';
import { useWords } from '../i18n/i18n.ts';
import { useCell } from '../store/cell.ts';
import { useTill } from '../till-context.ts';
import { Icon } from './icon.tsx';

/** When the core is gone everything else on the screen is old news; this says so before anything else. */
export function CoreGoneBanner() {
  const { t } = useWords();
  const { link } = useTill();
  const state = useCell(link.state);
  return (
    <div aria-live="assertive">
      {state.kind === 'lost' && (
        <div className="banner banner-gone" data-testid="core-gone">
          <Icon name="unplugged" />
          <div>
            <strong>
              {t('app.core-gone')} · {t('app.core-gone.since', { time: clockTime(state.sinceMs) })}
            </strong>
            <p>{t('app.core-gone.next')}</p>
          </div>
        </div>
      )}
    </div>
  );
}
