/** A keyboard wedge sends its keys this close together; nobody types that fast for a whole number. */
export const BURST_GAP_MS = 35;
/** A shorter burst is a person: two quick keys and Enter. */
export const BURST_LENGTH_MIN = 4;
/** A full track 1 and 2 together; what is longer is a stuck key. */
export const BURST_LENGTH_MAX = 240;

/** What the held keys turned out to be. `track`: magnetic stripe data, not to be shown anywhere. */
export type WedgeVerdict =
  | { readonly kind: 'holding' }
  | { readonly kind: 'scan'; readonly text: string }
  | { readonly kind: 'track'; readonly text: string }
  /** Typed by a person: these characters belong to whoever takes typing, and this key is not held. */
  | { readonly kind: 'typed'; readonly text: string };

/**
 * Tells a keyboard wedge from a person by the time between keys. Pure: it is told the time. Keys are held back until
 * either Enter ends a burst, or a gap shows that a person is typing (`flush`).
 */
export class WedgeDetector {
  #held = '';
  #lastAtMs = Number.NEGATIVE_INFINITY;

  get isHolding(): boolean {
    return this.#held !== '';
  }

  /** One printable character. */
  character(character: string, atMs: number): WedgeVerdict {
    const slow = atMs - this.#lastAtMs > BURST_GAP_MS;
    this.#lastAtMs = atMs;
    if (this.#held !== '' && (slow || this.#held.length >= BURST_LENGTH_MAX)) {
      const text = this.#held;
      this.#held = character;
      return { kind: 'typed', text };
    }
    this.#held += character;
    return { kind: 'holding' };
  }

  /** Enter. With nothing held it is an Enter of its own and `typed` is empty. */
  enter(atMs: number): WedgeVerdict {
    const text = this.#held;
    const slow = atMs - this.#lastAtMs > BURST_GAP_MS;
    this.#held = '';
    if (slow || text.length < BURST_LENGTH_MIN) return { kind: 'typed', text };
    return { kind: isTrackStart(text) ? 'track' : 'scan', text };
  }

  /** The gap has passed, or another key came. @returns what a person typed; empty for an unfinished track. */
  flush(): string {
    const text = this.#held;
    this.#held = '';
    // Half a swipe must not appear in a field either.
    return isTrackStart(text) && text.length >= BURST_LENGTH_MIN ? '' : text;
  }
}

/** Track 1 begins with %, track 2 with ; (ISO/IEC 7811). */
export function isTrackStart(text: string): boolean {
  return text.startsWith(';') || text.startsWith('%');
}
