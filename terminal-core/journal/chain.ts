import { hash } from 'node:crypto';

/**
 * What is hashed, byte by byte; docs/journal.md has the same as a table. Every variable part is preceded by its length,
 * so that no two different entries have the same bytes.
 */
const ENTRY_TAG = Buffer.from('holdfast/journal/entry/1\n', 'ascii');
const DOC_TAG = Buffer.from('holdfast/journal/doc/1\n', 'ascii');

export const HASH_BYTES = 32;

/** The hash before the first entry, and the sum of no documents. */
export const ZERO_HASH: Uint8Array = new Uint8Array(HASH_BYTES);

export interface HashedEntry {
  readonly seq: number;
  readonly atMs: number;
  /** As stored: text, or its UTF-8 bytes when it was read as bytes. */
  readonly kind: string | Uint8Array;
  readonly payload: string | Uint8Array;
  /** SHA-256 of the sealed card data, null when the entry never had any. */
  readonly secretHash: Uint8Array | null;
  /** Sum of the digests of all documents after this entry's step; null when the entry is not the last of its step. */
  readonly docsSum: Uint8Array | null;
}

/** SHA-256 of one entry and the hash before it, 32 bytes. */
export function entryHash(previousHash: Uint8Array, entry: HashedEntry): Uint8Array {
  const flags = (entry.secretHash === null ? 0 : 1) | (entry.docsSum === null ? 0 : 2);
  return sha256([
    ENTRY_TAG,
    previousHash,
    int64(entry.seq),
    int64(entry.atMs),
    ...lengthPrefixed(entry.kind),
    ...lengthPrefixed(entry.payload),
    Uint8Array.of(flags),
    ...(entry.secretHash === null ? [] : [entry.secretHash]),
    ...(entry.docsSum === null ? [] : [entry.docsSum]),
  ]);
}

export interface DigestedDoc {
  readonly collection: string | Uint8Array;
  readonly key: string | Uint8Array;
  readonly live: boolean;
  readonly firstSeq: number;
  readonly seq: number;
  readonly doc: string | Uint8Array;
  readonly terms: string | Uint8Array;
}

/** SHA-256 of one document with its place, 32 bytes. */
export function docDigest(doc: DigestedDoc): Uint8Array {
  return sha256([
    DOC_TAG,
    ...lengthPrefixed(doc.collection),
    ...lengthPrefixed(doc.key),
    Uint8Array.of(doc.live ? 1 : 0),
    int64(doc.firstSeq),
    int64(doc.seq),
    ...lengthPrefixed(doc.doc),
    ...lengthPrefixed(doc.terms),
  ]);
}

/** SHA-256 of bytes as they are: sealed card data, a slot of the head file. */
export function sha256Of(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

/**
 * Adds a document's digest to the sum of all, or takes it out again: exclusive or, so the order does not matter and one
 * change costs one step however many documents there are.
 */
export function toggleInSum(sum: Uint8Array, digest: Uint8Array): Uint8Array {
  const result = new Uint8Array(HASH_BYTES);
  for (let index = 0; index < HASH_BYTES; index += 1)
    result[index] = (sum[index] ?? 0) ^ (digest[index] ?? 0);
  return result;
}

/** Upper-case hex, as hashes are shown. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase();
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

function sha256(parts: readonly Uint8Array[]): Uint8Array {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}

function lengthPrefixed(value: string | Uint8Array): readonly Uint8Array[] {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(bytes.byteLength);
  return [length, bytes];
}

/** Wraps around instead of throwing: a damaged file may hold any 64 bits, and then the hash has to differ, no more. */
function int64(value: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(value)));
  return bytes;
}
