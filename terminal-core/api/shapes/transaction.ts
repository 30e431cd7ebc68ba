/** A transaction, as the screens see it. */
import { z } from 'zod';
import { amountMinor } from './common.ts';

export const transactionState = z.enum([
  'sending',
  'approved',
  'declined',
  'unknown',
  'reversed',
  'accepted-offline',
  'delivered',
  'rejected',
  /** The host refused to undo it; a person must find out what became of the money. */
  'reversal-refused',
  /** Set aside: it cannot be made, or the host never answers it. */
  'undeliverable',
  /** A refused offline sale that was paid later, and one that the store gave up. */
  'collected',
  'written-off',
  'voided',
  /** Of a pre-authorisation: its completion stands. */
  'completed',
  /** Of a load: its answer was lost and its confirmation refused; the cash is to be handed back (workbench). */
  'load-refused',
  'not-sent',
  /** Of the electronic purse; docs/purse.md. */
  'pending',
  'debited',
  'suspect',
  'in-doubt',
  'recovered',
  'not-debited',
  'debited-without-tac',
  'unresolved',
  'authorised',
  'uncredited',
  'not-credited',
  'credited-without-tac',
]);

/** One transaction as the till shows it. */
export const transactionView = z.object({
  txnId: z.string(),
  kind: z.enum([
    'cash-sale',
    'cash-void',
    'cash-refund',
    'purchase',
    'void',
    'refund',
    'offline-sale',
    'pre-authorisation',
    'completion',
    'purse-sale',
    'purse-load',
    'load',
    'card-service',
  ]),
  state: transactionState,
  amountMinor,
  refundedMinor: amountMinor,
  atMs: z.number(),
  stan: z.string().optional(),
  rrn: z.string().optional(),
  authCode: z.string().optional(),
  batchNumber: z.string().optional(),
  batchSettled: z.boolean(),
  maskedPan: z.string().optional(),
  responseCode: z.string().optional(),
  operatorCode: z.string(),
  originalTxnId: z.string().optional(),
  /** Of a card service: which. */
  service: z.enum(['activate', 'block', 'unblock', 'report-loss', 'replace', 'surrender']).optional(),
  /** Of a replacement. */
  newMaskedPan: z.string().optional(),
  /** The sale that it pays; with `tenderId`, as one of several. */
  saleId: z.string().optional(),
  tenderId: z.string().optional(),
  /** What was asked for, where the host approved a part of it: `amountMinor` is what was taken. */
  askedMinor: amountMinor.optional(),
  voidable: z.boolean(),
  refundable: z.boolean(),
  hasReceipt: z.boolean(),
  /** Its receipt did not come out, or perhaps not. */
  unprinted: z.enum(['none', 'maybe']).optional(),
});
export type TransactionView = z.infer<typeof transactionView>;
