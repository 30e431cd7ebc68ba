/** The end of the day. */
import { z } from 'zod';
import { amountMinor, bilingualText, receipt, refusal } from './common.ts';

export const batchTotals = z.object({
  batchNumber: z.string().optional(),
  debitCount: z.number(),
  debitMinor: amountMinor,
  creditCount: z.number(),
  creditMinor: amountMinor,
  /**
   * Cash taken since the last settlement, before what was handed back: a voided cash sale counts on both sides. Neither is
   * told to a cashier while a shift is open: its count is blind.
   */
  cashCount: z.number().optional(),
  cashMinor: amountMinor.optional(),
  cashBackCount: z.number().optional(),
  cashBackMinor: amountMinor.optional(),
});
export type BatchTotals = z.infer<typeof batchTotals>;

export const settlementResult = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('settled'),
    /** `closed-by-host`: it had closed the batch already, with other totals; it is in `status.batchesToCheck` now. */
    result: z.enum(['balanced', 'not-balanced', 'closed-by-host']),
    batchNumber: z.string(),
    debitCount: z.number(),
    debitMinor: amountMinor,
    creditCount: z.number(),
    creditMinor: amountMinor,
    receipt,
    /** For `reports.reprint`. */
    reportId: z.string(),
  }),
  /** The host could not be reached or did not answer; it goes on by itself, or when asked again. */
  z.object({ kind: z.literal('unfinished'), text: bilingualText, nextStep: bilingualText }),
  refusal,
]);
export type SettlementResult = z.infer<typeof settlementResult>;
