import type { Exchange, ExchangeOutcome } from '../../terminal-core/engine/exchange.ts';
import { approve, decline } from './terminal-bench.ts';

/** What becomes of one message on its way to the host and back. */
export type Fate = 'answered' | 'declined' | 'part' | 'lost-before' | 'lost-after' | 'not-sent';

/**
 * A host that keeps books: what each trace number has moved, once, however often it comes. It says what the cards have
 * paid, which the terminal's own journal must agree with.
 */
export class LedgerHost {
  /** What each trace number has moved from its card, minor units; undone ones are 0. */
  readonly #moved = new Map<string, number>();
  readonly #undone = new Set<string>();

  /** What the cards have paid, in all. */
  get netMinor(): number {
    return [...this.#moved.values()].reduce((sum, moved) => sum + moved, 0);
  }

  perform(exchange: Exchange, fate: Fate): ExchangeOutcome {
    const { mti, fields } = exchange.message;
    const isFinancial = mti === '0200' || mti === '0220' || mti === '0400';
    if (!isFinancial) return approve(exchange);
    if (fate === 'not-sent') return { kind: 'not-sent' };
    if (fate === 'lost-before') return { kind: 'no-answer', cause: 'timed-out' };
    const stan = String(fields[11]);
    const outcome = mti === '0400' ? this.#reverse(exchange, stan) : this.#book(exchange, stan, fate);
    return fate === 'lost-after' ? { kind: 'no-answer', cause: 'link-lost' } : outcome;
  }

  #reverse(exchange: Exchange, stan: string): ExchangeOutcome {
    const isKnown = this.#moved.delete(stan);
    this.#undone.delete(String(exchange.message.fields[61]).slice(6, 12));
    return isKnown ? approve(exchange) : decline(exchange, '25');
  }

  #book(exchange: Exchange, stan: string, fate: Fate): ExchangeOutcome {
    const { fields } = exchange.message;
    const amountMinor = Number(fields[4]);
    if (this.#moved.has(stan)) return approve(exchange);
    if (fate === 'declined') return decline(exchange, '51');
    if (fields[3] === '200000') {
      const original = String(fields[61]).slice(6, 12);
      if (!this.#moved.has(original)) return decline(exchange, '25');
      if (exchange.message.mti === '0200' && this.#undone.has(original)) return decline(exchange, '12');
      this.#undone.add(original);
      this.#moved.set(stan, -amountMinor);
      return approve(exchange);
    }
    if (fate === 'part' && String(fields[60])[13] === '1' && amountMinor > 1) {
      const part = Math.floor(amountMinor / 2);
      this.#moved.set(stan, part);
      return approve(exchange, { 4: String(part).padStart(12, '0'), 39: '10' });
    }
    this.#moved.set(stan, amountMinor);
    return approve(exchange);
  }
}
