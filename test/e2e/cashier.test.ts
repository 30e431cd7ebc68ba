import { expect, it } from 'vitest';
import { CARDS, COLA, scan, UNKNOWN_BARCODE, WATER } from './support/goods.ts';
import { eventually, inBothLanguages, listedTransactions, receiptText, shown } from './support/reading.ts';
import { describeTill, type Language } from './support/till-bench.ts';
import { openTillPage } from './till-page.ts';

describeTill('a cashier at the till', (bench) => {
  /** Newest first; the tests share one till. */
  const sold: string[] = [];

  it.each<{ language: Language; cashSale: string }>([
    { language: 'zh-CN', cashSale: '现金销售' },
    { language: 'en', cashSale: 'Cash sale' },
  ])('sells for cash and shows the receipt again, all without a mouse ($language)', async (words) => {
    const till = await bench().open(words.language);
    await scan(till, WATER);
    await scan(till, COLA, 3);
    await eventually(() => shown(till.total)).toBe('¥11.00');

    await till.payCash(2000);
    sold.unshift('¥11.00');
    expect(await till.resultKind()).toBe('approved online');
    expect(await shown(till.resultFigure)).toBe('¥9.00');
    const receipt = await receiptText(till);
    expect(receipt).toMatch(/现金 Cash\n20\.00\n找零 Change\n9\.00/);

    await till.newSale();
    expect(await till.basketLines.count()).toBe(0);
    await till.press('F6');
    const [newest] = await listedTransactions(till, sold.length);
    expect(newest).toBe(`${words.cashSale} approved ¥11.00`);
    await till.press('Tab');
    await till.press('Enter');
    await till.press('Tab');
    await till.press('Enter');
    const copy = await receiptText(till);
    expect(copy).toMatch(/^\s*重印 \/ COPY/);
    expect(copy).toContain(receipt.trim());

    await till.press('F2');
    await till.press('F10');
    await till.page.locator('.sign-on').waitFor();
  });

  it('starts in the language that its address asks for, and signs on after another was pressed', async () => {
    const till = await openTillPage(bench().browser, `${bench().url}&locale=en`);
    const fields = till.page.locator('.sign-on input');
    await fields.first().waitFor();
    expect(await till.page.locator('html').getAttribute('lang')).toBe('en');
    await till.setLanguage('zh-CN');
    await till.type('1001');
    await till.press('Enter');
    await till.type('1001');
    expect(await fields.nth(0).inputValue()).toBe('1001');
    expect(await fields.nth(1).inputValue()).toBe('1001');
    await till.press('Enter');
    await till.page.locator('.sell').waitFor();
    await till.page.reload();
    await till.page.locator('.sell').waitFor();
    expect(await till.page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await till.press('F10');
    await till.page.locator('.sign-on').waitFor();
  });

  it('says who may not sign on, and lets the right password in', async () => {
    const till = await bench().open('en');
    await till.press('F10');
    await till.page.locator('.sign-on input').first().fill('1001');
    await till.press('Enter');
    await till.type('9999');
    await till.press('Enter');
    await till.notice.waitFor();
    const said = await inBothLanguages(till, till.notice);
    expect(said.en).toMatch(/password is wrong[\s\S]*After 5 failures/);
    expect(said['zh-CN']).toMatch(/密码不正确[\s\S]*连续错误 5 次/);
    // The code stays and the password waits for the next try.
    await till.page.locator('.sign-on input').nth(1).focus();
    await till.type('1001');
    await till.press('Enter');
    await till.page.locator('.sell').waitFor();
    expect(await till.notice.count()).toBe(0);
  });

  it('says that a barcode is unknown and leaves the basket as it was', async () => {
    const till = await bench().open('en');
    await scan(till, WATER);
    await till.wedge(UNKNOWN_BARCODE);
    await till.notice.waitFor();
    const said = await inBothLanguages(till, till.notice);
    expect(said.en).toMatch(/No item has this barcode: 6900000000007\s+The basket is as it was/);
    expect(said['zh-CN']).toMatch(/没有这个条码：6900000000007\s+购物篮没有变化/);
    expect(await till.basketLines.count()).toBe(1);
    expect(await shown(till.total)).toBe('¥2.00');
  });

  it('holds a basket, survives a reload with another one, and brings the first back', async () => {
    const till = await bench().open('zh-CN');
    await scan(till, WATER, 2);
    await scan(till, COLA);
    await eventually(() => shown(till.total)).toBe('¥7.00');
    await till.press('F3');
    await eventually(() => till.basketLines.count()).toBe(0);
    await scan(till, COLA);
    await eventually(() => shown(till.total)).toBe('¥3.00');

    await till.page.reload();
    await eventually(() => shown(till.total)).toBe('¥3.00');
    await till.press('F4');
    await till.type('1');
    await eventually(() => shown(till.total)).toBe('¥7.00');
    expect(await till.basketLines.count()).toBe(2);
    // The basket that was in the way was held in its place.
    await till.press('F4');
    await till.type('1');
    await eventually(() => shown(till.total)).toBe('¥3.00');
  });

  it('takes the last digit of an amount too when Enter follows at once', async () => {
    const till = await bench().open('en');
    await scan(till, WATER);
    await till.press('F8');
    await till.page.locator('.cash').waitFor();
    await till.type('200');
    const { keyboard } = till.page;
    await Promise.all(['0', 'Enter'].flatMap((key) => [keyboard.down(key), keyboard.up(key)]));
    sold.unshift('¥2.00');
    await eventually(() => shown(till.resultFigure)).toBe('¥18.00');
  });

  it.each(['Enter', 'click'])('sells once when %s comes twice on cash', async (press) => {
    const till = await bench().open('en');
    await scan(till, WATER);
    await till.press('F8');
    const go = till.page.locator('.pane-go');
    await go.waitFor();
    if (press === 'click') await go.dblclick();
    else await Promise.all([till.press('Enter'), till.press('Enter')]);
    sold.unshift('¥2.00');
    await eventually(() => till.page.locator('[data-result], .sell').count()).toBe(1);
    await till.press('Escape');
    await till.press('F6');
    const listed = await listedTransactions(till, sold.length);
    expect(listed.map((row) => row.split(' ').at(-1))).toEqual(sold);
  });

  it('sells once when Enter comes twice on a card', async () => {
    const till = await bench().open('en');
    await scan(till, WATER);
    await till.wedge(CARDS.rich.track);
    await till.page.locator('.confirm-card').waitFor();
    await Promise.all([till.press('Enter'), till.press('Enter')]);
    sold.unshift('¥2.00');
    await eventually(() => till.page.locator('[data-result], .sell').count()).toBe(1);
    await till.press('Escape');
    await till.press('F6');
    const listed = await listedTransactions(till, sold.length);
    expect(listed[0]).toBe('Card sale approved ¥2.00');
  });
});
