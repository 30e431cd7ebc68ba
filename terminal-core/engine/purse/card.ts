import type { CardPin } from '../../domain/card-pin.ts';
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
import type { CardPurpose } from './purposes.ts';

/** A purse in the customer's slot, as it was read when it was put in. */
export interface PresentedPurse {
  /** Names one insertion: the same card put in again is another session, because it was reset and forgot INITIALIZE. */
  readonly session: string;
  readonly applicationSerial: ApplicationSerial;
  /** The keyed hash by which the hotlist names this card. */
  readonly serialHash: string;
  /** The row of the configuration that recognised its issuer. */
  readonly issuerId: string;
  /** YYYYMMDD; good from the first up to and with the second. */
  readonly startDate: string;
  readonly expiryDate: string;
  readonly balanceMinor: AmountMinor;
  /** Of the PSAM; undefined while none answers. */
  readonly terminalNumber?: PurseTerminalNumber;
}

/** What INITIALIZE FOR PURCHASE or FOR LOAD gave. Nothing has moved; the counter is the one from before. */
export interface InitialisedCard {
  readonly balanceMinor: AmountMinor;
  readonly counter: number;
  readonly keyVersion: number;
  readonly algorithm: number;
  readonly random: PurseRandom;
}

/** One record of the card's log, as far as it is compared. */
export interface LoggedTransaction {
  readonly counter: number;
  readonly amountMinor: AmountMinor;
  readonly transactionType: number;
  readonly terminalNumber: PurseTerminalNumber;
  readonly date: string;
  readonly time: string;
}

/** One command to the card in a session or to the PSAM; dates are YYYYMMDD, times hhmmss. */
export type CardCommand =
  /** Before INITIALIZE, which any other command would end. */
  | { readonly kind: 'verify-pin'; readonly pin: CardPin }
  | {
      readonly kind: 'initialise-purchase' | 'initialise-load';
      readonly amountMinor: AmountMinor;
      readonly terminalNumber: PurseTerminalNumber;
    }
  /** To the PSAM: MAC1 and the terminal's serial of this transaction. */
  | {
      readonly kind: 'make-mac1';
      readonly initialised: InitialisedCard;
      readonly amountMinor: AmountMinor;
      readonly date: string;
      readonly time: string;
    }
  /** Takes the money. */
  | {
      readonly kind: 'debit';
      readonly terminalSerial: TerminalSerial;
      readonly date: string;
      readonly time: string;
      readonly mac1: PurseMac1;
    }
  /** To the PSAM, as long as it has the session in which it made MAC1. */
  | { readonly kind: 'check-mac2'; readonly mac2: PurseMac2; readonly samSession: string }
  | { readonly kind: 'prove'; readonly transactionType: number; readonly initialisedCounter: number }
  | { readonly kind: 'read-log' }
  /** Puts the money on the card. */
  | { readonly kind: 'credit'; readonly date: string; readonly time: string; readonly mac2: PurseMac2 };

export type CardAnswer =
  | { readonly kind: 'verify-pin' }
  | { readonly kind: 'initialise-purchase'; readonly initialised: InitialisedCard }
  | { readonly kind: 'initialise-load'; readonly initialised: InitialisedCard; readonly mac1: PurseMac1 }
  | {
      readonly kind: 'make-mac1';
      readonly terminalSerial: TerminalSerial;
      readonly mac1: PurseMac1;
      /** Unlike any other of this or another process. */
      readonly samSession: string;
    }
  | { readonly kind: 'debit'; readonly tac: PurseTac; readonly mac2: PurseMac2 }
  | { readonly kind: 'prove'; readonly tac: PurseTac; readonly mac2: PurseMac2 }
  | { readonly kind: 'check-mac2' }
  | { readonly kind: 'read-log'; readonly records: readonly LoggedTransaction[] }
  | { readonly kind: 'credit'; readonly tac: PurseTac };

/**
 * What became of a command. `refused` means that the card did nothing and said so; everything that leaves open whether it
 * acted (pulled away, an answer that cannot be read, a status word that no table knows) is `no-answer`.
 */
export type CardOutcome =
  | { readonly kind: 'done'; readonly answer: CardAnswer }
  /** @property statusWord four hex digits. */
  | { readonly kind: 'refused'; readonly statusWord: string }
  | { readonly kind: 'no-answer'; readonly detail: string };

/** A command that the engine orders, for which card, and what it is about. */
export interface CardOrder {
  readonly session: string;
  readonly purpose: CardPurpose;
  readonly command: CardCommand;
}

/** MAC1 or MAC2 is wrong: the card did not do it, or the PSAM says that the card is not genuine. */
export const STATUS_MAC_WRONG = '9302';
/** The card wants its PIN first. */
export const STATUS_PIN_FIRST = '6982';
/** The balance does not reach; 9301 is the older word for it. */
export const STATUS_BALANCE_TOO_LOW: readonly string[] = ['9401', '9301'];

/** The answer of the kind that was asked for; another kind is a bug of whoever performed the command. */
export function answerOf<K extends CardAnswer['kind']>(
  outcome: Extract<CardOutcome, { kind: 'done' }>,
  kind: K,
): Extract<CardAnswer, { kind: K }> {
  const { answer } = outcome;
  if (answer.kind !== kind) throw new Error(`${kind} was answered as ${answer.kind}`);
  // The kinds are the same, which the compiler does not see through the type parameter.
  return answer as Extract<CardAnswer, { kind: K }>;
}
