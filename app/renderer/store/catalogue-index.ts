import type { CatalogueProduct } from '../../../terminal-core/api/contract.ts';

/** More results than this do not help anybody to find anything. */
export const SEARCH_RESULTS_MAX = 40;
export const TILES_MAX = 60;

/** The catalogue in memory: a scan is one Map lookup, whatever the number of products. */
export class CatalogueIndex {
  readonly #byBarcode: ReadonlyMap<string, CatalogueProduct>;
  readonly #bySku: ReadonlyMap<string, CatalogueProduct>;
  readonly #products: readonly CatalogueProduct[];
  /** Names, barcode and number of each product, lower case, in the order of #products. Made at the first search. */
  #texts: readonly string[] | undefined;

  constructor(products: readonly CatalogueProduct[]) {
    this.#products = products;
    this.#byBarcode = new Map(products.map((product) => [product.barcode, product]));
    this.#bySku = new Map(products.map((product) => [product.sku, product]));
  }

  get count(): number {
    return this.#products.length;
  }

  /** A UPC-A number is an EAN-13 number without its leading zero, and scanners send either. */
  findBarcode(barcode: string): CatalogueProduct | undefined {
    return (
      this.#byBarcode.get(barcode) ?? (barcode.length === 12 ? this.#byBarcode.get(`0${barcode}`) : undefined)
    );
  }

  readonly findSku = (sku: string): CatalogueProduct | undefined => this.#bySku.get(sku);

  /** The first products of the catalogue, for the tiles. */
  first(count: number): readonly CatalogueProduct[] {
    return this.#products.slice(0, count);
  }

  /** Products that contain every word, at most SEARCH_RESULTS_MAX; those that begin with the text come first. */
  search(text: string): readonly CatalogueProduct[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    this.#texts ??= this.#products.map(searchText);
    const beginning: CatalogueProduct[] = [];
    const others: CatalogueProduct[] = [];
    for (const [index, product] of this.#products.entries()) {
      const haystack = this.#texts[index] ?? '';
      if (!words.every((word) => haystack.includes(word))) continue;
      // Each name starts a line of its own in the search text.
      if (haystack.includes(`\n${words[0]}`)) beginning.push(product);
      else if (others.length < SEARCH_RESULTS_MAX) others.push(product);
      if (beginning.length === SEARCH_RESULTS_MAX) break;
    }
    return [...beginning, ...others].slice(0, SEARCH_RESULTS_MAX);
  }
}

function searchText({ nameZh, nameEn, barcode, sku }: CatalogueProduct): string {
  return `\n${nameZh}\n${nameEn}\n${barcode}\n${sku}`.toLowerCase();
}
