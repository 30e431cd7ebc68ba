/**
 * Frames on the wire: two bytes of big-endian length that count what follows, then so many bytes. The decoder holds at
 * most one partial frame, and copies every byte once however the stream was cut into pieces.
 */

export const FRAME_LENGTH_MAX = 8192;
const LENGTH_BYTES = 2;

/** A stream after such a length cannot be read any further: where the next frame starts is no longer known. */
export interface FrameError {
  readonly code: 'frame-length';
  /** The length that was announced: 0, or more than FRAME_LENGTH_MAX. */
  readonly announcedBytes: number;
  readonly message: string;
}

/** @throws RangeError when the payload is empty or longer than FRAME_LENGTH_MAX: the caller built what no host can take. */
export function encodeFrame(payload: Uint8Array): Uint8Array {
  if (payload.length === 0 || payload.length > FRAME_LENGTH_MAX) {
    throw new RangeError(`A frame holds 1 to ${FRAME_LENGTH_MAX} bytes, not ${payload.length}`);
  }
  const bytes = new Uint8Array(LENGTH_BYTES + payload.length);
  bytes[0] = payload.length >> 8;
  bytes[1] = payload.length & 0xff;
  bytes.set(payload, LENGTH_BYTES);
  return bytes;
}

/** Takes the stream in whatever pieces it comes and gives whole frames, without their length. */
export class FrameDecoder {
  #lengthBytesSeen = 0;
  #announcedBytes = 0;
  #frame: Uint8Array | undefined;
  #filledBytes = 0;
  #error: FrameError | undefined;

  /** True while a frame, or its length, has begun and is not complete. */
  get isPartial(): boolean {
    return this.#lengthBytesSeen > 0;
  }

  /**
   * Each frame is a copy: a frame that somebody keeps does not keep the read buffer it came in.
   * @returns the error that ended the stream; it stays, and whatever is pushed after it is ignored.
   */
  push(chunk: Uint8Array, onFrame: (frame: Uint8Array) => void): FrameError | undefined {
    let offset = 0;
    while (offset < chunk.length && this.#error === undefined) {
      if (this.#frame === undefined) {
        this.#readLengthByte(chunk[offset] ?? 0);
        offset += 1;
        continue;
      }
      const frame = this.#frame;
      const takenBytes = Math.min(frame.length - this.#filledBytes, chunk.length - offset);
      frame.set(chunk.subarray(offset, offset + takenBytes), this.#filledBytes);
      this.#filledBytes += takenBytes;
      offset += takenBytes;
      if (this.#filledBytes === frame.length) {
        this.#frame = undefined;
        this.#lengthBytesSeen = 0;
        onFrame(frame);
      }
    }
    return this.#error;
  }

  #readLengthByte(byte: number): void {
    this.#announcedBytes = this.#lengthBytesSeen === 0 ? byte << 8 : this.#announcedBytes | byte;
    this.#lengthBytesSeen += 1;
    if (this.#lengthBytesSeen < LENGTH_BYTES) return;
    if (this.#announcedBytes === 0 || this.#announcedBytes > FRAME_LENGTH_MAX) {
      this.#error = {
        code: 'frame-length',
        announcedBytes: this.#announcedBytes,
        message: `A frame of ${this.#announcedBytes} bytes was announced; 1 to ${FRAME_LENGTH_MAX} are allowed`,
      };
      return;
    }
    this.#frame = new Uint8Array(this.#announcedBytes);
    this.#filledBytes = 0;
  }
}
