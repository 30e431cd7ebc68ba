import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../app/gateway/gateway.ts';
import { FakeCore } from './fake-core/fake-core.ts';
import { OFFLINE_STATUS } from './fake-core/fake-state.ts';
import { serveFakeCore } from './fake-core/serve-fake-core.ts';
import { eventually, receiptText, shown, stripValue } from './support/reading.ts';
import { overflowing, unnamedControls } from './support/screen-checks.ts';
import { openBrowser, openTillPage, type TillPage } from './till-page.ts';

/** The back office against a fake that obeys and writes down what it was asked for; all of it by keyboard alone. */
const WATER = '6901234341805';
const TRACK = ';8890121000010074=29121010000000000000?';
const CLAIM = { txnId: 'claim-1', amountMinor: 5_600, atMs: Date.now() - 26 * 3_600_000 };

let browser: Browser;
let core: FakeCore;
let shell: Gateway;
let till: TillPage;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  core = new FakeCore();
  shell = await serveFakeCore(core);
  till = await openTillPage(browser, shell.url, 'narrow');
  await till.setLanguage('en');
  core.signOn();
  await till.page.locator('.tile').first().waitFor();
});
afterEach(async () => {
  await till.page.context().close();
  await shell.close();
});

async function goTo(page: string): Promise<void> {
  await till.press('F7');
  await till.page.locator('[data-page=settle]').waitFor();
  await till.type(
    String(['settle', 'shift', 'reports', 'bench', 'exposure', 'training', 'cards'].indexOf(page) + 1),
  );
  await till.page.locator(`[data-page=${page}]`).waitFor();
}

async function openShift(floatMinor: string): Promise<void> {
  await till.press('F9');
  await till.page.getByTestId('amount-entry').waitFor();
  await till.type(floatMinor);
  await till.press('Enter');
  await closed('.dialog');
  // The answer closes the dialog, and the status that follows it shows the shift.
  await till.page.locator('.office-facts').waitFor();
}

async function closed(selector: string): Promise<void> {
  await till.page.locator(selector).waitFor({ state: 'detached' });
}

describe('a shift', () => {
  it('opens with its float, and stands in the strip', async () => {
    await goTo('shift');
    await openShift('50000');
    await eventually(() => shown(till.page.locator('.office-facts'))).toMatch(/Float\s+¥500\.00/);
    expect(await stripValue(till, 'shift')).toBe('12 · 1001');
  });

  it('books a drop to the safe with its amount and a usual reason, and a float with one that is typed', async () => {
    await goTo('shift');
    await openShift('0');
    await till.type('-');
    await till.type('20000');
    await till.press('Enter');
    await till.page.getByTestId('reason').waitFor();
    await till.type('1');
    await closed('.dialog');
    await till.type('+');
    await till.type('5.');
    await till.press('Enter');
    await till.page.getByTestId('reason').waitFor();
    await till.type('coins');
    await till.press('Enter');
    await closed('.dialog');
    expect(core.office.log).toEqual(['safe-drop 20000 Too much cash in the drawer', 'float-added 500 coins']);
  });

  it('opens the drawer only after a reason and a supervisor, who may be mistaken once', async () => {
    core.office.needsSupervisor = true;
    await goTo('shift');
    await till.press('F8');
    await till.page.getByTestId('reason').waitFor();
    await till.type('lost coin');
    await till.press('Enter');
    await till.agree('9999');
    await till.page.getByTestId('supervisor-refused').waitFor();
    expect(core.office.log).toEqual([]);
    await till.agree();
    await closed('.dialog');
    expect(core.office.log).toEqual(['drawer lost coin']);
    expect(await shown(till.notice)).toMatch(/The drawer is open/);
  });

  it('closes by a blind count: number, Enter, next; what should be there is said only after it', async () => {
    await goTo('shift');
    await openShift('50000');
    await till.press('F9');
    const count = till.page.locator('.count');
    await count.waitFor();
    // ¥100 x 7, no ¥50, ¥20 x 1 after a 0 that was a mistake, ¥10: none, and ¥0.10 x 3 by going back up.
    for (const typed of ['7', '', '10', '']) {
      if (typed !== '') await till.type(typed);
      await till.press('Enter');
    }
    for (const key of ['ArrowUp', 'ArrowUp', 'Backspace']) await till.press(key);
    await eventually(() => shown(till.page.getByTestId('counted'))).toBe('¥720.00');
    for (let row = 0; row < 5; row += 1) await till.press('Enter');
    await till.type('3');
    await eventually(() => shown(till.page.getByTestId('counted'))).toBe('¥720.30');
    expect(await shown(till.page.locator('body'))).not.toContain('716.00');
    await till.press('End');
    expect(core.office.log).toEqual([]);
    await till.press('Enter');
    const result = till.page.locator('[data-count]');
    await result.waitFor();
    expect(await shown(result)).toMatch(
      /¥4\.30 too much[\s\S]*Expected ¥716\.00, counted ¥720\.30[\s\S]*S-000012/,
    );
    expect(core.office.log).toEqual([
      'count [{"valueMinor":10000,"count":7},{"valueMinor":2000,"count":1},{"valueMinor":10,"count":3}]',
    ]);
  });

  it('keeps what was counted when the count is left by mistake, and counts nothing as nothing', async () => {
    await goTo('shift');
    await openShift('50000');
    await till.press('F9');
    await till.page.locator('.count').waitFor();
    await till.press('End');
    await till.press('Enter');
    await till.page.getByText('Nothing is entered.').waitFor();
    expect(core.office.log).toEqual([]);
    await till.press('ArrowUp');
    await till.type('4');
    await till.press('Escape');
    await closed('.dialog');
    await till.press('F9');
    await eventually(() => shown(till.page.getByTestId('counted'))).toBe('¥0.04');
  });

  it('is opened straight from the refusal of a sale, which is then paid with the basket as it was', async () => {
    core.set({ shiftRequired: true });
    await till.wedge(WATER);
    await till.press('F8');
    await till.page.locator('.cash').waitFor();
    await till.press('Enter');
    await till.page.getByTestId('amount-entry').waitFor();
    await till.type('30000');
    await till.press('Enter');
    await till.page.locator('.cash').waitFor();
    expect(await stripValue(till, 'shift')).toBe('12 · 1001');
    await till.press('Enter');
    expect(await till.resultKind()).toBe('approved online');
    await till.press('F2');
    await goTo('shift');
    expect(await shown(till.page.locator('.office-facts'))).toMatch(/Float\s+¥300\.00/);
  });

  it('is asked for on the sell screen of a store that sells nothing without one', async () => {
    core.set({ shiftRequired: true });
    await till.page.getByTestId('shift-missing').waitFor();
    expect(await stripValue(till, 'shift')).toBe('Not open');
    core.set({ shift: { shiftNumber: 3, operatorCode: '2001', openedAtMs: Date.now(), floatMinor: 0 } });
    await till.page.getByTestId('shift-missing').waitFor({ state: 'detached' });
    expect(await stripValue(till, 'shift')).toBe('3 · 2001');
  });
});

describe('reports', () => {
  it('makes a Z with a supervisor, shows it, and prints an older one again', async () => {
    core.office.needsSupervisor = true;
    await goTo('reports');
    await till.press('F9');
    await till.agree();
    await till.page.locator('[data-report=Z-000012]').waitFor();
    expect(await receiptText(till)).toContain('Z-000012');
    await till.page.locator('.report-row').first().focus();
    await till.press('ArrowDown');
    await till.press('Enter');
    await till.page.locator('[data-report=S-000012]').waitFor();
    expect(await shown(till.page.locator('[data-report]'))).toMatch(/^Copy of S-000012/);
  });

  it('shows how far an upload is, as a bar and in words', async () => {
    await till.press('F7');
    core.set({ upload: { step: 'advices', done: 31, total: 120 } });
    const progress = till.page.getByTestId('upload-progress');
    await progress.waitFor();
    expect(await shown(progress)).toMatch(/Sending offline sales\s*31 of 120/);
    expect(
      await progress.locator('progress').evaluate((bar: HTMLProgressElement) => bar.position),
    ).toBeCloseTo(31 / 120);
    core.set({ upload: undefined });
    await progress.waitFor({ state: 'detached' });
  });
});

describe('a settlement that does not end', () => {
  const giveUp = () => till.page.getByRole('button', { name: 'Give this settlement up' });

  it('is given up by a supervisor after one more question, and only while the core says that it can be', async () => {
    core.set({ settling: true });
    await till.press('F7');
    await till.page.locator('[data-page=settle]').waitFor();
    expect(await giveUp().count()).toBe(0);
    core.set({ canGiveUpSettlement: true });
    await giveUp().click();
    expect(await shown(till.page.locator('.dialog'))).toMatch(/does not compare batch 000012/);
    await till.press('Enter');
    await closed('.dialog');
    expect(core.office.log).toEqual([]);
    await giveUp().click();
    await till.press('F9');
    await till.agree();
    await eventually(() => shown(till.notice)).toMatch(/The settlement is given up/);
    expect(core.office.log).toEqual(['settlement given up']);
    expect(await giveUp().count()).toBe(0);
  });

  it('because the host had closed the batch leaves its difference for a supervisor to compare', async () => {
    core.signOn('supervisor');
    const totals = { debitCount: 3, debitMinor: 4_500, creditCount: 0, creditMinor: 0 };
    core.set({
      batchesToCheck: [{ reportId: 'B-000004', batchNumber: '000011', atMs: Date.now(), ...totals }],
    });
    await till.press('F7');
    const panel = till.page.locator('[data-to-check]');
    await panel.waitFor();
    expect(await shown(panel)).toMatch(/Batch 000011[\s\S]*3 debits of ¥45\.00[\s\S]*B-000004/);
    expect(await shown(till.page.getByTestId('open-matters'))).toMatch(/Batch 000011/);
    expect(await overflowing(till.page)).toEqual([]);
    await panel.getByRole('button').click();
    await till.page.getByTestId('reason').waitFor();
    await till.type('two sales lost here, Ms Li');
    await till.press('Enter');
    await till.agree();
    await panel.waitFor({ state: 'detached' });
    expect(core.office.log).toEqual(['B-000004 checked: two sales lost here, Ms Li']);
  });
});

describe('what was set aside', () => {
  it('is not shown to a cashier as an empty list', async () => {
    await goTo('bench');
    expect(await shown(till.page.locator('.office-page'))).toMatch(/Only a supervisor sees/);
  });

  it('is listed with its reason, and a write-off takes a note and a supervisor', async () => {
    core.signOn('supervisor');
    core.set({ rejectedCount: 2 });
    await goTo('bench');
    const rows = till.page.locator('.bench-row');
    await eventually(() => rows.count()).toBe(2);
    expect(await shown(rows.first())).toMatch(/Insufficient balance[\s\S]*26 h ago[\s\S]*¥56\.00/);
    await till.press('F9');
    await eventually(() => shown(rows.first())).toMatch(/To collect/);
    expect(await shown(till.page.locator('.bench-done'))).toMatch(/Marked to collect\s*2001/);

    await till.page.locator('.bench-actions button', { hasText: 'Write off' }).focus();
    await till.press('Enter');
    await till.page.getByTestId('reason').waitFor();
    await till.press('Enter');
    expect(core.office.log).toEqual(['collect claim-1']);
    await till.type('moved away');
    await till.press('Enter');
    await till.agree();
    await eventually(() => rows.count()).toBe(1);
    expect(core.office.log).toEqual(['collect claim-1', 'write-off claim-1 moved away']);
    expect(await shown(till.notice)).toMatch(/It is written off\s+Nothing is left to do/);
  });

  it('is offered when its card is read: collected with the PIN, and the sale asks for the card again', async () => {
    core.claims = [CLAIM];
    core.next = 'pin';
    await till.wedge(WATER);
    await till.press('F9');
    await till.page.locator('.capture').waitFor();
    await till.wedge(TRACK);
    const offer = till.page.getByTestId('claim-offer');
    await offer.waitFor();
    expect(await shown(offer)).toMatch(/¥56\.00[\s\S]*must be presented again/);
    await till.press('Enter');
    await till.page.locator('.dialog .pin').waitFor();
    await till.type('123456');
    await till.press('Enter');
    await till.page.locator('.dialog [data-result=approved]').waitFor();
    await till.press('Enter');
    await closed('.dialog');
    expect(core.office.log).toEqual(['collect claim-1']);
    expect(core.saleIds).toEqual([]);
    expect(await shown(till.notice)).toMatch(/Present the card again/);
    core.next = 'approved';
    await till.wedge(TRACK);
    expect(await till.resultKind()).toBe('approved online');
  });

  it('is left for another time by Escape, and the card pays for what it was presented for', async () => {
    core.claims = [CLAIM];
    await till.wedge(WATER);
    await till.press('F9');
    await till.page.locator('.capture').waitFor();
    await till.wedge(TRACK);
    await till.page.getByTestId('claim-offer').waitFor();
    expect(core.saleIds).toEqual([]);
    await till.press('Escape');
    expect(await till.resultKind()).toBe('approved online');
    expect(core.office.log).toEqual([]);
    expect(core.saleIds).toHaveLength(1);
  });
});

it('says what is at risk now and at worst, against what is allowed', async () => {
  core.signOn('supervisor');
  await goTo('exposure');
  const page = till.page.locator('[data-exposure=shown]');
  await page.waitFor();
  expect(await shown(page.locator('[data-figure=terminal]'))).toMatch(/¥4,826\.00[\s\S]*of ¥20,000\.00/);
  expect(await shown(page.locator('[data-figure=worst-here]'))).toMatch(/¥6,000\.00[\s\S]*all 12 cards/);
});

it('tells the balance of a card, and in words why not', async () => {
  await goTo('cards');
  await till.press('F9');
  await till.page.locator('.dialog .capture').waitFor();
  await till.wedge(TRACK);
  const answer = till.page.locator('[data-inquiry=answered]');
  await answer.waitFor();
  expect(await shown(answer)).toMatch(/¥734\.20 on the card[\s\S]*Up to ¥500\.00 offline/);
  core.desk.balanceMinor = 12_00;
  await till.wedge(TRACK);
  await eventually(() => shown(answer)).toMatch(/¥12\.00 on the card/);
  core.next = 'declined';
  await till.press('F9');
  await till.page.locator('.dialog .capture').waitFor();
  await till.wedge(TRACK);
  await eventually(() => shown(till.notice)).toMatch(/The host cannot be reached/);
});

it('enters training with a supervisor and leaves it again', async () => {
  core.office.needsSupervisor = true;
  await goTo('training');
  await till.press('F9');
  await till.agree();
  await till.page.locator('[data-page=training] [data-training=true]').waitFor();
  await till.press('F9');
  await till.agree();
  await till.page.locator('[data-page=training] [data-training=false]').waitFor();
});

it.each(['zh-CN', 'en'] as const)('fits 1024 x 768 with every field of the strip (%s)', async (language) => {
  await till.setLanguage(language);
  core.signOn('supervisor');
  core.set({
    ...OFFLINE_STATUS,
    rejectedCount: 2,
    reversalsOwed: 1,
    shift: { shiftNumber: 112, operatorCode: '1001', openedAtMs: Date.now(), floatMinor: 50_000 },
    upload: { step: 'batch-upload', done: 118, total: 900 },
  });
  const wrong: string[] = [];
  for (const page of ['settle', 'shift', 'reports', 'bench', 'exposure', 'training', 'cards']) {
    await goTo(page);
    await till.page.waitForTimeout(200);
    for (const each of await unnamedControls(till.page)) wrong.push(`${page}: no name: ${each}`);
    for (const each of await overflowing(till.page)) wrong.push(`${page}: too wide: ${each}`);
  }
  expect(wrong).toEqual([]);
});
