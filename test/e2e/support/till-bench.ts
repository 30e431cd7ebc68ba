import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser, openTillPage, type SizeName, type TillPage } from '../till-page.ts';
import { TillProcess } from './running-till.ts';

export type Language = 'zh-CN' | 'en';
export const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];

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
    return new TillBench({ folder, browser, till, url });
  }

  get till(): TillProcess {
    return this.#till;
  }

  get url(): string {
    return this.#url;
  }

  /** A page in a browser profile of its own, with its language chosen. */
  async open(language: Language, size?: SizeName): Promise<TillPage> {
    const page = await openTillPage(this.browser, this.#url, size);
    await page.setLanguage(language);
    return page;
  }

  /** Starts the till again on the same data folder and port, when it has been stopped or killed. */
  async startAgain(): Promise<void> {
    this.#till = new TillProcess(this.folder, ['--demo', '--port', new URL(this.#url).port]);
    this.#url = await this.#till.url();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.#till.kill();
    rmSync(this.folder, { recursive: true, maxRetries: 10, retryDelay: 100 });
  }
}
