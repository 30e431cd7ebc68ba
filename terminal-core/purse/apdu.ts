import { concatBytes } from '../crypto/bytes.ts';

/** Data of one command at most; one length byte counts it. */
export const APDU_DATA_MAX = 255;

/** CLA, INS, P1, P2. */
export type ApduHead = readonly [cla: number, ins: number, p1: number, p2: number];

export interface CommandApdu {
  readonly head: ApduHead;
  /** Lc and the data, when there are any. */
  readonly data?: Uint8Array;
  /** Bytes that the answer may have, 1 to 256; none when the command asks for none. */
  readonly expectedBytes?: number;
}

/** The bytes of a command. @throws RangeError for more than APDU_DATA_MAX bytes of data: a bug of the caller. */
export function encodeApdu({ head, data, expectedBytes }: CommandApdu): Uint8Array {
  const lengthAndData = data === undefined || data.length === 0 ? new Uint8Array() : withLength(data);
  // 256 is written as 00.
  const le = expectedBytes === undefined ? new Uint8Array() : Uint8Array.of(expectedBytes & 0xff);
  return concatBytes(Uint8Array.from(head), lengthAndData, le);
}

function withLength(data: Uint8Array): Uint8Array {
  if (data.length > APDU_DATA_MAX)
    throw new RangeError(`A command carries at most ${APDU_DATA_MAX} bytes, not ${data.length}`);
  return concatBytes(Uint8Array.of(data.length), data);
}
