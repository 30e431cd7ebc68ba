import { expect, it } from 'vitest';
import { scan, WATER } from './support/goods.ts';
import { eventually, receiptText, shown, stripValue } from './support/reading.ts';
import { describeTill } from './support/till-bench.ts';

describeTill('a shift on the real till', (bench) => {
  it('is opened, sold in, closed by a blind count and followed by a Z, by keyboard alone', async () => {
    const till = await bench().open('en');
    const { page } = till;
    await till.press('F7');
    await page.locator('[data-page=settle]').waitFor();
    await till.type('2');
    await page.locator('[data-page=shift]').waitFor();
    await till.press('F9');
    await page.getByTestId('amount-entry').waitFor();
    await till.type('10000');
    await till.press('Enter');
    await page.locator('.office-facts').waitFor();
    expect(await stripValue(till, 'shift')).toBe('1 · 1001');

    await till.press('F2');
    await scan(till, WATER);
    await till.payCash();
    await till.newSale();

    await till.press('F7');
    await till.type('2');
    await till.press('F9');
    await page.locator('.count').waitFor();
    expect(await shown(page.locator('body'))).not.toContain('102.00');
    // ¥100 x 1 and ¥1 x 1 of the ¥102.00 that should be there.
    await till.type('1');
    for (let row = 0; row < 5; row += 1) await till.press('Enter');
    await till.type('1');
    await till.press('End');
    await till.press('Enter');
    const result = page.locator('[data-count]');
    await result.waitFor();
    expect(await shown(result)).toMatch(/¥1\.00 short[\s\S]*Expected ¥102\.00, counted ¥101\.00/);
    expect(await receiptText(till)).toContain('S-000001');

    await till.type('3');
    await page.locator('[data-page=reports]').waitFor();
    await till.press('F9');
    await till.supervisor.waitFor();
    await till.type('2001');
    await till.press('Enter');
    await till.type('2001');
    await till.press('Enter');
    await page.locator('[data-report=Z-000001]').waitFor();
    expect(await receiptText(till)).toContain('Z-000001');
    await eventually(() => page.locator('.report-row').count()).toBe(2);
    // Nothing has happened since: a second one is refused in words, and none is made.
    await till.press('F9');
    await till.supervisor.waitFor();
    await till.type('2001');
    await till.press('Enter');
    await till.type('2001');
    await till.press('Enter');
    await eventually(() => shown(till.notice)).toMatch(/Nothing has happened since the last Z/);
    expect(await page.locator('.report-row').count()).toBe(2);
    // Every key is typed at a person's pace, on a machine that may be busy.
  }, 300_000);
});
