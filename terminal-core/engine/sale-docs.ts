import type { AmountMinor } from '../domain/money.ts';

/** Which transaction a sale's payment became; the same `saleId` again gets the same outcome. */
export interface SaleDoc {
  readonly saleId: string;
  /** Of several tenders, the latest. */
  readonly txnId: string;
  /** What it was for: another amount under the same id is another sale. */
  readonly amountMinor: AmountMinor;
  /** Where several tenders pay it. */
  readonly split?: SplitSale;
}

/**
 * A sale that several tenders pay. It is `complete` when they add up to its amount; `cancelling` until nothing that was paid
 * is left, then `cancelled`.
 */
export interface SplitSale {
  readonly state: 'open' | 'complete' | 'cancelling' | 'cancelled';
  /** In the order in which they were tried. */
  readonly tenders: readonly Tender[];
  readonly cancelledBy?: { readonly operatorCode: string; readonly supervisorCode?: string };
}

export interface Tender {
  /** The screen's own unique id. */
  readonly tenderId: string;
  readonly txnId: string;
  /** What refunds have taken of it, done or planned. */
  readonly backMinor?: AmountMinor;
  /** What it paid beyond the sale's total: the host turned out to have booked it after all, and another had paid meanwhile. */
  readonly beyondMinor?: AmountMinor;
  /** Of that, what was refunded. */
  readonly beyondBackMinor?: AmountMinor;
  /** The host's code, when it declined to undo it in this batch: it is not asked again by itself. */
  readonly undoDeclined?: string;
  /** The host's code, when it put the undoing of it off: it is asked again by itself, and holds up no settlement. */
  readonly undoPutOff?: string;
}

/** A refund of a sale with several tenders: planned once, carried out part by part as the cards are presented. */
export interface RefundPlanDoc {
  /** The screen's own unique id. */
  readonly refundId: string;
  readonly saleId: string;
  readonly amountMinor: AmountMinor;
  readonly operatorCode: string;
  readonly supervisorCode?: string;
  readonly parts: readonly RefundPart[];
  /** Whoever withdrew what had not gone out of it. */
  readonly withdrawnBy?: { readonly operatorCode: string; readonly supervisorCode?: string };
}

export interface RefundPart {
  /** The tender that it goes back to. */
  readonly tenderTxnId: string;
  readonly amountMinor: AmountMinor;
  readonly state: 'open' | 'under-way' | 'done' | 'withdrawn';
  /** The latest refund that carried it out, or tried to. */
  readonly txnId?: string;
}
