/**
 * A field as it is held in memory. Numeric and track fields: digits (and `=` in tracks). Text: as it is on the wire,
 * padding included. Binary: the bytes, where possible a view into the frame that was read.
 */
export type FieldValue = string | Uint8Array;

/** A message taken apart. DE1 (and the DE65 that announces a third bitmap) is the codec's business and never in `fields`. */
export interface IsoMessage {
  /** Ten hex digits, in dialects that have it. */
  tpdu?: string;
  /** Twelve hex digits, in dialects that have it. */
  header?: string;
  /** Four digits. */
  mti: string;
  fields: Record<number, FieldValue>;
  /** Set only when the frame carried more bitmaps than its fields need, so that it is written as it was read. */
  bitmaps?: 2 | 3;
}

/** What was decoded before an error: the fields in front of it, and the message type if that was readable. */
export interface PartialMessage {
  tpdu?: string;
  header?: string;
  mti?: string;
  fields: Record<number, FieldValue>;
  bitmaps?: 2 | 3;
}
