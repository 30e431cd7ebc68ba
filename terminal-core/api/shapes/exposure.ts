import { z } from 'zod';
import { amountMinor } from './common.ts';

const atRisk = z.object({ atRiskMinor: amountMinor, allowedMinor: amountMinor });

/** The exposure meter: what the store can lose by cards taken without the host (docs/trust.md). */
export const exposure = z.object({
  kind: z.literal('exposure'),
  /** Accepted offline and not answered by the host yet, against this terminal's caps. */
  terminal: atRisk.extend({ count: z.number(), countMax: z.number() }),
  /** Of that, taken during the open shift; absent without one. */
  shift: z.object({ shiftNumber: z.number(), atRiskMinor: amountMinor }).optional(),
  /** Refused by the host afterwards and still open. */
  claimsMinor: amountMinor,
  /** Cards with something spent offline, the most at risk first. */
  cards: z.array(
    atRisk.extend({ maskedPan: z.string().optional(), count: z.number(), countMax: z.number() }),
  ),
  /** Cards that could be taken offline now. */
  certificates: z.number(),
  /** The most this terminal can have at risk at once under its settings. */
  worstHereMinor: amountMinor,
  /** The most that copies of one card can take on all terminals of its scope. */
  worstOneCardMinor: amountMinor,
  /** The same over all cards that this terminal knows. */
  worstEverywhereMinor: amountMinor,
  /** Certificates good on every terminal of the merchant: they count once above. */
  openScopes: z.number(),
});
export type ExposureView = z.infer<typeof exposure>;
