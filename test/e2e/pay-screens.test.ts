import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../app/gateway/gateway.ts';
import { systemPackage } from '../support/require-system-package.ts';
import { FakeCore } from './fake-core/fake-core.ts';
import { serveFakeCore } from './fake-core/serve-fake-core.ts';
import { COLA, scan } from './support/goods.ts';
import { eventually, shown } from './support/reading.ts';
import { openBrowser, openTillPage, type TillPage } from './till-page.ts';

const chromium = systemPackage('chromium');
const TRACK = ';8890121000010074=29121010000000000000?';

describe.skipIf(chromium.kind === 'missing')(`screens on a core that obeys the test${chromium.note}`, () => {
  let browser: Browser;
  let core: FakeCore;
  let shell: Gateway;
  let till: TillPage;

  beforeAll(async () => {
    if (chromium.kind === 'present') browser = await openBrowser(chromium.path);
  });
  beforeEach(async () => {
    core = new FakeCore();
    core.purses.plugIn();
    shell = await serveFakeCore(core);
    till = await openTillPage(browser, shell.url);
    await till.page.locator('.sign-on').waitFor();
    await till.setLanguage('en');
    await till.signOn('1001', '1001');
    await till.page.locator('.tile').first().waitFor();
  });
  afterEach(async () => {
    await till.page.context().close();
    await shell.close();
  });
  afterAll(() => browser?.close());

  it('shows the purse that is put in and charges it', async () => {
    await scan(till, COLA);
    core.purses.insert('4417', 5_000);
    const slot = till.page.getByTestId('purse-in-slot');
    await slot.waitFor();
    expect(await shown(slot)).toMatch(/4417[\s\S]*Balance ¥50\.00[\s\S]*¥47\.00 stays/);
    await till.press('Enter');
    expect(await till.resultKind()).toBe('approved offline');
    expect(await shown(till.result)).toMatch(/Paid by purse/);
  });

  it("asks the purse's holder for the PIN, says what is left after a wrong one, and leaves by Escape", async () => {
    core.purses.pin = '824613';
    await scan(till, COLA);
    core.purses.insert('4417', 50_000);
    await till.page.getByTestId('purse-in-slot').waitFor();
    await till.press('Enter');
    await till.page.locator('.pin').waitFor();
    expect(await shown(till.page.locator('.pin'))).toMatch(/4417/);
    await till.type('111111');
    await till.press('Enter');
    const wrong = till.page.getByTestId('pin-wrong');
    await wrong.waitFor();
    expect(await shown(wrong)).toMatch(/one try is left\. Nothing was charged/);
    await till.press('Escape');
    await till.page.getByTestId('purse-in-slot').waitFor();
    await till.press('Enter');
    await till.page.locator('.pin').waitFor();
    expect(await wrong.count()).toBe(0);
    await till.enterPin('824613');
    expect(await till.resultKind()).toBe('approved offline');
  });

  it('says that the PIN of a purse is blocked', async () => {
    core.purses.pin = '824613';
    await scan(till, COLA);
    core.purses.insert('4417', 50_000);
    await till.page.getByTestId('purse-in-slot').waitFor();
    await till.press('Enter');
    await till.page.locator('.pin').waitFor();
    await till.type('111111');
    await till.press('Enter');
    await till.page.getByTestId('pin-wrong').waitFor();
    await till.enterPin('222222');
    expect(await till.resultKind()).toBe('refused problem');
    expect(await shown(till.result)).toMatch(/PIN is blocked/);
  });

  it('asks for the same card by its digits, refuses another by name and finishes when the right one is back', async () => {
    await payTorn();
    expect(await shown(till.page.getByTestId('doubt-digits'))).toBe('4417');
    expect(await shown(till.page.getByTestId('open-matters'))).toMatch(/Waits for card …4417/);
    await till.press('Escape');
    await till.press('Enter');
    core.purses.insert('9033', 9_000);
    const refused = till.page.getByTestId('not-this-card');
    await refused.waitFor();
    expect(await shown(refused)).toMatch(/not the card that the sale was begun with/);
    expect(await shown(till.page.getByTestId('doubt-digits'))).toBe('4417');
    core.purses.remove();
    core.purses.insert('4417', 4_700);
    await till.page.locator('[data-result=approved]').waitFor();
    await till.newSale();
    await eventually(() => till.page.getByTestId('open-matters').count()).toBe(0);
  });

  it('takes another tender, says when the card has paid, too, and gives that back', async () => {
    await payTorn();
    await till.press('F8');
    await till.page.locator('.cash').waitFor();
    await till.press('Enter');
    await till.result.waitFor();
    await till.newSale();
    core.purses.insert('4417', 4_700);
    await till.notice.waitFor();
    expect(await shown(till.notice)).toMatch(/It was paid twice/);
    expect(await shown(till.page.getByTestId('open-matters'))).toMatch(/¥3\.00 owed back to card …4417/);
    await till.press('F4');
    await till.page.locator('.held').waitFor();
    await till.type('1');
    await till.page.getByTestId('purse-in-slot').waitFor();
    await till.press('Enter');
    await till.agree();
    await till.page.locator('.dialog [data-result=approved]').waitFor();
    await till.press('Enter');
    await eventually(() => till.page.getByTestId('open-matters').count()).toBe(0);
  });

  it('says what the card gave where it had less, and what is left', async () => {
    await scan(till, COLA, 2);
    core.next = 'declined';
    await till.payCard(TRACK);
    core.next = 'partial';
    await till.press('F7');
    await till.page.locator('.capture').waitFor();
    await till.wedge(TRACK);
    await till.page.locator('.part-result').waitFor();
    expect(await shown(till.page.locator('.part-result'))).toMatch(/only ¥2\.00[\s\S]*Left to pay\s+¥4\.00/);
  });

  /** A sale paid in cash and by card, of which all is to go back: planned, with its cash to hand out. */
  async function planRefund(): Promise<void> {
    await scan(till, COLA);
    await till.press('F8');
    await till.type('100');
    await till.press('F8');
    await till.page.locator('.part-result').waitFor();
    await till.press('F9');
    await till.page.locator('.capture').waitFor();
    await till.wedge(TRACK);
    await till.page.locator('[data-result=approved]').waitFor();
    await till.newSale();
    const [sale] = core.splitSales.complete();
    for (const { transaction } of sale?.tenders ?? [])
      core.transactions.unshift({ ...transaction, batchSettled: true });
    await till.press('F6');
    await till.page.locator('.transaction').first().click();
    await till.press('F9');
    await till.page.locator('.refund-amount').waitFor();
    await till.press('Enter');
    await till.agree();
    await till.page.getByTestId('plan-parts').waitFor();
  }

  it('gives a sale back: cash to hand out, a card that is asked for, and later if it is not there', async () => {
    await planRefund();
    expect(await shown(till.page.getByTestId('hand-back'))).toBe('¥1.00');
    expect(await shown(till.page.locator('.capture-wait'))).toMatch(/card ending in 0074/);
    await till.press('Escape');
    await till.press('F4');
    await till.page.locator('.held').waitFor();
    await till.type('1');
    await till.page.getByTestId('plan-parts').waitFor();
    // The cash was handed out when it was planned: it is never asked for twice.
    expect(await till.page.getByTestId('hand-back').count()).toBe(0);
    await till.wedge(TRACK);
    await till.page.locator('[data-plan=done]').waitFor();
  });

  it('takes the rest of a refund back when nobody comes for it, after asking once more', async () => {
    await planRefund();
    await till.press('F8');
    expect(await shown(till.page.locator('.dialog'))).toMatch(/¥2\.00 of this refund waits for a card/);
    await till.press('Enter');
    await till.page.locator('.capture-wait').waitFor();
    await till.press('F8');
    await till.press('F9');
    await till.page.locator('[data-plan=done]').waitFor();
    expect(await shown(till.page.locator('.dialog'))).toMatch(
      /withdrawn[\s\S]*The rest of this refund is withdrawn/,
    );
  });

  it('marks training on every screen in both languages, and receipts that did not come out', async () => {
    core.set({ training: true, unprintedCount: 2 });
    const mark = till.page.getByTestId('training-mark');
    await mark.waitFor();
    expect(await shown(mark)).toMatch(/TRAINING[\s\S]*培训模式/);
    expect(await shown(till.page.getByTestId('open-matters'))).toMatch(/2 receipts not printed/);
    await scan(till, COLA);
    await till.press('F8');
    await till.page.locator('.cash').waitFor();
    expect(await mark.isVisible()).toBe(true);
  });

  async function payTorn(): Promise<void> {
    await scan(till, COLA);
    core.purses.insert('4417', 5_000);
    await till.page.getByTestId('purse-in-slot').waitFor();
    core.purses.isTornNext = true;
    await till.press('Enter');
    await till.page.locator('[data-result=card-in-doubt]').waitFor();
  }
});
