/** The workbench for records that were set aside, as it crosses the contract. */
import { z } from 'zod';
import { bilingualText, receipt, refusal } from './common.ts';
import { transactionView } from './transaction.ts';

export const benchAction = z.enum([
  /** Offer the claim for payment when its card is read again. */
  'collect',
  /** Refuse the card at this store, and stop refusing it. */
  'block-card',
  'unblock-card',
  /** Print a slip for the customer; the same slip again as a copy. */
  'slip',
  /** Close the claim as a loss. */
  'write-off',
  /** Send it to the host once more. */
  'send-again',
  /** Somebody asked the host: it has booked it, or it has not. */
  'host-says-stands',
  'host-says-undone',
  /** The cash of a load that the host refused was handed back to the customer. */
  'give-back',
  /** One of several tenders that the terminal cannot give back: it was given back in some other way. */
  'returned-otherwise',
  /** Compared with what the host has, and in order. */
  'checked',
]);

export const benchItem = z.object({
  transaction: transactionView,
  /** How long ago the transaction was made. */
  ageMs: z.number(),
  /** Why it is here, and what to do about it. */
  reason: bilingualText,
  nextStep: bilingualText,
  /** This store refuses its card because of it. */
  cardBlocked: z.boolean(),
  /** It is offered when its card is read. */
  collectable: z.boolean(),
  /** What was done so far, oldest first. */
  done: z.array(
    z.object({
      action: benchAction,
      atMs: z.number(),
      operatorCode: z.string(),
      supervisorCode: z.string().optional(),
      note: z.string().optional(),
    }),
  ),
  /** What makes sense now. `needsApproval`: a supervisor's code and password, and a note that says why. */
  actions: z.array(z.object({ action: benchAction, needsApproval: z.boolean() })),
});
export type BenchItem = z.infer<typeof benchItem>;

export const benchResult = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('done'),
    /** Absent when there is nothing left to do about it. */
    item: benchItem.optional(),
    receipt: receipt.optional(),
  }),
  refusal,
]);
export type BenchResult = z.infer<typeof benchResult>;
