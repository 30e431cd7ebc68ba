import { useEffect } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { useCell } from '../store/cell.ts';
import { type Notice, useTill } from '../till-context.ts';
import { IconAction } from './action.tsx';
import { Icon, type IconName } from './icon.tsx';

const ICONS: Readonly<Record<Notice['tone'], IconName>> = {
  problem: 'alert',
  good: 'check-circle',
  calm: 'scan',
};

/** Good news and calm words go away by themselves; a problem stays until the next thing happens or somebody closes it. */
const WORDS_SHOWN_MS = 4_000;

export function NoticeBar() {
  const { t, words } = useWords();
  const { notice } = useTill();
  const shown = useCell(notice);
  useEffect(() => {
    if (shown === undefined || shown.tone === 'problem' || shown.stays) return;
    const timer = setTimeout(() => notice.set(undefined), WORDS_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown, notice]);
  return (
    <div className="notice-place" aria-live="assertive">
      {shown && (
        <div key={words(shown.text)} className={`notice notice-${shown.tone}`} data-testid="notice">
          <Icon name={ICONS[shown.tone]} />
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
