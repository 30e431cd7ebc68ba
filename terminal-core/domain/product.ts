import { type AmountMinor, amountMinor } from './money.ts';

/** Tax classes of the catalogue; the rate is in percent and already inside the price. */
export const TAX_RATE_PERCENT = { standard: 13, reduced: 9, zero: 0 } as const;
export type TaxClass = keyof typeof TAX_RATE_PERCENT;

/** One product of the catalogue. `barcode` is an EAN-13 or EAN-8 number with a valid check digit. */
export interface Product {
  readonly sku: string;
  readonly barcode: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly priceMinor: AmountMinor;
  readonly taxClass: TaxClass;
}

export interface SaleLine {
  readonly sku: string;
  readonly barcode: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** Price of one, in minor units. */
  readonly unitPriceMinor: AmountMinor;
  readonly taxClass: TaxClass;
  /** 1 to QUANTITY_MAX. */
  readonly quantity: number;
}

export const QUANTITY_MAX = 999;
export const SALE_LINES_MAX = 200;

/** What a basket comes to, in minor units. `taxMinor` is the tax contained in the total, rounded half up a line. */
export interface BasketTotals {
  readonly totalMinor: AmountMinor;
  readonly taxMinor: AmountMinor;
  readonly itemCount: number;
}

/** The one place that adds up a basket: the till shows it and the core checks it with the same code. */
export function basketTotals(
  lines: readonly Pick<SaleLine, 'unitPriceMinor' | 'quantity' | 'taxClass'>[],
): BasketTotals {
  let total = 0;
  let tax = 0;
  let itemCount = 0;
  for (const line of lines) {
    const lineTotal = line.unitPriceMinor * line.quantity;
    const rate = TAX_RATE_PERCENT[line.taxClass];
    total += lineTotal;
    tax += Math.floor((lineTotal * rate * 2 + (100 + rate)) / ((100 + rate) * 2));
    itemCount += line.quantity;
  }
  return { totalMinor: amountMinor(total), taxMinor: amountMinor(tax), itemCount };
}

/** The GS1 check digit rule for EAN-8, UPC-A and EAN-13. */
export function hasValidEanCheckDigit(digits: string): boolean {
  if (!/^(\d{8}|\d{12}|\d{13})$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const weight = (digits.length - 1 - index) % 2 === 0 ? 1 : 3;
    sum += (digits.charCodeAt(index) - 48) * weight;
  }
  return sum % 10 === 0;
}
