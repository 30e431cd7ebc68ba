import { bilingual, useWords } from '../i18n/i18n.ts';
import { Icon } from './icon.tsx';

/** Nothing that is sold now is real. Said in both languages at once, whichever the screen has, over every screen. */
export function TrainingMark() {
  const { language } = useWords();
  const mark = bilingual('training.mark');
  const text = bilingual('training.mark.text');
  const other: typeof language = language === 'en' ? 'zh-CN' : 'en';
  return (
    <div className="training-mark" role="status" data-testid="training-mark">
      <Icon name="alert" />
      {[language, other].map((each) => (
        <span key={each} lang={each}>
          <strong>{mark[each]}</strong> {text[each]}
        </span>
      ))}
      <Icon name="alert" />
    </div>
  );
}
