import type { CatalogueProduct } from '../../../terminal-core/api/contract.ts';
import type { CoreLink } from '../transport/core-link.ts';
import { CatalogueIndex } from './catalogue-index.ts';
import { Cell } from './cell.ts';
import type { TillDatabase } from './database.ts';

const PAGE_PRODUCTS_MAX = 5_000;

/** The catalogue: from the browser's storage at the start, from the core when its version is another. */
export class CatalogueStore {
  readonly index = new Cell(new CatalogueIndex([]));
  readonly #database: TillDatabase;
  readonly #link: CoreLink;

  constructor(options: { readonly database: TillDatabase; readonly link: CoreLink }) {
    this.#database = options.database;
    this.#link = options.link;
  }

  async load(): Promise<void> {
    this.index.set(new CatalogueIndex(await this.#database.products.toArray()));
  }

  /** Fetches the core's catalogue if it is not the one we have. A failure leaves the old one in place. */
  async refresh(): Promise<void> {
    const wanted = await this.#link.ask((client) => client.catalogue.version());
    if (wanted.kind !== 'answer') return;
    const { version } = wanted.value;
    const have = await this.#database.catalogueVersion();
    if (have === version && this.index.get().count === wanted.value.count) return;
    const products = await this.#fetchAll();
    if (products === undefined) return;
    this.index.set(new CatalogueIndex(products));
    await this.#database.replaceCatalogue(products, version);
  }

  async #fetchAll(): Promise<readonly CatalogueProduct[] | undefined> {
    const products: CatalogueProduct[] = [];
    let after: string | undefined;
    do {
      const input = { limit: PAGE_PRODUCTS_MAX, ...(after === undefined ? {} : { after }) };
      const page = await this.#link.ask((client) => client.catalogue.page(input));
      if (page.kind !== 'answer') return undefined;
      products.push(...page.value.products);
      after = page.value.next;
    } while (after !== undefined);
    return products;
  }
}
