import { Cell } from './cell.ts';
import type { TillDatabase } from './database.ts';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const LANGUAGE_KEY = 'language';

/** What this till's people chose; remembered on this machine. */
export class Preferences {
  readonly language = new Cell<Language>('zh-CN');
  readonly #database: TillDatabase;

  constructor(database: TillDatabase) {
    this.#database = database;
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
