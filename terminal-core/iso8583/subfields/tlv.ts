import { bytesOfHex, hexOf, isNibble, NIBBLE } from '../bcd.ts';
import type { SubfieldResult } from '../iso-error.ts';
import { fault } from './positional.ts';

/** One BER-TLV object. Unknown tags are objects like all others and stay where they were. */
export interface Tlv {
  /** Upper-case hex, 1 to 4 bytes. */
  readonly tag: string;
  /** When read: a view into what was read. */
  readonly value: Uint8Array;
  /** Set only when the length took more bytes than it needs, so that it is written as it was read. */
  readonly lengthBytes?: number;
}

const TAG_BYTES_MAX = 4;
const LENGTH_BYTES_MAX = 4;

/** The bytes of a tag at `at`, 0 if there is no whole tag. */
function tagBytes(bytes: Uint8Array, at: number): number {
  if (((bytes[at] ?? 0) & 0x1f) !== 0x1f) return 1;
  for (let length = 2; length <= TAG_BYTES_MAX; length += 1) {
    const byte = bytes[at + length - 1];
    if (byte === undefined) return 0;
    if (byte < 0x80) return length;
  }
  return 0;
}

/** Takes a list of BER-TLV objects apart, one level deep. Errors carry the path `55.9F36` and the offset in the list. */
export function decodeTlv(field: string, bytes: Uint8Array): SubfieldResult<Tlv[]> {
  const list: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tagLength = tagBytes(bytes, at);
    if (bytes[at] === 0) return fault('bad-digit', field, at, 'a zero byte stands where a tag must begin');
    if (tagLength === 0) return fault('truncated', field, at, 'a tag has no end');
    const tag = hexOf(bytes, at, at + tagLength);
    const path = `${field}.${tag}`;
    const lengthAt = at + tagLength;
    const first = bytes[lengthAt];
    if (first === undefined) return fault('truncated', path, lengthAt, 'its length is missing');
    const more = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || more >= LENGTH_BYTES_MAX) {
      return fault('bad-length', path, lengthAt, 'its length has a form that is not used here');
    }
    if (lengthAt + more >= bytes.length && more > 0)
      return fault('truncated', path, lengthAt, 'its length has no end');
    let length = more === 0 ? first : 0;
    for (let index = 1; index <= more; index += 1) length = length * 256 + (bytes[lengthAt + index] ?? 0);
    const valueAt = lengthAt + 1 + more;
    if (valueAt + length > bytes.length) {
      return fault('truncated', path, valueAt, `${bytes.length - valueAt} of ${length} bytes are there`);
    }
    const value = bytes.subarray(valueAt, valueAt + length);
    list.push(1 + more === shortestLength(length) ? { tag, value } : { tag, value, lengthBytes: 1 + more });
    at = valueAt + length;
  }
  return { ok: true, value: list };
}

/** Puts objects together in the order given. */
export function encodeTlv(field: string, list: readonly Tlv[]): SubfieldResult<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const { tag, value, lengthBytes } of list) {
    const path = `${field}.${tag}`;
    const tagPart = bytesOfHex(tag);
    if (!tagPart || tagPart.length === 0 || tagPart[0] === 0 || tagBytes(tagPart, 0) !== tagPart.length) {
      return fault('bad-digit', path, 0, 'the tag is not the hex of one BER tag');
    }
    const needed = lengthBytes ?? shortestLength(value.length);
    if (needed < shortestLength(value.length) || needed > LENGTH_BYTES_MAX) {
      return fault('bad-length', path, 0, `a length of ${value.length} does not fit ${needed} bytes`);
    }
    parts.push(tagPart, lengthPart(value.length, needed), value);
  }
  return { ok: true, value: concat(parts) };
}

/** @returns the value of the first object of that tag. */
export function findTlv(list: readonly Tlv[], tag: string): Uint8Array | undefined {
  return list.find((object) => object.tag === tag)?.value;
}

/** Whether a tag announces objects inside its value. */
export function isConstructed(tag: string): boolean {
  const high = NIBBLE[tag.charCodeAt(0)] ?? 255;
  return isNibble(high) && (high & 2) === 2;
}

function shortestLength(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x100) return 2;
  return length < 0x10000 ? 3 : 4;
}

function lengthPart(length: number, byteCount: number): Uint8Array {
  const part = new Uint8Array(byteCount);
  if (byteCount === 1) {
    part[0] = length;
    return part;
  }
  part[0] = 0x80 | (byteCount - 1);
  let rest = length;
  for (let index = byteCount - 1; index > 0; index -= 1) {
    part[index] = rest & 255;
    rest >>= 8;
  }
  return part;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
