import { afterEach, expect, it } from 'vitest';
import { CARDS, SHAMPOO, scan, WATER } from './support/goods.ts';
import { eventually, inBothLanguages, listedTransactions, shown, stripValue } from './support/reading.ts';
import { describeTill } from './support/till-bench.ts';

/** The till gives up on an answer after 15 s. */
const HOST_TIMEOUT = { timeout: 40_000 };

describeTill('a till whose network fails', (bench) => {
  afterEach(() => bench().till.order('heal'));

  it('sells offline within its limits, says so, and delivers by itself', async () => {
    const till = await bench().open('en');
    const mode = () => till.modeBadge.getAttribute('data-mode');
    await bench().till.order('cut');
    await eventually(mode).toBe('offline');
    expect(await inBothLanguages(till, till.modeBadge)).toEqual({
      'zh-CN': expect.stringMatching(/^脱机/),
      en: expect.stringMatching(/^Offline/),
    });

    await scan(till, WATER);
    await till.payCard(CARDS.rich.track);
    expect(await till.resultKind()).toBe('approved offline');
    const accepted = await inBothLanguages(till, till.result);
    expect(accepted.en).toMatch(/^Accepted offline\s+Taken by this terminal within its limits and sent when/);
    expect(accepted['zh-CN']).toMatch(/^已脱机受理\s+由本终端在限额内受理，联网后自动上送/);
    expect(accepted.en).not.toMatch(/Paid\s+Approved online/);
    await till.press('Escape');
    await eventually(() => stripValue(till, 'unsent')).toBe('1 · ¥2.00');

    await scan(till, SHAMPOO, 11);
    await eventually(() => shown(till.total)).toBe('¥218.90');
    await till.payCard(CARDS.rich.track);
    expect(await till.resultKind()).toBe('refused problem');
    const refused = await inBothLanguages(till, till.result);
    expect(refused.en).toMatch(
      /above the limit for one offline sale[\s\S]*Next[\s\S]*another tender[\s\S]*Rule offline-floor/,
    );
    expect(refused['zh-CN']).toMatch(
      /超过单笔脱机限额[\s\S]*下一步[\s\S]*其他付款方式[\s\S]*规则 offline-floor/,
    );
    expect(await stripValue(till, 'unsent')).toBe('1 · ¥2.00');

    await till.press('F9');
    expect(await shown(till.page.getByTestId('card-offline'))).toMatch(/offline limit, no PIN sales/);
    await till.press('Escape');
    await till.press('F7');
    await till.page.locator('.day-hint', { hasText: 'not counted above until they are sent' }).waitFor();

    await bench().till.order('heal');
    await eventually(() => stripValue(till, 'unsent')).toBe('None');
    await eventually(mode).toBe('online');
    await till.press('Escape');
    await till.press('F6');
    await till.page.locator('[data-state=delivered]').waitFor();
    expect((await listedTransactions(till, 1))[0]).toBe('Offline sale delivered ¥2.00');
  });

  it('says that an outcome is unknown, reverses it by itself, and takes cash for the same basket', async () => {
    const till = await bench().open('zh-CN');
    await eventually(() => till.modeBadge.getAttribute('data-mode')).toBe('online');
    await scan(till, WATER);
    await bench().till.order('lose');
    await till.press('F9');
    await till.wedge(CARDS.second.track);
    await till.result.waitFor(HOST_TIMEOUT);
    expect(await till.result.getAttribute('data-result')).toBe('unknown');
    // The result follows its reversal, which the host takes as soon as it is asked.
    await eventually(() => till.resultKind()).toBe('unknown reversed');
    const said = await inBothLanguages(till, till.result);
    expect(said['zh-CN']).toMatch(/^已冲正：未扣款[\s\S]*购物篮还在[\s\S]*流水号\s+\d{6}/);
    expect(said.en).toMatch(
      /^Reversed: the card was not charged[\s\S]*basket is still here[\s\S]*Trace no\.\s+\d{6}/,
    );

    await eventually(() => stripValue(till, 'reversals')).toBe('0');
    await eventually(() => till.modeBadge.getAttribute('data-mode')).toBe('online');
    await till.press('F8');
    await till.page.locator('.cash').waitFor();
    await till.press('Enter');
    await till.page.locator('[data-result=approved]').waitFor();
    await till.press('Escape');
    await till.press('F6');
    const [cash, card] = await listedTransactions(till, 3);
    expect(cash).toBe('Cash sale approved ¥2.00');
    expect(card).toBe('Card sale reversed ¥2.00');
  });
});
