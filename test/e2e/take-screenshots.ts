import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FakeCore } from './fake-core/fake-core.ts';
import { OFFLINE_STATUS, UNKNOWN_STATUS } from './fake-core/fake-state.ts';
import { serveFakeCore, tokenOf } from './fake-core/serve-fake-core.ts';
import { visitOffice } from './office-screenshots.ts';
import { purses, tenders } from './tender-screenshots.ts';
import { openBrowser, openTillPage, type SizeName, type TillPage } from './till-page.ts';

/**
 * Every screen of the till in both languages and both sizes, for people to look at:
 * `node_modules/.bin/node test/e2e/take-screenshots.ts [FOLDER] [zh-CN|en] [wide|narrow]`, FOLDER else test-results/screens.
 */
const folder = process.argv[2] ?? 'test-results/screens';
const languages = (['zh-CN', 'en'] as const).filter((each) => (process.argv[3] ?? each) === each);
const sizes = (['wide', 'narrow'] as const).filter((each) => (process.argv[4] ?? each) === each);
const TRACK = ';8890121000010074=29121010000000000000?';
const BARCODES = ['6901234341805', '6907555942080', '6911223496584', '6923644839017'];

mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
try {
  for (const size of sizes) {
    for (const language of languages) {
      await visit(language, size);
      await visitOffice(browser, { folder, language, size });
    }
  }
} finally {
  await browser.close();
}

async function visit(language: 'zh-CN' | 'en', size: SizeName): Promise<void> {
  const core = new FakeCore();
  const shell = await serveFakeCore(core);
  const till = await openTillPage(browser, shell.url, size);
  const { page } = till;
  page.on('console', (message) => {
    if (message.type() === 'error') console.log('console:', message.text());
  });
  page.on('pageerror', (error) => console.log('page error:', error.message));
  const shot = async (name: string): Promise<void> => {
    await page.waitForTimeout(350);
    await page.screenshot({ path: join(folder, `${name}-${language}-${size}.png`) });
  };
  const scanAll = async (): Promise<void> => {
    for (const barcode of BARCODES) {
      await till.wedge(barcode);
      await page.waitForTimeout(60);
    }
    await till.wedge(BARCODES[1] ?? '');
    await page.waitForTimeout(60);
  };

  await page.locator('.sign-on').waitFor();
  await till.setLanguage(language);
  await shot('01-sign-on');
  await till.signOn('1001', '1001');
  await shot('02-sell-empty');
  await till.press('F9');
  await till.notice.waitFor();
  await shot('02-sell-nothing-to-pay');
  await scanAll();
  await shot('03-sell-basket');
  await till.type(language === 'en' ? 'cola' : '55');
  await shot('04-sell-search');
  await till.press('Escape');
  await till.wedge('6900000000007');
  await shot('05-sell-unknown-barcode');
  await till.press('Escape');
  await till.press('F3');
  await scanAll();
  await till.press('F4');
  await shot('06-held');
  await till.press('Escape');
  await till.press('F8');
  await shot('07-cash');
  await till.type('1000');
  await shot('08-cash-short');
  await till.press('Delete');
  await till.type('5000');
  await shot('09-cash-change');
  await till.press('Enter');
  await till.result.waitFor();
  await shot('10-cash-done');
  await till.newSale();

  await cards(till, { core, shot, scanAll });
  await tenders(till, { core, shot, scanAll });
  await purses(till, { core, shot, scanAll });

  await till.press('F6');
  await page.locator('.transaction').first().waitFor();
  await page.locator('.transaction').nth(0).click();
  await shot('30-journal');
  await page.locator('.detail-actions button').nth(0).click();
  await till.receipt.waitFor();
  await shot('31-journal-receipt');
  core.next = 'supervisor';
  await page.locator('.detail-actions button').nth(1).click();
  await shot('32-void-card');
  await till.wedge(TRACK);
  await till.supervisor.waitFor();
  await shot('33-void-supervisor');
  await till.type('2001');
  await till.press('Enter');
  await till.type('9999');
  await till.press('Enter');
  await till.page.getByTestId('supervisor-refused').waitFor();
  await shot('33-void-supervisor-refused');
  await till.type('2001');
  await till.press('Enter');
  await till.type('2001');
  await till.press('Enter');
  await till.result.waitFor();
  await shot('34-void-done');
  await till.press('Enter');
  await page.locator('.transaction').nth(9).click();
  await page.locator('.detail-actions button').nth(2).click();
  await shot('35-refund-amount');
  await till.press('Escape');
  await till.press('F7');
  await page.locator('.totals tbody tr').first().waitFor();
  await shot('40-day');
  await till.press('F9');
  await page.locator('[data-settlement]').waitFor();
  await shot('41-day-settled');
  core.settles = 'unfinished';
  await till.press('F9');
  await page.locator('[data-settlement=none]').waitFor();
  await shot('42-day-unfinished');

  await till.press('F2');
  core.set(OFFLINE_STATUS);
  await scanAll();
  await shot('50-sell-offline');
  core.set(UNKNOWN_STATUS);
  await page.locator('.strip-devices').click();
  await shot('51-sell-unknown');
  await till.press('Escape');
  await shell.close();
  await till.coreGone.waitFor();
  await shot('52-core-gone');
  const again = await serveFakeCore(core, { port: shell.port, token: tokenOf(shell) });
  await till.coreGone.waitFor({ state: 'detached' });
  await again.close();
  const stranger = await serveFakeCore(core, { port: shell.port });
  await till.coreGone.waitFor();
  await page.waitForTimeout(2_000);
  await shot('53-turned-away');
  await page.context().close();
  await stranger.close();
}

async function cards(
  till: TillPage,
  {
    core,
    shot,
    scanAll,
  }: { core: FakeCore; shot: (name: string) => Promise<void>; scanAll: () => Promise<void> },
): Promise<void> {
  await scanAll();
  await till.press('F9');
  core.set({ mode: 'offline' });
  await shot('20-card-wait-offline');
  core.set({ mode: 'online' });
  await shot('20-card-wait');
  await till.type('889012100001');
  await shot('21-card-keyed');
  await till.press('Escape');
  await till.wedge(TRACK);
  await till.page.locator('.plastic').waitFor();
  await shot('22-card-confirm');
  core.next = 'pin';
  await till.press('Enter');
  await till.page.locator('.pin').waitFor();
  await till.type('1234');
  await shot('23-pin');
  await till.type('56');
  await till.press('Enter');
  await till.result.waitFor();
  await shot('24-approved-online');
  await till.newSale();
  for (const [next, name] of [
    ['offline', '25-approved-offline'],
    ['declined', '26-declined'],
    ['unknown', '27-unknown'],
    ['refused', '28-refused'],
  ] as const) {
    core.next = next;
    await scanAll();
    await till.payCard(TRACK);
    await shot(name);
    if (next === 'unknown') {
      core.reverseUnknown();
      await till.page.locator('[data-tone=reversed]').waitFor();
      await shot('29-unknown-reversed');
      core.transactions.shift();
    }
    await till.press('Escape');
  }
  core.next = 'approved';
  await till.page.locator('.sell').waitFor();
  await till.press('F3');
}
