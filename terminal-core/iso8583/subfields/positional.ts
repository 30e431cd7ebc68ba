import { failed, type IsoErrorCode, type SubfieldResult } from '../iso-error.ts';

/** One position of a sub-field that is a row of digits. */
export interface Position<Key extends string> {
  readonly key: Key;
  readonly digits: number;
  /** From the first optional position on, a value may end in front of any position. */
  readonly isOptional?: boolean;
}

export type Positions<Key extends string> = Partial<Record<Key, string>> & {
  /** Digits behind the last position, as hosts add them. */
  rest?: string;
};

/** Takes a row of digits apart by its layout. Paths in errors are `60.2`: the field and the position, counted from 1. */
export function readPositions<Key extends string>(
  path: string,
  layout: readonly Position<Key>[],
  text: string,
): SubfieldResult<Positions<Key>> {
  const bad = firstNonDigit(text);
  if (bad >= 0) return fault('bad-digit', path, bad, 'a character is no digit');
  const value: Partial<Record<string, string>> = {};
  let at = 0;
  for (const [index, { key, digits, isOptional }] of layout.entries()) {
    if (at === text.length && isOptional) return { ok: true, value: positions(value) };
    if (at + digits > text.length) {
      return fault(
        'truncated',
        `${path}.${index + 1}`,
        at,
        `${text.length - at} of ${digits} digits are there`,
      );
    }
    value[key] = text.slice(at, at + digits);
    at += digits;
  }
  if (at < text.length) value.rest = text.slice(at);
  return { ok: true, value: positions(value) };
}

/** The inverse. A position may be left out only if it is optional and everything behind it is left out as well. */
export function writePositions<Key extends string>(
  path: string,
  layout: readonly Position<Key>[],
  value: Positions<Key>,
): SubfieldResult<string> {
  const given: Partial<Record<string, string>> = value;
  let text = '';
  let gap = '';
  for (const [index, { key, digits, isOptional }] of layout.entries()) {
    const part = given[key];
    const partPath = `${path}.${index + 1}`;
    if (part === undefined) {
      if (!isOptional) return fault('bad-length', partPath, text.length, `${key} is missing`);
      gap ||= key;
      continue;
    }
    if (gap) return fault('bad-length', partPath, text.length, `${key} needs ${gap} in front of it`);
    if (part.length !== digits) {
      return fault('bad-length', partPath, text.length, `${key} has ${part.length} digits, not ${digits}`);
    }
    if (firstNonDigit(part) >= 0)
      return fault('bad-digit', partPath, text.length, `${key} is not all digits`);
    text += part;
  }
  const rest = given.rest ?? '';
  if (rest && gap) return fault('bad-length', path, text.length, `what follows needs ${gap} in front of it`);
  return firstNonDigit(rest) >= 0
    ? fault('bad-digit', path, text.length, 'what follows is not all digits')
    : { ok: true, value: text + rest };
}

/** @returns -1 when all are digits. */
export function firstNonDigit(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return at;
  }
  return -1;
}

/** The keys written above are exactly those of the layout; the compiler cannot follow a loop over them. */
function positions<Key extends string>(value: Partial<Record<string, string>>): Positions<Key> {
  return value as Positions<Key>;
}

export function fault(code: IsoErrorCode, field: string, offset: number, message: string) {
  return failed({ code, field, offset, message: `DE${field}: ${message}` });
}
