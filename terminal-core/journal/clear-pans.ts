import type Database from 'better-sqlite3';
import { maskPan, passesLuhn } from '../domain/pan.ts';

/** One stored text that holds a clear card number. Never the number itself. */
export interface ClearPan {
  /** `entry 12` or `document transactions T5`. */
  readonly place: string;
  /** First 6 and last 4 digits. */
  readonly masked: string;
}

const TEXTS = `
  SELECT 'entry ' || seq AS place, payload AS text FROM entries
  UNION ALL
  SELECT 'document ' || collection || ' ' || key, key || ' ' || terms || ' ' || doc FROM docs`;

/** A JSON escape stands for one character; as two it would glue a letter to the digits behind it. */
const JSON_ESCAPE = /\\(?:u[0-9a-fA-F]{4}|.)/g;

/**
 * Digits that stand alone: next to a letter, a digit or one of `+/=_` they are part of a hash, a key or base64, and
 * masked numbers have their stars there. Either in one piece, or in groups as a card shows them.
 */
const ALONE = /(?<![0-9A-Za-z+/=_*.])(?:\d{12,24}|\d{4}([ -])\d{4}\1\d{4}\1\d{3,7})(?![0-9A-Za-z+/=_*])/g;

/** A merchant number has 15 digits and now and then the check digit of a card. */
const MERCHANT_ID = /"merchantId":"(\d{15})"/g;

/** First digits that ISO/IEC 7812 gives to banks, travel and national use: 3 4 5 6 9 and Mastercard's 2221 to 2720. */
const CARD_START = /^(?:[34569]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/;

/**
 * Looks for clear card numbers in everything that is stored in clear: payloads, documents, their keys and terms.
 *
 * A number that stands alone counts when it is one of `known`, of any length; or when it has 15 to 19 digits, starts like
 * a card, passes the Luhn check and is not the journal's own merchant number. Reference numbers (12 digits), times (13)
 * and article numbers (8 to 14) are too short for the second rule, so one of them never counts by chance. A stored-value
 * card without a check digit is found by the first rule only, which needs the terminal's key to open the sealed column.
 */
export function findClearPans(database: Database.Database, known: ReadonlySet<string>): readonly ClearPan[] {
  const found: { readonly place: string; readonly digits: string }[] = [];
  const merchantIds = new Set<string>();
  const rows = database.prepare<[], { readonly place: string; readonly text: string }>(TEXTS).iterate();
  for (const { place, text } of rows) {
    for (const match of text.matchAll(MERCHANT_ID)) if (match[1] !== undefined) merchantIds.add(match[1]);
    for (const digits of numbersIn(text)) {
      if (known.has(digits) || looksLikePan(digits)) found.push({ place, digits });
    }
  }
  // The merchant number may come up before the document that names it as one.
  return found.filter(({ digits }) => known.has(digits) || !merchantIds.has(digits)).map(masked);
}

/** A document's key may be the number itself. */
function masked({ place, digits }: { readonly place: string; readonly digits: string }): ClearPan {
  const shown = `${digits.slice(0, 6)}…${digits.slice(-4)}`;
  return { place: place.replaceAll(digits, shown), masked: shown };
}

/** A text for showing: every number that looks like a card's is masked to its first 6 and last 4 digits. */
export function maskClearPans(text: string): string {
  return text.replaceAll(ALONE, (run) => {
    const digits = run.replaceAll(/\D/g, '');
    return looksLikePan(digits) ? maskPan(digits) : run;
  });
}

function numbersIn(text: string): readonly string[] {
  const plain = text.includes('\\') ? text.replace(JSON_ESCAPE, ' ') : text;
  return Array.from(plain.matchAll(ALONE), ([run]) => run.replaceAll(/\D/g, ''));
}

function looksLikePan(digits: string): boolean {
  return digits.length >= 15 && digits.length <= 19 && CARD_START.test(digits) && passesLuhn(digits);
}
