import type { BatchFileKeys } from '../keys/batch-file-keys.ts';
import type { CardVault } from '../keys/card-vault.ts';
import type { IssuerKeys } from '../keys/issuer-keys.ts';
import type { PurseKeys } from '../keys/purse-keys.ts';
import type { TerminalKeys } from '../keys/terminal-keys.ts';
import type { Random } from '../ports.ts';
import type { HostSettings } from '../settings.ts';
import type { CardStatus, StoredCard } from '../store/cards.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { KeySet, Terminal } from '../store/terminals.ts';
import type { TransactionKind, TransactionState } from '../store/transactions.ts';
import type { Fields, HostRequest } from './request.ts';

/** What the rules work with besides the store. Nothing here is a record; all of it can be made again at a start. */
export interface HostServices {
  readonly settings: HostSettings;
  readonly random: Random;
  readonly issuerKeys: IssuerKeys;
  readonly terminalKeys: TerminalKeys;
  readonly cardVault: CardVault;
  readonly purseKeys: PurseKeys;
  readonly batchFileKeys: BatchFileKeys;
}

/** What fault rules ask of the rules; every other fault happens outside them. */
export interface FaultsForRules {
  readonly unbalancedSettlement: boolean;
  /** Approves a purchase for this part at most; `half` of it. */
  readonly approveMinor?: number | 'half';
  /** Declines with this code instead of deciding. */
  readonly declineWith?: string;
}

/** One message inside its database transaction, whose sender is only claimed: these messages carry no MAC. */
export interface UnauthenticatedContext {
  readonly tx: StoreTransaction;
  readonly services: HostServices;
  readonly request: HostRequest;
  readonly terminal: Terminal;
  readonly nowMs: number;
  /** YYYY-MM-DD. */
  readonly accountingDate: string;
  readonly faults: FaultsForRules;
}

/** One message whose MAC holds. */
export interface MessageContext extends UnauthenticatedContext {
  /** The working keys whose MAC key vouched for the request. */
  readonly keySet: KeySet;
}

/** Card numbers of the store, the status that their cards had and the one that they were given. */
export type CardStatusBefore = readonly {
  readonly cardId: number;
  readonly status: CardStatus;
  /** Missing in what an older version wrote. */
  readonly to?: CardStatus;
}[];

/** What a rule decided: the answer's code and fields, and what goes into the record. */
export interface Outcome {
  readonly kind: TransactionKind;
  readonly state: TransactionState;
  /** DE39. */
  readonly code: string;
  /** What was booked, where it is not what was asked for: a partial approval. */
  readonly amountMinor?: number;
  /** The host's own word for a refusal. */
  readonly reason?: string;
  readonly card?: StoredCard;
  readonly rrn?: string;
  readonly authorisationCode?: string;
  readonly sale?: { readonly batchNumber: string; readonly stan: string; readonly atMs: number };
  readonly certificateNumber?: number;
  readonly originalTransactionId?: number;
  readonly postingId?: number;
  /** Of a card service: the status that each card had before. */
  readonly statusBefore?: CardStatusBefore;
  /** Further fields of the answer. */
  readonly answer?: Fields;
  /** Leaves no record: what was refused may come again under the same number with what it lacked. */
  readonly mayComeAgain?: true;
}

/** A message that is answered and leaves no transaction: network management. */
export interface NetworkOutcome {
  readonly code: string;
  readonly answer?: Fields;
}

export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

export function declined(kind: TransactionKind, refusal: Refusal, more: Partial<Outcome> = {}): Outcome {
  return { ...more, kind, state: 'declined', code: refusal.code, reason: refusal.reason };
}
