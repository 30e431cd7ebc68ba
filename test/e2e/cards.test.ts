import { expect, it } from 'vitest';
import { CARDS, SHAMPOO, scan, WATER } from './support/goods.ts';
import { eventually, inBothLanguages, listedTransactions, shown } from './support/reading.ts';
import { describeTill } from './support/till-bench.ts';

describeTill('card sales with the host there', (bench) => {
  it('charges a card by keyboard alone and shows what is left on it', async () => {
    const till = await bench().open('en');
    expect(await till.modeBadge.getAttribute('data-mode')).toBe('online');
    await scan(till, WATER);
    await till.payCard(CARDS.rich.track);
    expect(await till.resultKind()).toBe('approved online');
    const said = await inBothLanguages(till, till.result);
    expect(said.en).toMatch(/^Paid\s+Approved online by the card issuer[\s\S]*Card balance\s+¥1,278\.00/);
    expect(said['zh-CN']).toMatch(/^付款成功\s+发卡方已联机批准[\s\S]*卡内余额\s+¥1,278\.00/);
    expect(said.en).toContain('889012******0074');
    await till.press('Escape');
    await till.press('F6');
    expect(await listedTransactions(till, 1)).toEqual(['Card sale approved ¥2.00']);
  });

  it('takes a card that was swiped while selling after one Enter, and a number keyed by hand', async () => {
    const till = await bench().open('en');
    await scan(till, WATER);
    await till.wedge(CARDS.second.track);
    await till.page.locator('.confirm-card').waitFor();
    await till.press('Enter');
    expect(await till.resultKind()).toBe('approved online');
    await till.newSale();
    await scan(till, WATER);
    await till.press('F9');
    await till.type(CARDS.second.pan);
    const digits = await shown(till.page.getByTestId('card-digits'));
    expect(digits.replace(/\s/g, '')).not.toContain(CARDS.second.pan);
    await till.press('Enter');
    expect(await till.resultKind()).toBe('approved online');
    expect(await shown(till.result)).toContain('¥352.50');
  });

  it('asks for the PIN from 300.00, says that one is wrong, and takes the right one', async () => {
    const till = await bench().open('en');
    await scan(till, SHAMPOO, 20);
    await eventually(() => shown(till.total)).toBe('¥398.00');
    await till.payCard(CARDS.gift1000.track);
    await till.page.locator('.pin').waitFor();
    await till.type('000000');
    expect(await shown(till.pinDots.locator('[aria-hidden]'))).toBe('●●●●●●');
    await till.press('Enter');
    expect(await till.resultKind()).toBe('declined problem');
    const said = await inBothLanguages(till, till.result);
    expect(said.en).toMatch(
      /^Not paid[\s\S]*Wrong PIN[\s\S]*Next[\s\S]*enter the PIN again[\s\S]*Nothing was charged/,
    );
    expect(said['zh-CN']).toMatch(
      /^付款未成功[\s\S]*密码错误[\s\S]*下一步[\s\S]*重新输入密码[\s\S]*没有扣款/,
    );
    expect(await shown(till.total)).toBe('¥398.00');

    await till.payCard(CARDS.gift1000.track);
    await till.enterPin(CARDS.gift1000.pin);
    expect(await till.resultKind()).toBe('approved online');
    expect(await shown(till.result)).toContain('¥602.00');
  });

  it.each([
    {
      card: 'nearlyEmpty',
      kind: 'declined',
      en: /^Not paid[\s\S]*Not enough balance[\s\S]*Next[\s\S]*another payment/,
      zh: /^付款未成功[\s\S]*余额不足[\s\S]*下一步[\s\S]*其他方式付款/,
    },
    {
      card: 'blocked',
      kind: 'refused',
      en: /^The terminal cannot take this[\s\S]*on the hotlist[\s\S]*Next[\s\S]*another tender/,
      zh: /^终端不能受理[\s\S]*黑名单[\s\S]*下一步[\s\S]*其他付款方式/,
    },
    {
      card: 'hotlisted',
      kind: 'refused',
      en: /^The terminal cannot take this[\s\S]*on the hotlist[\s\S]*Next[\s\S]*another tender/,
      zh: /^终端不能受理[\s\S]*黑名单[\s\S]*下一步[\s\S]*其他付款方式/,
    },
    {
      card: 'expired',
      kind: 'declined',
      en: /^Not paid[\s\S]*The card has expired[\s\S]*Next[\s\S]*another card/,
      zh: /^付款未成功[\s\S]*卡已过期[\s\S]*下一步[\s\S]*换卡/,
    },
  ] as const)(
    'says why it did not take a card that is $card, and what next',
    async ({ card, kind, en, zh }) => {
      const till = await bench().open('en');
      await scan(till, WATER, 2);
      await eventually(() => shown(till.total)).toBe('¥4.00');
      await till.payCard(CARDS[card].track);
      expect(await till.resultKind()).toBe(`${kind} problem`);
      const said = await inBothLanguages(till, till.result);
      expect(said.en).toMatch(en);
      expect(said['zh-CN']).toMatch(zh);
      expect(said.en).toContain('Nothing was charged');

      await till.press('F8');
      await till.press('Enter');
      await till.page.locator('[data-result=approved]').waitFor();
      expect(await shown(till.resultFigure)).toBe('¥0.00');
    },
  );

  it('says that a number is no card number, and keeps waiting for a card', async () => {
    const till = await bench().open('en');
    await scan(till, WATER);
    await till.press('F9');
    await till.wedge(';88901210=2912?');
    await till.notice.waitFor();
    const said = await inBothLanguages(till, till.notice);
    expect(said.en).toMatch(/No card number could be read\.\s+Swipe again/);
    expect(said['zh-CN']).toMatch(/无法识别卡号。\s+请重新刷卡/);
    await till.wedge(CARDS.rich.track);
    expect(await till.resultKind()).toBe('approved online');
  });
});
