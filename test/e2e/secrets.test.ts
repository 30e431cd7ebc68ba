import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { CARDS, COLA, SHAMPOO, scan, WATER } from './support/goods.ts';
import { describeTill } from './support/till-bench.ts';

describeTill('what a till page holds', (bench) => {
  it('keeps no card number, PIN or track in storage, on the page or in what the core sends it', async () => {
    const till = await bench().open('en');
    const frames = recordFrames(till.page);
    await till.page.reload();
    await till.page.locator('.tile').first().waitFor();

    await scan(till, WATER);
    await till.payCard(CARDS.rich.track);
    await till.newSale();
    // A swipe while the cursor is in the search field.
    await scan(till, WATER);
    await till.wedge(CARDS.second.track);
    await till.page.locator('.confirm-card').waitFor();
    await till.press('Enter');
    await till.result.waitFor();
    await till.newSale();
    await scan(till, SHAMPOO, 20);
    await till.press('F9');
    await till.type(CARDS.gift1000.pan);
    await till.press('Enter');
    await till.enterPin(CARDS.gift1000.pin);
    expect(await till.resultKind()).toBe('approved online');
    await till.newSale();
    // A keyed number that is left half way, and a basket that is kept.
    await scan(till, COLA);
    await till.press('F9');
    await till.type(CARDS.third.pan);
    const stored = await storedBy(till.page);
    const shown = await till.page.content();

    // The recorder and the dump see what is there: the masked number, the basket, and what the page sent.
    expect(frames.received.join('')).toContain(
      `${CARDS.rich.pan.slice(0, 6)}******${CARDS.rich.pan.slice(-4)}`,
    );
    expect(frames.sent.join('')).toContain(CARDS.rich.pan);
    expect(stored).toContain(COLA.barcode);

    const secrets = Object.entries(CARDS).flatMap(([name, { pan, pin, track }]) => [
      { what: `number of ${name}`, text: pan },
      { what: `track of ${name}`, text: track.slice(1, -1) },
      { what: `PIN of ${name}`, text: pin },
    ]);
    const places = {
      storage: stored,
      page: shown,
      'frames from the core': withBase64(frames.received).join('\n'),
    };
    const found = Object.entries(places).flatMap(([place, text]) =>
      secrets.filter((secret) => hasDigits(text, secret.text)).map(({ what }) => `${what} in ${place}`),
    );
    expect(found).toEqual([]);
  });
});

/** As digits of their own: six digits in the middle of a longer number, such as a time, are no PIN. */
function hasDigits(text: string, digits: string): boolean {
  return new RegExp(`(?<!\\d)${digits.replace(/[=?]/g, '\\$&')}(?!\\d)`).test(text);
}

function recordFrames(page: Page): { readonly sent: string[]; readonly received: string[] } {
  const sent: string[] = [];
  const received: string[] = [];
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => sent.push(payload.toString()));
    socket.on('framereceived', ({ payload }) => received.push(payload.toString()));
  });
  return { sent, received };
}

/** The receipts come as ESC/POS bytes in base64 too. */
function withBase64(frames: readonly string[]): string[] {
  return frames.flatMap((frame) => {
    const encoded = frame.match(/[A-Za-z0-9+/]{40,}={0,2}/g) ?? [];
    return [frame, ...encoded.map((text) => Buffer.from(text, 'base64').toString('latin1'))];
  });
}

/** Everything the page has written down in the browser, as one text. */
function storedBy(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const request = <T>(asked: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    const kept: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href];
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const database = await request(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        kept.push(await request(database.transaction(store).objectStore(store).getAll()));
      }
      database.close();
    }
    return JSON.stringify(kept);
  });
}
