import { Dexie, type Table } from 'dexie';
import type { CatalogueProduct } from '../../../terminal-core/api/contract.ts';
import type { BasketLine } from './basket.ts';

/** A basket put aside for a customer who will be back. */
export interface HeldCart {
  readonly heldId: string;
  readonly heldAtMs: number;
  readonly operatorCode: string;
  readonly lines: readonly BasketLine[];
}

/** Small things that survive a reload, one row each: the basket, the open payment, the preferences; the catalogue's version. */
interface StoredValue {
  readonly key: string;
  readonly value: unknown;
}

/** What the screens keep in the browser's own storage. None of it is the record of anything: that is the journal. */
export interface TillDatabase {
  readonly products: Table<CatalogueProduct, string>;
  readonly heldCarts: Table<HeldCart, string>;
  readonly values: Table<StoredValue, string>;
  /** Runs `work` in one transaction over the catalogue and its version. */
  replaceCatalogue(products: readonly CatalogueProduct[], version: string): Promise<void>;
  /** undefined before the first catalogue. */
  catalogueVersion(): Promise<string | undefined>;
  read<T>(key: string, parse: (value: unknown) => T | undefined): Promise<T | undefined>;
  write(key: string, value: unknown): Promise<void>;
}

const CATALOGUE_VERSION_KEY = 'catalogue-version';

export function openDatabase(): TillDatabase {
  const dexie = new Dexie('holdfast-till');
  dexie.version(1).stores({ products: 'sku, barcode', heldCarts: 'heldId, heldAtMs', values: 'key' });
  // A store of its own: while a large catalogue is written, the basket must not wait for it.
  dexie.version(2).stores({ catalogueState: 'key' });
  const products = dexie.table<CatalogueProduct, string>('products');
  const heldCarts = dexie.table<HeldCart, string>('heldCarts');
  const values = dexie.table<StoredValue, string>('values');
  const catalogueState = dexie.table<StoredValue, string>('catalogueState');
  return {
    products,
    heldCarts,
    values,
    replaceCatalogue: (all, version) =>
      dexie.transaction('rw', products, catalogueState, async () => {
        await products.clear();
        await products.bulkPut([...all]);
        // Last and in the same transaction: half a catalogue never passes for a whole one.
        await catalogueState.put({ key: CATALOGUE_VERSION_KEY, value: version });
      }),
    catalogueVersion: async () => {
      const row = await catalogueState.get(CATALOGUE_VERSION_KEY);
      return row === undefined ? undefined : String(row.value);
    },
    read: async (key, parse) => {
      const row = await values.get(key);
      return row === undefined ? undefined : parse(row.value);
    },
    write: async (key, value) => {
      await values.put({ key, value });
    },
  };
}
