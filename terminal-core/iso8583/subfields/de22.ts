import type { SubfieldResult } from '../iso-error.ts';
import { fault } from './positional.ts';

/** How the card number came into the terminal, and whether a PIN did. */
export interface EntryModeCode {
  readonly mode: keyof typeof DIGITS_OF_MODE;
  readonly pin: keyof typeof DIGIT_OF_PIN;
}

const DIGITS_OF_MODE = {
  unspecified: '00',
  keyed: '01',
  magnetic: '02',
  barcode: '03',
  chip: '05',
  contactless: '07',
  /** A chip card whose chip could not be read and whose stripe was. */
  fallback: '80',
  'contactless-magnetic': '91',
} as const;

const DIGIT_OF_PIN = { unspecified: '0', entered: '1', none: '2' } as const;

const MODES = Object.keys(DIGITS_OF_MODE) as (keyof typeof DIGITS_OF_MODE)[]; // Object.keys forgets the literal types.
const PINS = Object.keys(DIGIT_OF_PIN) as (keyof typeof DIGIT_OF_PIN)[]; // The same.

/** DE22, three digits: two for the mode, one for the PIN. */
export function decodeDe22(text: string): SubfieldResult<EntryModeCode> {
  if (text.length !== 3) return fault('bad-length', '22', 0, `${text.length} digits, not 3`);
  const mode = MODES.find((name) => DIGITS_OF_MODE[name] === text.slice(0, 2));
  if (!mode) return fault('bad-digit', '22.1', 0, 'an entry mode that is not known');
  const pin = PINS.find((name) => DIGIT_OF_PIN[name] === text[2]);
  if (!pin) return fault('bad-digit', '22.2', 2, 'a PIN digit that is not known');
  return { ok: true, value: { mode, pin } };
}

export function encodeDe22(value: EntryModeCode): SubfieldResult<string> {
  return { ok: true, value: `${DIGITS_OF_MODE[value.mode]}${DIGIT_OF_PIN[value.pin]}` };
}
