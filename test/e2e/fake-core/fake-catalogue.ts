import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { CatalogueProduct } from '../../../terminal-core/api/contract.ts';
import { hasValidEanCheckDigit } from '../../../terminal-core/domain/product.ts';

const rows = z.array(
  z.object({
    sku: z.string(),
    barcode: z.string(),
    name_zh: z.string(),
    name_en: z.string(),
    price: z.coerce.number(),
    tax_class: z.enum(['standard', 'reduced', 'zero']),
  }),
);

/** The demo catalogue, followed by made-up products up to `count`: for looking at large catalogues. */
export function fakeCatalogue(count: number): CatalogueProduct[] {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'data', 'catalogue.csv'), 'utf8');
  const real = rows.parse(parse(text, { columns: true, bom: true })).map((row) => ({
    sku: row.sku,
    barcode: row.barcode,
    nameZh: row.name_zh,
    nameEn: row.name_en,
    priceMinor: Math.round(row.price * 100),
    taxClass: row.tax_class,
  }));
  const made = Array.from({ length: Math.max(0, count - real.length) }, (_, index) => {
    const twelve = String(200_000_000_000 + index);
    const check = [...'0123456789'].find((digit) => hasValidEanCheckDigit(twelve + digit)) ?? '0';
    return {
      sku: `ZZ${String(index).padStart(6, '0')}`,
      barcode: twelve + check,
      nameZh: `测试商品 ${index}`,
      nameEn: `Test item ${index}`,
      priceMinor: 100 + (index % 9_000),
      taxClass: 'standard' as const,
    };
  });
  return [...real, ...made];
}
