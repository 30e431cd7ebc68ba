import type { EntryMode } from '../domain/card.ts';
import type { AmountMinor } from '../domain/money.ts';
import type { SaleLine } from '../domain/product.ts';
import type { BilingualText } from '../domain/text.ts';
import type { ShiftReportReceipt, TakingsReportReceipt } from './report-input.ts';

/** Who and when: the same on every receipt. */
export interface ReceiptHead {
  readonly merchantNameZh: string;
  readonly merchantNameEn: string;
  readonly merchantId: string;
  readonly terminalId: string;
  readonly operatorCode: string;
  /** The supervisor who approved a void, a refund or a settlement. */
  readonly supervisorCode?: string;
  /** When it happened, milliseconds since the epoch. */
  readonly atMs: number;
  /** The store's offset from UTC; 480 for China. */
  readonly utcOffsetMinutes: number;
  /** Made in training mode: it says so first and last, in both languages, and proves nothing. */
  readonly isTraining?: true;
}

/** All that a receipt may know of a card: there is no place for a full number. */
export interface ReceiptCard {
  /** Exactly four digits. */
  readonly last4: string;
  readonly entryMode: EntryMode;
  readonly pinUsed?: boolean;
}

/** What was sold. `taxMinor` is contained in `totalMinor`. */
export interface ReceiptGoods {
  readonly lines: readonly SaleLine[];
  readonly totalMinor: AmountMinor;
  readonly taxMinor: AmountMinor;
}

/** How the terminal and the host name a card transaction. */
export interface ReceiptTrace {
  readonly stan: string;
  /** Absent only for an offline sale before the first sign-on. */
  readonly batchNumber?: string;
  readonly rrn?: string;
  readonly authCode?: string;
}

export interface CashSaleReceipt extends ReceiptHead, ReceiptGoods {
  readonly kind: 'cash-sale';
  /** The terminal's own number of the sale, where it gives one. */
  readonly stan?: string;
  readonly receivedMinor: AmountMinor;
  readonly changeMinor: AmountMinor;
}

/** A card sale that the host approved. */
export interface PurchaseReceipt extends ReceiptHead, ReceiptGoods, ReceiptTrace {
  readonly kind: 'purchase';
  readonly card: ReceiptCard;
  /** What is left on the card, where the host said so. */
  readonly balanceMinor?: AmountMinor;
}

/** A card sale that the terminal accepted by itself; the host will hear of it at the next upload. */
export interface OfflineSaleReceipt extends ReceiptHead, ReceiptGoods, ReceiptTrace {
  readonly kind: 'offline-sale';
  readonly card: ReceiptCard;
}

/** What the paper says of an electronic purse. */
export interface ReceiptPurse {
  /** The last four characters of the application serial. */
  readonly last4: string;
  readonly terminalNumber: string;
  readonly balanceBeforeMinor: AmountMinor;
  readonly balanceAfterMinor: AmountMinor;
  /** As INITIALIZE gave it. */
  readonly counter: number;
  /** The issuer's evidence; absent where the card would not give it any more. */
  readonly tac?: string;
  /** Of a sale. */
  readonly terminalSerial?: string;
}

/** Paid from the balance on the card. */
export interface PurseSaleReceipt extends ReceiptHead, ReceiptGoods, ReceiptTrace {
  readonly kind: 'purse-sale';
  readonly purse: ReceiptPurse;
}

/** Put on the card. */
export interface PurseLoadReceipt extends ReceiptHead, ReceiptTrace {
  readonly kind: 'purse-load';
  readonly amountMinor: AmountMinor;
  readonly purse: ReceiptPurse;
  /** The purse sale whose amount went back; then no cash was taken. */
  readonly original?: ReceiptOriginal;
}

/** Cash that was put on a host-account card. */
export interface LoadReceipt extends ReceiptHead, ReceiptTrace {
  readonly kind: 'load';
  readonly amountMinor: AmountMinor;
  readonly card: ReceiptCard;
  readonly balanceMinor?: AmountMinor;
}

/** What was done about a host-account card. */
export interface CardServiceReceipt extends ReceiptHead, ReceiptTrace {
  readonly kind: 'card-service';
  readonly service: 'activate' | 'block' | 'unblock' | 'report-loss' | 'replace' | 'surrender';
  readonly card: ReceiptCard;
  /** Of a replacement: the last four digits of the new card. */
  readonly newLast4?: string;
  /** Of a surrender: paid out in cash. */
  readonly paidOutMinor?: AmountMinor;
  /** On the card afterwards; of a replacement, on the new one. */
  readonly balanceMinor?: AmountMinor;
}

/** What is on a card and, of a statement, what moved it last; nothing was paid. */
export interface CardSlip extends ReceiptHead {
  readonly kind: 'card-slip';
  /** Exactly four digits. */
  readonly last4: string;
  readonly balanceMinor?: AmountMinor;
  /** Newest first. */
  readonly lines?: readonly {
    /** MM-DD hh:mm */
    readonly at: string;
    readonly what: BilingualText;
    /** With its sign: below zero where the card paid. */
    readonly amountMinor: number;
    readonly balanceMinor: AmountMinor;
  }[];
}

/** The transaction that a void, a refund, a completion or a reversal is about. */
export interface ReceiptOriginal {
  readonly stan?: string;
  readonly rrn?: string;
  readonly atMs?: number;
}

/** An amount that is held on the card for a sale to come: nothing has been paid yet. */
export interface PreAuthorisationReceipt extends ReceiptHead, ReceiptTrace {
  readonly kind: 'pre-authorisation';
  readonly amountMinor: AmountMinor;
  readonly card: ReceiptCard;
  readonly balanceMinor?: AmountMinor;
}

/** What was charged of an amount that had been held. */
export interface CompletionReceipt extends ReceiptHead, ReceiptTrace {
  readonly kind: 'completion';
  readonly amountMinor: AmountMinor;
  readonly card: ReceiptCard;
  readonly original: ReceiptOriginal;
  readonly balanceMinor?: AmountMinor;
}

export interface VoidReceipt extends ReceiptHead, ReceiptTrace {
  readonly kind: 'void';
  /** What was voided, where it was no sale. */
  readonly of?: 'pre-authorisation' | 'completion' | 'load';
  readonly amountMinor: AmountMinor;
  readonly card: ReceiptCard;
  readonly original: ReceiptOriginal;
  readonly balanceMinor?: AmountMinor;
}

export interface RefundReceipt extends ReceiptHead, ReceiptTrace {
  readonly kind: 'refund';
  readonly amountMinor: AmountMinor;
  readonly card: ReceiptCard;
  readonly original: ReceiptOriginal & { readonly rrn: string };
  readonly balanceMinor?: AmountMinor;
}

/** Cash that was given back. */
export interface CashBackReceipt extends ReceiptHead {
  readonly kind: 'cash-void' | 'cash-refund';
  readonly amountMinor: AmountMinor;
  readonly original: ReceiptOriginal;
}

/** One of several payments of a sale. */
export type ReceiptTender =
  | {
      readonly paidBy: 'cash';
      readonly amountMinor: AmountMinor;
      readonly receivedMinor: AmountMinor;
      readonly changeMinor: AmountMinor;
    }
  | (ReceiptTrace & {
      readonly paidBy: 'card' | 'card-offline';
      readonly amountMinor: AmountMinor;
      readonly card: ReceiptCard;
      readonly balanceMinor?: AmountMinor;
    });

/** The slip of a payment that does not complete its sale. */
export interface TenderReceipt extends ReceiptHead {
  readonly kind: 'tender';
  readonly tender: ReceiptTender;
  /** Of the sale, and what is left of it to pay. */
  readonly totalMinor: AmountMinor;
  readonly leftMinor: AmountMinor;
}

/** The receipt of a sale that several tenders have paid. */
export interface SplitSaleReceipt extends ReceiptHead, ReceiptGoods {
  readonly kind: 'split-sale';
  readonly tenders: readonly ReceiptTender[];
}

/** Tells the customer that a payment has no known outcome and is being undone: it is no proof of payment. */
export interface ReversalNoticeReceipt extends ReceiptHead, ReceiptTrace {
  readonly kind: 'reversal-notice';
  readonly amountMinor: AmountMinor;
  readonly card: ReceiptCard;
  /** `owed`: still to be sent or answered; `done`: the host has confirmed that nothing is charged. */
  readonly state: 'owed' | 'done';
}

/** For the customer whose offline payment the host refused: what is still to be paid, and why. No proof of payment. */
export interface ClaimSlip extends ReceiptHead, ReceiptTrace {
  readonly kind: 'claim-slip';
  readonly amountMinor: AmountMinor;
  readonly card: ReceiptCard;
  readonly original: ReceiptOriginal;
  readonly reason: BilingualText;
}

export interface DeclinedReceipt extends ReceiptHead, ReceiptTrace {
  readonly kind: 'declined';
  readonly amountMinor: AmountMinor;
  readonly card: ReceiptCard;
  /** DE39, or the code of the terminal's own rule. */
  readonly responseCode: string;
  readonly text: BilingualText;
  readonly nextStep?: BilingualText;
}

export interface SettlementReceipt extends ReceiptHead {
  readonly kind: 'settlement';
  readonly batchNumber: string;
  readonly debitCount: number;
  readonly debitMinor: AmountMinor;
  readonly creditCount: number;
  readonly creditMinor: AmountMinor;
  /** Cash is not settled with the host; it is printed for the drawer. */
  readonly cashCount?: number;
  readonly cashMinor?: AmountMinor;
  readonly cashBackCount?: number;
  readonly cashBackMinor?: AmountMinor;
  readonly result: 'balanced' | 'not-balanced' | 'closed-by-host';
  /** Head of the journal's hash chain when the batch closed, 64 hex characters. */
  readonly journalHead: string;
}

export type ReceiptInput =
  | CashSaleReceipt
  | CashBackReceipt
  | TenderReceipt
  | SplitSaleReceipt
  | PurchaseReceipt
  | OfflineSaleReceipt
  | PurseSaleReceipt
  | PurseLoadReceipt
  | LoadReceipt
  | CardServiceReceipt
  | CardSlip
  | PreAuthorisationReceipt
  | CompletionReceipt
  | VoidReceipt
  | RefundReceipt
  | ReversalNoticeReceipt
  | ClaimSlip
  | DeclinedReceipt
  | SettlementReceipt
  | ShiftReportReceipt
  | TakingsReportReceipt;

/** `zh-CN` and `en` print one language, product names included; `both` prints Chinese with English beside or below it. */
export type ReceiptLanguage = 'zh-CN' | 'en' | 'both';
