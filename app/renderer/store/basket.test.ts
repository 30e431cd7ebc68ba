import { describe, expect, it } from 'vitest';
import { type CatalogueProduct, QUANTITY_MAX, SALE_LINES_MAX } from '../../../terminal-core/api/contract.ts';
import {
  addProduct,
  type Basket,
  changeQuantity,
  EMPTY_BASKET,
  moveSelection,
  removeLine,
  repriced,
  totalsOf,
} from './basket.ts';

function product(sku: string, priceMinor = 350): CatalogueProduct {
  return {
    sku,
    barcode: `69${sku}`,
    nameZh: `商品${sku}`,
    nameEn: `Item ${sku}`,
    priceMinor,
    taxClass: 'standard',
  };
}

function basketOf(...skus: string[]): Basket {
  return skus.reduce((basket, sku) => addProduct(basket, product(sku)).basket, EMPTY_BASKET);
}

describe('the basket', () => {
  it('adds a second scan of the same product to its line and selects it', () => {
    const basket = basketOf('a', 'b', 'a');
    expect(basket.lines.map((line) => [line.product.sku, line.quantity])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(basket.selectedSku).toBe('a');
  });

  it('takes SALE_LINES_MAX lines, refuses one more and still adds to a line it has', () => {
    const full = basketOf(...Array.from({ length: SALE_LINES_MAX }, (_, index) => `p${index}`));
    expect(full.lines).toHaveLength(SALE_LINES_MAX);
    const refused = addProduct(full, product('one-more'));
    expect(refused).toEqual({ basket: full, outcome: 'too-many-lines' });
    expect(addProduct(full, product('p0')).outcome).toBe('added');
  });

  it('takes QUANTITY_MAX of one product and refuses one more', () => {
    const most = addProduct(EMPTY_BASKET, product('a'), QUANTITY_MAX);
    expect(most.outcome).toBe('added');
    expect(addProduct(most.basket, product('a'))).toEqual({
      basket: most.basket,
      outcome: 'too-many-of-one',
    });
    expect(changeQuantity(most.basket, 'a', 1)).toBe(most.basket);
  });

  it('removes a line whose quantity goes to nought', () => {
    expect(changeQuantity(basketOf('a', 'b'), 'b', -1).lines.map((line) => line.product.sku)).toEqual(['a']);
  });

  it('selects the line that takes the place of a removed one, and the last one at the end', () => {
    expect(removeLine(basketOf('a', 'b', 'c'), 'b').selectedSku).toBe('c');
    expect(removeLine(basketOf('a', 'b', 'c'), 'c').selectedSku).toBe('b');
    expect(removeLine(basketOf('a'), 'a')).toEqual(EMPTY_BASKET);
  });

  it('stops the selection at both ends', () => {
    const basket = basketOf('a', 'b');
    expect(moveSelection(basket, 1).selectedSku).toBe('b');
    expect(moveSelection(moveSelection(basket, -1), -1).selectedSku).toBe('a');
  });

  it('adds up as the core does', () => {
    const basket = addProduct(basketOf('a', 'a'), product('b', 1_130), 3).basket;
    expect(totalsOf(basket.lines)).toEqual({ totalMinor: 4_090, taxMinor: 81 + 390, itemCount: 5 });
  });

  it('takes new prices from a new catalogue and keeps a product that is gone', () => {
    const lines = repriced(basketOf('a', 'b').lines, (sku) => (sku === 'a' ? product('a', 400) : undefined));
    expect(lines.map((line) => line.product.priceMinor)).toEqual([400, 350]);
  });
});
