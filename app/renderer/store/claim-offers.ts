import type { CardHandle } from '../../../terminal-core/api/contract.ts';
import { Cell } from './cell.ts';

export interface ClaimOffer {
  readonly card: CardHandle;
  /** @param isCardFree whether the card can still be used for what it was presented for. */
  readonly close: (isCardFree: boolean) => void;
}

/** A card that owes this store is offered to be paid for first; what it was read for waits. */
export class ClaimOffers {
  readonly current = new Cell<ClaimOffer | undefined>(undefined);

  /** @returns true when the card goes on to what it was read for: it owes nothing, or not now. */
  offer(card: CardHandle): Promise<boolean> {
    if ((card.claims?.length ?? 0) === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.current.get()?.close(false);
      this.current.set({
        card,
        close: (isCardFree) => {
          this.current.set(undefined);
          resolve(isCardFree);
        },
      });
    });
  }
}
