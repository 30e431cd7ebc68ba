/** What crosses the contract, as schemas: each is checked on both sides. */
import { z } from 'zod';

export const CARD_REF_LIFETIME_MS = 120_000;

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

export const receipt = z.object({
  /** SVG of the receipt for the screen. */
  svg: z.string(),
  /** The same receipt as ESC/POS bytes, base64. */
  escPosBase64: z.string(),
});
export type Receipt = z.infer<typeof receipt>;

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

export const done = z.object({ kind: z.literal('done') });
export const doneOrRefused = z.discriminatedUnion('kind', [done, refusal]);

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

/** A refused offline sale on the card that was just read, marked to be paid now: `sale.collectClaim`. */
export const claimDue = z.object({ txnId: z.string(), amountMinor, atMs: z.number() });

/** What an offline sale may still take of a card here. `expiring`: within CERTIFICATE_EXPIRING_MS. */
export const cardCertificate = z.object({
  state: z.enum(['none', 'valid', 'expiring', 'expired']),
  untilMs: z.number().optional(),
  /** Less what this terminal has taken of it already. */
  leftMinor: amountMinor.optional(),
  /** Of any state but `valid`: that a balance inquiry on line renews it. */
  text: bilingualText.optional(),
});

export const cardHandle = z.object({
  kind: z.literal('card'),
  cardRef: z.string(),
  maskedPan: z.string(),
  entryMode: z.enum(['keyed', 'magnetic', 'barcode']),
  /** Oldest first; absent when the card has none. */
  claims: z.array(claimDue).optional(),
  /** Whether its certificate would let it be taken offline now. */
  certificate: cardCertificate.optional(),
});
export type CardHandle = z.infer<typeof cardHandle>;

/** A purse in the slot. `purseRef` is good until it is taken out. */
export const purseHandle = z.object({
  kind: z.literal('purse'),
  purseRef: z.string(),
  lastDigits: z.string(),
  balanceMinor: amountMinor,
  /** YYYYMMDD, the last day. */
  expiryDate: z.string(),
});
export type PurseHandle = z.infer<typeof purseHandle>;

/** What the devices bring in, as it happens. */
export const deviceEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('scan'), deviceId: z.string(), text: z.string() }),
  cardHandle,
  z.object({ kind: z.literal('card-misread'), deviceId: z.string(), text: bilingualText }),
  purseHandle,
  z.object({ kind: z.literal('purse-removed'), purseRef: z.string() }),
  /** The card that came back has said what became of the sale or load that it left open. */
  z.object({
    kind: z.literal('doubt-settled'),
    transaction: transactionView,
    text: bilingualText,
    nextStep: bilingualText,
    /** The sale was paid otherwise in the meantime: this is owed to the customer. */
    owedBackMinor: amountMinor.optional(),
  }),
]);
export type DeviceEvent = z.infer<typeof deviceEvent>;

export const supervisor = z.object({ operatorCode: z.string().max(16), password: z.string().max(128) });

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
