import { expect, it } from 'vitest';
import { CARDS, COLA, scan, WATER } from './support/goods.ts';
import { eventually, listedTransactions, receiptText, shown } from './support/reading.ts';
import { describeTill } from './support/till-bench.ts';
import type { TillPage } from './till-page.ts';

describeTill('what comes after a sale', (bench) => {
  it('voids a sale with the same card and a supervisor, by keyboard alone', async () => {
    const till = await bench().open('zh-CN');
    await scan(till, WATER);
    await till.payCard(CARDS.rich.track);
    expect(await till.resultKind()).toBe('approved online');
    await till.newSale();
    const dialogResult = till.page.locator('.dialog [data-result]');

    await chooseNewest(till, 1);
    await till.press('Tab');
    await till.press('Tab');
    await till.press('Enter');
    await till.page.locator('.dialog .capture').waitFor();
    await till.wedge(CARDS.rich.track);
    await agree(till, '2001', '9999');
    await notTaken(till, /password is wrong/, /密码不正确/);
    await agree(till, '1001');
    await notTaken(till, /may not approve/, /无权|不能|不可/);
    await agree(till, '2001');
    await dialogResult.waitFor();
    expect(await shown(dialogResult)).toMatch(/^撤销成功\s+款项退回原卡/);
    expect(await receiptText(till)).toMatch(/撤销/);
    await till.press('Enter');
    expect(await listedTransactions(till, 2)).toEqual(['撤销 approved −¥2.00', '卡消费 voided ¥2.00']);
    // Once only.
    await till.page.locator('.transaction').nth(1).click();
    expect(await till.page.locator('.detail-actions button').nth(1).isDisabled()).toBe(true);
  });

  it('refuses to void with another card, in words', async () => {
    const till = await bench().open('en');
    await scan(till, WATER);
    await till.payCard(CARDS.rich.track);
    await till.newSale();
    await chooseNewest(till, 3);
    await till.press('Tab');
    await till.press('Tab');
    await till.press('Enter');
    await till.page.locator('.dialog .capture').waitFor();
    await till.wedge(CARDS.second.track);
    const result = till.page.locator('.dialog [data-result=refused]');
    await result.waitFor();
    expect(await shown(result)).toMatch(
      /not the card of the original[\s\S]*Next[\s\S]*Use the card that was used/,
    );
    await till.press('Enter');
    expect((await listedTransactions(till, 3))[0]).toBe('Card sale approved ¥2.00');
  });

  it('settles the day with a receipt, and then refunds a part of a settled sale', async () => {
    const till = await bench().open('en');
    await scan(till, COLA, 3);
    await till.payCard(CARDS.second.track);
    expect(await till.resultKind()).toBe('approved online');
    await till.newSale();

    await till.press('F7');
    await till.page.locator('.totals tbody tr').first().waitFor();
    await till.press('F9');
    await agree(till, '2001', '9999');
    await notTaken(till, /password is wrong/, /密码不正确/);
    await agree(till, '2001');
    const settlement = till.page.locator('[data-settlement]');
    await settlement.waitFor();
    expect(await settlement.getAttribute('data-settlement')).toBe('balanced');
    expect(await shown(settlement)).toMatch(/Balanced: batch 000001 is closed/);
    // Two sales of 2.00 and one of 9.00 against one void of 2.00.
    const receipt = await receiptText(till);
    expect(receipt).toContain('13.00');
    expect(receipt).toContain('2.00');
    await till.press('Escape');
    await till.press('Escape');

    await chooseNewest(till, 4);
    await till.page.locator('.detail-actions button').nth(2).focus();
    await till.press('Enter');
    await till.page.locator('.refund-amount').waitFor();
    await till.type('400');
    await till.press('Enter');
    await till.page.locator('.dialog .capture').waitFor();
    await till.wedge(CARDS.second.track);
    await agree(till, '2001');
    const result = till.page.locator('.dialog [data-result]');
    await result.waitFor();
    expect(await shown(result)).toMatch(/^Refunded\s+The money goes back to the card[\s\S]*¥4\.00/);
    await till.press('Enter');
    expect((await listedTransactions(till, 5))[0]).toBe('Refund approved −¥4.00');
    await till.page.locator('.transaction').nth(1).click();
    await eventually(() => shown(till.page.locator('.facts'))).toMatch(/Refunded\s+¥4\.00/);
  });
});

/** Opens the transactions and goes from the search field to the newest one, without a mouse. */
async function chooseNewest(till: TillPage, count: number): Promise<void> {
  await till.press('F6');
  await listedTransactions(till, count);
  await till.press('Tab');
  await till.press('Enter');
  await till.page.locator('.detail-actions').waitFor();
}

/** Types a second person's code and password, with Enter after each as at the sign-on. */
async function agree(till: TillPage, operatorCode: string, password = operatorCode): Promise<void> {
  await till.supervisor.waitFor();
  await till.type(operatorCode);
  await till.press('Enter');
  await till.type(password);
  // Nothing of the password may be readable, whichever field it went to.
  expect(await till.supervisor.locator('input').first().inputValue()).toBe(operatorCode);
  await till.press('Enter');
}

/** The form says why in both languages and waits at the code for the next try. */
async function notTaken(till: TillPage, en: RegExp, zh: RegExp): Promise<void> {
  const refused = till.page.getByTestId('supervisor-refused');
  await refused.filter({ hasText: new RegExp(`${en.source}|${zh.source}`) }).waitFor();
  const code = till.supervisor.locator('input').first();
  expect(await code.evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await till.supervisor.locator('input').nth(1).inputValue()).toBe('');
}
