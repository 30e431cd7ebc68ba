import type { SubfieldResult } from '../iso-error.ts';
import { fault } from './positional.ts';
import { decodeTlv, encodeTlv, type Tlv } from './tlv.ts';

/** The objects of an electronic purse transaction, with their lengths in bytes. */
const PURSE_OBJECTS = [
  { key: 'applicationSerial', tag: 'DF01', bytes: 10 },
  { key: 'counter', tag: 'DF02', bytes: 2 },
  { key: 'transactionType', tag: 'DF03', bytes: 1 },
  { key: 'amount', tag: 'DF04', bytes: 4 },
  { key: 'terminal', tag: 'DF05', bytes: 6 },
  { key: 'terminalSerial', tag: 'DF06', bytes: 4 },
  { key: 'date', tag: 'DF07', bytes: 4 },
  { key: 'time', tag: 'DF08', bytes: 3 },
  { key: 'balanceBefore', tag: 'DF09', bytes: 4 },
  { key: 'tac', tag: 'DF0A', bytes: 4 },
  { key: 'keyVersion', tag: 'DF0B', bytes: 1 },
  { key: 'algorithm', tag: 'DF0C', bytes: 1 },
  { key: 'random', tag: 'DF0D', bytes: 4 },
  { key: 'mac1', tag: 'DF0E', bytes: 4 },
  { key: 'mac2', tag: 'DF0F', bytes: 4 },
  { key: 'flags', tag: 'DF10', bytes: 1 },
] as const;

export type PurseKey = (typeof PURSE_OBJECTS)[number]['key'];

export type PurseFields = Partial<Record<PurseKey, Uint8Array>>;

/** Bits of `flags`. `unresolved`: whether the card was debited is not known; the host decides it from later records. */
export const PURSE_FLAG = { recoveredByProve: 1, withoutTac: 2, mac2Wrong: 4, unresolved: 8 } as const;

const DE58_BYTES_MAX = 100;

/** DE58 as a list of objects in their order. An object of a known tag with a wrong length is an error. */
export function decodeDe58(bytes: Uint8Array): SubfieldResult<Tlv[]> {
  const list = decodeTlv('58', bytes);
  return list.ok ? checkLengths(list.value) : list;
}

/** Over 100 bytes is an error: a message carries only the objects it needs. */
export function encodeDe58(list: readonly Tlv[]): SubfieldResult<Uint8Array> {
  const checked = checkLengths([...list]);
  if (!checked.ok) return checked;
  const encoded = encodeTlv('58', list);
  if (!encoded.ok || encoded.value.length <= DE58_BYTES_MAX) return encoded;
  return fault(
    'bad-length',
    '58',
    DE58_BYTES_MAX,
    `${encoded.value.length} bytes are over ${DE58_BYTES_MAX}`,
  );
}

/** The known objects by name. */
export function purseFieldsOf(list: readonly Tlv[]): PurseFields {
  const fields: PurseFields = {};
  for (const { key, tag } of PURSE_OBJECTS) {
    const object = list.find((candidate) => candidate.tag === tag);
    if (object) fields[key] = object.value;
  }
  return fields;
}

/** A list of objects in the order of the table. */
export function purseObjects(fields: PurseFields): Tlv[] {
  return PURSE_OBJECTS.flatMap(({ key, tag }) => {
    const value = fields[key];
    return value === undefined ? [] : [{ tag, value }];
  });
}

function checkLengths(list: Tlv[]): SubfieldResult<Tlv[]> {
  for (const { tag, value } of list) {
    const known = PURSE_OBJECTS.find((object) => object.tag === tag);
    if (known && known.bytes !== value.length) {
      return fault(
        'bad-length',
        `58.${tag}`,
        0,
        `${known.key} has ${value.length} bytes, not ${known.bytes}`,
      );
    }
  }
  return { ok: true, value: list };
}
