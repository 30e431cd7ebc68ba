import type { BilingualText } from '../../domain/text.ts';

/** What a rule says to the person at the till: what happened and what to do next. */
export interface RuleWords {
  readonly text: BilingualText;
  readonly nextStep: BilingualText;
}

export const words = (zhText: string, enText: string, zhNext: string, enNext: string): RuleWords => ({
  text: { 'zh-CN': zhText, en: enText },
  nextStep: { 'zh-CN': zhNext, en: enNext },
});

/** The next step of most rules that keep a card from being taken. */
export const OTHER_TENDER = [
  '请换其他付款方式，或等联网后再试。',
  'Take another tender, or try again when online.',
] as const;
