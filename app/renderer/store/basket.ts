import {
  basketTotals,
  type CatalogueProduct,
  QUANTITY_MAX,
  SALE_LINES_MAX,
} from '../../../terminal-core/api/contract.ts';

export interface BasketLine {
  readonly product: CatalogueProduct;
  /** 1 to QUANTITY_MAX. */
  readonly quantity: number;
}

export interface Basket {
  readonly lines: readonly BasketLine[];
  /** The line that the keyboard acts on. */
  readonly selectedSku: string | undefined;
}

export const EMPTY_BASKET: Basket = { lines: [], selectedSku: undefined };

/** What came of putting something into the basket; the limits are the contract's. */
export interface BasketChange {
  readonly basket: Basket;
  readonly outcome: 'added' | 'too-many-lines' | 'too-many-of-one';
}

/** Adds to the line of the same product if there is one: a cashier who scans twice wants two. */
export function addProduct(basket: Basket, product: CatalogueProduct, quantity = 1): BasketChange {
  const line = basket.lines.find((candidate) => candidate.product.sku === product.sku);
  const wanted = (line?.quantity ?? 0) + quantity;
  if (wanted > QUANTITY_MAX) return { basket, outcome: 'too-many-of-one' };
  if (line === undefined && basket.lines.length >= SALE_LINES_MAX)
    return { basket, outcome: 'too-many-lines' };
  const lines =
    line === undefined
      ? [...basket.lines, { product, quantity }]
      : basket.lines.map((each) => (each === line ? { product, quantity: wanted } : each));
  return { basket: { lines, selectedSku: product.sku }, outcome: 'added' };
}

/** Changes how many; below one the line goes, above QUANTITY_MAX nothing changes. */
export function changeQuantity(basket: Basket, sku: string, by: number): Basket {
  const line = basket.lines.find((candidate) => candidate.product.sku === sku);
  if (line === undefined) return basket;
  const quantity = line.quantity + by;
  if (quantity > QUANTITY_MAX) return basket;
  if (quantity < 1) return removeLine(basket, sku);
  return {
    lines: basket.lines.map((each) => (each === line ? { product: line.product, quantity } : each)),
    selectedSku: sku,
  };
}

/** The selection moves to the line that takes the removed one's place. */
export function removeLine(basket: Basket, sku: string): Basket {
  const index = basket.lines.findIndex((line) => line.product.sku === sku);
  if (index < 0) return basket;
  const lines = basket.lines.filter((_, each) => each !== index);
  const next = lines[Math.min(index, lines.length - 1)];
  return { lines, selectedSku: next?.product.sku };
}

export function selectLine(basket: Basket, sku: string): Basket {
  return basket.selectedSku === sku ? basket : { ...basket, selectedSku: sku };
}

/** Moves the selection up (-1) or down (1) and stops at the ends. */
export function moveSelection(basket: Basket, by: -1 | 1): Basket {
  const index = basket.lines.findIndex((line) => line.product.sku === basket.selectedSku);
  const target = index < 0 ? basket.lines.length - 1 : index + by;
  const line = basket.lines[Math.max(0, Math.min(target, basket.lines.length - 1))];
  return line === undefined ? basket : selectLine(basket, line.product.sku);
}

/** Takes names and prices from a new catalogue; a product that is gone keeps what it had, the core decides about it. */
export function repriced(
  lines: readonly BasketLine[],
  find: (sku: string) => CatalogueProduct | undefined,
): readonly BasketLine[] {
  return lines.map((line) => ({ product: find(line.product.sku) ?? line.product, quantity: line.quantity }));
}

type PricedLine = Parameters<typeof basketTotals>[0][number];

/** Total, tax inside it and number of items; amounts in minor units. */
export function totalsOf(lines: readonly BasketLine[]): ReturnType<typeof basketTotals> {
  return basketTotals(
    lines.map(({ product, quantity }) => ({
      // The contract's schema has checked that the price is an amount; the brand does not cross the wire.
      unitPriceMinor: product.priceMinor as PricedLine['unitPriceMinor'],
      taxClass: product.taxClass,
      quantity,
    })),
  );
}
