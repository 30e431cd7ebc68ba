import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { systemPackage } from '../../support/require-system-package.ts';
import { openBrowser, openTillPage, type SizeName, type TillPage } from '../till-page.ts';
import { connectToTill } from './till-api.ts';
import { TillProcess } from './till-process.ts';

export type Language = 'zh-CN' | 'en';
export const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];

const PHOTOGRAPHS_DIR = join(import.meta.dirname, '..', '..', '..', 'test-results', 'e2e');
const CASHIER = '1001';
/** Longer than any step of the till but the host's time-out takes on two slow cores. */
const SHOWN_WITHIN_MS = 15_000;

/** A demo till with its host, on a data folder of its own, and a browser: one for a whole file of tests. */
export class TillBench {
  readonly folder: string;
  readonly browser: Browser;
  #till: TillProcess;
  #url: string;

  private constructor(parts: { folder: string; browser: Browser; till: TillProcess; url: string }) {
    this.folder = parts.folder;
    this.browser = parts.browser;
    this.#till = parts.till;
    this.#url = parts.url;
  }

  /** @param executablePath Chromium's. */
  static async start(executablePath: string): Promise<TillBench> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
    const till = new TillProcess(folder, ['--demo', '--port', '0']);
    const [url, browser] = await Promise.all([till.url(), openBrowser(executablePath)]);
    const bench = new TillBench({ folder, browser, till, url });
    await bench.#signedOnAtHost();
    return bench;
  }

  get till(): TillProcess {
    return this.#till;
  }

  /** With the token. */
  get url(): string {
    return this.#url;
  }

  /** A page in a browser profile of its own, in `language`, with the cashier signed on. */
  async open(language: Language, size?: SizeName): Promise<TillPage> {
    const till = await openTillPage(this.browser, this.#url, size);
    till.page.setDefaultTimeout(SHOWN_WITHIN_MS);
    await till.setLanguage(language);
    const signOn = till.page.locator('.sign-on');
    await signOn.or(till.page.locator('.sell')).waitFor();
    // Who is signed on is the core's knowledge and outlives the pages.
    if (await signOn.isVisible()) await till.signOn(CASHIER, CASHIER);
    // A scan before the catalogue is there finds nothing.
    await till.page.locator('.tile').first().waitFor();
    return till;
  }

  /** What a failed test was looking at, for whoever reads its report. */
  async photograph(name: string): Promise<void> {
    const pages = this.browser.contexts().flatMap((context) => context.pages());
    for (const [index, page] of pages.entries()) {
      const file = `${name.replace(/[^\w-]+/g, '-').slice(0, 80)}-${index}.png`;
      await page.screenshot({ path: join(PHOTOGRAPHS_DIR, file) });
    }
  }

  async closePages(): Promise<void> {
    for (const context of this.browser.contexts()) await context.close();
  }

  /** Starts the till again on the same data folder and port, after it was stopped or killed. The token is a new one. */
  async startAgain(): Promise<void> {
    this.#till = new TillProcess(this.folder, ['--demo', '--port', new URL(this.#url).port]);
    this.#url = await this.#till.url();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.#till.kill();
    rmSync(this.folder, { recursive: true, maxRetries: 10, retryDelay: 100 });
  }

  /** Offline sales need keys, parameters and hotlist, which the till gets by itself as soon as it is up. */
  async #signedOnAtHost(): Promise<void> {
    const { api, close } = await connectToTill(this.#url);
    try {
      for await (const status of await api.status.watch()) if (status.hotlistAtMs !== undefined) return;
    } finally {
      close();
    }
  }
}

/** `describe` with one bench for all its tests and no page left open between them; skipped, with the reason, without Chromium. */
export function describeTill(name: string, tests: (bench: () => TillBench) => void): void {
  const chromium = systemPackage('chromium');
  describe.skipIf(chromium.kind === 'missing')(`${name}${chromium.note}`, () => {
    let bench: TillBench;
    beforeAll(async () => {
      if (chromium.kind === 'present') bench = await TillBench.start(chromium.path);
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') await bench.photograph(task.name);
      await bench.closePages();
    });
    afterAll(() => bench.close());
    tests(() => bench);
  });
}
