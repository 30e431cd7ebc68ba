import type { Dialect } from './compile.ts';
import { type EncodeResult, encode } from './encode.ts';
import type { IsoMessage } from './message.ts';

const TPDU_AND_HEADER_BYTES = 11;
const MAC_BYTES = 8;
const MAC_DE = 64;

/**
 * What DE64 of a `cup` frame is computed over: message type to DE63, without TPDU, header and the MAC itself. A view of
 * the frame; the MAC algorithm does its own padding. The frame must end in DE64.
 */
export function macInput(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(TPDU_AND_HEADER_BYTES, Math.max(TPDU_AND_HEADER_BYTES, bytes.length - MAC_BYTES));
}

/**
 * Encodes a `cup` message with DE64, which `computeMac` makes from the bytes in front of it. A DE64 that the message
 * already has is replaced; the message itself is not changed.
 */
export function encodeWithMac(
  dialect: Dialect,
  message: IsoMessage,
  computeMac: (macInput: Uint8Array) => Uint8Array,
): EncodeResult {
  const withSlot = { ...message, fields: { ...message.fields, [MAC_DE]: new Uint8Array(MAC_BYTES) } };
  const encoded = encode(dialect, withSlot);
  if (!encoded.ok) return encoded;
  const mac = computeMac(macInput(encoded.bytes));
  if (mac.length !== MAC_BYTES) {
    return {
      ok: false,
      error: {
        code: 'bad-length',
        field: String(MAC_DE),
        offset: 0,
        message: `DE${MAC_DE}: ${mac.length} bytes are not the ${MAC_BYTES} of the field`,
      },
    };
  }
  encoded.bytes.set(mac, encoded.bytes.length - MAC_BYTES);
  return encoded;
}
