import type { BalanceCertificate, IssuerKeyList } from '../domain/certificate.ts';
import type { BatchNumber, Rrn, Stan } from '../domain/identifiers.ts';
import type { AmountMinor } from '../domain/money.ts';
import type { TerminalParameters } from '../domain/parameters.ts';
import type { JsonObject, NewEntry } from '../ports/journal.ts';
import type { Placement, PurseEvent } from './purse/events.ts';
import type { RefundPlanDoc } from './sale-docs.ts';
import type {
  BatchTotals,
  BenchAction,
  DeliveryFault,
  ReversalReason,
  Role,
  SettlementOutcome,
  TerminalDoc,
  Txn,
  UnprintedPaper,
} from './state.ts';
import type { TakingsDoc } from './takings.ts';

/**
 * Card data that goes into the journal's sealed column, and nowhere else. Never the tracks: an authorisation sends them
 * once, and neither a reversal nor an advice carries them.
 */
export interface CardSecret {
  readonly pan: string;
  /** YYMM */
  readonly expiry?: string;
  /** Of a replacement: the number of the new card. */
  readonly newPan?: string;
}

/** The identity of a terminal, as provisioned. */
export type TerminalIdentity = Pick<
  TerminalDoc,
  | 'merchantId'
  | 'merchantNameZh'
  | 'merchantNameEn'
  | 'terminalId'
  | 'currency'
  | 'tpdu'
  | 'header'
  | 'utcOffsetMinutes'
  | 'isForTraining'
>;

/** What a transaction is when it is first journalled: everything that is known before its outcome. */
export type NewTxn = Omit<Txn, 'secretSeq'>;

/** Everything that ever happens to a terminal. The journal stores nothing else; the state follows from these alone. */
export type EngineEvent =
  | PurseEvent
  | { readonly kind: 'terminal-provisioned'; readonly identity: TerminalIdentity }
  | {
      readonly kind: 'operator-added';
      readonly operatorCode: string;
      readonly name: string;
      readonly role: Role;
      readonly passwordHash: string;
    }
  | { readonly kind: 'operator-signed-on'; readonly operatorCode: string }
  | {
      readonly kind: 'operator-sign-on-failed';
      readonly operatorCode: string;
      readonly lockedUntilMs: number;
    }
  | { readonly kind: 'operator-signed-off'; readonly operatorCode: string }
  | {
      readonly kind: 'supervisor-approved';
      readonly operatorCode: string;
      readonly action: string;
      readonly txnId?: string;
    }
  /** Trace numbers up to this one are taken, for messages that are no transactions (sign-on, downloads, echo). */
  | { readonly kind: 'stan-taken'; readonly stan: Stan; readonly message: string }
  | {
      readonly kind: 'terminal-signed-on';
      readonly keySetId: string;
      readonly batchNumber: BatchNumber;
      /** What the host says is open, where the terminal keeps another that is not settled. */
      readonly hostBatchNumber?: BatchNumber;
      readonly hostClockOffsetMs: number;
    }
  | { readonly kind: 'terminal-sign-on-failed'; readonly reason: string }
  /** The host said 99 or A0, or the like: working keys are to be fetched anew. */
  | { readonly kind: 'sign-on-asked'; readonly responseCode: string }
  | {
      readonly kind: 'parameters-received';
      readonly version: number;
      readonly issuedAtMs: number;
      readonly parameters: Partial<TerminalParameters>;
      readonly certificates: readonly SignedCertificate[];
      readonly issuers?: IssuerKeyList;
    }
  | {
      readonly kind: 'hotlist-received';
      readonly version: number;
      readonly issuedAtMs: number;
      readonly panHashes: readonly string[];
    }
  /**
   * A sale, void, refund, pre-authorisation or completion goes out: durable before its bytes, so that a crash leaves a
   * reversal owed and not a guess.
   */
  | { readonly kind: 'transaction-sent'; readonly txn: NewTxn; readonly secret: CardSecret }
  | {
      readonly kind: 'transaction-approved';
      readonly txnId: string;
      readonly rrn?: Rrn;
      readonly authCode?: string;
      readonly responseCode: string;
      readonly balanceMinor?: AmountMinor;
      /** The part of the amount that was approved, where it was not all. */
      readonly approvedMinor?: AmountMinor;
      readonly certificate?: SignedCertificate;
      readonly receipt: string;
    }
  /** A balance or a statement was asked for: its trace number is taken. Nothing is ever owed for it. */
  | {
      readonly kind: 'card-inquired';
      readonly inquiry: CardInquiry;
      readonly stan: Stan;
      readonly panHash: string;
      readonly maskedPan: string;
      readonly operatorCode: string;
    }
  | {
      readonly kind: 'inquiry-answered';
      readonly inquiry: CardInquiry;
      readonly panHash: string;
      readonly responseCode: string;
      readonly balanceMinor?: AmountMinor;
      readonly certificate?: SignedCertificate;
    }
  | { readonly kind: 'transaction-declined'; readonly txnId: string; readonly responseCode: string }
  /** No byte left the terminal: the host cannot know of it and nothing is owed. */
  | { readonly kind: 'transaction-not-sent'; readonly txnId: string }
  | {
      readonly kind: 'outcome-unknown';
      readonly txnId: string;
      readonly reason: ReversalReason;
      readonly cause: string;
      readonly receipt?: string;
    }
  | {
      readonly kind: 'reversal-answered';
      readonly txnId: string;
      readonly responseCode: string;
      readonly receipt: string;
    }
  /** The host will not undo it (settled, or not what it has): set aside for a person. */
  | { readonly kind: 'reversal-refused'; readonly txnId: string; readonly responseCode: string }
  | { readonly kind: 'cash-sale-completed'; readonly txn: NewTxn }
  /** A cash sale, or a part of it, was given back out of the drawer. */
  | { readonly kind: 'cash-handed-back'; readonly txn: NewTxn }
  | { readonly kind: 'offline-sale-accepted'; readonly txn: NewTxn; readonly secret: CardSecret }
  | {
      readonly kind: 'advice-delivered';
      readonly txnId: string;
      readonly responseCode: string;
      readonly rrn?: Rrn;
    }
  /** The host refused an advice for good: the record is set aside for a person and never blocks the others. */
  | { readonly kind: 'advice-rejected'; readonly txnId: string; readonly responseCode: string }
  /** A try that failed although the host could be reached; DELIVERY_FAILURES_MAX of them set the record aside. */
  | { readonly kind: 'delivery-failed'; readonly txnId: string; readonly fault: DeliveryFault }
  /** Its batch is closed and the host has not answered for it: it goes up in the open one. */
  | { readonly kind: 'advice-placed-anew'; readonly txnId: string; readonly placement: Placement }
  | { readonly kind: 'delivery-set-aside'; readonly txnId: string; readonly fault: DeliveryFault }
  /** What a person did at the workbench, one event an action. */
  | ({ readonly kind: BenchEventKind } & BenchDeed)
  /** A sale with several tenders takes no more of them: what was paid is given back, the cash in the same step. */
  | {
      readonly kind: 'sale-cancelling';
      readonly saleId: string;
      readonly operatorCode: string;
      readonly supervisorCode?: string;
    }
  /** What each tender of a sale gets back; the parts follow one by one. */
  | ({ readonly kind: 'refund-planned' } & RefundPlanDoc)
  /** What no card was presented for is not refunded after all. */
  | ({ readonly kind: 'refund-withdrawn'; readonly refundId: string } & Who)
  /** The host has refused an offline tender of a sale that is cancelled: there is nothing to claim for it. */
  | { readonly kind: 'claim-dropped'; readonly txnId: string }
  | {
      readonly kind: 'settlement-started';
      readonly stan: Stan;
      readonly batchNumber: BatchNumber;
      readonly totals: BatchTotals;
    }
  /** The totals go out once more. */
  | { readonly kind: 'settlement-repeated' }
  /** The host answered, and did not compare. */
  | { readonly kind: 'settlement-refused'; readonly hostSaid: string; readonly mayComeAgain: boolean }
  | { readonly kind: 'settlement-compared'; readonly result: 'balanced' | 'not-balanced' }
  /** Its sealed card number cannot be read any more: it goes up without, and a person looks at it. */
  | { readonly kind: 'upload-record-without-card'; readonly txnId: string }
  /** The last message of an upload goes out: from here on the host may have closed the batch. */
  | { readonly kind: 'upload-ending' }
  /** The host took the totals and then refused a part of the upload; for good, the totals are compared once more. */
  | {
      readonly kind: 'upload-refused';
      readonly atEnd: boolean;
      readonly hostSaid: string;
      readonly mayComeAgain: boolean;
    }
  /** A supervisor gave up a settlement that the host will not compare; the batch stays open. */
  | {
      readonly kind: 'settlement-abandoned';
      readonly batchNumber: BatchNumber;
      readonly operatorCode: string;
    }
  | {
      readonly kind: 'batch-closed';
      readonly batchNumber: BatchNumber;
      readonly nextBatchNumber: BatchNumber;
      readonly result: SettlementOutcome;
      readonly totals: BatchTotals;
      readonly receipt: string;
    }
  /** A supervisor compared a batch that the host had closed by itself with the host's list of it. */
  | ({ readonly kind: 'batch-checked'; readonly reportId: string; readonly note: string } & Who)
  /** What was owed was written to a batch file, for a host that cannot be reached; it goes on being owed. */
  | {
      readonly kind: 'batch-exported';
      readonly exportNumber: number;
      readonly recordCount: number;
      readonly operatorCode?: string;
    }
  | { readonly kind: 'receipt-printed'; readonly txnId: string; readonly copy: boolean }
  | {
      readonly kind: 'shift-opened';
      readonly shiftNumber: number;
      readonly operatorCode: string;
      readonly floatMinor: AmountMinor;
    }
  | ({
      readonly kind: 'cash-moved';
      readonly shiftNumber: number;
      /** The screen's own id of it: the same one twice is one movement. */
      readonly movementId: string;
      readonly movement: CashMovement;
      readonly amountMinor: AmountMinor;
      readonly reason: string;
    } & Who)
  /** Without a sale. */
  | ({ readonly kind: 'drawer-opened'; readonly reason: string } & Who)
  | ({
      readonly kind: 'shift-closed';
      readonly shiftNumber: number;
      readonly countedMinor: AmountMinor;
      readonly denominations?: readonly Denomination[];
      /** Minor units; below zero when more was taken out than anybody wrote down. */
      readonly expectedMinor: number;
      /** Counted less expected: 长款 above zero, 短款 below. */
      readonly differenceMinor: number;
      readonly receipt: string;
    } & Who)
  | ({ readonly kind: 'x-report-made'; readonly number: number; readonly receipt: string } & Who)
  /** Ends the period: what it holds was reset with it, and can be read here again. */
  | ({
      readonly kind: 'z-report-made';
      readonly number: number;
      readonly takings: TakingsDoc;
      /** Head of the hash chain when it was decided. */
      readonly journalHead: string;
      readonly receipt: string;
    } & Who)
  | { readonly kind: 'report-printed'; readonly reportId: string; readonly copy: boolean }
  /** The sale stands and its customer may have no proof of it: the till says so until it is printed. */
  | { readonly kind: 'receipt-not-printed'; readonly txnId: string; readonly paper: UnprintedPaper }
  /** Before the bytes of a receipt without which the sale is undone: after a crash here, some of it may be out. */
  | { readonly kind: 'receipt-print-begun'; readonly txnId: string }
  /** Its receipt certainly did not come out, and the store wants such a sale undone. */
  | { readonly kind: 'sale-undo-begun'; readonly txnId: string }
  /** It cannot be undone after all, by this rule: the sale stands. */
  | { readonly kind: 'sale-undo-ended'; readonly txnId: string; readonly because: string }
  /** Entries up to `throughSeq` went into an archive, with the documents that only they explain. */
  | {
      readonly kind: 'journal-archived';
      readonly fromSeq: number;
      readonly throughSeq: number;
      /** Hash of the last of them, upper-case hex. */
      readonly hash: string;
      /** Sum of all documents then, and of those that the journal keeps as they were then; upper-case hex. */
      readonly docsSum: string;
      readonly snapshotSum: string;
      readonly documents: number;
    }
  /** The journal was damaged and was put together again up to `throughSeq`; what came after is lost to it. */
  | {
      readonly kind: 'journal-restored';
      readonly throughSeq: number;
      /** The last entry that is known to have been there; absent when nobody knows. */
      readonly lostThroughSeq?: number;
      /** Trace numbers and transaction ids skipped, so that none that may have been used is used again. */
      readonly skipped: number;
    }
  /** Nothing else of training is ever journalled. */
  | ({ readonly kind: 'training-entered' } & Who)
  | ({ readonly kind: 'training-left' } & Who)
  /** A command that the terminal would not carry out, by its own rules. */
  | {
      readonly kind: 'refused';
      readonly command: string;
      readonly rule: string;
      readonly operatorCode?: string;
    };

/** The actions of the workbench by their names in the journal. */
export const BENCH_EVENTS = {
  'block-card': 'card-blocked-here',
  'unblock-card': 'card-unblocked-here',
  collect: 'claim-to-be-collected',
  slip: 'claim-slip-made',
  'write-off': 'claim-written-off',
  'send-again': 'delivery-asked-again',
  'host-says-stands': 'host-said-stands',
  'host-says-undone': 'host-said-undone',
  'give-back': 'load-cash-given-back',
  'returned-otherwise': 'tender-returned-otherwise',
  checked: 'record-checked',
} as const satisfies Record<BenchAction, string>;
export type BenchEventKind = (typeof BENCH_EVENTS)[BenchAction];

export interface BenchDeed {
  readonly txnId: string;
  readonly operatorCode: string;
  readonly supervisorCode?: string;
  readonly note?: string;
  /** Of a slip, the slip; of what the host said, the receipt that the transaction has now. */
  readonly receipt?: string;
}

/** Who did it, and who approved it where that was somebody else. */
interface Who {
  readonly operatorCode: string;
  readonly supervisorCode?: string;
}

/** What can be asked about a card without changing anything. */
export type CardInquiry = 'balance' | 'statement';

/** Money put into the drawer, or taken out of it to the safe. */
export type CashMovement = 'float-added' | 'safe-drop';

/** How many notes or coins of one value were counted; the value in minor units. */
export interface Denomination {
  readonly valueMinor: AmountMinor;
  readonly count: number;
}

export type EventKind = EngineEvent['kind'];

export interface SignedCertificate {
  readonly certificate: BalanceCertificate;
  readonly base64: string;
}

/** An event with its place and time: what evolving sees. */
export interface PlacedEvent {
  readonly seq: number;
  readonly atMs: number;
  readonly event: EngineEvent;
}

/** Takes the card data out of the event, so that the payload never holds any. */
export function toEntry(event: EngineEvent, atMs: number): NewEntry {
  const { kind, ...rest } = event;
  if ('secret' in rest) {
    const { secret, ...payload } = rest;
    return { atMs, kind, payload: payload as unknown as JsonObject, secret: secret as unknown as JsonObject };
  }
  return { atMs, kind, payload: rest as unknown as JsonObject };
}

/** The event of a stored entry, without its card data: no rule needs it. */
export function fromEntry(entry: { readonly kind: string; readonly payload: JsonObject }): EngineEvent {
  return { ...entry.payload, kind: entry.kind } as unknown as EngineEvent;
}
