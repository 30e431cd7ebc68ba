import type { CardHandle } from '../../api/contract.ts';
import { CARD_REF_LIFETIME_MS } from '../../api/contract.ts';
import type { Card } from '../../domain/card.ts';
import type { Clock, Random } from '../../ports/clock.ts';

/** Cards remembered at once; the oldest is forgotten first. */
export const CARD_REFS_MAX = 32;

/**
 * Cards that were read and not used yet, by a random handle: the screens hold the handle, never the number. Memory only.
 */
export class CardRefs {
  readonly #cards = new Map<string, { readonly card: Card; readonly untilMs: number }>();
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(ports: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = ports.clock;
    this.#random = ports.random;
  }

  add(card: Card): CardHandle {
    const cardRef = Buffer.from(this.#random.bytes(16)).toString('base64url');
    this.#cards.set(cardRef, { card, untilMs: this.#clock.nowMs() + CARD_REF_LIFETIME_MS });
    for (const [ref, held] of this.#cards) {
      if (this.#cards.size > CARD_REFS_MAX || held.untilMs < this.#clock.nowMs()) this.#cards.delete(ref);
    }
    return { kind: 'card', cardRef, maskedPan: card.pan.masked(), entryMode: card.entryMode };
  }

  get(cardRef: string): Card | undefined {
    const held = this.#cards.get(cardRef);
    return held && held.untilMs >= this.#clock.nowMs() ? held.card : undefined;
  }

  forgetAll(): void {
    this.#cards.clear();
  }

  forget(cardRef: string): void {
    this.#cards.delete(cardRef);
  }
}
