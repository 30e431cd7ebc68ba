import { formatMinor } from '../domain/money.ts';
import { hexOf } from './bcd.ts';
import { answerMti } from './catalogue/check.ts';
import { classifyRequest, messageRow } from './catalogue/classify.ts';
import { MESSAGE_ROWS } from './catalogue/rows.ts';
import type { Dialect } from './compile.ts';
import type { IsoError } from './iso-error.ts';
import { HIDDEN, maskFields } from './mask.ts';
import type { FieldValue, PartialMessage } from './message.ts';
import { responseCode } from './response-codes.ts';
import { decodeDe22 } from './subfields/de22.ts';
import { decodeSettlementTotals } from './subfields/de48.ts';
import { decodeDe53 } from './subfields/de53.ts';
import { decodeDe54 } from './subfields/de54.ts';
import { decodeDe55 } from './subfields/de55.ts';
import { decodeDe58 } from './subfields/de58.ts';
import { decodeDe59 } from './subfields/de59.ts';
import { decodeDe60 } from './subfields/de60.ts';
import { decodeDe61 } from './subfields/de61.ts';

/** One line of a field table, fit to be shown: the value is masked. */
export interface FieldDescription {
  readonly de: number;
  readonly name: string;
  readonly format: string;
  /** Masked; binary as hex. */
  readonly value: string;
  /** What the value says, in English; absent where the value speaks for itself. */
  readonly meaning?: string;
}

/** The fields of a message with their names and what they mean, ascending, masked. */
export function describeMessage(dialect: Dialect, message: PartialMessage): FieldDescription[] {
  const masked = maskFields(message.mti, message.fields);
  return Object.entries(masked).map(([key, value]) => {
    const de = Number(key);
    const field = dialect.fields[de];
    const meaning = value === HIDDEN ? undefined : meaningOf(dialect, de, value, message.mti);
    return {
      de,
      name: field?.name ?? '',
      format: field?.format ?? '',
      value: typeof value === 'string' ? value : hexOf(value),
      ...(meaning === undefined ? {} : { meaning }),
    };
  });
}

/**
 * What kind of exchange a message belongs to, in words; for requests and answers alike.
 * @returns undefined where the catalogue, which knows `cup` only, has no such message.
 */
export function describeKind(dialect: Dialect, message: PartialMessage): string | undefined {
  const { mti, fields } = message;
  if (dialect.name !== 'cup' || mti === undefined) return undefined;
  const request = classifyRequest({ mti, fields });
  if (request) return `${messageRow(request).kind} request`;
  const isAnswer = MESSAGE_ROWS.some((row) => row.mtis.map(answerMti).includes(mti));
  if (!isAnswer) return undefined;
  const asked = String(Number(mti) - 10).padStart(4, '0');
  const kind = classifyRequest({ mti: asked, fields });
  return kind ? `${kind} answer` : 'answer';
}

/**
 * The errors inside the structured fields of a `cup` message, with paths such as `55.9F36`. They do not make a frame
 * unreadable: an approved sale must not be lost over a padding byte in the chip data.
 */
export function subfieldErrors(dialect: Dialect, fields: Readonly<Record<number, FieldValue>>): IsoError[] {
  if (dialect.name !== 'cup') return [];
  const { 55: chip, 58: purse, 59: tagged } = fields;
  const results = [
    chip instanceof Uint8Array ? decodeDe55(chip) : undefined,
    purse instanceof Uint8Array ? decodeDe58(purse) : undefined,
    typeof tagged === 'string' ? decodeDe59(tagged) : undefined,
  ];
  return results.flatMap((result) => (result && !result.ok ? [result.error] : []));
}

const REVERSAL_MTI = '0400';

/** DE39 of a reversal is no answer but its reason. */
const WORDS_OF_REASON: ReadonlyMap<string, string> = new Map([
  ['06', 'the terminal cannot tell how the original ended'],
  ['98', 'no answer came'],
  ['A0', 'the MAC of the answer was wrong'],
]);

function meaningOf(
  dialect: Dialect,
  de: number,
  value: FieldValue,
  mti: string | undefined,
): string | undefined {
  if (de === 4 && typeof value === 'string') return formatMinor(Number(value));
  if (dialect.name !== 'cup') return undefined;
  if (de === 39 && mti === REVERSAL_MTI && typeof value === 'string') return WORDS_OF_REASON.get(value);
  return typeof value === 'string' ? textMeaning(de, value) : bytesMeaning(de, value);
}

function textMeaning(de: number, text: string): string | undefined {
  switch (de) {
    case 22: {
      const decoded = decodeDe22(text);
      return decoded.ok ? `${decoded.value.mode}, PIN ${decoded.value.pin}` : undefined;
    }
    case 39: {
      const { category, text: words } = responseCode(text);
      return `${words.en} (${category})`;
    }
    case 48: {
      const decoded = decodeSettlementTotals(text);
      if (!decoded.ok) return undefined;
      const { debitMinor, debitCount, creditMinor, creditCount, result } = decoded.value.domestic;
      return `debits ${debitCount} = ${formatMinor(debitMinor)}, credits ${creditCount} = ${formatMinor(creditMinor)}, result ${result}`;
    }
    case 53: {
      const decoded = decodeDe53(text);
      if (!decoded.ok) return undefined;
      const { pinFormat, keyLength, tracks } = decoded.value;
      return `PIN ${pinFormat}, ${keyLength}-length keys, tracks ${tracks}`;
    }
    case 54: {
      const decoded = decodeDe54(text);
      if (!decoded.ok) return undefined;
      return decoded.value
        .map(({ sign, amountMinor, currency }) => `${sign} ${formatMinor(amountMinor)} (${currency})`)
        .join(', ');
    }
    case 59: {
      const decoded = decodeDe59(text);
      return decoded.ok
        ? decoded.value.map(({ tag, value }) => `${tag} (${value.length})`).join(', ')
        : undefined;
    }
    case 60:
      return named(decodeDe60(text));
    case 61:
      return named(decodeDe61(text));
    default:
      return undefined;
  }
}

function bytesMeaning(de: number, bytes: Uint8Array): string | undefined {
  if (de !== 58) return undefined;
  const decoded = decodeDe58(bytes);
  return decoded.ok ? decoded.value.map(({ tag, value }) => `${tag} ${hexOf(value)}`).join(', ') : undefined;
}

function named(
  result: { readonly ok: true; readonly value: object } | { readonly ok: false },
): string | undefined {
  if (!result.ok) return undefined;
  return Object.entries(result.value)
    .map(([key, part]) => `${key} ${part}`)
    .join(', ');
}
