import type { FakeCore } from './fake-core/fake-core.ts';
import type { TillPage } from './till-page.ts';

/** What a visit of the screens hands on. */
export interface Visit {
  readonly core: FakeCore;
  readonly shot: (name: string) => Promise<void>;
  readonly scanAll: () => Promise<void>;
}

const TRACK = ';8890121000010074=29121010000000000000?';

async function agree(till: TillPage): Promise<void> {
  await till.supervisor.waitFor();
  await till.type('2001');
  await till.press('Enter');
  await till.type('2001');
  await till.press('Enter');
}

/** A sale that several tenders pay: its parts, its cancelling, its refund, and what is not finished. */
export async function tenders(till: TillPage, { core, shot, scanAll }: Visit): Promise<void> {
  const { page } = till;
  await scanAll();
  await till.press('F8');
  await till.type('1000');
  await shot('60-part-typed');
  await till.press('F8');
  await page.locator('.part-result').waitFor();
  await shot('61-part-cash');
  await till.press('F9');
  await page.locator('.capture').waitFor();
  await shot('62-rest-by-card');
  core.next = 'partial';
  await till.wedge(TRACK);
  await page.locator('.part-result').waitFor();
  await shot('63-part-partial');
  await till.press('Escape');
  await page.getByTestId('open-matters').waitFor();
  await shot('64-put-aside');
  await till.press('F4');
  await page.locator('.held').waitFor();
  await shot('65-waiting');
  await till.type('1');
  await page.locator('.cash').waitFor();
  await shot('66-taken-up');
  await till.press('F7');
  await page.getByTestId('backs').waitFor();
  await shot('67-cancel-confirm');
  await till.press('Enter');
  await till.supervisor.waitFor();
  await shot('68-cancel-supervisor');
  await agree(till);
  await page.locator('[data-cancel]').waitFor();
  await shot('69-cancelled');
  await till.press('Enter');

  core.next = 'declined';
  await scanAll();
  await till.payCard(TRACK);
  await shot('70-declined-take-what-it-has');
  core.next = 'approved';
  await till.press('F7');
  await page.locator('.capture').waitFor();
  await shot('71-what-it-has');
  await till.press('Escape');
  await till.press('F8');
  await till.type('1000');
  await till.press('F9');
  await page.getByTestId('part-note').waitFor();
  await shot('72-part-by-card');
  await till.wedge(TRACK);
  await page.locator('.part-result').waitFor();
  await till.press('F8');
  await till.type('5000');
  await till.press('Enter');
  await till.result.waitFor();
  await shot('73-complete');
  await till.newSale();

  const [sale] = core.splitSales.complete();
  core.transactions.unshift(
    ...(sale?.tenders ?? []).map(({ transaction }) => ({ ...transaction, batchSettled: true })),
  );
  await till.press('F6');
  await page.locator('.transaction').first().click();
  await page.locator('.detail-actions').waitFor();
  await shot('74-tender-in-journal');
  await till.press('F9');
  await page.locator('.refund-amount').waitFor();
  await shot('75-sale-refund-amount');
  await till.press('Enter');
  await agree(till);
  await page.getByTestId('plan-parts').waitFor();
  await shot('76-sale-refund-plan');
  core.next = 'declined';
  await till.wedge(TRACK);
  await page.getByTestId('plan-why').waitFor();
  await shot('77-sale-refund-declined');
  core.next = 'approved';
  await till.press('Escape');
  await till.press('F2');
  await shot('78-refund-open');
  await till.press('F4');
  await till.type('1');
  await page.getByTestId('plan-parts').waitFor();
  await till.wedge(TRACK);
  await page.locator('[data-plan=done]').waitFor();
  await shot('79-sale-refund-done');
  await till.press('Enter');
  core.transactions.splice(0, sale?.tenders.length ?? 0);

  const cash = core.transactions.find(({ kind }) => kind === 'cash-sale');
  core.transactions.unshift(
    { ...(cash ?? fail()), txnId: 'cash-void', voidable: true, batchSettled: false, unprinted: 'none' },
    { ...(cash ?? fail()), txnId: 'cash-refund', refundable: true, unprinted: 'maybe' },
  );
  core.set({ unprintedCount: 2 });
  await till.press('F6');
  await page.locator('.transaction').nth(0).click();
  await shot('80-unprinted');
  await till.press('F9');
  await page.locator('.dialog .cancel').waitFor();
  await shot('81-cash-void');
  await till.press('Enter');
  await page.locator('.dialog [data-result]').waitFor();
  await shot('82-cash-void-done');
  await till.press('Enter');
  await page.locator('.transaction').nth(1).click();
  await till.press('F9');
  await page.locator('.refund-amount').waitFor();
  await shot('83-cash-refund');
  await till.press('Escape');
  core.transactions.splice(0, 2);
  core.set({ unprintedCount: 0, training: true });
  await till.press('F2');
  await scanAll();
  await shot('84-training-sell');
  await till.press('F8');
  await shot('85-training-cash');
  await till.press('Escape');
  core.set({ training: false });
  await till.press('F3');
}

function fail(): never {
  throw new Error('The fake core has no cash sale');
}

/** The electronic purse: paying, pulled away, another card, the same one back, and loading. */
export async function purses(till: TillPage, { core, shot, scanAll }: Visit): Promise<void> {
  const { page } = till;
  core.purses.plugIn();
  await scanAll();
  await till.press('F8');
  await page.locator('.cash').waitFor();
  await till.press('F10');
  await page.getByTestId('purse-wait').waitFor();
  await shot('90-purse-wait');
  core.purses.insert('4417', 12_340);
  await page.getByTestId('purse-in-slot').waitFor();
  await shot('91-purse-in-slot');
  core.purses.pin = '824613';
  await till.press('Enter');
  await page.locator('.pin').waitFor();
  await till.type('111111');
  await till.press('Enter');
  await page.getByTestId('pin-wrong').waitFor();
  await shot('91-purse-pin-wrong');
  core.purses.pin = undefined;
  core.purses.isTornNext = true;
  await till.type('824613');
  await till.press('Enter');
  await page.locator('[data-result=card-in-doubt]').waitFor();
  await shot('92-purse-doubt');
  core.purses.insert('9033', 5_000);
  await page.getByTestId('not-this-card').waitFor();
  await shot('93-purse-other-card');
  core.purses.remove();
  core.purses.insert('4417', 9_000);
  await page.locator('[data-result=approved]').waitFor();
  await shot('94-purse-paid');
  await till.newSale();

  await scanAll();
  await till.press('F8');
  await till.press('F10');
  core.purses.isTornNext = true;
  await page.getByTestId('purse-in-slot').waitFor();
  await till.press('Enter');
  await page.locator('[data-result=card-in-doubt]').waitFor();
  await till.press('F8');
  await page.locator('.cash').waitFor();
  await till.press('Enter');
  await till.result.waitFor();
  await till.newSale();
  await shot('95-doubt-open');
  core.purses.insert('4417', 9_000);
  await till.notice.waitFor();
  await shot('96-owed-back');
  await till.press('F4');
  await page.locator('.held').waitFor();
  await shot('97-owed-back-waiting');
  await till.press('Escape');
  await page.getByTestId('notice').locator('button').click();
  core.purses.remove();
  core.purses.insert('4417', 9_000);
  await page.locator('.dialog').waitFor();
  await shot('97-purse-load');
  await till.press('F8');
  await page.getByTestId('purse-log').waitFor();
  await shot('97-purse-log');
  await till.press('Escape');
  await till.type('5000');
  await till.press('Enter');
  await page.locator('.dialog [data-result]').waitFor();
  await shot('98-purse-loaded');
  await till.press('Enter');
  core.purses.remove();
}
