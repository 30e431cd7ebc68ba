import { maskPan } from '../domain/pan.ts';
import type { FieldValue, IsoMessage } from './message.ts';

/** Shown in place of a value that must not be seen; its length tells nothing. */
export const HIDDEN = '********';

/** Tracks, PIN block, chip data, keys: nothing of them may be seen. */
const HIDDEN_DES = [35, 36, 45, 52, 55, 62] as const;

/** Card numbers: first 6 and last 4 digits. 34 is the extended number of the ISO dialects. */
const PAN_DES = [2, 34] as const;

const BATCH_UPLOAD_MTIS: readonly string[] = ['0320', '0330'];
const RECORDS_DE = 48;
/** DE3 of a replacement: its DE48 is the number of the new card. */
const REPLACEMENT = '930000';
const RECORD_COUNT_DIGITS = 2;
const RECORD_DIGITS = 40;
const RECORD_PAN_AT = 8;
const RECORD_PAN_DIGITS = 20;

/**
 * A copy fit to be shown: card numbers as first 6 and last 4 digits, also those inside the records of a batch upload;
 * tracks, PIN block, chip data and keys hidden. The message itself is never changed.
 */
export function mask(message: IsoMessage): IsoMessage {
  return { ...message, fields: maskFields(message.mti, message.fields) };
}

/** The same for what was decoded in front of an error, where the message type may be missing. */
export function maskFields(
  mti: string | undefined,
  fields: Readonly<Record<number, FieldValue>>,
): Record<number, FieldValue> {
  const masked: Record<number, FieldValue> = { ...fields };
  for (const de of HIDDEN_DES) if (masked[de] !== undefined) masked[de] = HIDDEN;
  for (const de of PAN_DES) {
    const value = masked[de];
    if (value !== undefined) masked[de] = typeof value === 'string' ? maskPan(value) : HIDDEN;
  }
  const { [RECORDS_DE]: text } = masked;
  if (typeof text !== 'string') return masked;
  // Without a message type nothing says that these are no records.
  const mayBeRecords = mti === undefined || BATCH_UPLOAD_MTIS.includes(mti);
  if (masked[3] === REPLACEMENT) masked[RECORDS_DE] = maskPan(text);
  else if (mayBeRecords) masked[RECORDS_DE] = maskRecords(text);
  return masked;
}

function maskRecords(text: string): string {
  let masked = text.slice(0, RECORD_COUNT_DIGITS);
  for (let at = RECORD_COUNT_DIGITS; at < text.length; at += RECORD_DIGITS) {
    const record = text.slice(at, at + RECORD_DIGITS);
    const padded = record.slice(RECORD_PAN_AT, RECORD_PAN_AT + RECORD_PAN_DIGITS);
    const pan = padded.replace(/^0+/, '');
    const shown = '0'.repeat(padded.length - pan.length) + maskPan(pan);
    masked += record.slice(0, RECORD_PAN_AT) + shown + record.slice(RECORD_PAN_AT + RECORD_PAN_DIGITS);
  }
  return masked;
}
