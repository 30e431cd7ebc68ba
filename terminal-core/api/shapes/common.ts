/** What crosses the contract, as schemas: each is checked on both sides. This is what most of it is made of. */
import { z } from 'zod';

export const amountMinor = z.number().int().min(0).max(999_999_999_999);

/** The screen's own unique id of a void, refund or completion that it asks for. */
export const undoId = z.string().min(8).max(64);

export const pin = z.string().regex(/^\d{4,12}$/);

export const bilingualText = z.object({ 'zh-CN': z.string(), en: z.string() });

/** Something the terminal will not do, by its own rules: nothing was sent, no money moved. */
export const refusal = z.object({
  kind: z.literal('refused'),
  /** Stable code of the rule, e.g. `no-operator`, `offline-floor`, `hotlist-too-old`. */
  rule: z.string(),
  /** What happened. */
  text: bilingualText,
  /** What to do next. */
  nextStep: bilingualText,
});
export type Refusal = z.infer<typeof refusal>;

export const role = z.enum(['cashier', 'supervisor', 'engineer']);

export const operator = z.object({ operatorCode: z.string(), name: z.string(), role });
export type Operator = z.infer<typeof operator>;

export const receipt = z.object({
  /** SVG of the receipt for the screen. */
  svg: z.string(),
  /** The same receipt as ESC/POS bytes, base64. */
  escPosBase64: z.string(),
});
export type Receipt = z.infer<typeof receipt>;

export const done = z.object({ kind: z.literal('done') });

export const doneOrRefused = z.discriminatedUnion('kind', [done, refusal]);

export const supervisor = z.object({ operatorCode: z.string().max(16), password: z.string().max(128) });
