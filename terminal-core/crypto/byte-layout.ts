import { concatBytes, uintBytes } from './bytes.ts';

/** Puts fixed and length-prefixed parts one behind the other; integers are big-endian. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];

  /** @throws RangeError when the value does not fit. */
  uint(value: number, byteLength: number): this {
    this.#parts.push(uintBytes(value, byteLength));
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  /** One length byte, then the bytes. @throws RangeError over 255 bytes. */
  short(bytes: Uint8Array): this {
    return this.uint(bytes.length, 1).raw(bytes);
  }

  bytes(): Uint8Array {
    return concatBytes(...this.#parts);
  }
}

/** Reads what ByteWriter wrote. Past the end it answers undefined, once and for all later reads too. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** undefined past the end, and for a value that a number cannot hold exactly. */
  uint(byteLength: number): number | undefined {
    const bytes = this.raw(byteLength);
    if (bytes === undefined) return undefined;
    let value = 0;
    for (const byte of bytes) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : undefined;
  }

  raw(byteLength: number): Uint8Array | undefined {
    const end = this.#offset + byteLength;
    if (end > this.#bytes.length) {
      this.#offset = Number.POSITIVE_INFINITY;
      return undefined;
    }
    const bytes = this.#bytes.slice(this.#offset, end);
    this.#offset = end;
    return bytes;
  }

  short(): Uint8Array | undefined {
    const length = this.uint(1);
    return length === undefined ? undefined : this.raw(length);
  }

  atEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }
}
