import type { BatchNumber, Rrn, Stan } from '../../domain/identifiers.ts';
import type { PurseMac2, PurseTac } from '../../domain/purse.ts';
import type { NewTxn } from '../events.ts';
import type { LoadProof, ProvenBy } from './facts.ts';
import type { DoubtEvidence } from './purposes.ts';

/** Where a record goes up that is decided after its batch was closed. */
export interface Placement {
  readonly stan: Stan;
  readonly batchNumber: BatchNumber;
  readonly keySetId: string;
}

/** What happens to sales and loads of the electronic purse; docs/purse.md says what each protects against. */
export type PurseEvent =
  /** Durable before DEBIT goes to the card. */
  | { readonly kind: 'purse-debit-started'; readonly txn: NewTxn }
  /** The card said that it has paid; durable before the PSAM is asked whether it is genuine. */
  | {
      readonly kind: 'purse-debited';
      readonly txnId: string;
      readonly tac: PurseTac;
      readonly mac2: PurseMac2;
    }
  | { readonly kind: 'purse-approved'; readonly txnId: string; readonly receipt: string }
  /** MAC2 is wrong: the card is not genuine. No goods. */
  | {
      readonly kind: 'purse-suspected';
      readonly txnId: string;
      readonly tac: PurseTac;
      readonly mac2: PurseMac2;
      readonly placement?: Placement;
    }
  /** The card said that it did nothing. */
  | { readonly kind: 'purse-declined'; readonly txnId: string; readonly statusWord: string }
  /** Nobody knows whether the card acted. */
  | { readonly kind: 'purse-doubted'; readonly txnId: string; readonly cause: string }
  /** The card has paid, or was credited, and there is a TAC for it. */
  | {
      readonly kind: 'purse-recovered';
      readonly txnId: string;
      readonly provenBy: ProvenBy;
      readonly tac: PurseTac;
      readonly mac2?: PurseMac2;
      readonly placement?: Placement;
      readonly receipt: string;
    }
  /** Counter, balance and log say that the card has paid, or was credited; there is no TAC any more. */
  | {
      readonly kind: 'purse-moved-without-tac';
      readonly txnId: string;
      readonly evidence: DoubtEvidence;
      readonly placement?: Placement;
      readonly receipt: string;
    }
  | { readonly kind: 'purse-not-debited'; readonly txnId: string; readonly evidence: DoubtEvidence }
  /** The host decides, from later records of the card. */
  | {
      readonly kind: 'purse-unresolved';
      readonly txnId: string;
      readonly because: 'batch-closed' | 'evidence';
      readonly evidence?: DoubtEvidence;
    }
  /** The cashier goes on without waiting for the card. */
  | { readonly kind: 'purse-other-tender'; readonly txnId: string }
  /** Durable before the request of a load goes to the host. */
  | { readonly kind: 'purse-load-sent'; readonly txn: NewTxn }
  /** The host has released MAC2; durable before CREDIT goes to the card. */
  | {
      readonly kind: 'purse-load-authorised';
      readonly txnId: string;
      readonly mac2: PurseMac2;
      readonly date: string;
      readonly time: string;
      readonly rrn?: Rrn;
    }
  | {
      readonly kind: 'purse-credited';
      readonly txnId: string;
      readonly tac: PurseTac;
      readonly receipt: string;
    }
  /** The card was not credited, and the terminal has yet to get the proof of it from the card. */
  | {
      readonly kind: 'purse-uncredited';
      readonly txnId: string;
      /** Where the host's answer had not been heard before. */
      readonly answer?: { readonly mac2: PurseMac2; readonly date: string; readonly time: string };
    }
  /** The proof is there: the load is reversed with it. */
  | { readonly kind: 'purse-not-credited'; readonly txnId: string; readonly proof: LoadProof }
  /** The host does not take the proof: another is needed. */
  | { readonly kind: 'purse-proof-refused'; readonly txnId: string; readonly responseCode: string };
