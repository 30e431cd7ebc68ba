import type { SubfieldResult } from '../iso-error.ts';
import { decodeTlv, encodeTlv, type Tlv } from './tlv.ts';

/** DE55: the chip's data, objects in their order, unknown tags kept. */
export function decodeDe55(bytes: Uint8Array): SubfieldResult<Tlv[]> {
  return decodeTlv('55', bytes);
}

export function encodeDe55(list: readonly Tlv[]): SubfieldResult<Uint8Array> {
  return encodeTlv('55', list);
}
