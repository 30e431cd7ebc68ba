import type { Pan } from './pan.ts';

/** DE22's first two digits: how the card number came in. */
export type EntryMode = 'keyed' | 'magnetic' | 'barcode';

/** A card as a reader gave it. It lives in memory only, until it is sealed into the journal or forgotten. */
export interface Card {
  readonly pan: Pan;
  readonly entryMode: EntryMode;
  /** Track 2 without sentinels, digits and one "=", at most 37 characters. */
  readonly track2?: string;
  /** YYMM. */
  readonly expiry?: string;
}
