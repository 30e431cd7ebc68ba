const CR = 0x0d;
const LF = 0x0a;

/** How a device ends a line. `idle`: it sends no end at all, a pause is the end. */
export type Terminator = 'CR' | 'LF' | 'CRLF' | 'idle';

const END_BYTES: Readonly<Record<Terminator, readonly number[]>> = {
  CR: [CR],
  LF: [LF],
  // Either byte ends a line and empty lines do not count, so a reader set to only one of the two works as well.
  CRLF: [CR, LF],
  idle: [],
};

export type AssembledLine =
  | { readonly kind: 'line'; readonly bytes: Uint8Array }
  /** More than `lengthMax` bytes came without an end; all of them are dropped. */
  | { readonly kind: 'too-long' };

/**
 * Cuts a stream of bytes into lines, however the chunks fall: two lines in one chunk, one line in many. Holds at most
 * `lengthMax` bytes; what is longer is dropped up to its end and reported once, so that its tail never passes for a line.
 */
export class LineAssembler {
  readonly #ends: readonly number[];
  readonly #buffer: Uint8Array;
  #length = 0;
  #overflowed = false;

  constructor(options: { readonly terminator: Terminator; readonly lengthMax: number }) {
    this.#ends = END_BYTES[options.terminator];
    this.#buffer = new Uint8Array(options.lengthMax);
  }

  /** Bytes of a line that has not ended yet. */
  get pendingLength(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): AssembledLine[] {
    const lines: AssembledLine[] = [];
    for (const byte of chunk) {
      if (this.#ends.includes(byte)) {
        const line = this.flush();
        if (line) lines.push(line);
      } else if (this.#length === this.#buffer.length) this.#overflowed = true;
      else {
        this.#buffer[this.#length] = byte;
        this.#length += 1;
      }
    }
    return lines;
  }

  /** Ends the pending line; undefined when there is nothing in it but line ends. */
  flush(): AssembledLine | undefined {
    const overflowed = this.#overflowed;
    let start = 0;
    let end = this.#length;
    while (start < end && isLineEnd(this.#buffer[start])) start += 1;
    while (end > start && isLineEnd(this.#buffer[end - 1])) end -= 1;
    const bytes = this.#buffer.slice(start, end);
    this.discard();
    if (overflowed) return { kind: 'too-long' };
    return bytes.length === 0 ? undefined : { kind: 'line', bytes };
  }

  /** Forgets a line that will never end, e.g. after the cable was pulled in the middle of a scan. */
  discard(): void {
    this.#buffer.fill(0, 0, this.#length);
    this.#length = 0;
    this.#overflowed = false;
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === CR || byte === LF;
}
