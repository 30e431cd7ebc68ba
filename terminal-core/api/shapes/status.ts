/** The status strip and what is not finished, as it crosses the contract. */
import { z } from 'zod';
import { amountMinor, operator } from './common.ts';

/** The open shift as everybody may see it. What the drawer should hold is not in it: the count is blind. */
export const openShift = z.object({
  shiftNumber: z.number().int(),
  /** Whose shift it is. */
  operatorCode: z.string(),
  openedAtMs: z.number(),
  floatMinor: amountMinor,
});

/** A purse whose card has to come back: it is asked for by its last digits. */
export const purseDoubt = z.object({
  txnId: z.string(),
  kind: z.enum(['purse-sale', 'purse-load']),
  lastDigits: z.string(),
  amountMinor,
  atMs: z.number(),
  /** `in-doubt` blocks that card; of `unresolved` the batch is closed; `uncredited` lacks only its proof. */
  state: z.enum(['in-doubt', 'unresolved', 'uncredited']),
  /** The cashier took another tender for the sale. */
  otherTender: z.boolean(),
});

/** A sale that was paid twice: what the purse paid is owed to the customer until a load gives it back. */
export const purseOwedBack = z.object({ txnId: z.string(), lastDigits: z.string(), amountMinor });

/** A batch that the host had closed by itself: what this terminal has of it. `reportId` names its slip. */
export const batchToCheck = z.object({
  reportId: z.string(),
  batchNumber: z.string(),
  /** When it was closed here. */
  atMs: z.number(),
  debitCount: z.number(),
  debitMinor: amountMinor,
  creditCount: z.number(),
  creditMinor: amountMinor,
});
export type BatchToCheck = z.infer<typeof batchToCheck>;

const cap = z.object({
  usedMinor: amountMinor,
  maxMinor: amountMinor,
  usedCount: z.number(),
  maxCount: z.number(),
});

/** Everything the status strip shows; a whole new one comes with every change. */
export const tillStatus = z.object({
  merchantNameZh: z.string(),
  merchantNameEn: z.string(),
  merchantId: z.string(),
  terminalId: z.string(),
  currency: z.string(),
  /** `unknown`: connected, but the last request went unanswered or a reversal is owed. */
  mode: z.enum(['online', 'offline', 'unknown']),
  linkSinceMs: z.number(),
  lastRoundTripMs: z.number().optional(),
  linkError: z.string().optional(),
  operator: operator.optional(),
  signedOnAtMs: z.number().optional(),
  batchNumber: z.string().optional(),
  unsent: z.object({ count: z.number(), amountMinor, oldestAtMs: z.number().optional() }),
  offlineCap: cap,
  reversalsOwed: z.number(),
  /** Refunds of such sales of which a part has not gone back yet; they keep nothing else waiting. */
  openRefunds: z.array(
    z.object({ refundId: z.string(), saleId: z.string(), amountMinor, leftMinor: amountMinor }),
  ),
  /** Sales with several tenders that are paid in part, or whose cancelling is not finished. They keep a settlement waiting. */
  openSales: z.array(
    z.object({
      saleId: z.string(),
      state: z.enum(['open', 'cancelling']),
      totalMinor: amountMinor,
      paidMinor: amountMinor,
    }),
  ),
  rejectedCount: z.number(),
  /** Transactions that stand and whose receipt is not known to have come out: print them again. */
  unprintedCount: z.number(),
  /** Sales without a receipt that are still to be undone: by themselves, a purse's by its card and a supervisor. */
  undoingCount: z.number(),
  settling: z.boolean(),
  /** A supervisor can give the settlement up (`terminal.abandonSettlement`): the host has surely not closed the batch. */
  canGiveUpSettlement: z.boolean(),
  /** The host said at the sign-on that it has closed this batch: nothing but a settlement gets any further with it. */
  batchClosedByHost: z.boolean(),
  /** Batches that the host had closed by itself, with this terminal's totals, until a supervisor has compared them. */
  batchesToCheck: z.array(batchToCheck),
  /** What is being sent now and how far it is; absent while nothing is. Of `batch-upload`, messages of the settlement. */
  upload: z
    .object({
      step: z.enum(['reversals', 'refunds', 'advices', 'totals', 'batch-upload']),
      done: z.number(),
      total: z.number(),
    })
    .optional(),
  busy: z.boolean(),
  parametersVersion: z.number().optional(),
  parametersAtMs: z.number().optional(),
  hotlistVersion: z.number().optional(),
  hotlistAtMs: z.number().optional(),
  hostClockOffsetMs: z.number().optional(),
  /** The store's offset from UTC, as on its receipts: the screens show every time in it, wherever the browser is. */
  utcOffsetMinutes: z.number().int(),
  devices: z.array(
    z.object({
      deviceId: z.string(),
      kind: z.enum(['scanner', 'card-reader', 'smart-card-reader', 'printer', 'drawer', 'pin-pad']),
      state: z.enum(['closed', 'ready', 'error']),
      problem: z.string().optional(),
    }),
  ),
  /** Absent at a till without a reader for chip cards. */
  purse: z
    .object({
      /** Without a PSAM no purse is taken. */
      psamReady: z.boolean(),
      doubts: z.array(purseDoubt),
      owedBack: z.array(purseOwedBack),
    })
    .optional(),
  demo: z.boolean(),
  /** The operator shift that is open, whoever is signed on. */
  shift: openShift.optional(),
  /** Nothing is sold, voided or refunded while no shift is open. */
  shiftRequired: z.boolean(),
  /** Training mode is on: nothing that is sold now is real. To be shown on every screen. */
  training: z.boolean(),
});
export type TillStatus = z.infer<typeof tillStatus>;
