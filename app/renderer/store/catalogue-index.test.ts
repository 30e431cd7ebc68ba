import { describe, expect, it } from 'vitest';
import type { CatalogueProduct } from '../../../terminal-core/api/contract.ts';
import { CatalogueIndex, SEARCH_RESULTS_MAX } from './catalogue-index.ts';

function product(sku: string, nameZh: string, nameEn: string, barcode = `69${sku}`): CatalogueProduct {
  return { sku, barcode, nameZh, nameEn, priceMinor: 100, taxClass: 'standard' };
}

const index = new CatalogueIndex([
  product('1', '牛奶巧克力', 'Milk chocolate', '6901234341805'),
  product('2', '可乐 330ml', 'Cola can 330 ml', '6907555942080'),
  product('3', '鲜牛奶 1L', 'Fresh milk 1 L', '0012345678905'),
]);

describe('the catalogue index', () => {
  it('finds a barcode and nothing else', () => {
    expect(index.findBarcode('6907555942080')?.sku).toBe('2');
    expect(index.findBarcode('690755594208')).toBeUndefined();
  });

  it('finds an EAN-13 number by the UPC-A number inside it', () => {
    expect(index.findBarcode('012345678905')?.sku).toBe('3');
  });

  it('searches both languages without regard to case, beginnings first', () => {
    expect(index.search('MILK').map(({ sku }) => sku)).toEqual(['1', '3']);
    expect(index.search('牛奶').map(({ sku }) => sku)).toEqual(['1', '3']);
    expect(index.search('鲜').map(({ sku }) => sku)).toEqual(['3']);
  });

  it('wants every word, in any order', () => {
    expect(index.search('can cola').map(({ sku }) => sku)).toEqual(['2']);
    expect(index.search('can milk')).toEqual([]);
  });

  it('finds nothing for nothing', () => {
    expect(index.search('  ')).toEqual([]);
  });

  it('gives SEARCH_RESULTS_MAX results and not one more', () => {
    const many = (count: number) =>
      new CatalogueIndex(Array.from({ length: count }, (_, each) => product(`${each}`, '茶', 'Tea')));
    expect(many(SEARCH_RESULTS_MAX).search('tea')).toHaveLength(SEARCH_RESULTS_MAX);
    expect(many(SEARCH_RESULTS_MAX + 1).search('tea')).toHaveLength(SEARCH_RESULTS_MAX);
  });
});
