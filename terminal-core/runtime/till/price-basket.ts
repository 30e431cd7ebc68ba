import { amountMinor } from '../../domain/money.ts';
import { basketTotals, type SaleLine } from '../../domain/product.ts';
import type { PricedBasket } from '../../engine/inputs.ts';
import { type Refusal, refusal } from '../../engine/refusals.ts';
import type { Catalogue } from './catalogue.ts';

/**
 * Prices a basket from the terminal's own catalogue. The screen says what total it showed the customer; if that is not
 * what the goods cost, nobody is charged.
 */
export function priceBasket(
  catalogue: Catalogue,
  asked: {
    readonly saleId: string;
    readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
    readonly totalMinor: number;
  },
): { readonly ok: true; readonly basket: PricedBasket } | { readonly ok: false; readonly refusal: Refusal } {
  const lines: SaleLine[] = [];
  for (const { sku, quantity } of asked.lines) {
    const product = catalogue.bySku(sku);
    if (!product) return { ok: false, refusal: refusal('unknown-product') };
    const { priceMinor, ...rest } = product;
    lines.push({ ...rest, unitPriceMinor: priceMinor, quantity });
  }
  const { totalMinor, taxMinor } = basketTotals(lines);
  if (totalMinor !== asked.totalMinor) return { ok: false, refusal: refusal('total-differs') };
  return { ok: true, basket: { saleId: asked.saleId, lines, totalMinor: amountMinor(totalMinor), taxMinor } };
}
