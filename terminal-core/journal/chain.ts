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
  const { kind, payload, secretHash, docsSum } = entry;
  const text = new HashedBytes(ENTRY_TAG, 3 * HASH_BYTES + 25, [kind, payload]);
  text.bytes(previousHash);
  text.int64(entry.seq);
  text.int64(entry.atMs);
  text.lengthPrefixed(kind);
  text.lengthPrefixed(payload);
  text.byte((secretHash === null ? 0 : 1) | (docsSum === null ? 0 : 2));
  if (secretHash !== null) text.bytes(secretHash);
  if (docsSum !== null) text.bytes(docsSum);
  return text.sha256();
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
export function docDigest(digested: DigestedDoc): Uint8Array {
  const { collection, key, doc, terms } = digested;
  const text = new HashedBytes(DOC_TAG, 33, [collection, key, doc, terms]);
  text.lengthPrefixed(collection);
  text.lengthPrefixed(key);
  text.byte(digested.live ? 1 : 0);
  text.int64(digested.firstSeq);
  text.int64(digested.seq);
  text.lengthPrefixed(doc);
  text.lengthPrefixed(terms);
  return text.sha256();
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

/** What is hashed, written into one buffer: an entry or document is hashed for every row read, so no part gets one of its own. */
class HashedBytes {
  readonly #buffer: Buffer;
  #length = 0;

  /** @param fixedBytes room for everything but the tag and the `variable` parts, their lengths included */
  constructor(tag: Buffer, fixedBytes: number, variable: readonly (string | Uint8Array)[]) {
    let size = tag.length + fixedBytes;
    // A UTF-16 code unit is at most three bytes in UTF-8.
    for (const value of variable) size += typeof value === 'string' ? value.length * 3 : value.length;
    this.#buffer = Buffer.allocUnsafe(size);
    this.bytes(tag);
  }

  bytes(value: Uint8Array): void {
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  byte(value: number): void {
    this.#buffer[this.#length] = value;
    this.#length += 1;
  }

  /** Wraps around instead of throwing: a damaged file may hold any 64 bits, and then the hash has to differ, no more. */
  int64(value: number): void {
    const high = Math.floor(value / 2 ** 32);
    this.#length = this.#buffer.writeInt32BE(high | 0, this.#length);
    this.#length = this.#buffer.writeUInt32BE(value >>> 0, this.#length);
  }

  lengthPrefixed(value: string | Uint8Array): void {
    const start = this.#length + 4;
    if (typeof value === 'string') {
      this.#length = start + this.#buffer.write(value, start, 'utf8');
    } else {
      this.#buffer.set(value, start);
      this.#length = start + value.length;
    }
    this.#buffer.writeUInt32BE(this.#length - start, start - 4);
  }

  sha256(): Uint8Array {
    return hash('sha256', this.#buffer.subarray(0, this.#length), 'buffer');
  }
}
