/** A keyboard wedge sends its keys this close together; nobody types that fast for a whole number. */
export const BURST_GAP_MS = 35;
/** A busy machine may hold a burst up for this long in the middle; a longer pause begins something new. */
export const RUN_GAP_MS = 150;
/** What began like a swipe is waited for longer: the rest of one must not pass for a scan or for typing. */
export const SWIPE_GAP_MS = 1_000;
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
  /** Everything since the last pause that ended a run, and how long it took; no pause counts for more than RUN_GAP_MS. */
  #run = '';
  #runMs = 0;
  #lastAtMs = Number.NEGATIVE_INFINITY;

  get isHolding(): boolean {
    return this.#held !== '';
  }

  /** How long to wait for the next key before `flush`: longer for a track, whose rest must not end up in a field. */
  get gapMs(): number {
    return isTrackStart(this.#held) ? RUN_GAP_MS : BURST_GAP_MS;
  }

  /** What comes now may be the rest of a swipe, although nothing of it is held any more. */
  isInSwipe(atMs: number): boolean {
    return isTrackStart(this.#run) && atMs - this.#lastAtMs <= SWIPE_GAP_MS;
  }

  /** One printable character. */
  character(character: string, atMs: number): WedgeVerdict {
    const gapMs = atMs - this.#lastAtMs;
    const typed =
      this.#held !== '' && (gapMs > this.gapMs || this.#held.length >= BURST_LENGTH_MAX) ? this.flush() : '';
    // A swipe right behind a typed key is none of that key's; the second track of one swipe is.
    const isNewSwipe = isTrackStart(character) && gapMs > BURST_GAP_MS && !isTrackStart(this.#run);
    if (gapMs > this.#longestGapMs || isNewSwipe || this.#run.length >= BURST_LENGTH_MAX) {
      this.#run = '';
      this.#runMs = 0;
    } else {
      this.#runMs += Math.min(gapMs, RUN_GAP_MS);
    }
    this.#lastAtMs = atMs;
    this.#run += character;
    this.#held += character;
    return typed === '' ? { kind: 'holding' } : { kind: 'typed', text: typed };
  }

  /** Enter. With nothing held it is an Enter of its own and `typed` is empty. */
  enter(atMs: number): WedgeVerdict {
    const run = this.#run;
    const gapMs = atMs - this.#lastAtMs;
    const meanGapMs = (this.#runMs + Math.min(gapMs, RUN_GAP_MS)) / Math.max(1, run.length);
    const isBurst =
      run.length >= BURST_LENGTH_MIN && gapMs <= this.#longestGapMs && meanGapMs <= BURST_GAP_MS;
    const held = this.flush();
    this.#run = '';
    if (!isBurst) return { kind: 'typed', text: held };
    const track = trackIn(run);
    return track === undefined ? { kind: 'scan', text: run } : { kind: 'track', text: track };
  }

  /** Another key came: whatever was being typed is over. @returns as `flush` does. */
  interrupt(): string {
    const held = this.flush();
    this.#run = '';
    this.#lastAtMs = Number.NEGATIVE_INFINITY;
    return held;
  }

  /** The gap has passed. @returns what a person typed; empty for an unfinished track. */
  flush(): string {
    const text = this.#held;
    this.#held = '';
    // Half a swipe must not appear in a field either.
    return isTrackStart(this.#run) && text.length >= BURST_LENGTH_MIN ? '' : text;
  }

  get #longestGapMs(): number {
    return isTrackStart(this.#run) ? SWIPE_GAP_MS : RUN_GAP_MS;
  }
}

/** A card number, its separator and the seven digits that every track has behind it: nothing that a scanner reads in a store. */
const TRACK_2_REST = /^\d{12,19}=\d{7}/;
const TRACK_1_REST = /^B\d{12,19}\^/;

/** @returns the swipe that a burst is, with the start sentinel that a busy machine may have lost; undefined for a scan. */
function trackIn(run: string): string | undefined {
  if (isTrackStart(run)) return run;
  if (TRACK_2_REST.test(run)) return `;${run}`;
  return TRACK_1_REST.test(run) ? `%${run}` : undefined;
}

/** Track 1 begins with %, track 2 with ; (ISO/IEC 7811). */
export function isTrackStart(text: string): boolean {
  return text.startsWith(';') || text.startsWith('%');
}
