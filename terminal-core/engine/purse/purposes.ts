import type { AmountMinor } from '../../domain/money.ts';
import type { PurseMac2, PurseTac, PurseTerminalNumber } from '../../domain/purse.ts';
import type { PricedBasket } from '../inputs.ts';
import type { InitialisedCard, PresentedPurse } from './card.ts';

/** A sale that has passed the rules and has not touched the card yet. */
export interface PurseSaleStart {
  readonly basket: PricedBasket;
  readonly purse: PresentedPurse;
  readonly terminalNumber: PurseTerminalNumber;
  readonly operatorCode: string;
  /** The card has taken its holder's PIN. */
  readonly pinUsed?: true;
}

/** A load that has passed the rules and has not touched the card yet. */
export interface PurseLoadStart {
  readonly loadId: string;
  readonly amountMinor: AmountMinor;
  readonly purse: PresentedPurse;
  readonly terminalNumber: PurseTerminalNumber;
  readonly operatorCode: string;
  readonly supervisorCode?: string;
  /** The purse sale whose amount goes back to the card. */
  readonly originalTxnId?: string;
}

/** What a command to the card is about. What is not durable yet travels with it; what is, is in the transaction. */
export type CardPurpose =
  | { readonly kind: 'sale-pin'; readonly start: PurseSaleStart }
  | { readonly kind: 'sale-initialise'; readonly start: PurseSaleStart }
  | {
      readonly kind: 'sale-mac1';
      readonly start: PurseSaleStart;
      readonly initialised: InitialisedCard;
      readonly date: string;
      readonly time: string;
    }
  | { readonly kind: 'sale-debit'; readonly txnId: string }
  | { readonly kind: 'sale-verify'; readonly txnId: string }
  | { readonly kind: 'load-initialise'; readonly start: PurseLoadStart }
  | { readonly kind: 'load-credit'; readonly txnId: string }
  | {
      readonly kind: 'doubt-prove';
      readonly txnId: string;
      /** What was on the card when it was put in: no INITIALIZE for more would be answered. */
      readonly balanceMinor: AmountMinor;
    }
  /** Whose transaction the card has proven: another till may have used the card at the same counter since. */
  | {
      readonly kind: 'doubt-proven-log';
      readonly txnId: string;
      readonly tac: PurseTac;
      readonly mac2: PurseMac2;
      readonly balanceMinor: AmountMinor;
    }
  | {
      readonly kind: 'doubt-verify';
      readonly txnId: string;
      readonly tac: PurseTac;
      readonly mac2: PurseMac2;
    }
  | { readonly kind: 'doubt-initialise'; readonly txnId: string }
  | { readonly kind: 'doubt-log'; readonly txnId: string; readonly evidence: DoubtEvidence };

/** What a second INITIALIZE showed. */
export interface DoubtEvidence {
  readonly counter: number;
  readonly balanceMinor: AmountMinor;
}
