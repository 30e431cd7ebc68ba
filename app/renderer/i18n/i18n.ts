import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Refusal } from '../../../terminal-core/api/contract.ts';
import type { Language } from '../store/preferences.ts';
import { en } from './en.ts';
import { type MessageKey, zhCn } from './zh-cn.ts';

/** Words in both languages, as the core sends them. */
export type BilingualText = Refusal['text'];
export type MessageValues = Readonly<Record<string, string | number>>;
export type Translate = (key: MessageKey, values?: MessageValues) => string;

export async function startI18n(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    // Keys are whole, not paths: `pay.lost` and `pay.lost.next` live side by side.
    keySeparator: false,
    nsSeparator: false,
    resources: { 'zh-CN': { translation: zhCn }, en: { translation: en } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  setLanguage(language);
}

export function setLanguage(language: Language): void {
  document.documentElement.lang = language;
  document.title = i18next.getFixedT(language)('app.name');
  void i18next.changeLanguage(language);
}

/** A message of ours in both languages, for what must survive a change of language while it is shown. */
export function bilingual(key: MessageKey, values: MessageValues = {}): BilingualText {
  return {
    'zh-CN': i18next.getFixedT('zh-CN')(key, values),
    en: i18next.getFixedT('en')(key, values),
  };
}

/** `t` for our own words, `words` for the core's. */
export function useWords(): {
  readonly t: Translate;
  readonly words: (text: BilingualText) => string;
  readonly language: Language;
} {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'en' ? 'en' : 'zh-CN';
  return {
    t: (key, values = {}) => t(key, values),
    words: (text) => text[language],
    language,
  };
}
