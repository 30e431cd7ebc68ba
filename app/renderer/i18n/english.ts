/**
 * English for the words in `Chinese`: the same keys, and words of its own for one of a thing, which i18next picks by
 * `count`.
 */
export type English<Chinese> = Readonly<Record<keyof Chinese, string>> &
  Readonly<Partial<Record<`${keyof Chinese & string}_one`, string>>>;
