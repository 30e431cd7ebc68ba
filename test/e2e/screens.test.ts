import { expect, it } from 'vitest';
import { CARDS, COLA, SHAMPOO, scan, WATER } from './support/goods.ts';
import { listedTransactions } from './support/reading.ts';
import { focusStops, overflowing, unnamedControls } from './support/screen-checks.ts';
import { describeTill, LANGUAGES } from './support/till-bench.ts';
import type { TillPage } from './till-page.ts';

/** The narrowest screen a till has: 1024 x 768. */
const SIZE = 'narrow';

describeTill('every screen of the till', (bench) => {
  it.each(LANGUAGES)(
    'names its buttons and fits 1024 x 768, and Escape leads back (%s)',
    async (language) => {
      const till = await bench().open(language, SIZE);
      const wrong: string[] = [];
      const look = async (screen: string): Promise<void> => {
        for (const each of await unnamedControls(till.page)) wrong.push(`${screen}: no name: ${each}`);
        for (const each of await overflowing(till.page)) wrong.push(`${screen}: too wide: ${each}`);
      };
      const backToSell = async (): Promise<void> => {
        await till.press('Escape');
        await till.page.locator('.sell').waitFor();
        await till.page.locator('.dialog').waitFor({ state: 'detached' });
      };

      await scan(till, WATER);
      await scan(till, SHAMPOO, 20);
      await scan(till, COLA);
      await look('sell');
      await till.wedge('6900000000007');
      await till.notice.waitFor();
      await look('unknown barcode');
      await till.press('F3');
      await till.page.locator('.basket-empty').waitFor();
      await till.press('F4');
      await till.page.locator('.dialog').waitFor();
      await look('held baskets');
      await backToSell();
      await till.press('F4');
      await till.type('1');
      await till.page.locator('.line').first().waitFor();

      await till.press('F8');
      await till.page.locator('.cash').waitFor();
      await look('cash');
      await backToSell();
      await till.press('F9');
      await till.page.locator('.capture').waitFor();
      await look('card');
      await backToSell();
      await till.wedge(CARDS.gift1000.track);
      await till.page.locator('.confirm-card').waitFor();
      await look('card read');
      await till.press('Enter');
      await till.page.locator('.pin').waitFor();
      await look('PIN');
      await till.press('Escape');
      await till.page.locator('.pin').waitFor({ state: 'detached' });
      await backToSell();

      await till.payCard(CARDS.hotlisted.track);
      await till.page.locator('[data-result=refused]').waitFor();
      await look('refused');
      await backToSell();
      await till.payCash();
      await look('paid');
      await backToSell();

      await till.press('F6');
      await listedTransactions(till, 1 + LANGUAGES.indexOf(language));
      await till.press('Tab');
      await till.press('Enter');
      await till.page.locator('.detail-actions').waitFor();
      await look('transactions');
      await backToSell();
      await till.press('F7');
      await till.page.locator('.totals tbody tr').first().waitFor();
      await look('end of day');
      await backToSell();
      await till.press('F10');
      await till.page.locator('.sign-on').waitFor();
      await look('sign-on');
      expect(wrong).toEqual([]);
    },
  );

  it('shows where the focus is at every stop of the Tab key', async () => {
    const till = await bench().open('en', SIZE);
    const unseen: string[] = [];
    const walk = async (screen: string, go: () => Promise<unknown>): Promise<void> => {
      await go();
      const stops = await focusStops(till.page);
      expect(stops.length, `stops of the Tab key on ${screen}`).toBeGreaterThan(3);
      unseen.push(...stops.filter(({ isSeen }) => !isSeen).map(({ name }) => `${screen}: ${name}`));
    };
    await scan(till, WATER);
    await walk('sell', () => till.page.locator('.line').waitFor());
    await walk('cash', () => open(till, 'F8', '.cash'));
    await till.press('Escape');
    await walk('card', () => open(till, 'F9', '.capture'));
    await till.press('Escape');
    await walk('transactions', () => open(till, 'F6', '.transactions'));
    await walk('end of day', () => open(till, 'F7', '.totals'));
    expect(unseen).toEqual([]);
  });
});

async function open(till: TillPage, key: string, screen: string): Promise<void> {
  await till.press(key);
  await till.page.locator(screen).waitFor();
}
