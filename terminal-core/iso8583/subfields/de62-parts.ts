import type { SubfieldResult } from '../iso-error.ts';
import { fault } from './positional.ts';
import { concat } from './tlv.ts';

/** One numbered part of a parameter or hotlist download. Parts count from 1. */
export interface DownloadPart {
  readonly part: number;
  readonly total: number;
  readonly payload: Uint8Array;
}

const NUMBER_DIGITS = 3;
const NUMBER_MAX = 999;
const DE62_BYTES_MAX = 999;

/** What one part can carry beside its two numbers. */
export const PART_PAYLOAD_BYTES_MAX = DE62_BYTES_MAX - 2 * NUMBER_DIGITS;

/** DE62 of the request: the number of the part that is wanted, in three ASCII digits. */
export function decodePartRequest(bytes: Uint8Array): SubfieldResult<number> {
  if (bytes.length !== NUMBER_DIGITS) return fault('bad-length', '62', 0, `${bytes.length} bytes, not 3`);
  const part = readNumber(bytes, 0);
  return part === undefined || part === 0
    ? fault('bad-digit', '62.1', 0, 'the part is no number from 001 to 999')
    : { ok: true, value: part };
}

export function encodePartRequest(part: number): SubfieldResult<Uint8Array> {
  return isNumber(part)
    ? { ok: true, value: numberBytes(part) }
    : fault('bad-length', '62.1', 0, `${part} is no number from 1 to ${NUMBER_MAX}`);
}

/** DE62 of the answer: the part, how many there are, and the piece. The payload is a view into `bytes`. */
export function decodeDownloadPart(bytes: Uint8Array): SubfieldResult<DownloadPart> {
  if (bytes.length < 2 * NUMBER_DIGITS)
    return fault('truncated', '62', bytes.length, 'the two numbers break off');
  const part = readNumber(bytes, 0);
  if (part === undefined || part === 0)
    return fault('bad-digit', '62.1', 0, 'the part is no number from 001 to 999');
  const total = readNumber(bytes, NUMBER_DIGITS);
  if (total === undefined || total < part) {
    return fault('bad-digit', '62.2', NUMBER_DIGITS, 'the total is no number from the part to 999');
  }
  return { ok: true, value: { part, total, payload: bytes.subarray(2 * NUMBER_DIGITS) } };
}

export function encodeDownloadPart(value: DownloadPart): SubfieldResult<Uint8Array> {
  const { part, total, payload } = value;
  if (!isNumber(part)) return fault('bad-length', '62.1', 0, `${part} is no number from 1 to ${NUMBER_MAX}`);
  if (!isNumber(total) || total < part)
    return fault('bad-length', '62.2', 0, `${total} is no number from ${part} to ${NUMBER_MAX}`);
  if (payload.length > PART_PAYLOAD_BYTES_MAX) {
    return fault('bad-length', '62.3', 0, `${payload.length} bytes are over ${PART_PAYLOAD_BYTES_MAX}`);
  }
  return { ok: true, value: concat([numberBytes(part), numberBytes(total), payload]) };
}

function isNumber(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= NUMBER_MAX;
}

function readNumber(bytes: Uint8Array, at: number): number | undefined {
  let value = 0;
  for (let index = at; index < at + NUMBER_DIGITS; index += 1) {
    const digit = (bytes[index] ?? 0) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

function numberBytes(value: number): Uint8Array {
  return Uint8Array.from(String(value).padStart(NUMBER_DIGITS, '0'), (digit) => digit.charCodeAt(0));
}
