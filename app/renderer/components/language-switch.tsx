import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { useWords } from '../i18n/i18n.ts';
import { LANGUAGES } from '../store/preferences.ts';
import { useTill } from '../till-context.ts';

const SHORT_NAMES = { 'zh-CN': '中', en: 'EN' } as const;

/** Both languages are always in sight, each in its own script. */
export function LanguageSwitch() {
  const { t, language } = useWords();
  const { preferences } = useTill();
  return (
    <ToggleButtonGroup
      className="language-switch"
      aria-label={t('app.language.switch')}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[language]}
      onSelectionChange={(keys) => {
        const chosen = LANGUAGES.find((each) => keys.has(each));
        if (chosen !== undefined) preferences.setLanguage(chosen);
      }}
    >
      {LANGUAGES.map((each) => (
        // The next key belongs to the screen, as before: an Enter must not press this once more.
        <ToggleButton key={each} id={each} aria-label={t(`app.language.${each}`)} preventFocusOnPress>
          {SHORT_NAMES[each]}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
