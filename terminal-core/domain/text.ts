/** A sentence for the person at the till, in both languages: what happened and what to do next. */
export interface BilingualText {
  readonly 'zh-CN': string;
  readonly en: string;
}

export type Language = keyof BilingualText;
