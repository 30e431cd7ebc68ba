/**
 * The journal: an append-only chain of entries and the projections that follow from them, both changed in one durable
 * step. It knows nothing of what the entries mean.
 */

/** JSON as it is stored; canonical (sorted keys) so that the hash of an entry does not depend on who wrote it. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

export interface NewEntry {
  /** When the step was decided, milliseconds since the epoch. */
  readonly atMs: number;
  /** The event's kind, e.g. `purchase-sent`. */
  readonly kind: string;
  readonly payload: JsonObject;
  /**
   * Card data, clear; the journal seals it in a column of its own and the chain covers the sealed bytes by their hash,
   * so that they can be erased later and the chain still verifies.
   */
  readonly secret?: JsonObject;
}

export interface StoredEntry {
  /** 1, 2, 3 ... without gaps. */
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly payload: JsonObject;
  /** Upper-case hex SHA-256 of this entry and the hash before it. */
  readonly hash: string;
  readonly secretState: 'none' | 'sealed' | 'erased';
}

/** One change of a projection. Applying the same changes to memory and to the database keeps both the same. */
export interface Change {
  readonly collection: string;
  readonly key: string;
  /** null removes the document. */
  readonly doc: JsonObject | null;
  /** Live documents are loaded into memory at start; the others are fetched when somebody asks. */
  readonly live: boolean;
  /** Space-separated words that `list` can search by, e.g. reference number, trace number, last four digits. */
  readonly terms?: string;
}

export interface StoredDoc {
  readonly collection: string;
  readonly key: string;
  readonly doc: JsonObject;
  readonly live: boolean;
  /** The entry that made it. */
  readonly firstSeq: number;
  /** The entry that last changed it. */
  readonly seq: number;
}

/** Why nothing was written. The database is as it was before; no money may move. */
export type AppendFailure = 'disk-full' | 'read-only' | 'locked' | 'io-error' | 'closed';

export type AppendResult =
  | { readonly ok: true; readonly firstSeq: number; readonly lastSeq: number; readonly head: string }
  | { readonly ok: false; readonly failure: AppendFailure; readonly detail: string };

export interface Journal {
  /** Appends all entries and applies all changes in one transaction that is on disk when this returns. Synchronous. */
  append(entries: readonly NewEntry[], changes: readonly Change[]): AppendResult;
  /** The next entry's `seq`. */
  nextSeq(): number;
  /** Hash of the last entry; 64 zeros when there is none. */
  head(): string;
  loadLive(): Iterable<StoredDoc>;
  get(collection: string, key: string): StoredDoc | undefined;
  /** Newest first, by the entry that made them; `beforeSeq` means that entry. Every word of `search` must be one of the document's terms. */
  list(
    collection: string,
    options: { readonly search?: string; readonly limit: number; readonly beforeSeq?: number },
  ): readonly StoredDoc[];
  /** The card data of an entry, or undefined when there was none or it has been erased. @throws when the seal does not open. */
  openSecret(seq: number): JsonObject | undefined;
  /** The entries whose card data is still there, oldest first. */
  sealedSeqs(): readonly number[];
  /** Erases the card data of entries; the chain stays valid. Returns how many were erased. */
  eraseSecrets(seqs: readonly number[]): number;
  entries(options?: { readonly fromSeq?: number; readonly limit?: number }): Iterable<StoredEntry>;
  close(): void;
}
