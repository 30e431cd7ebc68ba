import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Gateway } from '../../app/gateway/gateway.ts';
import { FakeCore } from './fake-core/fake-core.ts';
import { OFFLINE_STATUS } from './fake-core/fake-state.ts';
import { serveFakeCore, tokenOf } from './fake-core/serve-fake-core.ts';
import { inBothLanguages, shown } from './support/reading.ts';
import { openBrowser, openTillPage, type TillPage } from './till-page.ts';

/** What the screens promise by themselves, whatever the core does; the core here is a fake that obeys the test. */
const WATER = '6901234341805';
const COLA = '6907555942080';
const PAN = '8890121000010074';
const TRACK = `;${PAN}=29121010000000000000?`;

let browser: Browser;
let core: FakeCore;
let shell: Gateway;
let till: TillPage;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(() => open(new FakeCore()));
afterEach(async () => {
  await till.page.context().close();
  await shell.close();
});

async function open(fake: FakeCore): Promise<void> {
  core = fake;
  shell = await serveFakeCore(core);
  till = await openTillPage(browser, shell.url);
  core.signOn();
  await till.page.locator('.tile').first().waitFor();
}

/** What the browser's storage holds of the basket, as text. */
function basketOnDisk(): Promise<string> {
  return till.page.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const open = indexedDB.open('holdfast-till');
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const read = open.result.transaction('values').objectStore('values').get('basket');
          read.onerror = () => reject(read.error);
          read.onsuccess = () => {
            open.result.close();
            resolve(JSON.stringify(read.result ?? ''));
          };
        };
      }),
  );
}

async function basketIs(total: string): Promise<void> {
  await till.total.filter({ hasText: total }).waitFor();
}

it('takes the launch token out of the address and still reconnects after a reload', async () => {
  expect(till.page.url()).not.toContain('token');
  await till.page.reload();
  await till.page.locator('.sell').waitFor();
  expect(till.page.url()).not.toContain(tokenOf(shell));
});

it('loses neither the basket nor a held one nor the language in a reload', async () => {
  await till.setLanguage('en');
  await till.wedge(WATER);
  await till.press('F3');
  await till.wedge(COLA);
  await basketIs('¥3.00');
  // On its way to the disk before it is on the screen; this reload is faster than any hand.
  await expect.poll(() => basketOnDisk()).toContain(COLA);
  await till.page.reload();
  await basketIs('¥3.00');
  expect(await till.page.locator('html').getAttribute('lang')).toBe('en');
  await till.press('F4');
  await till.page.locator('.held').waitFor();
  await till.type('1');
  await basketIs('¥2.00');
  await till.press('F4');
  expect(await till.page.locator('.held li').count()).toBe(1);
});

it('asks again with the same sale id when the core goes away in the middle of a payment', async () => {
  await till.wedge(WATER);
  await basketIs('¥2.00');
  core.next = 'slow';
  await till.press('F9');
  await till.wedge(TRACK);
  await till.page.locator('.waiting').waitFor();
  await expect.poll(() => core.saleIds.length).toBe(1);
  await shell.close();
  await till.page.getByTestId('pay-lost').waitFor();
  core.next = 'approved';
  shell = await serveFakeCore(core, { port: shell.port, token: tokenOf(shell) });
  expect(await till.resultKind()).toBe('approved online');
  expect(core.saleIds).toHaveLength(2);
  expect(new Set(core.saleIds).size).toBe(1);
});

it('takes up an open payment after a reload of the page, with the same sale id', async () => {
  await till.wedge(WATER);
  await basketIs('¥2.00');
  core.next = 'slow';
  await till.press('F9');
  await till.wedge(TRACK);
  await expect.poll(() => core.saleIds.length).toBe(1);
  core.next = 'approved';
  await till.page.reload();
  expect(await till.resultKind()).toBe('approved online');
  expect(new Set(core.saleIds).size).toBe(1);
  await till.newSale();
  expect(await till.basketLines.count()).toBe(0);
});

it('asks again with the same sale id after an error of the core', async () => {
  await till.wedge(WATER);
  await basketIs('¥2.00');
  core.next = 'error';
  await till.press('F9');
  await till.wedge(TRACK);
  await till.page.getByTestId('pay-failed').waitFor();
  core.next = 'approved';
  await till.press('Enter');
  expect(await till.resultKind()).toBe('approved online');
  expect(new Set(core.saleIds).size).toBe(1);
});

it('gives a new sale id to the next try after a decline', async () => {
  await till.wedge(WATER);
  await basketIs('¥2.00');
  core.next = 'declined';
  await till.payCard(TRACK);
  expect(await till.resultKind()).toBe('declined problem');
  core.next = 'approved';
  await till.press('F9');
  await till.wedge(TRACK);
  expect(await till.resultKind()).toBe('approved online');
  expect(new Set(core.saleIds).size).toBe(2);
});

it('says what an unknown outcome means, and that the card was not charged once it is reversed', async () => {
  await till.wedge(WATER);
  await basketIs('¥2.00');
  core.next = 'unknown';
  await till.payCard(TRACK);
  expect(await till.resultKind()).toBe('unknown unknown');
  const open = await inBothLanguages(till, till.result);
  expect(open.en).toMatch(/^Outcome unknown: do not hand over the goods[\s\S]*basket is still here/);
  expect(open['zh-CN']).toMatch(/^结果未知，先不要交货[\s\S]*购物篮还在/);
  core.set({ reversalsOwed: 1 });
  expect(await till.resultKind()).toBe('unknown unknown');
  core.reverseUnknown();
  await till.page.locator('[data-tone=reversed]').waitFor();
  const over = await inBothLanguages(till, till.result);
  expect(over.en).toMatch(/^Reversed: the card was not charged[\s\S]*889012\*{6}0074[\s\S]*000129/);
  expect(over['zh-CN']).toMatch(/^已冲正：未扣款/);
  await till.press('F6');
  await till.page.locator('.journal').waitFor();
  await till.press('F2');
  await basketIs('¥2.00');
});

it('shows the change of a cash sale to whoever presses Enter twice', async () => {
  await till.wedge(WATER);
  await basketIs('¥2.00');
  await till.payCash(1_000);
  await till.press('Enter');
  expect(await shown(till.resultFigure)).toBe('¥8.00');
  await till.newSale();
  expect(await till.basketLines.count()).toBe(0);
});

it('takes an amount with a point as yuan', async () => {
  await till.wedge(WATER);
  await basketIs('¥2.00');
  await till.press('F8');
  await till.type('10.');
  expect(await shown(till.page.getByTestId('change'))).toBe('¥8.00');
});

it('says without alarm that there is nothing to pay, and that a quantity is too large', async () => {
  await till.setLanguage('en');
  await till.press('F9');
  await till.notice.filter({ hasText: 'The basket is empty' }).waitFor();
  expect(await till.notice.getAttribute('class')).toContain('notice-calm');
  await till.type(`99999*${WATER}`);
  await till.press('Enter');
  await till.notice.filter({ hasText: 'too large: at most 999' }).waitFor();
  expect(await till.basketLines.count()).toBe(0);
});

it('says that there is no network when an upload is asked for offline', async () => {
  await till.setLanguage('en');
  core.set({ ...OFFLINE_STATUS });
  await till.page.locator('[data-mode=offline]').waitFor();
  await till.press('F7');
  await till.page.locator('.day-hint', { hasText: 'not counted above until they are sent' }).waitFor();
  await till.press('F8');
  await till.notice.filter({ hasText: 'There is no network' }).waitFor();
});

it('keeps one sale id from the PIN pad to the approval and never shows the PIN', async () => {
  await till.wedge(WATER);
  await basketIs('¥2.00');
  core.next = 'pin';
  await till.payCard(TRACK);
  await till.type('135790');
  expect(await till.page.locator('body').innerHTML()).not.toContain('135790');
  await till.press('Enter');
  expect(await till.resultKind()).toBe('approved online');
  expect(core.saleIds).toHaveLength(2);
  expect(new Set(core.saleIds).size).toBe(1);
});

it('never shows or stores a card number, wherever the focus is when the card is swiped', async () => {
  const seen = await till.page.evaluateHandle((pan) => {
    const found: string[] = [];
    const look = (): void => {
      const fields = [...document.querySelectorAll('input')].map((field) => field.value).join(' ');
      const text = `${document.body.outerHTML} ${fields}`.replace(/\s/g, '');
      if (text.includes(pan)) found.push(text);
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    document.addEventListener('input', look);
    return found;
  }, PAN);
  await till.wedge(WATER);
  await basketIs('¥2.00');
  await till.wedge(TRACK);
  await till.page.locator('.plastic').waitFor();
  await till.press('Escape');
  await till.press('F6');
  await till.page.locator('.transaction').first().waitFor();
  await till.wedge(TRACK);
  await till.press('F2');
  await till.press('F9');
  await till.page.locator('.capture').waitFor();
  await till.type(PAN);
  await till.press('Enter');
  await till.result.waitFor();
  expect(core.cardTexts).toContain(PAN);
  expect(await seen.jsonValue()).toEqual([]);
  const stored = await till.page.evaluate(async () => {
    const request = indexedDB.open('holdfast-till');
    const database = await new Promise<IDBDatabase>((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
    const rows = [...database.objectStoreNames].map(
      (store) =>
        new Promise<unknown[]>((resolve) => {
          const all = database.transaction(store).objectStore(store).getAll();
          all.onsuccess = () => resolve(all.result);
        }),
    );
    const kept = { ...sessionStorage, ...localStorage };
    return JSON.stringify([await Promise.all(rows), kept]);
  });
  expect(stored).toContain('HF1001');
  expect(stored).not.toContain(PAN);
});

it('says that the core is gone, stops payments, goes on scanning and comes back by itself', async () => {
  await till.wedge(WATER);
  await shell.close();
  await till.coreGone.waitFor();
  expect(await till.modeBadge.getAttribute('data-mode')).toBe('gone');
  await till.wedge(COLA);
  await basketIs('¥5.00');
  await till.press('F8');
  expect(await till.page.locator('.cash').count()).toBe(0);
  shell = await serveFakeCore(core, { port: shell.port, token: tokenOf(shell) });
  await till.coreGone.waitFor({ state: 'detached' });
  core.set({ mode: 'offline' });
  await till.page.locator('[data-mode=offline]').waitFor();
  await till.payCash(1_000);
  expect(await till.resultFigure.textContent()).toBe('¥5.00');
});

it('says that the till was started again, with another token, and is at home again at the new address', async () => {
  await till.setLanguage('en');
  await shell.close();
  shell = await serveFakeCore(core, { port: shell.port });
  await till.coreGone.filter({ hasText: /was started again.*Open the address it printed/s }).waitFor();
  await till.setLanguage('zh-CN');
  expect(await shown(till.coreGone)).toMatch(/已重新启动[\s\S]*启动时显示的完整地址/);
  await till.page.goto(shell.url);
  await till.page.locator('.sell').waitFor();
  expect(await till.coreGone.count()).toBe(0);
});

it('sends a tab on the bare address to the printed one', async () => {
  const second = await till.page.context().newPage();
  await second.goto(new URL('/', shell.url).href);
  await till.page.close();
  await second
    .locator('.starting h1')
    .filter({ hasText: /已在另一个窗口打开$/ })
    .waitFor();
  await second.locator('.starting p').filter({ hasText: '请打开它启动时显示的完整地址' }).waitFor();
});

it('shows the time of the store, whatever the zone and the clock of the browser', async () => {
  const clock = till.page.locator('.strip-field').last();
  for (const [utcOffsetMinutes, hostClockOffsetMs] of [
    [480, 0],
    [-300, 7_200_000],
  ] as const) {
    core.set({ utcOffsetMinutes, hostClockOffsetMs });
    const store = () =>
      new Date(Date.now() + hostClockOffsetMs + utcOffsetMinutes * 60_000).toISOString().slice(11, 16);
    await expect.poll(async () => (await shown(clock)).includes(store())).toBe(true);
  }
});

it('lets a second window wait until the first is closed', async () => {
  const second = await till.page.context().newPage();
  await second.goto(shell.url);
  await second.locator('.starting h1').waitFor();
  expect(await second.locator('.sell').count()).toBe(0);
  await till.page.close();
  await second.locator('.sell').waitFor();
});

it('can be left with Escape from everywhere', async () => {
  await till.wedge(WATER);
  await basketIs('¥2.00');
  for (const key of ['F4', 'F6', 'F7', 'F8', 'F9']) {
    await till.press(key);
    await till.press('Escape');
    await till.page.locator('.sell').waitFor();
    expect(await till.page.locator('.dialog').count()).toBe(0);
  }
});

it('finds every scan in a catalogue of 100 000 products', async () => {
  await till.page.context().close();
  await shell.close();
  await open(new FakeCore({ products: 100_000 }));
  const last = core.products.at(-1)?.barcode ?? '';
  await expect
    .poll(
      async () => {
        await till.press('Escape');
        await till.wedge(last);
        return till.basketLines.count();
      },
      { timeout: 30_000 },
    )
    .toBe(1);
  for (const { barcode } of core.products.slice(50_000, 50_010)) await till.wedge(barcode);
  await expect.poll(() => till.basketLines.count()).toBe(11);
});
