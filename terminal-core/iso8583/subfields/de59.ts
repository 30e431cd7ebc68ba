import type { SubfieldResult } from '../iso-error.ts';
import { fault, firstNonDigit } from './positional.ts';

/** One tagged text of DE59. */
export interface TaggedText {
  /** Two upper-case letters. */
  readonly tag: string;
  /** ASCII, at most 999 characters. */
  readonly value: string;
}

/** The tags that Holdfast uses; others are kept in their order. */
export const DE59_TAG = {
  /** Balance certificate, base64. */
  certificate: 'BC',
  /** Code presented by the customer. */
  customerCode: 'CC',
  /** Parameter and hotlist versions. */
  versions: 'PK',
  /** Journal chain head at settlement. */
  journalHead: 'JH',
  /** Statement of a card: the last movements, newest first. */
  statement: 'ST',
} as const;

const TAG_CHARACTERS = 2;
const LENGTH_DIGITS = 3;
const VALUE_CHARACTERS_MAX = 999;

export function decodeDe59(text: string): SubfieldResult<TaggedText[]> {
  const list: TaggedText[] = [];
  let at = 0;
  while (at < text.length) {
    const tag = text.slice(at, at + TAG_CHARACTERS);
    if (!isTag(tag)) return fault('bad-digit', '59', at, 'two upper-case letters must stand here');
    const path = `59.${tag}`;
    const lengthAt = at + TAG_CHARACTERS;
    const lengthText = text.slice(lengthAt, lengthAt + LENGTH_DIGITS);
    if (lengthText.length < LENGTH_DIGITS) return fault('truncated', path, lengthAt, 'its length breaks off');
    if (firstNonDigit(lengthText) >= 0)
      return fault('bad-length', path, lengthAt, 'its length is not three digits');
    const valueAt = lengthAt + LENGTH_DIGITS;
    const value = text.slice(valueAt, valueAt + Number(lengthText));
    if (value.length < Number(lengthText)) {
      return fault(
        'truncated',
        path,
        valueAt,
        `${value.length} of ${Number(lengthText)} characters are there`,
      );
    }
    if (!isAscii(value)) return fault('bad-digit', path, valueAt, 'a character is not ASCII');
    list.push({ tag, value });
    at = valueAt + value.length;
  }
  return { ok: true, value: list };
}

export function encodeDe59(list: readonly TaggedText[]): SubfieldResult<string> {
  let text = '';
  for (const { tag, value } of list) {
    const path = `59.${tag}`;
    if (!isTag(tag)) return fault('bad-digit', path, text.length, 'the tag is not two upper-case letters');
    if (!isAscii(value)) return fault('bad-digit', path, text.length, 'a character is not ASCII');
    if (value.length > VALUE_CHARACTERS_MAX) {
      return fault(
        'bad-length',
        path,
        text.length,
        `${value.length} characters are over ${VALUE_CHARACTERS_MAX}`,
      );
    }
    text += `${tag}${String(value.length).padStart(LENGTH_DIGITS, '0')}${value}`;
  }
  return { ok: true, value: text };
}

/** @returns the text of the first entry of that tag. */
export function findDe59(list: readonly TaggedText[], tag: string): string | undefined {
  return list.find((entry) => entry.tag === tag)?.value;
}

function isTag(text: string): boolean {
  if (text.length !== TAG_CHARACTERS) return false;
  for (let at = 0; at < TAG_CHARACTERS; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 65 || code > 90) return false;
  }
  return true;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7e) return false;
  return true;
}
