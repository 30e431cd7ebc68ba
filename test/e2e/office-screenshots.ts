import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { FakeCore } from './fake-core/fake-core.ts';
import { serveFakeCore } from './fake-core/serve-fake-core.ts';
import { openTillPage, type SizeName, type TillPage } from './till-page.ts';

const WATER = '6901234341805';
const TRACK = ';8890121000010074=29121010000000000000?';

interface Visit {
  readonly till: TillPage;
  readonly core: FakeCore;
  readonly shot: (name: string) => Promise<void>;
}

/** Every page of the back office, for people to look at. */
export async function visitOffice(
  browser: Browser,
  asked: { readonly folder: string; readonly language: 'zh-CN' | 'en'; readonly size: SizeName },
): Promise<void> {
  const { folder, language, size } = asked;
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
  await page.locator('.sign-on').waitFor();
  await till.setLanguage(language);
  await till.signOn('1001', '1001');
  const visit = { till, core, shot };
  await shift(visit);
  await reports(visit);
  await setAside(visit);
  await claims(visit);
  await desk(visit);
  await page.context().close();
  await shell.close();
}

async function shift({ till, core, shot }: Visit): Promise<void> {
  const { page } = till;
  core.set({ shiftRequired: true });
  await till.wedge(WATER);
  await shot('60-shift-missing');
  await till.payCash();
  await page.getByTestId('amount-entry').waitFor();
  await shot('61-shift-needed');
  await till.type('50000');
  await till.press('Enter');
  await page.locator('.dialog').waitFor({ state: 'detached' });
  await shot('62-shift-opened');
  await till.press('Escape');
  await till.press('F7');
  await till.type('2');
  await shot('63-shift');
  await till.type('-');
  await page.getByTestId('amount-entry').waitFor();
  await till.type('20000');
  await shot('64-drop-amount');
  await till.press('Enter');
  await page.getByTestId('reason').waitFor();
  await shot('65-drop-reason');
  await till.type('1');
  await page.locator('.dialog').waitFor({ state: 'detached' });
  await shot('66-drop-done');
  core.office.needsSupervisor = true;
  await till.press('F8');
  await page.getByTestId('reason').waitFor();
  await shot('67-drawer-reason');
  await till.type('2');
  await till.supervisor.waitFor();
  await shot('68-drawer-supervisor');
  await till.press('Escape');
  core.office.needsSupervisor = false;
  await till.press('F9');
  await page.locator('.count').waitFor();
  await till.type('7');
  await till.press('Enter');
  await till.press('Enter');
  await till.type('3');
  await shot('69-count');
  await till.press('End');
  await shot('70-count-end');
  await till.press('Enter');
  await page.locator('[data-count]').waitFor();
  await shot('71-shift-closed');
  core.set({ shiftRequired: false });
}

async function reports({ till, core, shot }: Visit): Promise<void> {
  const { page } = till;
  await till.type('3');
  await page.locator('.report-row').first().waitFor();
  await shot('72-reports');
  await till.press('F9');
  await page.locator('[data-report]').waitFor();
  await shot('73-z-report');
  await page.locator('.report-row').nth(1).click();
  await shot('74-report-chosen');
  await till.press('F7');
  core.set({ upload: { step: 'advices', done: 31, total: 120 } });
  await shot('75-uploading');
  core.set({ upload: undefined });
}

async function setAside({ till, core, shot }: Visit): Promise<void> {
  const { page } = till;
  await till.type('4');
  await shot('80-bench-cashier');
  core.signOn('supervisor');
  core.set({ rejectedCount: 2 });
  await page.locator('.bench-row').first().waitFor();
  await shot('81-bench');
  await page.locator('.bench-row').nth(1).click();
  await shot('82-bench-doubt');
  await page.locator('.bench-row').nth(0).click();
  await page.locator('.bench-actions button').nth(3).click();
  await page.getByTestId('reason').waitFor();
  await shot('83-bench-note');
  await till.type('holder moved away');
  await till.press('Enter');
  await till.supervisor.waitFor();
  await shot('84-bench-approval');
  await till.press('Escape');
  await till.press('F9');
  await till.notice.waitFor();
  await shot('85-bench-collect');
  await till.type('5');
  await page.locator('[data-exposure]').waitFor();
  await shot('86-exposure');
  await till.type('6');
  await shot('87-training');
  core.set({ training: true });
  await shot('88-training-on');
  core.set({ training: false });
}

async function claims({ till, core, shot }: Visit): Promise<void> {
  const { page } = till;
  await till.press('F2');
  core.claims = [{ txnId: 'claim-1', amountMinor: 5_600, atMs: Date.now() - 26 * 3_600_000 }];
  await till.wedge(TRACK);
  await page.getByTestId('claim-offer').waitFor();
  await shot('90-claim');
  core.next = 'pin';
  await till.press('Enter');
  await page.locator('.pin').waitFor();
  await shot('91-claim-pin');
  await till.type('123456');
  await till.press('Enter');
  await page.locator('.dialog [data-result]').waitFor();
  await shot('92-claim-paid');
  await till.press('Enter');
}

async function desk({ till, core, shot }: Visit): Promise<void> {
  const { page } = till;
  core.next = 'approved';
  core.desk.balanceMinor = 8_880;
  await till.press('F7');
  await till.type('7');
  await page.locator('.desk').waitFor();
  await shot('93-desk');
  await till.type('l');
  await page.getByTestId('amount-entry').waitFor();
  await till.type('10000');
  await shot('93-desk-load-amount');
  await till.press('Enter');
  await page.locator('.capture').waitFor();
  await shot('93-desk-load-card');
  core.desk.claims = [{ txnId: 'claim-2', amountMinor: 5_600, atMs: Date.now() }];
  await till.wedge(TRACK);
  await page.locator('.dialog [data-result]').waitFor();
  await shot('93-desk-loaded');
  core.desk.claims = [];
  await till.press('Enter');
  await till.type('b');
  await till.wedge(TRACK);
  await page.getByTestId('desk-look').waitFor();
  await shot('94-desk-block-look');
  await till.press('Enter');
  await page.locator('.dialog [data-result]').waitFor();
  await shot('94-desk-blocked');
  await till.press('Enter');
  await till.type('n');
  await page.locator('.capture').waitFor();
  await shot('95-desk-replace-old');
  await till.wedge(TRACK);
  await page.waitForTimeout(300);
  await shot('95-desk-replace-new');
  await till.wedge(';8890121000020024=29121010000000000000?');
  await page.getByTestId('desk-look').waitFor();
  await shot('95-desk-replace-look');
  await till.press('Enter');
  await till.supervisor.waitFor();
  await shot('95-desk-replace-supervisor');
  await till.press('Escape');
  await till.type('s');
  await page.locator('.capture').waitFor();
  await till.wedge(TRACK);
  await page.getByTestId('desk-look').waitFor();
  await shot('96-desk-surrender-look');
  await till.press('Escape');
  core.next = 'refused';
  await till.type('a');
  await page.locator('.capture').waitFor();
  await till.wedge(TRACK);
  await page.getByTestId('desk-look').waitFor();
  await till.press('Enter');
  await page.locator('.dialog [data-result]').waitFor();
  await shot('96-desk-refused');
  await till.press('Enter');
  core.next = 'error';
  await till.type('r');
  await page.locator('.capture').waitFor();
  await till.wedge(TRACK);
  await page.getByTestId('desk-look').waitFor();
  await till.press('Enter');
  await page.getByTestId('request-lost').waitFor();
  await shot('96-desk-lost');
  core.next = 'approved';
  await till.press('Enter');
  await page.locator('.dialog [data-result]').waitFor();
  await till.press('Enter');
  await till.type('h');
  await page.getByTestId('amount-entry').waitFor();
  await till.type('50000');
  await till.press('Enter');
  await page.locator('.capture').waitFor();
  await till.wedge(TRACK);
  await page.locator('.dialog [data-result]').waitFor();
  await shot('97-held');
  await till.press('Enter');
  const [first] = core.transactions;
  if (first === undefined) throw new Error('The fake core has transactions');
  core.transactions.unshift(
    { ...first, txnId: 'hold-1', kind: 'pre-authorisation', amountMinor: 50_000, voidable: true },
    { ...first, txnId: 'load-1', kind: 'load', amountMinor: 10_000, voidable: true },
  );
  await till.press('F6');
  await page.locator('.transaction').first().waitFor();
  await page.locator('.transaction').first().click();
  await shot('98-hold-in-journal');
  await till.press('F9');
  await page.getByTestId('hold-choice').waitFor();
  await shot('98-hold-choice');
  await till.type('1');
  await page.locator('.refund-amount').waitFor();
  await shot('98-hold-amount');
  await till.press('Enter');
  await page.locator('.capture').waitFor();
  await shot('98-hold-card');
  await till.wedge(TRACK);
  await page.locator('.dialog [data-result]').waitFor();
  await shot('98-hold-completed');
  await till.press('Enter');
  await page.locator('.transaction').nth(1).click();
  await till.press('F9');
  await page.locator('.capture').waitFor();
  await shot('99-load-void');
  await till.wedge(TRACK);
  await page.locator('.dialog [data-result]').waitFor();
  await shot('99-load-voided');
  await till.press('Enter');
  core.transactions.splice(0, 2);
}
