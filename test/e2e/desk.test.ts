import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../app/gateway/gateway.ts';
import { systemPackage } from '../support/require-system-package.ts';
import { FakeCore } from './fake-core/fake-core.ts';
import { serveFakeCore } from './fake-core/serve-fake-core.ts';
import { eventually, shown } from './support/reading.ts';
import { overflowing, unnamedControls } from './support/screen-checks.ts';
import { openBrowser, openTillPage, type TillPage } from './till-page.ts';

const chromium = systemPackage('chromium');
const TRACK = ';8890121000010074=29121010000000000000?';
const NEW_TRACK = ';8890121000020024=29121010000000000000?';

describe.skipIf(chromium.kind === 'missing')(`the card desk, by keyboard alone${chromium.note}`, () => {
  let browser: Browser;
  let core: FakeCore;
  let shell: Gateway;
  let till: TillPage;

  beforeAll(async () => {
    if (chromium.kind === 'present') browser = await openBrowser(chromium.path);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    core = new FakeCore();
    shell = await serveFakeCore(core);
    till = await openTillPage(browser, shell.url, 'narrow');
    await till.setLanguage('en');
    core.signOn();
    await till.page.locator('.tile').first().waitFor();
    await till.press('F7');
    await till.page.locator('[data-page=settle]').waitFor();
    await till.type('7');
    await till.page.locator('.desk').waitFor();
  });
  afterEach(async () => {
    await till.page.context().close();
    await shell.close();
  });

  it('loads cash on a card, and says what its holder still owes', async () => {
    core.desk.claims = [{ txnId: 'claim-1', amountMinor: 5_600, atMs: Date.now() }];
    await till.type('l');
    await till.page.getByTestId('amount-entry').waitFor();
    expect(await shown(till.page.locator('.dialog'))).toMatch(/Take the cash first/);
    await till.type('10000');
    await till.press('Enter');
    await till.page.locator('.dialog .capture').waitFor();
    // The focus went with the step before, and not to the button that closes: Enter once too often does nothing.
    await eventually(() =>
      till.page.locator('.capture').evaluate((ground) => ground === document.activeElement),
    ).toBe(true);
    await till.press('Enter');
    await till.press('Enter');
    await swipe();
    await told();
    expect(core.desk.asked).toEqual(['load 10000']);
    expect(await shown(till.result)).toMatch(/Loaded[\s\S]*¥100\.00/);
    expect(await shown(till.page.getByTestId('desk-claims'))).toMatch(/owes the store ¥56\.00/);
    await till.press('Enter');
    await noDialog();
    await till.type('h');
    await till.page.getByTestId('amount-entry').waitFor();
    await till.type('50000');
    await till.press('Enter');
    await swipe();
    await told();
    expect(core.desk.asked).toEqual(['load 10000', 'hold 50000']);
    expect(await shown(till.result)).toMatch(/Amount held[\s\S]*Nothing is paid yet[\s\S]*¥500\.00/);
  });

  it('looks once more before a card is blocked, and leaves it as it is on Escape', async () => {
    await till.type('b');
    await swipe();
    const look = till.page.getByTestId('desk-look');
    await look.waitFor();
    expect(await shown(look)).toMatch(/out of use until a supervisor unblocks it[\s\S]*889012\*{6}0074/);
    await till.press('Escape');
    await noDialog();
    expect(core.desk.asked).toEqual([]);
    await till.type('b');
    await swipe();
    await look.waitFor();
    await till.press('Enter');
    await told();
    expect(core.desk.asked).toEqual(['block']);
    expect(await shown(till.result)).toMatch(/Card blocked/);
    // Nothing was paid, so no amount stands there.
    expect(await till.resultFigure.count()).toBe(0);
  });

  it('replaces a card by a new one with a supervisor, and asks again by the same id when the core failed', async () => {
    await till.type('n');
    await swipe();
    await till.page.getByText('Read the new card', { exact: true }).waitFor();
    await swipe(NEW_TRACK);
    const look = till.page.getByTestId('desk-look');
    await look.waitFor();
    expect(await shown(look)).toMatch(/0074[\s\S]*0024/);
    await till.press('Enter');
    core.next = 'error';
    await till.agree();
    await till.page.getByTestId('request-lost').waitFor();
    core.next = 'approved';
    await till.press('Enter');
    await till.agree();
    await told();
    expect(core.desk.asked).toEqual(['replace', 'replace']);
    expect(new Set(core.desk.ids).size).toBe(1);
    expect(await shown(till.result)).toMatch(/Card replaced[\s\S]*old one is void/);
  });

  it('takes a card back for the balance that the host says, and for nothing when the host cannot be asked', async () => {
    core.desk.balanceMinor = 8_880;
    core.next = 'refused';
    await till.type('s');
    await swipe();
    await eventually(() => shown(till.page.getByTestId('dialog-notice'))).toMatch(/host cannot be reached/);
    core.next = 'approved';
    await swipe();
    expect(await shown(till.page.getByTestId('hand-back'))).toBe('¥88.80');
    await till.press('Enter');
    await till.agree();
    await told();
    expect(core.desk.asked).toEqual(['surrender 8880']);
    expect(await shown(till.result)).toMatch(/Card taken back[\s\S]*Hand back in cash\s+¥88\.80/);
  });

  it('says in words what the core refuses, and asks a PIN where the host wants one', async () => {
    core.next = 'refused';
    await till.type('a');
    await swipe();
    await till.page.getByTestId('desk-look').waitFor();
    await till.press('Enter');
    await told();
    expect(await shown(till.result)).toMatch(/terminal cannot take this[\s\S]*Rule offline-floor/);
    await till.press('Enter');
    await noDialog();
    core.next = 'pin';
    await till.type('b');
    await swipe();
    await till.page.getByTestId('desk-look').waitFor();
    await till.press('Enter');
    await till.page.locator('.pin').waitFor();
    expect(await till.page.locator('.pin-amount').count()).toBe(0);
    await till.enterPin('123456');
    expect(await shown(till.result)).toMatch(/Card blocked/);
  });

  it('shows what is on a purse and what it has written down, and goes back to the load', async () => {
    core.purses.plugIn();
    core.purses.insert('4417', 5_000);
    await till.type('p');
    await till.page.getByTestId('purse-in-slot').waitFor();
    expect(await shown(till.page.getByTestId('purse-balance'))).toBe('¥50.00');
    await till.press('F8');
    const log = till.page.getByTestId('purse-log');
    await log.waitFor();
    expect(await shown(log)).toMatch(
      /2026-11-21 09:15\s+Purchase[\s\S]*[-−]¥12\.50[\s\S]*Load[\s\S]*¥100\.00/,
    );
    await till.press('Escape');
    await till.page.getByTestId('purse-in-slot').waitFor();
    await till.type('2000');
    await till.press('Enter');
    await told();
    expect(await shown(till.result)).toMatch(/Loaded[\s\S]*¥20\.00/);
    await till.press('Enter');
    await noDialog();
    await till.type('p');
    expect(await shown(till.page.getByTestId('purse-balance'))).toBe('¥70.00');
  });

  it('charges a pre-authorisation for another amount, releases it, and takes a load back in cash', async () => {
    const [first] = core.transactions;
    if (first === undefined) throw new Error('The fake core has transactions');
    core.transactions.unshift(
      { ...first, txnId: 'hold-1', kind: 'pre-authorisation', amountMinor: 50_000, voidable: true },
      { ...first, txnId: 'load-1', kind: 'load', amountMinor: 10_000, voidable: true },
    );
    await till.press('F6');
    await till.page.locator('.transaction').first().waitFor();
    await till.press('ArrowDown');
    await till.press('F9');
    await till.page.getByTestId('hold-choice').waitFor();
    await till.type('1');
    await till.page.locator('.refund-amount').waitFor();
    await till.type('45000');
    await till.press('Enter');
    await swipe();
    await told();
    expect(core.desk.asked).toEqual(['complete 45000']);
    expect(await shown(till.result)).toMatch(/Paid[\s\S]*¥450\.00/);
    await till.press('Enter');
    await noDialog();
    await till.press('F9');
    await till.page.getByTestId('hold-choice').waitFor();
    await till.type('2');
    await till.page.locator('.capture').waitFor();
    expect(await shown(till.page.locator('.dialog'))).toMatch(/Releases ¥500\.00/);
    await swipe();
    await told();
    expect(await shown(till.result)).toMatch(/hold is released[\s\S]*Released/);
    await till.press('Enter');
    await noDialog();
    await till.press('ArrowDown');
    await till.press('F9');
    await swipe();
    await told();
    expect(await shown(till.result)).toMatch(/give the cash back to the customer[\s\S]*¥100\.00/);
  });

  it.each(['zh-CN', 'en'] as const)(
    'fits 1024 x 768 and names its keys in every dialog (%s)',
    async (language) => {
      await till.setLanguage(language);
      const wrong: string[] = [];
      for (const key of ['l', 'a', 'n', 's', 'h']) {
        await till.type(key);
        await till.page.locator('.dialog').waitFor();
        await till.page.waitForTimeout(150);
        for (const each of await unnamedControls(till.page)) wrong.push(`${key}: no name: ${each}`);
        for (const each of await overflowing(till.page)) wrong.push(`${key}: too wide: ${each}`);
        await till.press('Escape');
        await noDialog();
      }
      expect(wrong).toEqual([]);
    },
  );

  async function swipe(track = TRACK): Promise<void> {
    await till.page.locator('.dialog .capture').waitFor();
    await till.wedge(track);
  }

  async function told(): Promise<void> {
    await till.page.locator('.dialog [data-result]').waitFor();
  }

  async function noDialog(): Promise<void> {
    await till.page.locator('.dialog').waitFor({ state: 'detached' });
  }
});
