/** What is sold. */
import { z } from 'zod';
import { amountMinor } from './common.ts';

export const product = z.object({
  sku: z.string(),
  barcode: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  priceMinor: amountMinor,
  taxClass: z.enum(['standard', 'reduced', 'zero']),
});
export type CatalogueProduct = z.infer<typeof product>;

export const saleLine = z.object({ sku: z.string().max(64), quantity: z.number().int().min(1).max(999) });
