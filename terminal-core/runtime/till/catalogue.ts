import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { parseMinor } from '../../domain/money.ts';
import {
  hasValidEanCheckDigit,
  type Product,
  TAX_RATE_PERCENT,
  type TaxClass,
} from '../../domain/product.ts';

/** Products in one catalogue file. */
export const CATALOGUE_PRODUCTS_MAX = 200_000;
const NAME_LENGTH_MAX = 80;
const COLUMNS = ['sku', 'barcode', 'name_zh', 'name_en', 'price', 'tax_class'] as const;

/** A line that was left out, and why. The other lines are loaded. */
export interface CatalogueProblem {
  readonly line: number;
  readonly problem: string;
}

export interface Catalogue {
  /** Changes with any product. */
  readonly version: string;
  /** In order of `sku`. */
  readonly products: readonly Product[];
  readonly problems: readonly CatalogueProblem[];
  bySku(sku: string): Product | undefined;
}

/** Reads a catalogue: CSV in UTF-8 with the header `sku,barcode,name_zh,name_en,price,tax_class`, prices in yuan. */
export function readCatalogue(text: string): Catalogue {
  const problems: CatalogueProblem[] = [];
  const bySku = new Map<string, Product>();
  const barcodes = new Set<string>();
  for (const { line, cells } of rows(text, problems)) {
    const read = readProduct(cells);
    if (typeof read === 'string') problems.push({ line, problem: read });
    else if (bySku.has(read.sku)) problems.push({ line, problem: `The SKU ${read.sku} is there twice` });
    else if (barcodes.has(read.barcode))
      problems.push({ line, problem: `The barcode ${read.barcode} is there twice` });
    else if (bySku.size >= CATALOGUE_PRODUCTS_MAX) {
      problems.push({ line, problem: `More than ${CATALOGUE_PRODUCTS_MAX} products; the rest is left out` });
      break;
    } else {
      bySku.set(read.sku, read);
      barcodes.add(read.barcode);
    }
  }
  const products = [...bySku.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1));
  const version = createHash('sha256').update(JSON.stringify(products)).digest('hex').slice(0, 16);
  return { version, products, problems, bySku: (sku) => bySku.get(sku) };
}

function* rows(
  text: string,
  problems: CatalogueProblem[],
): Generator<{ readonly line: number; readonly cells: readonly string[] }> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = lines[0]?.trim();
  if (header !== COLUMNS.join(',')) {
    problems.push({ line: 1, problem: `The header must be ${COLUMNS.join(',')}` });
    return;
  }
  // Line by line, so that a quote that is never closed spoils its own line and not the rest of the file.
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue;
    if (!line.includes('"')) {
      yield { line: index + 1, cells: line.split(',').map((cell) => cell.trim()) };
      continue;
    }
    try {
      const [cells] = parse(line, { relax_column_count: true, trim: true }) as string[][];
      yield { line: index + 1, cells: cells ?? [] };
    } catch {
      problems.push({ line: index + 1, problem: 'Not a CSV line: check its quotes' });
    }
  }
}

function readProduct(cells: readonly string[]): Product | string {
  if (cells.length !== COLUMNS.length) return `${COLUMNS.length} columns are expected, ${cells.length} found`;
  const [sku = '', barcode = '', nameZh = '', nameEn = '', price = '', taxClass = ''] = cells;
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(sku)) return 'The SKU is 1 to 64 letters, digits, dots, dashes';
  if (!hasValidEanCheckDigit(barcode))
    return `${barcode || 'The empty barcode'} is no EAN or UPC number with a valid check digit`;
  if (nameZh === '' || nameEn === '') return 'A product needs a Chinese and an English name';
  if (nameZh.length > NAME_LENGTH_MAX || nameEn.length > NAME_LENGTH_MAX)
    return `A name has at most ${NAME_LENGTH_MAX} characters`;
  const priceMinor = parseMinor(price);
  if (priceMinor === undefined || priceMinor === 0)
    return `${price || 'The empty price'} is no price in yuan, such as 3.50`;
  if (!isTaxClass(taxClass))
    return `The tax class is ${Object.keys(TAX_RATE_PERCENT).join(', ')}, not ${taxClass || 'empty'}`;
  return { sku, barcode, nameZh, nameEn, priceMinor, taxClass };
}

function isTaxClass(text: string): text is TaxClass {
  return Object.hasOwn(TAX_RATE_PERCENT, text);
}
