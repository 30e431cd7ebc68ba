/** Paying a sale, in one piece or several, and giving it back. */
import { z } from 'zod';
import { saleLine } from './catalogue.ts';
import { amountMinor, bilingualText, receipt, refusal } from './common.ts';
import { transactionView } from './transaction.ts';

/** One of several payments of a sale, as the screens ask for it. */
export const tenderAsked = z.object({
  /** The screen's own unique id of this tender. */
  tenderId: z.string().min(8).max(64),
  /** Above nothing, and no more than what is left to pay. */
  amountMinor,
});

/** A sale that several tenders pay, as it stands. */
export const splitSale = z.object({
  saleId: z.string(),
  /**
   * `open`: something is left to pay. `complete`: its last tender's receipt is the receipt of the whole sale. `cancelling`:
   * what was paid is being given back, by itself as far as that goes. `cancelled`: nothing of it is left with the store.
   */
  state: z.enum(['open', 'complete', 'cancelling', 'cancelled']),
  /** What was sold, for a screen that takes the sale up again. */
  lines: z.array(saleLine),
  totalMinor: amountMinor,
  /** What its tenders add up to; a tender of unknown outcome does not count. */
  paidMinor: amountMinor,
  dueMinor: amountMinor,
  /** Of a cancelled sale: the cash to hand back. */
  cashBackMinor: amountMinor,
  /** All that were tried, oldest first. */
  tenders: z.array(
    z.object({
      tenderId: z.string(),
      transaction: transactionView,
      /** The host's code, where it declined to undo this tender: present its card (with its PIN) and cancel again. */
      undoDeclined: z.string().optional(),
    }),
  ),
});
export type SplitSale = z.infer<typeof splitSale>;

/** A refund of a sale that several tenders paid: what goes back to each. */
export const refundPlan = z.object({
  refundId: z.string(),
  saleId: z.string(),
  amountMinor,
  /** Of the amount, what has not gone back yet. */
  leftMinor: amountMinor,
  parts: z.array(
    z.object({
      /** The tender that it goes back to: `cash-sale` is handed out of the drawer, anything else goes to its card. */
      tender: transactionView,
      amountMinor,
      /**
       * `open`: the card is to be presented (`sale.refundPart`), also after a decline. `under-way`: it was sent, and is
       * repeated by itself until the host answers. `done`: it has gone back. `withdrawn`: it does not go back after all.
       */
      state: z.enum(['open', 'under-way', 'done', 'withdrawn']),
      /** The refund that carried it out, or last tried to. */
      txnId: z.string().optional(),
    }),
  ),
});
export type RefundPlan = z.infer<typeof refundPlan>;

export const refundPlanResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('refund'), refund: refundPlan }),
  refusal,
]);
export type RefundPlanResult = z.infer<typeof refundPlanResult>;

/** What became of a payment, pre-authorisation, completion, void or refund. Every kind but `approved` says in words what to do next. */
export const paymentResult = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('approved'),
    /** `offline`: accepted by the terminal itself, the host will hear of it at the next upload. */
    mode: z.enum(['online', 'offline', 'cash']),
    transaction: transactionView,
    receipt,
    /** Something the cashier must know besides: its receipt did not come out, and it could not be undone. */
    notice: z.object({ text: bilingualText, nextStep: bilingualText }).optional(),
    /** Cash only. */
    changeMinor: amountMinor.optional(),
    /** What is left on a prepaid card, where the host said so. */
    balanceMinor: amountMinor.optional(),
    /** Where this is one of several tenders: its sale as it stands now. */
    sale: splitSale.optional(),
    /** Where this is a part of the refund of such a sale: the refund as it stands now. */
    refund: refundPlan.optional(),
  }),
  z.object({
    kind: z.literal('declined'),
    responseCode: z.string(),
    text: bilingualText,
    nextStep: bilingualText,
    transaction: transactionView,
    sale: splitSale.optional(),
    refund: refundPlan.optional(),
  }),
  z.object({
    kind: z.literal('unknown'),
    /** The host may or may not have booked it; a reversal is owed and goes out by itself. */
    text: bilingualText,
    nextStep: bilingualText,
    transaction: transactionView,
    sale: splitSale.optional(),
    refund: refundPlan.optional(),
  }),
  /** A purse: nobody knows whether it was debited or loaded, until the same card is there again. */
  z.object({
    kind: z.literal('card-in-doubt'),
    /** Of the card that is asked for. */
    lastDigits: z.string(),
    text: bilingualText,
    nextStep: bilingualText,
    transaction: transactionView,
  }),
  /** A sale that falls with its receipt, which did not come out: it is undone, or is being undone by itself. No payment. */
  z.object({
    kind: z.literal('undone'),
    text: bilingualText,
    nextStep: bilingualText,
    transaction: transactionView,
  }),
  z.object({
    kind: z.literal('pin-required'),
    maskedPan: z.string(),
    amountMinor,
    /** The chip card did not take the PIN that was given; ask for it again, nothing has moved. */
    wrongPin: z
      .object({ triesLeft: z.number().int().exactOptional(), text: bilingualText, nextStep: bilingualText })
      .optional(),
  }),
  refusal,
]);
export type PaymentResult = z.infer<typeof paymentResult>;

/** How far the cancelling of a sale is. */
export const cancelResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cancelled'), sale: splitSale }),
  /** What is left is undone by itself when the host is there, or wants the card: the words say which. */
  z.object({ kind: z.literal('cancelling'), sale: splitSale, text: bilingualText, nextStep: bilingualText }),
  refusal,
]);
export type CancelResult = z.infer<typeof cancelResult>;
