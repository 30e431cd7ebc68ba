import type { SubfieldResult } from '../iso-error.ts';
import { fault, firstNonDigit } from './positional.ts';

/** How the PIN and the tracks of a message are protected. */
export interface SecurityControl {
  /** Whether there is a PIN block, and whether the card number is in it. */
  readonly pinFormat: keyof typeof DIGIT_OF_PIN_FORMAT;
  readonly keyLength: keyof typeof DIGIT_OF_KEY_LENGTH;
  readonly tracks: keyof typeof DIGIT_OF_TRACKS;
  /** The thirteen digits that have no meaning here; zeros when left out. */
  readonly reserved?: string;
}

const DIGIT_OF_PIN_FORMAT = { none: '0', 'without-pan': '1', 'with-pan': '2' } as const;
const DIGIT_OF_KEY_LENGTH = { single: '0', double: '6' } as const;
const DIGIT_OF_TRACKS = { clear: '0', encrypted: '1' } as const;

const RESERVED_DIGITS = 13;
const NO_RESERVED = '0'.repeat(RESERVED_DIGITS);

/** DE53, sixteen digits. */
export function decodeDe53(text: string): SubfieldResult<SecurityControl> {
  if (text.length !== 16) return fault('bad-length', '53', 0, `${text.length} digits, not 16`);
  const bad = firstNonDigit(text);
  if (bad >= 0) return fault('bad-digit', '53', bad, 'a character is no digit');
  const pinFormat = nameOf(DIGIT_OF_PIN_FORMAT, text[0]);
  const keyLength = nameOf(DIGIT_OF_KEY_LENGTH, text[1]);
  const tracks = nameOf(DIGIT_OF_TRACKS, text[2]);
  if (!pinFormat) return fault('bad-digit', '53.1', 0, 'a PIN format that is not known');
  if (!keyLength) return fault('bad-digit', '53.2', 1, 'a key length that is not known');
  if (!tracks) return fault('bad-digit', '53.3', 2, 'a track protection that is not known');
  const reserved = text.slice(3);
  const value = { pinFormat, keyLength, tracks };
  return { ok: true, value: reserved === NO_RESERVED ? value : { ...value, reserved } };
}

export function encodeDe53(value: SecurityControl): SubfieldResult<string> {
  const reserved = value.reserved ?? NO_RESERVED;
  if (reserved.length !== RESERVED_DIGITS)
    return fault('bad-length', '53.4', 3, `${reserved.length} digits, not 13`);
  if (firstNonDigit(reserved) >= 0) return fault('bad-digit', '53.4', 3, 'it is not all digits');
  const front = `${DIGIT_OF_PIN_FORMAT[value.pinFormat]}${DIGIT_OF_KEY_LENGTH[value.keyLength]}${DIGIT_OF_TRACKS[value.tracks]}`;
  return { ok: true, value: front + reserved };
}

function nameOf<Name extends string>(
  digits: Readonly<Record<Name, string>>,
  digit: string | undefined,
): Name | undefined {
  const names = Object.keys(digits) as Name[]; // Object.keys forgets the literal types.
  return names.find((name) => digits[name] === digit);
}
