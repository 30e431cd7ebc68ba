/** A keyboard wedge sends its keys this close together; nobody types that fast for a whole number. */
export const BURST_GAP_MS = 35;
/** A busy machine may hold a burst up for this long in the middle; a longer pause begins something new. */
export const RUN_GAP_MS = 150;
/** A shorter burst is a person: two quick keys and Enter. */
export const BURST_LENGTH_MIN = 4;
/** A full track 1 and 2 together; what is longer is a stuck key. */
export const BURST_LENGTH_MAX = 240;

/** What the held keys turned out to be. `track`: magnetic stripe data, not to be shown anywhere. */
export type WedgeVerdict =
  | { readonly kind: 'holding' }
  | { readonly kind: 'scan'; readonly text: string }
  | { readonly kind: 'track'; readonly text: string }
  /** Typed by a person: these characters belong to whoever takes typing. */
  | { readonly kind: 'typed'; readonly text: string };

/**
 * Tells a keyboard wedge from a person by the time between keys. Pure: it is told the time. Keys are held back until
 * Enter ends a burst, or a gap shows that a person is typing (`flush`). A burst that stumbled is judged as a whole when
 * its Enter comes: its first characters may have been given out as typing by then, and are in the scan again.
 */
export class WedgeDetector {
  #held = '';
  /** Everything since the last pause longer than RUN_GAP_MS, with when it began. */
  #run = '';
  #runStartMs = 0;
  #lastAtMs = Number.NEGATIVE_INFINITY;

  get isHolding(): boolean {
    return this.#held !== '';
  }

  /** How long to wait for the next key before `flush`: longer for a track, whose rest must not end up in a field. */
  get gapMs(): number {
    return isTrackStart(this.#held) ? RUN_GAP_MS : BURST_GAP_MS;
  }

  /** One printable character. */
  character(character: string, atMs: number): WedgeVerdict {
    const gapMs = atMs - this.#lastAtMs;
    const typed =
      this.#held !== '' && (gapMs > this.gapMs || this.#held.length >= BURST_LENGTH_MAX) ? this.flush() : '';
    if (gapMs > RUN_GAP_MS || this.#run.length >= BURST_LENGTH_MAX) {
      this.#run = '';
      this.#runStartMs = atMs;
    }
    this.#lastAtMs = atMs;
    this.#run += character;
    this.#held += character;
    return typed === '' ? { kind: 'holding' } : { kind: 'typed', text: typed };
  }

  /** Enter. With nothing held it is an Enter of its own and `typed` is empty. */
  enter(atMs: number): WedgeVerdict {
    const run = this.#run;
    const meanGapMs = (atMs - this.#runStartMs) / Math.max(1, run.length);
    const isBurst =
      run.length >= BURST_LENGTH_MIN && atMs - this.#lastAtMs <= RUN_GAP_MS && meanGapMs <= BURST_GAP_MS;
    const held = this.#held;
    this.#held = '';
    this.#run = '';
    if (!isBurst) return { kind: 'typed', text: held };
    return { kind: isTrackStart(run) ? 'track' : 'scan', text: run };
  }

  /** Another key came: whatever was being typed is over. @returns as `flush` does. */
  interrupt(): string {
    this.#run = '';
    this.#lastAtMs = Number.NEGATIVE_INFINITY;
    return this.flush();
  }

  /** The gap has passed. @returns what a person typed; empty for an unfinished track. */
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
