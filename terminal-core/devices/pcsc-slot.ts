import { setTimeout as sleep } from 'node:timers/promises';
import type { SlotRole, SmartCardSlot } from '../ports/smart-card.ts';
import type { PcscSession, PcscSharing } from './pcsc-api.ts';
import { PcscCard } from './pcsc-card.ts';
import { describeError } from './problem-text.ts';

/** A card that is being pushed in does not answer at once. */
export const CONNECT_ATTEMPTS_MAX = 5;
export const CONNECT_RETRY_MS = 200;
/**
 * After a command without an answer, before the card is tried again: the service looks for cards about every 400 ms, and
 * a card that was pulled out must be seen as gone rather than be found mute.
 */
export const LOST_CARD_PAUSE_MS = 600;
/** A driver that hangs must not keep the till from closing. */
const RELEASE_WAIT_MS = 1_000;

export type SlotNews =
  | { readonly kind: 'inserted' | 'removed'; readonly card: PcscCard }
  | { readonly kind: 'unreadable'; readonly detail: string };

export interface PcscSlotOptions {
  readonly session: PcscSession;
  readonly readerName: string;
  readonly role: SlotRole;
  readonly sharing: PcscSharing;
  readonly timeoutMs: number;
  readonly tell: (news: SlotNews) => void;
}

/**
 * One PC/SC reader: brings what is connected into line with what is said to be there. `see` may be told the same thing
 * twice or in any order; only the latest counts.
 */
export class PcscSlot {
  readonly #options: PcscSlotOptions;
  #isPresent = false;
  #isClosed = false;
  #card: PcscCard | undefined;
  #failedAttempts = 0;
  #isSettling = false;
  #settled: Promise<void> = Promise.resolve();

  constructor(options: PcscSlotOptions) {
    this.#options = options;
  }

  get readerName(): string {
    return this.#options.readerName;
  }

  get slot(): SmartCardSlot {
    const { readerName, role } = this.#options;
    return { slotId: readerName, role, card: this.#card };
  }

  /** What PC/SC says of the reader now. */
  see(isPresent: boolean): void {
    if (this.#isClosed) return;
    this.#isPresent = isPresent;
    // Only a card that was taken out and put in again gets another chance.
    if (!isPresent) this.#failedAttempts = 0;
    this.#settle();
  }

  /** Tells the card as removed and lets go of it. Never rejects. */
  async close(): Promise<void> {
    this.see(false);
    this.#isClosed = true;
    await Promise.race([this.#settled, sleep(RELEASE_WAIT_MS, undefined, { ref: false })]);
  }

  #settle(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    this.#settled = this.#settleNow();
  }

  async #settleNow(): Promise<void> {
    for (;;) {
      const card = this.#card;
      if (card !== undefined && (!this.#isPresent || card.isLost)) await this.#drop(card);
      else if (card === undefined && this.#isPresent && this.#failedAttempts < CONNECT_ATTEMPTS_MAX)
        await this.#connect();
      else break;
    }
    // In the same step as the last look: what is seen from here on settles anew.
    this.#isSettling = false;
  }

  async #drop(card: PcscCard): Promise<void> {
    const wasLost = card.isLost;
    this.#card = undefined;
    this.#options.tell({ kind: 'removed', card });
    // Nothing else is connected before: an exclusive hold would shut out its own successor.
    await card.release('the card was removed');
    if (wasLost && this.#isPresent) await sleep(LOST_CARD_PAUSE_MS);
  }

  async #connect(): Promise<void> {
    const { session, readerName, sharing, timeoutMs, tell } = this.#options;
    try {
      const handle = await session.connect(readerName, sharing);
      const card = new PcscCard(handle, { timeoutMs, onLost: () => this.#settle() });
      if (!this.#isPresent) {
        await card.release('the card was removed');
        return;
      }
      this.#failedAttempts = 0;
      this.#card = card;
      tell({ kind: 'inserted', card });
    } catch (error) {
      if (!this.#isPresent) return;
      this.#failedAttempts += 1;
      if (this.#failedAttempts === CONNECT_ATTEMPTS_MAX)
        tell({ kind: 'unreadable', detail: describeError(error) });
      else await sleep(CONNECT_RETRY_MS);
    }
  }
}
