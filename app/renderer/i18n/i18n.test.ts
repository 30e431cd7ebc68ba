import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { zhCn, zhCnByScreen } from './zh-cn.ts';

const renderer = join(import.meta.dirname, '..');
const sources = readdirSync(renderer, { recursive: true, withFileTypes: true })
  .filter((entry) => /(?<!\.test)\.tsx?$/.test(entry.name))
  .filter((entry) => !/i18n\/(zh-cn|en)$/.test(entry.parentPath))
  .map((entry) => ({ name: entry.name, text: readFileSync(join(entry.parentPath, entry.name), 'utf8') }));

/** Keys that the code makes from a state's name, `state.${…}`. */
const COMPOSED = [
  ...new Set(
    sources.flatMap(({ text }) =>
      [...text.matchAll(/`([a-z.-]+)\$\{[^}]+\}([a-z.-]*)`/g)].map((match) => ({
        start: match[1] ?? '',
        end: match[2] ?? '',
      })),
    ),
  ),
];

describe('the two languages', () => {
  it('have the same keys in the same order', () => {
    expect(Object.keys(en).filter((key) => !key.endsWith('_one'))).toEqual(Object.keys(zhCn));
  });

  it('have every key in one file only', () => {
    const keys = Object.values(zhCnByScreen).flatMap((words) => Object.keys(words));
    expect(keys).toHaveLength(Object.keys(zhCn).length);
  });

  it('have words for every key', () => {
    const empty = (messages: object) => Object.entries(messages).filter(([, words]) => words.trim() === '');
    expect(empty(zhCn)).toEqual([]);
    expect(empty(en)).toEqual([]);
  });

  it('fill in the same values', () => {
    const values = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted();
    for (const [key, english] of Object.entries(en)) {
      const chinese = Object.entries(zhCn).find(([each]) => each === key.replace(/_one$/, ''))?.[1] ?? '';
      expect({ key, values: values(english) }).toEqual({ key, values: values(chinese) });
    }
  });

  it('have no words that no screen says', () => {
    const unused = Object.keys(zhCn).filter(
      (key) =>
        !sources.some(({ text }) => text.includes(`'${key}'`) || text.includes(`="${key}"`)) &&
        !COMPOSED.some(({ start, end }) => start !== '' && key.startsWith(start) && key.endsWith(end)),
    );
    expect(unused).toEqual([]);
  });

  it('are the only place with words: no screen has Chinese or a text of its own', () => {
    const offending = sources
      .filter(({ name }) => name.endsWith('.tsx'))
      .flatMap(({ name, text }) =>
        text
          .split('\n')
          .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line))
          .filter(
            (line) => /[\u4e00-\u9fff]/.test(line) || />\s*[A-Za-z][a-z]+ [a-z]+[^<>{}=]*<\//.test(line),
          )
          .map((line) => `${name}: ${line.trim()}`),
      );
    // The switch names each language in its own script.
    expect(offending).toEqual([
      "language-switch.tsx: const SHORT_NAMES = { 'zh-CN': '中', en: 'EN' } as const;",
    ]);
  });
});
