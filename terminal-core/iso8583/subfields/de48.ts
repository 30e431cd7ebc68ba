import { AMOUNT_MINOR_MAX, type AmountMinor, amountMinor } from '../../domain/money.ts';
import type { SubfieldResult } from '../iso-error.ts';
import { fault, firstNonDigit } from './positional.ts';

/** Totals of one scheme at settlement. Amounts in minor units; counts 0 to 999. */
export interface SchemeTotals {
  readonly debitMinor: AmountMinor;
  readonly debitCount: number;
  readonly creditMinor: AmountMinor;
  readonly creditCount: number;
  /** In a request `none`; in the answer what the host found. */
  readonly result: keyof typeof DIGIT_OF_RESULT;
}

export interface SettlementTotals {
  readonly domestic: SchemeTotals;
  readonly foreign: SchemeTotals;
}

const DIGIT_OF_RESULT = { none: '0', balanced: '1', 'not-balanced': '2', error: '3' } as const;

const RESULTS = Object.keys(DIGIT_OF_RESULT) as (keyof typeof DIGIT_OF_RESULT)[]; // Object.keys forgets the literal types.

const SCHEME_DIGITS = 31;

/** Nothing sold under a scheme. */
export const NO_TOTALS: SchemeTotals = {
  debitMinor: amountMinor(0),
  debitCount: 0,
  creditMinor: amountMinor(0),
  creditCount: 0,
  result: 'none',
};

/** DE48 at settlement: 31 digits for domestic cards, the same for foreign ones. */
export function decodeSettlementTotals(text: string): SubfieldResult<SettlementTotals> {
  if (text.length !== 2 * SCHEME_DIGITS) return fault('bad-length', '48', 0, `${text.length} digits, not 62`);
  const bad = firstNonDigit(text);
  if (bad >= 0) return fault('bad-digit', '48', bad, 'a character is no digit');
  const domestic = readScheme(text, 0);
  if (!domestic) return fault('bad-digit', '48.5', 30, 'a result that is not known');
  const foreign = readScheme(text, SCHEME_DIGITS);
  if (!foreign) return fault('bad-digit', '48.10', 61, 'a result that is not known');
  return { ok: true, value: { domestic, foreign } };
}

export function encodeSettlementTotals(totals: SettlementTotals): SubfieldResult<string> {
  const domestic = writeScheme(totals.domestic, 1);
  if (!domestic.ok) return domestic;
  const foreign = writeScheme(totals.foreign, 6);
  return foreign.ok ? { ok: true, value: domestic.value + foreign.value } : foreign;
}

function readScheme(text: string, at: number): SchemeTotals | undefined {
  const result = RESULTS.find((name) => DIGIT_OF_RESULT[name] === text[at + 30]);
  return result === undefined
    ? undefined
    : {
        debitMinor: amountMinor(Number(text.slice(at, at + 12))),
        debitCount: Number(text.slice(at + 12, at + 15)),
        creditMinor: amountMinor(Number(text.slice(at + 15, at + 27))),
        creditCount: Number(text.slice(at + 27, at + 30)),
        result,
      };
}

function writeScheme(totals: SchemeTotals, firstPosition: number): SubfieldResult<string> {
  const parts = [
    { value: totals.debitMinor, digits: 12 },
    { value: totals.debitCount, digits: 3 },
    { value: totals.creditMinor, digits: 12 },
    { value: totals.creditCount, digits: 3 },
  ];
  let text = '';
  for (const [index, { value, digits }] of parts.entries()) {
    const written = digitsOf(value, digits);
    if (written === undefined) {
      return fault(
        'bad-length',
        `48.${firstPosition + index}`,
        0,
        `${value} is no number of at most ${digits} digits`,
      );
    }
    text += written;
  }
  return { ok: true, value: text + DIGIT_OF_RESULT[totals.result] };
}

/** One transaction of a batch upload. */
export interface BatchRecord {
  /** Card class, two digits: 00 domestic, 01 foreign. */
  readonly cardClass: string;
  readonly stan: string;
  /** The card number without the zeros it travels behind. */
  readonly pan: string;
  readonly amountMinor: AmountMinor;
}

/** Records one message holds: the count is at most 8, which also keeps within the 322 digits of the field. */
export const BATCH_RECORDS_MAX = 8;

const RECORD_DIGITS = 40;
const PAN_DIGITS = 20;

/** DE48 of a batch upload message that carries records. */
export function decodeBatchRecords(text: string): SubfieldResult<BatchRecord[]> {
  const bad = firstNonDigit(text);
  if (bad >= 0) return fault('bad-digit', '48', bad, 'a character is no digit');
  const count = Number(text.slice(0, 2));
  if (text.length < 2) return fault('truncated', '48.1', 0, 'the count of records is missing');
  if (count > BATCH_RECORDS_MAX)
    return fault('bad-length', '48.1', 0, `${count} records are over ${BATCH_RECORDS_MAX}`);
  const expected = 2 + count * RECORD_DIGITS;
  if (text.length < expected)
    return fault('truncated', '48', text.length, `${count} records are not all there`);
  if (text.length > expected)
    return fault('trailing-bytes', '48', expected, `digits follow ${count} records`);
  const records: BatchRecord[] = [];
  for (let at = 2; at < expected; at += RECORD_DIGITS) {
    const padded = text.slice(at + 8, at + 8 + PAN_DIGITS);
    records.push({
      cardClass: text.slice(at, at + 2),
      stan: text.slice(at + 2, at + 8),
      pan: padded.replace(/^0+/, ''),
      amountMinor: amountMinor(Number(text.slice(at + 28, at + RECORD_DIGITS))),
    });
  }
  return { ok: true, value: records };
}

export function encodeBatchRecords(records: readonly BatchRecord[]): SubfieldResult<string> {
  if (records.length > BATCH_RECORDS_MAX) {
    return fault('bad-length', '48.1', 0, `${records.length} records are over ${BATCH_RECORDS_MAX}`);
  }
  let text = String(records.length).padStart(2, '0');
  for (const [index, record] of records.entries()) {
    const path = `48.${index + 2}`;
    const { cardClass, stan, pan } = record;
    const amount = digitsOf(record.amountMinor, 12);
    if (cardClass.length !== 2 || stan.length !== 6 || pan.length > PAN_DIGITS || amount === undefined) {
      return fault('bad-length', path, text.length, 'a part of the record does not have its length');
    }
    // A leading zero is the filling of this record: a card number that begins with one would come back shorter.
    if (pan.startsWith('0'))
      return fault('bad-digit', path, text.length, 'the card number begins with a zero');
    const row = `${cardClass}${stan}${pan.padStart(PAN_DIGITS, '0')}${amount}`;
    if (firstNonDigit(row) >= 0)
      return fault('bad-digit', path, text.length, 'a part of the record is not all digits');
    text += row;
  }
  return { ok: true, value: text };
}

/** DE48 of the message that ends a batch upload: how many transactions it had, 0 to 9999. */
export function decodeUploadCount(text: string): SubfieldResult<number> {
  if (text.length !== 4) return fault('bad-length', '48', 0, `${text.length} digits, not 4`);
  const bad = firstNonDigit(text);
  return bad >= 0
    ? fault('bad-digit', '48', bad, 'a character is no digit')
    : { ok: true, value: Number(text) };
}

export function encodeUploadCount(count: number): SubfieldResult<string> {
  const text = digitsOf(count, 4);
  return text === undefined
    ? fault('bad-length', '48', 0, `${count} is no number of at most 4 digits`)
    : { ok: true, value: text };
}

function digitsOf(value: number, digits: number): string | undefined {
  if (!Number.isSafeInteger(value) || value < 0 || value > AMOUNT_MINOR_MAX) return undefined;
  const text = String(value).padStart(digits, '0');
  return text.length === digits ? text : undefined;
}
