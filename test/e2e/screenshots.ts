/** `npm run screenshots`: makes the pictures of the README from the real till, on a host whose network is cut. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TillProcess } from './support/till-process.ts';
import { openBrowser, openTillPage } from './till-page.ts';

const IMAGES = join(import.meta.dirname, '..', '..', 'docs', 'images');
const CARD = ';8890121000010074=29121010000000000?';
const FIRST_SALE = ['6901234341805', '6902890181071'];
const SECOND_SALE = ['6903771773729', '6907555942080', '6901234341805', '6901234341805', '6901234341805'];

const folder = mkdtempSync(join(tmpdir(), 'holdfast-screenshots-'));
mkdirSync(IMAGES, { recursive: true });
const till = new TillProcess(folder, ['--demo', '--port', '0']);
const browser = await openBrowser();
try {
  const page = await openTillPage(browser, await till.url());
  await page.signOn('1001', '1001');
  await till.order('cut');
  await page.page.locator('[data-mode="offline"]').waitFor();
  for (const code of FIRST_SALE) await page.wedge(code);
  await page.payCard(CARD);
  await page.receipt.waitFor();
  await page.page.screenshot({ path: join(IMAGES, 'offline-sale.png') });
  await page.newSale();
  for (const code of SECOND_SALE) await page.wedge(code);
  await page.basketLines.nth(2).waitFor();
  await page.page.screenshot({ path: join(IMAGES, 'till.png') });
} finally {
  await browser.close();
  await till.kill();
  rmSync(folder, { recursive: true, force: true });
}
