import type { ReceiptHead } from './receipt-input.ts';

/** How many and how much, in minor units. */
export interface ReportFigure {
  readonly count: number;
  readonly minor: number;
}

/** One line of takings: a tender and what became of money, or of what was tried, by it. */
export interface TakingsRow extends ReportFigure {
  readonly tender: 'cash' | 'card' | 'offline-card' | 'purse';
  /**
   * `hold` and `hold-void` are pre-authorisations: they move no money. `collected` and `written-off` are what became of a
   * rejected sale, which was counted when it was made. `load` is cash taken for a card or purse,
   * `surrender` cash paid out for the rest on a card that was given back.
   */
  readonly kind:
    | 'sale'
    | 'completion'
    | 'void'
    | 'refund'
    | 'declined'
    | 'reversed'
    | 'rejected'
    | 'collected'
    | 'collected-void'
    | 'written-off'
    | 'hold'
    | 'hold-void'
    | 'load'
    | 'load-returned'
    | 'surrender';
}

interface Report extends ReceiptHead {
  /** The report's own number, e.g. `Z-000012`. */
  readonly reportId: string;
  /** Only what happened; in the order in which it is to be printed, tender by tender. */
  readonly rows: readonly TakingsRow[];
  /** Money put into the drawer beside sales. */
  readonly added: ReportFigure;
  /** Money taken to the safe. */
  readonly dropped: ReportFigure;
  /** Times that the drawer was opened without a sale. */
  readonly drawerOpenings: number;
}

/** A cashier's shift at its end. Amounts in minor units; what is expected may be below zero. */
export interface ShiftReportReceipt extends Report {
  readonly kind: 'shift-report';
  /** Whose shift it was; the head says who closed it. */
  readonly cashier: string;
  readonly openedAtMs: number;
  readonly floatMinor: number;
  /** Cash sales less what was given back in cash. */
  readonly cashTakenMinor: number;
  readonly expectedMinor: number;
  readonly countedMinor: number;
  /** As counted, where the cashier counted by denomination. */
  readonly denominations: readonly { readonly valueMinor: number; readonly count: number }[];
}

/** X: the takings so far. Z: the takings of a period that ends with it. */
export interface TakingsReportReceipt extends Report {
  readonly kind: 'x-report' | 'z-report';
  /** The last Z; absent before the first. */
  readonly sinceMs?: number;
  /** Offline sales that the host has not heard of yet, whenever they were made. */
  readonly unsent: ReportFigure;
  readonly reversalsOwed: number;
  /** What waits for a person: sales and reversals that the host refused. */
  readonly setAside: number;
  /** The shifts closed in the period. */
  readonly shifts: {
    readonly count: number;
    readonly floatMinor: number;
    readonly expectedMinor: number;
    readonly countedMinor: number;
  };
  readonly cashOutsideShiftsMinor: number;
  /** Of an X only: a Z is not made while a shift is open. */
  readonly openShift?: { readonly number: number; readonly expectedMinor: number };
  /** Everything that was ever sold and ever given back; never reset. */
  readonly grandSalesMinor: number;
  readonly grandReturnsMinor: number;
  /** Head of the journal's hash chain when it was made, 64 hex characters. */
  readonly journalHead: string;
}
