import { useEffect } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { useCell } from '../store/cell.ts';
import { useTill } from '../till-context.ts';
import { IconAction } from './action.tsx';
import { Icon } from './icon.tsx';

/** Good news goes away by itself; a problem stays until the next thing happens or somebody closes it. */
const GOOD_SHOWN_MS = 4_000;

export function NoticeBar() {
  const { t, words } = useWords();
  const { notice } = useTill();
  const shown = useCell(notice);
  useEffect(() => {
    if (shown?.tone !== 'good') return;
    const timer = setTimeout(() => notice.set(undefined), GOOD_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown, notice]);
  return (
    <div className="notice-place" aria-live="assertive">
      {shown && (
        <div key={words(shown.text)} className={`notice notice-${shown.tone}`} data-testid="notice">
          <Icon name={shown.tone === 'good' ? 'check-circle' : 'alert'} />
          <div>
            <strong>{words(shown.text)}</strong>
            {shown.nextStep && <p>{words(shown.nextStep)}</p>}
          </div>
          <IconAction icon="cross" label={t('app.close')} onPress={() => notice.set(undefined)} />
        </div>
      )}
    </div>
  );
}
