import { expect, it } from 'vitest';
import { CARDS, COLA, scan, WATER } from './support/goods.ts';
import { eventually, inBothLanguages, listedTransactions, shown, stripValue } from './support/reading.ts';
import { connectToTill } from './support/till-api.ts';
import { describeTill } from './support/till-bench.ts';

describeTill('a till that is killed', (bench) => {
  it('says so on the open page, and has every sale again when it is started anew', async () => {
    const till = await bench().open('en');
    await scan(till, WATER);
    await till.payCash();
    await till.newSale();
    await scan(till, COLA);
    await till.payCard(CARDS.rich.track);
    expect(await till.resultKind()).toBe('approved online');
    await till.newSale();
    await scan(till, WATER);

    await bench().till.kill();
    await till.coreGone.waitFor();
    const said = await inBothLanguages(till, till.coreGone);
    expect(said.en).toMatch(/^The till core does not answer[\s\S]*Payments are stopped, the basket is kept/);
    expect(said['zh-CN']).toMatch(/^收银程序没有响应[\s\S]*收款已停用，购物篮已保存/);
    // Goods are still scanned, and nothing can be paid.
    await scan(till, COLA);
    await eventually(() => shown(till.total)).toBe('¥5.00');
    await till.press('F8');
    expect(await till.page.locator('.cash').count()).toBe(0);

    await bench().startAgain();
    await till.page.goto(bench().url);
    await eventually(() => shown(till.total)).toBe('¥5.00');
    await till.press('F6');
    expect(await listedTransactions(till, 2)).toEqual([
      'Card sale approved ¥3.00',
      'Cash sale approved ¥2.00',
    ]);
  });

  it('reverses by itself what it was killed over, and charges nobody twice', async () => {
    const till = await bench().open('en');
    await scan(till, WATER);
    await bench().till.order('lose');
    await till.press('F9');
    await till.wedge(CARDS.second.track);
    await till.page.locator('[data-payment=working]').waitFor();
    // Once the till calls itself busy the sale is in its journal; before that there would be nothing to reverse.
    const { api, close } = await connectToTill(bench().url);
    await eventually(async () => (await api.status.get()).busy).toBe(true);
    close();
    await bench().till.kill();
    await till.page.getByTestId('pay-lost').waitFor();
    expect(await shown(till.page.getByTestId('pay-lost'))).toMatch(
      /the outcome is not known yet[\s\S]*Do not hand over the goods/,
    );

    await bench().startAgain();
    await till.page.goto(bench().url);
    // It may be reversed before anybody has read it.
    expect(await till.resultKind()).toMatch(/^unknown (unknown|reversed)$/);
    await till.press('Escape');
    await till.page.locator('.sell').waitFor();
    await eventually(() => stripValue(till, 'reversals')).toBe('0');
    await eventually(() => shown(till.total)).toBe('¥2.00');
    await till.press('F6');
    await till.page.locator('[data-state=reversed]').waitFor();
    expect((await listedTransactions(till, 3))[0]).toBe('Card sale reversed ¥2.00');
  });
});
