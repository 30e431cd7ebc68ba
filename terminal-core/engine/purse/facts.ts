import type { BatchNumber, Stan } from '../../domain/identifiers.ts';
import type { AmountMinor } from '../../domain/money.ts';
import type {
  ApplicationSerial,
  PurseMac1,
  PurseMac2,
  PurseRandom,
  PurseTac,
  PurseTerminalNumber,
  TerminalSerial,
} from '../../domain/purse.ts';
import type { DoubtEvidence } from './purposes.ts';

/** How it is known that the card was debited or credited though the terminal did not see the whole of it. */
export type ProvenBy =
  /** The card's answer was journalled, and the PSAM could no longer be asked about it. */
  'answer' | 'prove' | 'log';

/** A later INITIALIZE FOR LOAD: the card was not credited. */
export interface LoadProof {
  /** The amount of that INITIALIZE, which follows from the MAC2 of the load. */
  readonly amountMinor: AmountMinor;
  readonly balanceMinor: AmountMinor;
  readonly keyVersion: number;
  readonly algorithm: number;
  readonly random: PurseRandom;
  readonly mac1: PurseMac1;
}

/** What a transaction of the electronic purse has besides the others; docs/purse.md. Codes are upper-case hex. */
export interface PurseFacts {
  readonly applicationSerial: ApplicationSerial;
  readonly serialHash: string;
  readonly issuerId: string;
  readonly terminalNumber: PurseTerminalNumber;
  /** As INITIALIZE gave it, before the card counts up: offline of a sale, online of a load. */
  readonly counter: number;
  readonly balanceBeforeMinor: AmountMinor;
  readonly keyVersion: number;
  readonly algorithm: number;
  readonly random: PurseRandom;
  readonly mac1: PurseMac1;
  /** Date YYYYMMDD and time hhmmss that the card was told: the terminal's of a sale, the host's of a load. */
  readonly date?: string;
  readonly time?: string;
  /** Of a sale. */
  readonly terminalSerial?: TerminalSerial;
  /** The session in which the PSAM made MAC1; only in it can a MAC2 be checked. */
  readonly samSession?: string;
  /** Of a sale the card's, of a load the host's. */
  readonly mac2?: PurseMac2;
  readonly tac?: PurseTac;
  readonly provenBy?: ProvenBy;
  /** What a refused DEBIT said. */
  readonly statusWord?: string;
  /** Why nobody knows: the driver's words, or `restart`. */
  readonly cause?: string;
  readonly evidence?: DoubtEvidence;
  /** `batch-closed`: the card has not come back yet and still decides it. `evidence`: it came and what it showed contradicts. */
  readonly unresolvedBecause?: 'batch-closed' | 'evidence';
  /** The host has taken in what the state says, and nothing more is owed unless the state changes. */
  readonly told?: true;
  /** It refused the record of a sale that was no payment: a person looks at it. */
  readonly recordRefused?: true;
  /** Batch and trace number under which it was made, when it goes up under others. */
  readonly firstBatchNumber?: BatchNumber;
  readonly firstStan?: Stan;
  /** The cashier took another tender for the sale: if the card was debited after all, the amount is owed back. */
  readonly otherTender?: true;
  readonly proof?: LoadProof;
}
