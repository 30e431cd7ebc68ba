import type { IsoMessage } from '../iso8583/index.ts';
import type { CardInquiry, SignedCertificate } from './events.ts';
import type { PresentedCard, PricedBasket, TenderAsked } from './inputs.ts';

/** A message that is to go to the host, and what it is about. */
export interface Exchange {
  readonly purpose:
    | { readonly kind: 'request'; readonly txnId: string; readonly retry?: OfflineFallback }
    | { readonly kind: 'reversal'; readonly txnId: string }
    | { readonly kind: 'advice'; readonly txnId: string }
    | { readonly kind: 'refund-repeat'; readonly txnId: string }
    /** The confirmation of a load whose answer was lost. */
    | { readonly kind: 'load-confirm'; readonly txnId: string }
    | {
        readonly kind: 'inquiry';
        readonly inquiry: CardInquiry;
        readonly panHash: string;
        readonly maskedPan: string;
        readonly operatorCode: string;
      }
    /** The request of a load; MAC2 of its answer goes to the card in this session. */
    | { readonly kind: 'purse-load'; readonly txnId: string; readonly session: string }
    /** The same request again, to get the MAC2 whose loss left the load open. */
    | { readonly kind: 'purse-load-repeat'; readonly txnId: string }
    | { readonly kind: 'terminal-sign-on' }
    /** A part of a download or an echo: the runtime reads the answer itself. */
    | { readonly kind: 'download' }
    | { readonly kind: 'settlement' }
    | { readonly kind: 'batch-upload'; readonly part: number; readonly parts: number };
  readonly message: IsoMessage;
  /** The key set whose MAK makes DE64; undefined for a message without a MAC. */
  readonly macKeySetId?: string;
}

/** What an online purchase that never left the terminal may become: the same payment, offline. */
export interface OfflineFallback {
  readonly basket: PricedBasket;
  readonly tender?: TenderAsked;
  readonly presented: PresentedCard;
}

export type ExchangeOutcome =
  /** Read, matched and, where it must carry one, with a right MAC. */
  | {
      readonly kind: 'answered';
      readonly message: IsoMessage;
      /** A balance certificate of DE59 whose signature holds. */
      readonly certificate?: SignedCertificate;
      /** Of a sign-on answer: the id of the key set that is now in the key store. */
      readonly keySetId?: string;
    }
  /** A wrong or missing MAC. Whatever it says may be forged; `hostSaid` is good for asking for a new sign-on only. */
  | { readonly kind: 'wrong-mac'; readonly fault: 'mac-wrong' | 'mac-missing'; readonly hostSaid?: string }
  | { readonly kind: 'keys-refused'; readonly detail: string }
  | { readonly kind: 'unreadable'; readonly detail: string }
  | { readonly kind: 'no-answer'; readonly cause: 'timed-out' | 'link-lost' }
  | { readonly kind: 'not-sent' }
  /** Not sent, and never will be as it is: its key is gone, or a value does not fit. */
  | { readonly kind: 'cannot-be-made' };
