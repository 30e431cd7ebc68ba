import type { Device } from './devices.ts';

/**
 * What became of one command to a card.
 *
 * `response` is what the card said, whole: the bytes before the status word, and the status word. `no-answer` is
 * everything else (the card was pulled away, the reader was unplugged, the time ran out): nobody knows whether the card
 * acted, so whoever sent a command that moves money must find out before doing anything else.
 */
export type ApduOutcome =
  | {
      readonly kind: 'response';
      readonly data: Uint8Array;
      /** SW1 and SW2 as one number, e.g. 0x9000. */
      readonly statusWord: number;
    }
  | {
      readonly kind: 'no-answer';
      /** What the driver said, for the trace. */
      readonly detail: string;
    };

/** A command's bytes at most: 5 of head, 255 of data, one of Le. Extended lengths are not used by purses. */
export const APDU_LENGTH_MAX = 261;

/**
 * One card, from its insertion to its removal; the same card put in again is another object, because it was reset and
 * has lost its session. A PSAM is a card in a `sam` slot.
 */
export interface SmartCard {
  /** Answer to reset, 2 to 33 bytes. */
  readonly atr: Uint8Array;
  /**
   * Sends one command and gives the card's whole answer; 61xx and 6Cxx are passed on as they come (`purse/exchange.ts`
   * follows them). Commands to one card are sent one after another. After a `no-answer` every further call is one too.
   * @throws RangeError for fewer than 4 or more than APDU_LENGTH_MAX bytes: a bug of the caller. Never rejects otherwise.
   */
  transmit(apdu: Uint8Array): Promise<ApduOutcome>;
}

/** `customer`: where people present their cards. `sam`: inside the till, for a PSAM. */
export type SlotRole = 'customer' | 'sam';

export interface SmartCardSlot {
  /** Unique within the reader; as PC/SC names it, or as the configuration does. */
  readonly slotId: string;
  readonly role: SlotRole;
  /** What is in it now. */
  readonly card: SmartCard | undefined;
}

export type SmartCardEvent =
  | {
      readonly kind: 'inserted';
      readonly deviceId: string;
      readonly slotId: string;
      readonly role: SlotRole;
      readonly card: SmartCard;
    }
  | {
      readonly kind: 'removed';
      readonly deviceId: string;
      readonly slotId: string;
      readonly role: SlotRole;
      /** The object that `inserted` gave. */
      readonly card: SmartCard;
    }
  | {
      /** Something is in the slot that does not answer: upside down, not a chip card, or held by another program. */
      readonly kind: 'unreadable';
      readonly deviceId: string;
      readonly slotId: string;
      readonly role: SlotRole;
      readonly detail: string;
    };

/** A reader of chip cards with one or more slots; its status is of kind `smart-card-reader`. */
export interface SmartCardReader extends Device {
  /** The slots that are there now, with what is in them. Empty while the reader is not ready. */
  slots(): readonly SmartCardSlot[];
  /** A card that is already in when the reader opens is told as `inserted`, too. */
  onCard(listener: (event: SmartCardEvent) => void): () => void;
}
