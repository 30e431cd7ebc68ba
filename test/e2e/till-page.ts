import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** A person is slower than BURST_GAP_MS. */
const PERSON_KEY_DELAY_MS = 60;

/** The till takes no Enter for 400 ms after a cash sale, so that a double one does not hide the change. */
const CHANGE_READ_MS = 450;

export const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 1024, height: 768 } } as const;
export type SizeName = keyof typeof SIZES;

/** The system's Chromium, for as many pages as a test wants. */
export function openBrowser(executablePath = CHROMIUM): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGUMENTS, headless: true });
}

/** Opens the till in a browser profile of its own. `url` holds the token. */
export async function openTillPage(
  browser: Browser,
  url: string,
  size: SizeName = 'wide',
): Promise<TillPage> {
  const context = await browser.newContext({ viewport: SIZES[size], locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto(url);
  return new TillPage(page);
}

/** What a cashier sees and does, whatever the markup: the page model of the till. */
export class TillPage {
  readonly page: Page;
  readonly modeBadge: Locator;
  readonly basketLines: Locator;
  readonly total: Locator;
  readonly notice: Locator;
  readonly result: Locator;
  readonly resultFigure: Locator;
  readonly receipt: Locator;
  readonly coreGone: Locator;
  readonly pinDots: Locator;
  readonly supervisor: Locator;

  constructor(page: Page) {
    this.page = page;
    this.modeBadge = page.locator('[data-mode]');
    this.basketLines = page.locator('[data-sku].line');
    this.total = page.getByTestId('basket-total');
    this.notice = page.getByTestId('notice');
    this.result = page.locator('[data-result]');
    this.resultFigure = page.getByTestId('result-figure');
    this.receipt = page.getByTestId('receipt');
    this.coreGone = page.getByTestId('core-gone');
    this.pinDots = page.getByTestId('pin-dots');
    this.supervisor = page.getByTestId('supervisor');
  }

  /** By keyboard alone: code, Enter, password, Enter. */
  async signOn(operatorCode: string, password: string): Promise<void> {
    await this.page.locator('.sign-on input').first().waitFor();
    await this.page.locator('.sign-on input').first().focus();
    await this.page.keyboard.type(operatorCode, { delay: PERSON_KEY_DELAY_MS });
    await this.page.keyboard.press('Enter');
    await this.page.keyboard.type(password, { delay: PERSON_KEY_DELAY_MS });
    await this.page.keyboard.press('Enter');
    await this.page.locator('.sell').waitFor();
  }

  /** Supervisor 2001 agrees, by keyboard: code, Enter, password, Enter, once the form has the keys. */
  async agree(password = '2001'): Promise<void> {
    await this.page.locator('input:focus').and(this.supervisor.locator('input').first()).waitFor();
    for (const text of ['2001', password]) {
      await this.type(text);
      await this.press('Enter');
    }
  }

  /** What a keyboard wedge sends: the characters in one burst, then Enter. Barcodes, card codes and track data alike. */
  async wedge(text: string): Promise<void> {
    // Sent without waiting for one another: a wedge does not wait for a page that is busy, so neither may its time stamps.
    const { keyboard } = this.page;
    await Promise.all([...text, 'Enter'].flatMap((key) => [keyboard.down(key), keyboard.up(key)]));
  }

  /** What a person types, key by key. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: PERSON_KEY_DELAY_MS });
    // The last key is held for a moment, until it is sure that no burst follows.
    await this.page.waitForTimeout(PERSON_KEY_DELAY_MS);
  }

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  async setLanguage(language: 'zh-CN' | 'en'): Promise<void> {
    await this.page
      .locator('.language-switch button')
      .nth(language === 'zh-CN' ? 0 : 1)
      .click();
    await this.page.locator(`html[lang="${language}"]`).waitFor();
  }

  /** From the sell screen: F8, the amount in fen as typed digits (nothing for exact), Enter. */
  async payCash(receivedMinor?: number): Promise<void> {
    await this.press('F8');
    await this.page.locator('.cash').waitFor();
    if (receivedMinor !== undefined) await this.type(String(receivedMinor));
    await this.press('Enter');
    await this.result.waitFor();
  }

  /** From the sell screen: F9, then the card as the wedge reads it. Ends at the PIN pad or the result. */
  async payCard(track: string): Promise<void> {
    await this.press('F9');
    await this.page.locator('.capture').waitFor();
    await this.wedge(track);
    await this.page.locator('[data-result], .pin').first().waitFor();
  }

  async enterPin(pin: string): Promise<void> {
    await this.page.locator('.pin').waitFor();
    await this.type(pin);
    await this.press('Enter');
    await this.result.waitFor();
  }

  /** Enter is what a cashier presses, once the change was read. */
  async newSale(): Promise<void> {
    await this.page.waitForTimeout(CHANGE_READ_MS);
    await this.press('Enter');
    await this.page.locator('.sell').waitFor();
  }

  /** The kind of the result on show, with its tone: `approved online`, `approved offline`, `declined problem` … */
  async resultKind(): Promise<string> {
    await this.result.waitFor();
    const kind = await this.result.getAttribute('data-result');
    return `${kind} ${await this.result.getAttribute('data-tone')}`;
  }
}
