import { demoCards } from '../../../app/cli/till/demo-data.ts';
import type { TillPage } from '../till-page.ts';

/** Goods of the demo's catalogue that the tests sell. */
export const WATER = { sku: 'HF1001', barcode: '6901234341805', priceMinor: 200 };
export const COLA = { sku: 'HF1004', barcode: '6907555942080', priceMinor: 300 };
export const SHAMPOO = { sku: 'HF1080', barcode: '6925303341596', priceMinor: 1990 };
export const UNKNOWN_BARCODE = '6900000000007';

const NUMBERS = demoCards();

/** A card of test/data/cards.csv and what a wedge reads from its stripe. */
function card(name: string): { readonly pan: string; readonly pin: string; readonly track: string } {
  const found = NUMBERS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`No card of the demo is called ${name}`);
  const { pan, pin, expiry } = found;
  return { pan, pin, track: `;${pan}=${expiry}1010000000000?` };
}

/** Cards of the demo by what they are good for. */
export const CARDS = {
  rich: card('Lin Yue'),
  second: card('Zhao Min'),
  third: card('Chen Hao'),
  gift500: card('Gift card 500'),
  gift1000: card('Gift card 1000'),
  nearlyEmpty: card('Nearly empty gift card'),
  blocked: card('Sun Li'),
  hotlisted: card('Xu Jing'),
  expired: card('Expired gift card'),
} as const;

/** A hand that typed a quantity takes longer than this to reach for the scanner; a wedge never pauses so long. */
const HAND_TO_SCANNER_MS = 200;

/** Scans `quantity` of one thing into the basket, as a cashier does: "3*" on the keys, then the scanner. */
export async function scan(till: TillPage, product: typeof WATER, quantity = 1): Promise<void> {
  if (quantity > 1) {
    await till.type(`${quantity}*`);
    await till.page.waitForTimeout(HAND_TO_SCANNER_MS);
  }
  await till.wedge(product.barcode);
  await till.page.locator(`.line[data-sku=${product.sku}]`).waitFor();
}
