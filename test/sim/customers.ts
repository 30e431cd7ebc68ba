import { parseCardText } from '../../terminal-core/devices/magstripe-tracks.ts';
import type { Card } from '../../terminal-core/domain/card.ts';
import type { EnteredPin, PresentedCard } from '../../terminal-core/engine/inputs.ts';
import { type Txn, terminalOf } from '../../terminal-core/engine/state.ts';
import type { Errand } from './errands.ts';
import type { SimCard } from './plan.ts';
import type { TerminalProcess } from './sim-terminal.ts';
import type { CashierParts } from './till-hands.ts';

/** The people before a till, with their cards. */
export class Customers {
  readonly #parts: CashierParts;

  constructor(parts: CashierParts) {
    this.#parts = parts;
  }

  card(index: number): SimCard {
    const card = this.#parts.cards[index];
    if (!card) throw new Error(`The plan has no card ${index}`);
    return card;
  }

  present(running: TerminalProcess, cardIndex: number, entryMode: Card['entryMode']): PresentedCard {
    const { expiry, pan } = this.card(cardIndex);
    const text = entryMode === 'magnetic' ? `;${pan}=${expiry}1010000?` : pan;
    const card = parseCardText(text, entryMode);
    if (!card) throw new Error('A card that the plan made cannot be read');
    return { card, panHash: running.keys.panHash(pan) };
  }

  /** The card's own PIN, as the pad gives it; made at the last moment, under the keys that are current then. */
  pinOf(
    running: TerminalProcess,
    presented: PresentedCard,
    typed = this.#parts.cards.find(({ pan }) => pan === presented.card.pan.reveal())?.pin,
  ): { readonly pin?: EnteredPin } {
    const { keySetId } = terminalOf(running.terminal.state);
    const block =
      keySetId === undefined || typed === undefined
        ? undefined
        : running.keys.pinBlock(keySetId, presented.card.pan.reveal(), typed);
    return block && typed !== undefined ? { pin: { block, length: typed.length } } : {};
  }

  cardOf(running: TerminalProcess, txn: Txn, wrongCard: boolean): PresentedCard {
    const { cards } = this.#parts;
    const right = cards.findIndex((card) => running.keys.panHash(card.pan) === txn.panHash);
    return this.present(running, wrongCard ? (right + 1) % cards.length : right, 'magnetic');
  }

  /** The card is pulled through only half way: the reader gives a part of its track. @returns true when the till took none of it. */
  readsTorn(errand: Extract<Errand, { kind: 'card' }>): boolean {
    const { box, faults, story } = this.#parts;
    if (faults.mix['card-tear'] === 0 || faults.healed) return false;
    faults.counts['card-tear'] += 1;
    const { expiry, pan } = this.card(errand.card);
    const track = `;${pan}=${expiry}1010000?`;
    const card = parseCardText(track.slice(0, 4 + (errand.amountMinor % (track.length - 5))), 'magnetic');
    story.tell(box.name, `card torn: ${card ? 'read all the same' : 'misread'}`);
    return card === undefined;
  }
}
