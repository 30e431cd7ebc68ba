import { type Browser, chromium as driver } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../host-sim/index.ts';
import { systemPackage } from '../support/require-system-package.ts';
import { check, hostForTest, PAN, RawTerminal } from './test-host.ts';

const chromium = systemPackage('chromium');

describe.skipIf(chromium.kind === 'missing')(`the host's console in a browser${chromium.note}`, () => {
  let browser: Browser;
  let host: RunningHost;
  let terminal: RawTerminal;

  beforeAll(async () => {
    if (chromium.kind === 'missing') return;
    const made = await hostForTest();
    host = made.host;
    terminal = await RawTerminal.signedOn(host, made.masterKey);
    await terminal.purchase(12_34);
    await terminal.purchase(10_00, { 2: '6228880000000003' });
    browser = await driver.launch({ executablePath: chromium.path, args: ['--no-sandbox'] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    terminal?.connection.close();
    expect(host && (await check(host)).problems).toEqual([]);
    await host?.stop();
  });

  it('shows terminals, masked messages and a ledger that balances, and no mistake of its own', async () => {
    const page = await browser.newPage();
    const mistakes: string[] = [];
    page.on('pageerror', (error) => mistakes.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') mistakes.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${host.admin?.port}/#${host.admin?.token}`);
    await page.getByText('ledger balances').waitFor();
    const messages = page.locator('#messages');
    expect(await messages.textContent()).toContain('622888******0001');
    expect(await messages.getByText('12.34').count()).toBe(1);
    expect(await messages.locator('tr.declined').count()).toBe(1);
    expect(await page.locator('#terminals').textContent()).toContain('80010001');
    expect(await page.locator('#traffic rect').count()).toBe(60);
    expect(await page.content()).not.toContain(PAN);
    await terminal.purchase(56_78);
    await messages.getByText('56.78').waitFor();
    expect(mistakes).toEqual([]);
    await page.close();
  }, 60_000);

  it('says so when the token is wrong, and shows nothing', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${host.admin?.port}/#wrong`);
    await page.getByText('Send the token').waitFor();
    expect(await page.locator('#messages tr').count()).toBe(0);
    await page.close();
  }, 60_000);
});
