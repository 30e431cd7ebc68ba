/**
 * The one contract between the till's screens and the core: browser-safe, validated on both sides, the same over
 * MessagePort (Electron) and WebSocket (browser shell). Card numbers never cross it in the clear towards the screens:
 * a card that was read is a `cardRef`, good for CARD_REF_LIFETIME_MS.
 */
import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import {
  inquireInput,
  inquiryResult,
  loadInput,
  loadResult,
  purseLogResult,
  serveInput,
} from './shapes/cards.ts';
import { product, saleLine } from './shapes/catalogue.ts';
import {
  amountMinor,
  doneOrRefused,
  operator,
  pin,
  receipt,
  refusal,
  supervisor,
  undoId,
} from './shapes/common.ts';
import { cardHandle, deviceEvent, purseHandle } from './shapes/devices.ts';
import { exposure } from './shapes/exposure.ts';
import { cancelResult, paymentResult, refundPlanResult, splitSale, tenderAsked } from './shapes/sale.ts';
import { batchTotals, settlementResult } from './shapes/settlement.ts';
import {
  closeShiftInput,
  drawerOpened,
  moveCashInput,
  openDrawerInput,
  openShiftInput,
  reportListInput,
  reportResult,
  reportView,
  shiftClosed,
  shiftOpened,
} from './shapes/shift.ts';
import { tillStatus } from './shapes/status.ts';
import { transactionView } from './shapes/transaction.ts';
import { benchAction, benchItem, benchResult } from './shapes/workbench.ts';

export { formatMinor, parseMinor } from '../domain/money.ts';
export {
  basketTotals,
  hasValidEanCheckDigit,
  QUANTITY_MAX,
  SALE_LINES_MAX,
  TAX_RATE_PERCENT,
} from '../domain/product.ts';
export type { InquiryResult, LoadResult, PurseLogResult } from './shapes/cards.ts';
export type { CatalogueProduct } from './shapes/catalogue.ts';
export type { Operator, Receipt, Refusal } from './shapes/common.ts';
export type { CardHandle, DeviceEvent, PurseHandle } from './shapes/devices.ts';
export { CARD_REF_LIFETIME_MS } from './shapes/devices.ts';
export type { ExposureView } from './shapes/exposure.ts';
export type { CancelResult, PaymentResult, RefundPlan, RefundPlanResult, SplitSale } from './shapes/sale.ts';
export type { BatchTotals, SettlementResult } from './shapes/settlement.ts';
export type { ReportResult, ReportView, ShiftClosed } from './shapes/shift.ts';
export { DENOMINATIONS_MAX, REASON_LENGTH_MAX, REPORTS_PAGE_MAX } from './shapes/shift.ts';
export type { BatchToCheck, TillStatus } from './shapes/status.ts';
export type { TransactionView } from './shapes/transaction.ts';
export type { BenchItem, BenchResult } from './shapes/workbench.ts';

export const contract = {
  status: {
    get: oc.output(tillStatus),
    watch: oc.output(eventIterator(tillStatus)),
    /** What is at risk offline, against what is allowed, and the worst case. */
    exposure: oc.output(z.discriminatedUnion('kind', [exposure, refusal])),
  },
  operator: {
    signOn: oc
      .input(z.object({ operatorCode: z.string().max(16), password: z.string().max(128) }))
      .output(z.discriminatedUnion('kind', [z.object({ kind: z.literal('signed-on'), operator }), refusal])),
    signOff: oc.output(doneOrRefused),
  },
  terminal: {
    /** Terminal sign-on: working keys, batch number, clock; then parameters and hotlist. */
    signOn: oc.output(doneOrRefused),
    /** Sends what is owed and unsent now. */
    uploadNow: oc.output(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('done'), delivered: z.number(), rejected: z.number(), left: z.number() }),
        refusal,
      ]),
    ),
    totals: oc.output(batchTotals),
    /** Gives up a settlement that the host will not compare; the batch stays open. */
    abandonSettlement: oc.input(z.object({ supervisor: supervisor.optional() })).output(doneOrRefused),
    settle: oc.input(z.object({ supervisor: supervisor.optional() })).output(settlementResult),
    /** What came of comparing a batch of `status.batchesToCheck` with the acquirer's list: it is off that list then. */
    checkBatch: oc
      .input(
        z.object({
          reportId: z.string().max(16),
          note: z.string().max(200),
          supervisor: supervisor.optional(),
        }),
      )
      .output(doneOrRefused),
  },
  devices: {
    watch: oc.output(eventIterator(deviceEvent)),
    /** What came through the keyboard: the wedge's characters, or digits keyed by hand. Track data or a card number. */
    enterCard: oc
      .input(z.object({ text: z.string().max(256), entryMode: z.enum(['keyed', 'magnetic', 'barcode']) }))
      .output(z.discriminatedUnion('kind', [cardHandle, refusal])),
  },
  catalogue: {
    version: oc.output(z.object({ version: z.string(), count: z.number() })),
    page: oc
      .input(z.object({ after: z.string().optional(), limit: z.number().int().min(1).max(5000) }))
      .output(z.object({ products: z.array(product), next: z.string().optional() })),
  },
  sale: {
    /**
     * `saleId` is the screen's own unique id: the same one twice gives the first outcome, never a second charge.
     *
     * A sale that several tenders pay: every call says `tender`, and the same `saleId`, `lines` and `totalMinor`. The first
     * such call opens the sale; it is complete when the tenders add up to its total, and the result of each says in `sale`
     * how far it is. `tenderId` does for the tender what `saleId` does for a sale paid at once: the same one twice gives the
     * first outcome, and after a decline another one is tried. One tender at a time. Cash above `tender.amountMinor` is
     * change; a tender above what is left is refused (`tender-above-due`).
     */
    payCash: oc
      .input(
        z.object({
          saleId: z.string().min(8).max(64),
          lines: z.array(saleLine).min(1).max(200),
          totalMinor: amountMinor,
          receivedMinor: amountMinor,
          tender: tenderAsked.optional(),
        }),
      )
      .output(paymentResult),
    /**
     * As `payCash`. A card that has less than `tender.amountMinor` may be charged what it has: the approved transaction's
     * `amountMinor` says what was taken, its `askedMinor` what was asked for, and the rest stays to be paid.
     */
    payCard: oc
      .input(
        z.object({
          saleId: z.string().min(8).max(64),
          lines: z.array(saleLine).min(1).max(200),
          totalMinor: amountMinor,
          cardRef: z.string().max(64),
          pin: pin.optional(),
          tender: tenderAsked.optional(),
        }),
      )
      .output(paymentResult),
    /** The holder pays a claim that was offered when the card was read. Online only; never twice. */
    collectClaim: oc
      .input(
        z.object({
          txnId: z.string().max(64),
          cardRef: z.string().max(64),
          pin: z
            .string()
            .regex(/^\d{4,12}$/)
            .optional(),
        }),
      )
      .output(paymentResult),
    /** A sale that several tenders pay, as it stands; also for taking it up again after a crash (`status.openSales`). */
    get: oc
      .input(z.object({ saleId: z.string().max(64) }))
      .output(
        z.discriminatedUnion('kind', [z.object({ kind: z.literal('sale'), sale: splitSale }), refusal]),
      ),
    /**
     * The customer walks away from such a sale, or it was complete and its batch is still open: it takes no more tenders and
     * all that was paid is given back. Its cash is handed back at once (`sale.cashBackMinor`); cards are voided without being
     * presented, as soon as the host answers. Ask again by the same `saleId` as often as needed: it goes on where it was, and
     * with `cardRef` (and `pin`) it tries the tender of that card which the host declined to void without it. A supervisor is
     * needed once anything was paid. The receipts of what was undone are printed.
     */
    cancel: oc
      .input(
        z.object({
          saleId: z.string().max(64),
          cardRef: z.string().max(64).optional(),
          pin: pin.optional(),
          supervisor: supervisor.optional(),
        }),
      )
      .output(cancelResult),
    /**
     * Gives back a sale that several tenders paid, all or a part of it: to each tender in proportion, up to what it paid, once
     * its batch was settled. `refundId` is the screen's own unique id: the same one twice says how far that refund is, and
     * never makes a second. The answer lists the parts. Those in cash are done, to be handed out now, with their receipt
     * printed; for each card part that is `open`, ask for the card and call `refundPart`. A part whose card is not there
     * stays open, over restarts, and is taken up again from `status.openRefunds`. Needs a supervisor.
     */
    refund: oc
      .input(
        z.object({
          saleId: z.string().max(64),
          refundId: undoId,
          amountMinor: amountMinor.min(1),
          supervisor: supervisor.optional(),
        }),
      )
      .output(refundPlanResult),
    /**
     * Gives the card that was presented its part of a planned refund, and says in `refund` what is left. No second
     * approval is needed. Asked again after a lost connection, it does not refund a part that was done or is under way: then
     * it is refused (`refund-part-done`). `pin-required` as in `transactions.void`.
     */
    refundPart: oc
      .input(z.object({ refundId: z.string().max(64), cardRef: z.string().max(64), pin: pin.optional() }))
      .output(paymentResult),
    /**
     * Takes back the parts of a planned refund that no card was presented for; they can be refunded another time. What was
     * given back stays so, and what is on its way goes on. Whoever sells may; refused (`refund-nothing-open`) when there is
     * nothing left to take back.
     */
    withdrawRefund: oc.input(z.object({ refundId: z.string().max(64) })).output(refundPlanResult),
    /** A planned refund as it stands. */
    getRefund: oc.input(z.object({ refundId: z.string().max(64) })).output(refundPlanResult),
    /** Holds an amount on the card for a sale to come (预授权); nothing is paid yet. `saleId` as in `payCard`. */
    preAuthorise: oc
      .input(
        z.object({
          saleId: z.string().min(8).max(64),
          amountMinor,
          cardRef: z.string().max(64),
          pin: pin.optional(),
        }),
      )
      .output(paymentResult),
  },
  /** The electronic purse; docs/purse.md. */
  purse: {
    /** The purse that is in the slot now. */
    balance: oc.output(z.discriminatedUnion('kind', [purseHandle, refusal])),
    /** The card's own last ten records; offline, too. */
    log: oc.input(z.object({ purseRef: z.string().max(64) })).output(purseLogResult),
    /**
     * Pays from the balance on the card. `saleId` as in `payCard`. `pin-required`, from the amount of the parameters on or where
     * the card wants it: ask again with the holder's `pin` under the same `saleId`; the card checks it.
     */
    pay: oc
      .input(
        z.object({
          saleId: z.string().min(8).max(64),
          lines: z.array(saleLine).min(1).max(200),
          totalMinor: amountMinor,
          purseRef: z.string().max(64),
          pin: pin.optional(),
        }),
      )
      .output(paymentResult),
    /** The cashier goes on without the card that a sale waits for; if that card has paid, the amount is owed back. */
    otherTender: oc.input(z.object({ txnId: z.string().max(64) })).output(doneOrRefused),
    /** Loads cash, or gives the amount of a purse sale back (`refundOf`). `loadId` as `saleId` in `payCard`. */
    load: oc
      .input(
        z.object({
          loadId: z.string().min(8).max(64),
          amountMinor,
          purseRef: z.string().max(64),
          refundOf: z.string().max(64).optional(),
          supervisor: supervisor.optional(),
        }),
      )
      .output(paymentResult),
  },
  /**
   * The desk for host-account cards (预付卡), all of it online only and refused in training mode. A card that was read is used
   * up by `load` and `serve` once they have an outcome, and not by `inquire`: ask for the balance, then go on with the same
   * `cardRef`. `loadId` and `serviceId` are the screen's own unique ids: the same one twice gives the first outcome.
   */
  cards: {
    /**
     * Balance or statement. Moves nothing; its answer renews the card's certificate, by which it can be taken offline.
     * `declined` is the host's no, in words.
     */
    inquire: oc.input(inquireInput).output(inquiryResult),
    /**
     * Puts cash on a card: take the cash first. `result.approved`: print, done. `result.unknown`: keep the cash and do not load
     * again, it is confirmed by itself; when the host refuses that, it appears at the workbench with `give-back`. `claims` is what
     * the holder still owes this store: offer it now with `sale.collectClaim`, the card presented again. A load of the open batch
     * is taken back with `transactions.void`. Cash only: a load is never paid with another card.
     */
    load: oc.input(loadInput).output(loadResult),
    /**
     * activate 开卡, block 锁卡, unblock 解锁, report-loss 挂失 (registered cards), replace 换卡 (registered cards; the whole balance
     * moves to `newCardRef`, a registered card that was never activated), surrender 退卡 (`amountMinor` is the whole balance, as
     * `inquire` said it; the cash is paid out once it is approved). A cashier asks a supervisor for unblock, replace and
     * surrender. `unknown`: it is reversed by itself and the card is as it was; hand nothing over. `pin-required` as in
     * `transactions.void`.
     */
    serve: oc.input(serveInput).output(paymentResult),
  },
  /** Records that were set aside; the supervisor's alone. */
  workbench: {
    /** Oldest first; empty for anybody else. */
    list: oc.output(z.array(benchItem)),
    act: oc
      .input(
        z.object({
          txnId: z.string().max(64),
          action: benchAction,
          note: z.string().max(200).optional(),
          supervisor: supervisor.optional(),
        }),
      )
      .output(benchResult),
  },
  transactions: {
    /** Newest first. */
    list: oc
      .input(z.object({ search: z.string().max(64).optional(), limit: z.number().int().min(1).max(200) }))
      .output(z.array(transactionView)),
    receipt: oc
      .input(z.object({ txnId: z.string().max(64) }))
      .output(z.discriminatedUnion('kind', [z.object({ kind: z.literal('receipt'), receipt }), refusal])),
    /**
     * Voids all of a payment of the open batch (消费撤销). `undoId` is the screen's own unique id, as `saleId` is of a sale:
     * after a lost connection the same request by the same id gets the first outcome and never a second void; give one
     * always. A cash sale needs no card: the amount goes back out of the drawer, and the answer is the receipt for it.
     * `pin-required` says that the host wants a PIN: ask again with it under the same `undoId`.
     */
    void: oc
      .input(
        z.object({
          txnId: z.string().max(64),
          undoId: undoId.optional(),
          cardRef: z.string().max(64).optional(),
          pin: pin.optional(),
          supervisor: supervisor.optional(),
        }),
      )
      .output(paymentResult),
    /**
     * Charges a pre-authorisation to the same card, up to the limit above what was held; the rest is given back. `undoId`
     * and `pin` as in `void`.
     */
    complete: oc
      .input(
        z.object({
          txnId: z.string().max(64),
          undoId: undoId.optional(),
          cardRef: z.string().max(64),
          amountMinor,
          pin: pin.optional(),
        }),
      )
      .output(paymentResult),
    /**
     * Gives back a payment, all or a part of it: to its card once its batch was settled, or in cash out of the drawer at any
     * time if it was paid in cash. `undoId`, `cardRef` and `pin` as in `void`.
     */
    refund: oc
      .input(
        z.object({
          txnId: z.string().max(64),
          undoId: undoId.optional(),
          cardRef: z.string().max(64).optional(),
          amountMinor,
          pin: pin.optional(),
          supervisor: supervisor.optional(),
        }),
      )
      .output(paymentResult),
  },
  /**
   * Operator shifts; one is open at a time, and `status.shift` says which. A cashier may do what is here in a shift of
   * their own; in another's, `supervisor-required` asks for a supervisor.
   */
  shift: {
    /** Opens a shift of the operator who is signed on, with the float that lies in the drawer. */
    open: oc.input(openShiftInput).output(shiftOpened),
    /** Money put into the drawer (补充备用金) or taken out of it to the safe (取出). */
    moveCash: oc.input(moveCashInput).output(doneOrRefused),
    /** Opens the drawer without a sale, open shift or not; a cashier asks a supervisor. */
    openDrawer: oc.input(openDrawerInput).output(drawerOpened),
    /** The blind count (盲点) ends the shift: the answer is the first to say what should have been there. */
    close: oc.input(closeShiftInput).output(shiftClosed),
  },
  /**
   * Training mode (培训模式): sales, voids and refunds run on an engine of their own, without host, drawer or journal, and
   * every receipt says TRAINING. `transactions.list`, `transactions.receipt` and `terminal.totals` show what was practised;
   * any password approves there. Everything else about money is refused as `in-training`. What is owed for real goes on
   * being delivered. It stays on over a sign-off and a restart (what was practised is forgotten then).
   */
  training: {
    /** Refused while a payment waits for its answer or a settlement is not finished. A cashier asks a supervisor. */
    enter: oc.input(z.object({ supervisor: supervisor.optional() })).output(doneOrRefused),
    leave: oc.input(z.object({ supervisor: supervisor.optional() })).output(doneOrRefused),
  },
  /** All reports on paper. Each was journalled when it was made, and is printed again as a copy of the same bytes. */
  reports: {
    /** X: the takings since the last Z, any number of times; resets nothing. A cashier asks a supervisor. */
    x: oc.input(z.object({ supervisor: supervisor.optional() })).output(reportResult),
    /**
     * Z: the same, and the period ends. Refused while a shift is open (`shift-open`), and when nothing has happened since
     * the last one (`nothing-since-z`): then the last can be printed again. A cashier asks a supervisor.
     */
    z: oc.input(z.object({ supervisor: supervisor.optional() })).output(reportResult),
    /** Newest first. */
    list: oc.input(reportListInput).output(z.array(reportView)),
    reprint: oc.input(z.object({ reportId: z.string().max(16) })).output(reportResult),
  },
} as const;
