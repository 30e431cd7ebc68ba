import type { Card } from '../domain/card.ts';
import type { CardPin } from '../domain/card-pin.ts';
import type { IssuerKeyList } from '../domain/certificate.ts';
import type { BatchNumber, Stan } from '../domain/identifiers.ts';
import type { AmountMinor } from '../domain/money.ts';
import type { TerminalParameters } from '../domain/parameters.ts';
import type { SaleLine } from '../domain/product.ts';
import type { StatementLine } from '../iso8583/index.ts';
import type {
  CardInquiry,
  CardSecret,
  CashMovement,
  Denomination,
  EngineEvent,
  SignedCertificate,
  TerminalIdentity,
} from './events.ts';
import type { Exchange, ExchangeOutcome } from './exchange.ts';
import type { CardOrder, CardOutcome, PresentedPurse } from './purse/card.ts';
import type { Refusal } from './refusals.ts';
import type {
  BatchTotals,
  BenchAction,
  CardService,
  DeliveryFault,
  Role,
  SettlementOutcome,
  UnprintedPaper,
} from './state.ts';

/** A card in the hand of the cashier, with the keyed hash by which the terminal recognises it. */
export interface PresentedCard {
  readonly card: Card;
  readonly panHash: string;
}

/** The encrypted PIN block and the number of digits that were typed. In memory only; no event holds it. */
export interface EnteredPin {
  readonly block: Uint8Array;
  readonly length: number;
}

/** A supervisor's code and password at the till, already compared by the runtime. */
export interface Approval {
  readonly operatorCode: string;
  readonly passwordMatches: boolean;
}

/** One of several payments of a sale. */
export interface TenderAsked {
  /** The screen's own unique id: the same one twice gets the first outcome. */
  readonly tenderId: string;
  readonly amountMinor: AmountMinor;
}

export interface PricedBasket {
  readonly saleId: string;
  readonly lines: readonly SaleLine[];
  readonly totalMinor: AmountMinor;
  readonly taxMinor: AmountMinor;
}

/** What the engine is asked to decide: commands of people, and what became of the exchanges it ordered. */
export type Input =
  | { readonly kind: 'provision'; readonly identity: TerminalIdentity }
  | {
      readonly kind: 'add-operator';
      readonly operatorCode: string;
      readonly name: string;
      readonly role: Role;
      readonly passwordHash: string;
    }
  | { readonly kind: 'operator-sign-on'; readonly operatorCode: string; readonly passwordMatches: boolean }
  | { readonly kind: 'operator-sign-off' }
  | { readonly kind: 'terminal-sign-on' }
  | { readonly kind: 'take-stans'; readonly message: string; readonly count: number }
  | {
      readonly kind: 'parameters-downloaded';
      readonly version: number;
      readonly issuedAtMs: number;
      readonly parameters: Partial<TerminalParameters>;
      readonly certificates: readonly SignedCertificate[];
      readonly issuers?: IssuerKeyList;
    }
  | {
      readonly kind: 'hotlist-downloaded';
      readonly version: number;
      readonly issuedAtMs: number;
      readonly panHashes: readonly string[];
    }
  | {
      readonly kind: 'pay-cash';
      readonly basket: PricedBasket;
      readonly receivedMinor: AmountMinor;
      /** Absent: the whole sale. */
      readonly tender?: TenderAsked;
    }
  | {
      readonly kind: 'pay-card';
      readonly basket: PricedBasket;
      readonly tender?: TenderAsked;
      readonly presented: PresentedCard;
      readonly pin?: EnteredPin;
    }
  | {
      readonly kind: 'void';
      readonly txnId: string;
      /** The screen's own unique id: the same one twice gets the first outcome, never a second void. */
      readonly undoId?: string;
      /** Cash needs none. */
      readonly presented?: PresentedCard;
      /** Where the host asked for one. */
      readonly pin?: EnteredPin;
      readonly approval?: Approval;
    }
  | {
      readonly kind: 'refund';
      readonly txnId: string;
      readonly undoId?: string;
      readonly amountMinor: AmountMinor;
      readonly presented?: PresentedCard;
      readonly pin?: EnteredPin;
      readonly approval?: Approval;
    }
  | {
      readonly kind: 'pre-authorise';
      /** The screen's own unique id: the same one twice gets the first outcome, never a second hold. */
      readonly saleId: string;
      readonly amountMinor: AmountMinor;
      readonly presented: PresentedCard;
      readonly pin?: EnteredPin;
    }
  | {
      readonly kind: 'complete';
      /** The pre-authorisation. */
      readonly txnId: string;
      readonly undoId?: string;
      readonly amountMinor: AmountMinor;
      readonly presented: PresentedCard;
      readonly pin?: EnteredPin;
    }
  /** Asks the host what is on a card, or for its last movements. */
  | {
      readonly kind: 'inquire';
      readonly inquiry: CardInquiry;
      readonly presented: PresentedCard;
      readonly pin?: EnteredPin;
    }
  /** Puts cash that the customer gave on a host-account card. */
  | {
      readonly kind: 'load-card';
      /** The screen's own unique id: the same one twice gets the first outcome, never a second load. */
      readonly undoId: string;
      readonly amountMinor: AmountMinor;
      readonly presented: PresentedCard;
    }
  | {
      readonly kind: 'serve-card';
      readonly service: CardService;
      /** As in `load-card`. */
      readonly undoId: string;
      readonly presented: PresentedCard;
      /** Of a replacement. */
      readonly newCard?: PresentedCard;
      /** Of a surrender: the whole balance, as the host said it; it is paid out in cash. */
      readonly amountMinor?: AmountMinor;
      readonly pin?: EnteredPin;
      readonly approval?: Approval;
    }
  | {
      readonly kind: 'pay-purse';
      readonly basket: PricedBasket;
      readonly purse: PresentedPurse;
      /** Checked by the card itself. */
      readonly pin?: CardPin;
    }
  /** Puts money on a purse: cash that the customer gave, or a purse sale's amount that goes back. */
  | {
      readonly kind: 'load-purse';
      /** The screen's own unique id: the same one twice gets the first outcome, never a second load. */
      readonly loadId: string;
      readonly amountMinor: AmountMinor;
      readonly purse: PresentedPurse;
      /** The purse sale whose amount goes back; then no cash is taken. */
      readonly refundOf?: string;
      readonly approval?: Approval;
    }
  /** The card has come back: finds out what became of the sale or load that it left open. */
  | { readonly kind: 'settle-doubt'; readonly purse: PresentedPurse }
  /** The cashier takes another tender for a sale whose card has not come back. */
  | { readonly kind: 'other-tender'; readonly txnId: string }
  | { readonly kind: 'card-ended'; readonly order: CardOrder; readonly outcome: CardOutcome }
  /** The customer walks away from a sale that is paid in part. */
  | { readonly kind: 'cancel-sale'; readonly saleId: string; readonly approval?: Approval }
  /** Gives back a sale with several tenders, or a part of it. */
  | {
      readonly kind: 'refund-sale';
      readonly saleId: string;
      readonly refundId: string;
      readonly amountMinor: AmountMinor;
      readonly approval?: Approval;
    }
  /** Carries out the part of such a refund that goes to the card that is presented. */
  | {
      readonly kind: 'refund-part';
      readonly refundId: string;
      readonly presented: PresentedCard;
      readonly pin?: EnteredPin;
    }
  /** The customer does not want, or does not come for, what is left of such a refund. */
  | { readonly kind: 'withdraw-refund'; readonly refundId: string }
  /** Undoes the next tender of a sale that is being cancelled. */
  | {
      readonly kind: 'undo-tender';
      readonly saleId: string;
      /** Where the card number is gone, or the host wants its PIN. */
      readonly presented?: PresentedCard;
      readonly pin?: EnteredPin;
    }
  /** Sends what is owed for one transaction: its reversal, its advice or the repeat of its refund. */
  | {
      readonly kind: 'deliver';
      readonly txnId: string;
      /** Another key set than the one it was first made under, when the host no longer takes that one. */
      readonly macKeySetId?: string;
    }
  /** A supervisor does something about a record that was set aside. */
  | {
      readonly kind: 'bench-act';
      readonly txnId: string;
      readonly action: BenchAction;
      readonly note?: string;
      readonly approval?: Approval;
    }
  /** The card of a claim is here again, and its holder pays. */
  | {
      readonly kind: 'collect-claim';
      readonly txnId: string;
      readonly presented: PresentedCard;
      readonly pin?: EnteredPin;
    }
  /** Something owed could not be delivered although the host could be reached. */
  | { readonly kind: 'delivery-failed'; readonly txnId: string; readonly fault: DeliveryFault }
  | { readonly kind: 'settle'; readonly approval?: Approval }
  | { readonly kind: 'abandon-settlement'; readonly approval?: Approval }
  /** A supervisor has compared a batch that the host closed by itself with the host's list of it. */
  | {
      readonly kind: 'check-batch';
      readonly reportId: string;
      readonly note?: string;
      readonly approval?: Approval;
    }
  | { readonly kind: 'batch-exported'; readonly exportNumber: number; readonly recordCount: number }
  | { readonly kind: 'receipt-printed'; readonly txnId: string; readonly copy: boolean }
  | { readonly kind: 'open-shift'; readonly floatMinor: AmountMinor }
  | {
      readonly kind: 'move-cash';
      readonly movementId: string;
      readonly movement: CashMovement;
      readonly amountMinor: AmountMinor;
      readonly reason: string;
      readonly approval?: Approval;
    }
  | { readonly kind: 'open-drawer'; readonly reason: string; readonly approval?: Approval }
  | {
      readonly kind: 'close-shift';
      readonly countedMinor: AmountMinor;
      readonly denominations?: readonly Denomination[];
      readonly approval?: Approval;
    }
  | { readonly kind: 'x-report'; readonly approval?: Approval }
  | { readonly kind: 'z-report'; readonly approval?: Approval }
  | { readonly kind: 'report-printed'; readonly reportId: string; readonly copy: boolean }
  | { readonly kind: 'receipt-not-printed'; readonly txnId: string; readonly paper: UnprintedPaper }
  /** The bytes of an original are about to go to the printer. */
  | { readonly kind: 'print-begun'; readonly txnId: string }
  /** Goes on with the undoing of a sale whose receipt did not come out. */
  | { readonly kind: 'undo-unprinted'; readonly txnId: string }
  | { readonly kind: 'enter-training'; readonly approval?: Approval }
  | { readonly kind: 'leave-training'; readonly approval?: Approval }
  | { readonly kind: 'exchange-ended'; readonly exchange: Exchange; readonly outcome: ExchangeOutcome }
  /** At start: decides every step that a crash cut short. */
  | {
      readonly kind: 'recover';
      /** The newest key set in the key store; it may be newer than the journal's when a crash fell between the two. */
      readonly currentKeySetId?: string;
      /** Whether the till prints at all: without a printer no receipt is missing. */
      readonly printer?: 'fitted' | 'none';
    };

/** What the engine says to whoever gave the command. */
export type Reply =
  | Refusal
  | { readonly kind: 'done' }
  | { readonly kind: 'signed-on'; readonly operatorCode: string }
  | { readonly kind: 'stans'; readonly stans: readonly Stan[] }
  | {
      readonly kind: 'pin-required';
      /** A purse did not take the one that was given. @property triesLeft unless the card did not say. */
      readonly wrongPin?: { readonly triesLeft?: number };
    }
  /** A report was made; the document holds its receipt. */
  | { readonly kind: 'report'; readonly reportId: string }
  /** What the host said about a card. */
  | InquiryReply
  /** The transaction has reached a state; the document says which. */
  | { readonly kind: 'transaction'; readonly txnId: string }
  /** The card did not say enough: the doubt stays. */
  | { readonly kind: 'still-in-doubt'; readonly txnId: string }
  /** Doubts about sales were closed as unresolved: they go up before the batch is settled. */
  | { readonly kind: 'doubts-closed'; readonly count: number }
  /** How far a sale with several tenders is; its document says it. */
  | { readonly kind: 'sale'; readonly saleId: string }
  | { readonly kind: 'refund-plan'; readonly refundId: string }
  /** Something owed is still owed. */
  | {
      readonly kind: 'still-owed';
      readonly txnId: string;
      readonly hostSaid?: string;
      /** The try says something against the record itself, not only against the moment. */
      readonly fault?: DeliveryFault;
    }
  | {
      readonly kind: 'settled';
      readonly result: SettlementOutcome;
      readonly batchNumber: BatchNumber;
      readonly totals: BatchTotals;
      readonly receipt: string;
      /** The receipt's document, by which it is printed again. */
      readonly reportId: string;
    }
  | { readonly kind: 'unfinished'; readonly hostSaid?: string };

export interface InquiryReply {
  readonly kind: 'inquiry';
  readonly inquiry: CardInquiry;
  readonly responseCode: string;
  readonly maskedPan: string;
  /** Absent when the host refused. */
  readonly balanceMinor?: AmountMinor;
  /** Of a statement, newest first. */
  readonly lines?: readonly StatementLine[];
  /** Receipt source of a slip for the customer; it proves nothing and is not kept. */
  readonly slip?: string;
}

export interface Decision {
  /** Durable before anything else happens. */
  readonly events: readonly EngineEvent[];
  readonly next:
    | { readonly kind: 'reply'; readonly reply: Reply }
    | { readonly kind: 'send'; readonly exchange: Exchange }
    | { readonly kind: 'card'; readonly order: CardOrder };
}

/** What a decision may know besides the state: nothing here is read by the engine itself. */
export interface Context {
  readonly nowMs: number;
  /** Whether a request could be written to the host now. */
  readonly linkUp: boolean;
  /** Whether the till prints receipts; absent: no. */
  readonly hasPrinter?: boolean;
  /** Hash of the journal's last entry; the settlement receipt carries it. */
  readonly journalHead: string;
  /** The sealed card data of a journal entry; undefined when it has been erased. */
  readonly openSecret: (seq: number) => CardSecret | undefined;
}

export function reply(value: Reply, events: readonly EngineEvent[] = []): Decision {
  return { events, next: { kind: 'reply', reply: value } };
}

export function send(exchange: Exchange, events: readonly EngineEvent[] = []): Decision {
  return { events, next: { kind: 'send', exchange } };
}

export function askCard(order: CardOrder, events: readonly EngineEvent[] = []): Decision {
  return { events, next: { kind: 'card', order } };
}
