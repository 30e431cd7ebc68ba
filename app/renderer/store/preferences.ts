import { Cell } from './cell.ts';
import type { TillDatabase } from './database.ts';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const LANGUAGE_KEY = 'language';

/** What `--locale` asked for: the shell puts it into the page's address. Else, and for any other word, Chinese. */
export function languageOfAddress(address: string): Language {
  const asked = new URL(address).searchParams.get('locale');
  return LANGUAGES.find((each) => each === asked) ?? 'zh-CN';
}

/** What this till's people chose; remembered on this machine. */
export class Preferences {
  readonly language: Cell<Language>;
  readonly #database: Pick<TillDatabase, 'read' | 'write'>;

  /** @param language until somebody has chosen one. */
  constructor(database: Pick<TillDatabase, 'read' | 'write'>, language: Language) {
    this.#database = database;
    this.language = new Cell(language);
  }

  async load(): Promise<void> {
    const stored = await this.#database.read(LANGUAGE_KEY, (value) =>
      LANGUAGES.find((each) => each === value),
    );
    if (stored !== undefined) this.language.set(stored);
  }

  setLanguage(language: Language): void {
    void this.#database.write(LANGUAGE_KEY, language);
    this.language.set(language);
  }
}
