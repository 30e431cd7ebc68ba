import { expect, it } from 'vitest';
import { CARDS, COLA, SHAMPOO, scan } from './support/goods.ts';
import { eventually, receiptText, shown } from './support/reading.ts';
import { describeTill } from './support/till-bench.ts';
import type { TillPage } from './till-page.ts';

describeTill('a sale that several tenders pay, at the real core', (bench) => {
  it('is paid in cash and by card with the keyboard alone, and its last receipt is that of the whole sale', async () => {
    const till = await bench().open('en');
    await scan(till, SHAMPOO);
    await payPartInCash(till, 1_000);
    expect(await shown(till.page.getByTestId('part-left'))).toBe('¥9.90');
    await till.press('F9');
    await till.page.locator('.capture').waitFor();
    await till.wedge(CARDS.rich.track);
    expect(await till.resultKind()).toBe('approved online');
    expect(await shown(till.resultFigure)).toBe('¥9.90');
    const receipt = await receiptText(till);
    expect(receipt).toContain('19.90');
    expect(receipt).toContain('10.00');
    expect(receipt).toContain('9.90');
    await till.newSale();
    expect(await till.page.getByTestId('open-matters').count()).toBe(0);
    expect(await till.page.locator('.basket-empty').count()).toBe(1);
  });

  it('never takes too little by Enter: a slip of the hand stays a slip', async () => {
    const till = await bench().open('en');
    await scan(till, COLA);
    await till.press('F8');
    await till.page.locator('.cash').waitFor();
    await till.type('100');
    await till.press('Enter');
    await till.page.waitForTimeout(500);
    expect(await till.page.locator('.cash').count()).toBe(1);
    await till.press('Escape');
    await till.page.locator('.sell').waitFor();
    await till.press('Delete');
    await till.page.locator('.basket-empty').waitFor();
  });

  it('is taken up again after the power was cut, and cancelled: the cash to hand back is said', async () => {
    const before = await bench().open('en');
    await scan(before, SHAMPOO);
    await payPartInCash(before, 1_000);
    await bench().closePages();
    await bench().till.kill();
    await bench().startAgain();

    const till = await bench().open('en');
    const matter = till.page.getByTestId('open-matters');
    await matter.waitFor();
    expect(await shown(matter)).toMatch(/Part-paid: ¥10\.00 of ¥19\.90/);
    await till.press('F4');
    await till.page.locator('.held').waitFor();
    await till.type('1');
    await till.page.locator('.sale-panel').waitFor();
    expect(await shown(till.page.getByTestId('sale-left'))).toBe('¥9.90');
    await till.press('F7');
    await till.page.getByTestId('backs').waitFor();
    await till.press('Enter');
    await till.supervisor.waitFor();
    await till.type('2001');
    await till.press('Enter');
    await till.type('2001');
    await till.press('Enter');
    await till.page.locator('[data-cancel=cancelled]').waitFor();
    expect(await shown(till.page.getByTestId('hand-back'))).toBe('¥10.00');
    await till.press('Enter');
    await eventually(() => matter.count()).toBe(0);
  });
});

async function payPartInCash(till: TillPage, partMinor: number): Promise<void> {
  await till.press('F8');
  await till.page.locator('.cash').waitFor();
  await till.type(String(partMinor));
  await till.press('F8');
  await till.page.locator('.part-result').waitFor();
}
