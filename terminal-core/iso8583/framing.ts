import type { Dialect } from './compile.ts';
import { type DecodeResult, decode } from './decode.ts';
import { type EncodeResult, encode } from './encode.ts';
import type { IsoError } from './iso-error.ts';
import type { IsoMessage } from './message.ts';

/** The length in front of a frame: two bytes, big-endian, counting what follows. */
export const LENGTH_BYTES = 2;

const LENGTH_MAX = 0xffff;

/** Decodes one whole frame, its length included. Offsets count from the length's first byte. */
export function decodeFramed(dialect: Dialect, frame: Uint8Array): DecodeResult {
  const body = frame.subarray(LENGTH_BYTES);
  if (frame.length < LENGTH_BYTES)
    return wrongLength(`${frame.length} of ${LENGTH_BYTES} bytes of the length are there`);
  const declared = ((frame[0] ?? 0) << 8) | (frame[1] ?? 0);
  if (declared !== body.length)
    return wrongLength(`the length says ${declared} bytes, but ${body.length} follow`);
  const result = decode(dialect, body);
  return result.ok ? result : { ...result, error: shifted(result.error) };
}

/** Encodes with the length in front. */
export function encodeFramed(dialect: Dialect, message: IsoMessage): EncodeResult {
  const encoded = encode(dialect, message);
  if (!encoded.ok) return encoded;
  const { bytes } = encoded;
  if (bytes.length > LENGTH_MAX) {
    return {
      ok: false,
      error: {
        code: 'frame-length',
        offset: 0,
        message: `${bytes.length} bytes are more than a length of two bytes can say`,
      },
    };
  }
  const frame = new Uint8Array(LENGTH_BYTES + bytes.length);
  frame[0] = bytes.length >> 8;
  frame[1] = bytes.length & 255;
  frame.set(bytes, LENGTH_BYTES);
  return { ok: true, bytes: frame };
}

function wrongLength(message: string): DecodeResult {
  return { ok: false, error: { code: 'frame-length', offset: 0, message }, partial: { fields: {} } };
}

function shifted(error: IsoError): IsoError {
  return { ...error, offset: error.offset + LENGTH_BYTES };
}
