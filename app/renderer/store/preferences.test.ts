import { describe, expect, it } from 'vitest';
import { languageOfAddress, Preferences } from './preferences.ts';

describe('the language', () => {
  it.each([
    ['http://127.0.0.1:8600/', 'zh-CN'],
    ['http://127.0.0.1:8600/?locale=en', 'en'],
    ['app://holdfast/?locale=zh-CN', 'zh-CN'],
    ['http://127.0.0.1:8600/?locale=fr', 'zh-CN'],
  ])('that a page at %s starts in is %s', (address, language) => {
    expect(languageOfAddress(address)).toBe(language);
  });

  it('that somebody chose counts for more than the one the page was started in', async () => {
    const rows = new Map<string, unknown>();
    const database = {
      read: async <T>(key: string, parse: (value: unknown) => T | undefined) => parse(rows.get(key)),
      write: async (key: string, value: unknown) => void rows.set(key, value),
    };
    const first = new Preferences(database, 'en');
    await first.load();
    expect(first.language.get()).toBe('en');
    first.setLanguage('zh-CN');
    const second = new Preferences(database, 'en');
    await second.load();
    expect(second.language.get()).toBe('zh-CN');
  });
});
