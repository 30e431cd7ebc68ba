import type { EntryMode } from '../domain/card.ts';
import type { BalanceCertificate, IssuerKeyList } from '../domain/certificate.ts';
import type { BatchNumber, Rrn, Stan } from '../domain/identifiers.ts';
import type { AmountMinor } from '../domain/money.ts';
import type { TerminalParameters } from '../domain/parameters.ts';
import { DEFAULT_PARAMETERS } from '../domain/parameters.ts';
import type { SaleLine } from '../domain/product.ts';
import type { Change, JsonObject } from '../ports/journal.ts';
import type { PurseFacts } from './purse/facts.ts';
import type { RefundPlanDoc, SaleDoc } from './sale-docs.ts';
import type { ReportDoc, ShiftDoc, TakingsDoc } from './takings.ts';

export type Role = 'cashier' | 'supervisor' | 'engineer';

export interface OperatorDoc {
  readonly operatorCode: string;
  readonly name: string;
  readonly role: Role;
  /** scrypt, with its parameters and salt. */
  readonly passwordHash: string;
  /** Wrong passwords in a row. */
  readonly failures: number;
  readonly lockedUntilMs: number;
}

/** What a settlement that was started must still do; it survives a crash at any point. */
export interface SettlementDoc {
  readonly stan: Stan;
  readonly totals: BatchTotals;
  /** `comparing`: the totals went out or are about to; `uploading`: the host said that they differ. */
  readonly phase: 'comparing' | 'uploading';
  readonly result?: 'balanced' | 'not-balanced';
  /** Tries whose outcome nobody knows: after any of them the host may have closed the batch. */
  readonly unansweredTries: number;
  /** Ends of an upload that went out and were not refused: by any of them the host may have closed the batch. */
  readonly uploadEndings?: number;
  readonly startedAtMs: number;
}

/** How a batch was closed. `closed-by-host`: the host had closed it already, with totals of its own. */
export type SettlementOutcome = 'balanced' | 'not-balanced' | 'closed-by-host';

export interface BatchTotals {
  readonly debitCount: number;
  readonly debitMinor: AmountMinor;
  readonly creditCount: number;
  readonly creditMinor: AmountMinor;
}

/** The one document of collection `terminal`. */
export interface TerminalDoc {
  readonly merchantId: string;
  readonly merchantNameZh: string;
  readonly merchantNameEn: string;
  readonly terminalId: string;
  readonly currency: string;
  readonly tpdu: string;
  readonly header: string;
  readonly utcOffsetMinutes: number;
  readonly lastStan?: Stan;
  readonly txnCount: number;
  /** Batch files written so far. */
  readonly exportCount?: number;
  readonly batchNumber?: BatchNumber;
  /** The batch that the host said is open, where it is another: it has closed ours. */
  readonly hostBatchNumber?: BatchNumber;
  /** The host found the totals of this batch to differ, and that settlement was given up: it takes nothing more in the batch. */
  readonly hostHasCompared?: true;
  readonly keySetId?: string;
  readonly signedOnAtMs?: number;
  /** The latest moment of any transaction, sign-on to the host or closing of a batch so far, milliseconds; it never goes back. */
  readonly latestAtMs?: number;
  /** The host asked for a new sign-on (99, A0), or the batch has just closed. */
  readonly signOnNeeded: boolean;
  /** host time minus terminal time */
  readonly hostClockOffsetMs: number;
  readonly parameters: Partial<TerminalParameters>;
  readonly parametersVersion?: number;
  readonly parametersAtMs?: number;
  /** What the host's parameter documents said of its signing keys. A revoked one stays revoked. */
  readonly issuers?: IssuerKeyList;
  readonly hotlistVersion?: number;
  readonly hotlistAtMs?: number;
  readonly operatorCode?: string;
  readonly settlement?: SettlementDoc;
  /** Training mode is on, over restarts too: a power cut must not make the next sale a real one unannounced. */
  readonly training?: { readonly operatorCode: string; readonly sinceMs: number };
  /** This is the training engine itself: nothing of it is real, and each of its receipts says so. */
  readonly isForTraining?: true;
}

export type TxnKind =
  | 'cash-sale'
  /** Cash handed back: all of a cash sale of the open batch, or a part of any cash sale. */
  | 'cash-void'
  | 'cash-refund'
  | 'purchase'
  | 'offline-sale'
  | 'void'
  | 'refund'
  | 'pre-authorisation'
  | 'completion'
  | 'purse-sale'
  | 'purse-load'
  /** Cash that was put on a host-account card. */
  | 'load'
  /** What a host-account card is was changed: see CardService. */
  | 'card-service';

/** What the till does about a card besides money on it; a replacement and a surrender move its balance. */
export const CARD_SERVICES = ['activate', 'block', 'unblock', 'report-loss', 'replace', 'surrender'] as const;
export type CardService = (typeof CARD_SERVICES)[number];

export type TxnState =
  | 'sending'
  | 'approved'
  | 'declined'
  | 'unknown'
  | 'reversed'
  | 'not-sent'
  | 'accepted-offline'
  | 'delivered'
  | 'rejected'
  /** The host refused to undo it: a person must find out what became of the money. */
  | 'reversal-refused'
  /** Set aside after DELIVERY_FAILURES_MAX tries: it cannot be made, or the host never answers it. */
  | 'undeliverable'
  /** A claim that was paid: the card came again and an online purchase of it was approved. */
  | 'collected'
  /** A claim that the store gave up. */
  | 'written-off'
  | 'voided'
  /** Of a pre-authorisation: its completion was approved and stands. */
  | 'completed'
  /** Of a load: its answer was lost and its confirmation refused. The customer's cash is to be handed back. */
  | 'load-refused'
  | PurseState;

/** Where a sale or load of the electronic purse can be besides; docs/purse.md has the drawing. */
export type PurseState =
  /** Of a sale: DEBIT is about to go, or has gone, to the card. */
  | 'pending'
  /** The card said that it has paid; the PSAM has not said yet whether it is genuine. */
  | 'debited'
  /** The card is not genuine: no goods, a fraud alert for the host. */
  | 'suspect'
  /** Nobody knows whether the card acted, until it comes back. */
  | 'in-doubt'
  /** It acted, and there is a TAC. */
  | 'recovered'
  | 'not-debited'
  | 'debited-without-tac'
  /** Left to the host; while the card has not come back it still decides. */
  | 'unresolved'
  /** Of a load: MAC2 is there, CREDIT is about to go, or has gone, to the card. */
  | 'authorised'
  /** The card was not credited; the proof of it is still to be got from the card. */
  | 'uncredited'
  /** With the proof: the reversal is owed. */
  | 'not-credited'
  | 'credited-without-tac';

/** Why a reversal is owed, DE39 of the reversal: 98 no answer, A0 wrong MAC in the answer, 06 anything else. */
export type ReversalReason = '06' | '98' | 'A0';

/** Why one record does not reach the host though the host is there. */
export type DeliveryFault =
  | 'cannot-be-made'
  | 'not-answered'
  /** The host answers it, each time by a code that settles nothing. */
  | 'not-settled';

/** Why a record was set aside, where it was not by an answer of the host to it. */
export type SetAsideReason =
  | DeliveryFault
  /** It went up in a batch upload without its card number, which cannot be read any more. */
  | 'sealed-data-missing';

/** `none`: nothing was printed. `maybe`: the printer failed on the way, or the process died; some of it may be out. */
export type UnprintedPaper = 'none' | 'maybe';

/** What a person may do about a record that was set aside. */
export type BenchAction =
  | 'block-card'
  | 'unblock-card'
  | 'collect'
  | 'slip'
  | 'write-off'
  | 'send-again'
  | 'host-says-stands'
  | 'host-says-undone'
  /** The cash of a load that the host refused goes back to the customer. */
  | 'give-back'
  /** Of one of several tenders: its money was given back in some other way than to its card. */
  | 'returned-otherwise'
  /** Somebody compared it with what the host has, and it is in order. */
  | 'checked';

export interface BenchStep {
  readonly action: BenchAction;
  readonly atMs: number;
  readonly operatorCode: string;
  readonly supervisorCode?: string;
  readonly note?: string;
}

export interface Txn {
  readonly txnId: string;
  readonly kind: TxnKind;
  readonly state: TxnState;
  readonly amountMinor: AmountMinor;
  readonly atMs: number;
  /** YYYYMMDD, MMDD and hhmmss as they went on the wire. */
  readonly date: string;
  readonly time: string;
  readonly operatorCode: string;
  /** The shift that was open when it began. */
  readonly shiftNumber?: number;
  readonly supervisorCode?: string;
  readonly saleId?: string;
  /** Where several tenders pay a sale: the screen's own id of this one, and what the sale comes to. */
  readonly tenderId?: string;
  readonly saleTotalMinor?: AmountMinor;
  /** What was asked for, where the host approved a part of it. */
  readonly askedMinor?: AmountMinor;
  /** Of a void, refund, completion, load or card service: the screen's own id of the request. */
  readonly undoId?: string;
  /** Of a refund: the plan that it is a part of. */
  readonly refundId?: string;
  readonly lines?: readonly SaleLine[];
  readonly taxMinor?: AmountMinor;
  readonly receivedMinor?: AmountMinor;
  readonly stan?: Stan;
  readonly batchNumber?: BatchNumber;
  /** Of an offline sale that goes up in a later batch than its own: the names under which it was made. */
  readonly firstStan?: Stan;
  readonly firstBatchNumber?: BatchNumber;
  readonly keySetId?: string;
  readonly maskedPan?: string;
  readonly panHash?: string;
  readonly entryMode?: EntryMode;
  readonly pinUsed?: boolean;
  /** The journal entry that holds the sealed card data. */
  readonly secretSeq?: number;
  readonly rrn?: Rrn;
  readonly authCode?: string;
  readonly responseCode?: string;
  readonly balanceMinor?: AmountMinor;
  readonly reversalReason?: ReversalReason;
  readonly certificateBase64?: string;
  /** Of a sale or load of the electronic purse. */
  readonly purse?: PurseFacts;
  readonly service?: CardService;
  /** Of a replacement: the card that takes over the balance. */
  readonly newMaskedPan?: string;
  readonly newPanHash?: string;
  readonly originalTxnId?: string;
  readonly refundedMinor: AmountMinor;
  /** Of a tender: what a person gave back where the terminal could not, and said so at the workbench. */
  readonly returnedMinor?: AmountMinor;
  /** A void, refund or completion that is on its way; no second one starts meanwhile. */
  readonly pendingTxnId?: string;
  /** Its batch was closed; of a pre-authorisation, which is in no batch's totals: and nothing can follow it any more. */
  readonly settled: boolean;
  /** Tries to deliver what is owed for it that failed while the host could be reached. */
  readonly deliveryFailures?: number;
  /** Why it was set aside, where it was not by an answer of the host. */
  readonly setAsideBecause?: SetAsideReason;
  /** A claim to be offered for payment when its card comes again. */
  readonly collectable?: boolean;
  /** The customer's slip for a claim, receiptline source. */
  readonly slip?: string;
  /** What people did about it at the workbench, oldest first. */
  readonly benchSteps?: readonly BenchStep[];
  /** receiptline source. */
  readonly receipt?: string;
  readonly receiptPrinted?: boolean;
  /** Its receipt is not known to have come out of the printer. */
  readonly unprinted?: UnprintedPaper;
  /** Taken while the store undid sales without a receipt, at a till that prints. */
  readonly undoIfUnprinted?: true;
  /** Of such a sale: from here on some of its receipt may be out. */
  readonly printBegun?: true;
  /** It is undone for want of its receipt; `stands`: that cannot be done. What became of it says its state. */
  readonly unprintedUndo?: 'under-way' | 'stands';
  /** Why it stands: the host's code, or a rule of the terminal's. */
  readonly unprintedUndoRefusedBy?: string;
}

/** Which transaction a void, refund, completion, load or card service that a screen asked for became; see `SaleDoc`. */
export interface UndoDoc {
  readonly undoId: string;
  readonly txnId: string;
}

/** The latest certificate for a card and what this terminal has spent against it. */
export interface CertificateDoc {
  readonly panHash: string;
  readonly certificate: BalanceCertificate;
  readonly certificateBase64: string;
  readonly spentMinor: AmountMinor;
  readonly spentCount: number;
}

export interface HotlistDoc {
  readonly panHashes: readonly string[];
}

/** A card that this store refuses by itself, whatever the host's list says, for as long as one of these claims is open. */
export interface BlockedCardDoc {
  readonly panHash: string;
  readonly txnIds: readonly string[];
  /** The host's hotlist has it, too: when a later one leaves it out, the host says otherwise. */
  readonly onHostList: boolean;
}

export interface Collections {
  readonly terminal: TerminalDoc;
  readonly operators: OperatorDoc;
  readonly transactions: Txn;
  readonly sales: SaleDoc;
  readonly undos: UndoDoc;
  readonly refundPlans: RefundPlanDoc;
  readonly certificates: CertificateDoc;
  readonly hotlist: HotlistDoc;
  readonly blockedCards: BlockedCardDoc;
  readonly shifts: ShiftDoc;
  readonly takings: TakingsDoc;
  readonly reports: ReportDoc;
}
export type CollectionName = keyof Collections;

/** What deciding and evolving may read. */
export interface StateView {
  get<C extends CollectionName>(collection: C, key: string): Collections[C] | undefined;
  /** The live documents of a collection, oldest first. */
  live<C extends CollectionName>(collection: C): Iterable<Collections[C]>;
}

/** The terminal's document; a terminal that was never provisioned has none and does nothing. */
export function terminalOf(state: StateView): TerminalDoc {
  const terminal = state.get('terminal', 'terminal');
  if (!terminal) throw new Error('This terminal has not been provisioned');
  return terminal;
}

export function parametersOf(state: StateView): TerminalParameters {
  return { ...DEFAULT_PARAMETERS, ...terminalOf(state).parameters };
}

/** Builds the change that stores a document. */
export function put<C extends CollectionName>(
  collection: C,
  key: string,
  doc: Collections[C],
  options: { readonly live: boolean; readonly terms?: string } = { live: true },
): Change {
  // Documents are plain JSON by construction; the interfaces lack the index signature that JsonObject asks for.
  return { collection, key, doc: doc as unknown as JsonObject, ...options };
}
