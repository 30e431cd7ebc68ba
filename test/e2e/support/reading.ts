import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { TillPage } from '../till-page.ts';
import { LANGUAGES, type Language } from './till-bench.ts';

/** Longer than anything here takes on a machine with two slow cores. */
const EVENTUALLY_MS = 20_000;
const POLL_MS = 50;

/** `await eventually(() => …).toBe(…)`: waits for what the till does by itself. */
export function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: EVENTUALLY_MS, interval: POLL_MS });
}

/** What a person reads there: hidden words left out, lines apart. */
export function shown(place: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: textContent has hidden words too and runs the lines together.
  return place.innerText();
}

const STRIP_LABELS = {
  unsent: /^(未上送|Unsent)$/,
  reversals: /^(待冲正|Reversals( owed)?)$/,
  batch: /^(批次|Batch)$/,
  shift: /^(班次|Shift)$/,
} as const;

/** A value of the status strip, as it is shown. */
export function stripValue({ page }: TillPage, name: keyof typeof STRIP_LABELS): Promise<string> {
  const label = page.locator('.strip-label', { hasText: STRIP_LABELS[name] });
  return shown(page.locator('.strip-field', { has: label }).locator('.strip-value'));
}

/** What `place` says in each language; the till is left in English. */
export async function inBothLanguages(till: TillPage, place: Locator): Promise<Record<Language, string>> {
  const said = { 'zh-CN': '', en: '' };
  for (const language of LANGUAGES) {
    await till.setLanguage(language);
    said[language] = await shown(place);
  }
  return said;
}

/** The text of the receipt on show; the receipt is an image, and a copy of it says so in its first line. */
export async function receiptText(till: TillPage): Promise<string> {
  const image = till.receipt.locator('img');
  await image.waitFor();
  const source = (await image.getAttribute('src')) ?? '';
  const svg = decodeURIComponent(source.slice(source.indexOf(',') + 1));
  return svg
    .replace(/<\/text>/g, '\n')
    .replace(/<[^>]+>/g, '')
    .replaceAll('&#xa0;', ' ');
}

/** The rows of the transaction list as `kind state amount`, newest first, when `count` of them are there. */
export async function listedTransactions(till: TillPage, count: number): Promise<string[]> {
  const rows = till.page.locator('.transaction');
  await eventually(() => rows.count()).toBe(count);
  return rows.evaluateAll((all) =>
    all.map((row) => {
      const part = (selector: string) => row.querySelector(selector)?.textContent ?? '';
      const state = row.querySelector('[data-state]')?.getAttribute('data-state');
      return `${part('.transaction-what strong')} ${state} ${part('.transaction-amount')}`;
    }),
  );
}
