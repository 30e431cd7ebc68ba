import { bytesOfHex, hexOf } from './bcd.ts';
import { type CompiledField, type Dialect, WAY } from './compile.ts';
import type { IsoError } from './iso-error.ts';
import type { FieldValue, IsoMessage, PartialMessage } from './message.ts';

/** A message as `holdfast iso` prints and reads it: binary fields as upper-case hex, everything else as text. */
export interface JsonMessage {
  mti?: string;
  tpdu?: string;
  header?: string;
  /** The fields that are there, ascending. On reading it is ignored: the bitmap comes from the fields. */
  bitmap?: number[];
  /** Only where the frame has more bitmaps than its fields need. */
  bitmaps?: 2 | 3;
  fields: Record<string, string>;
}

export function toJsonMessage(message: IsoMessage | PartialMessage): JsonMessage {
  const { mti, tpdu, header, bitmaps } = message;
  const fields: Record<string, string> = {};
  const bitmap: number[] = [];
  for (const [key, value] of Object.entries(message.fields)) {
    bitmap.push(Number(key));
    fields[key] = typeof value === 'string' ? value : hexOf(value);
  }
  return {
    ...(mti === undefined ? {} : { mti }),
    ...(tpdu === undefined ? {} : { tpdu }),
    ...(header === undefined ? {} : { header }),
    bitmap,
    ...(bitmaps === undefined ? {} : { bitmaps }),
    fields,
  };
}

/** Takes what a JSON line held, of which nothing is known yet. */
export function fromJsonMessage(
  dialect: Dialect,
  json: unknown,
): { readonly ok: true; readonly message: IsoMessage } | { readonly ok: false; readonly error: IsoError } {
  if (!isRecord(json)) return refused('bad-digit', undefined, 'the line is no JSON object');
  const { mti, tpdu, header, bitmaps, fields } = json;
  if (typeof mti !== 'string') return refused('bad-digit', 'mti', 'the message type is missing');
  if (!isRecord(fields)) return refused('bad-digit', undefined, '"fields" is no object');
  const message: IsoMessage = { mti, fields: {} };
  for (const [key, text] of Object.entries({ tpdu, header })) {
    if (text === undefined) continue;
    if (typeof text !== 'string') return refused('bad-digit', key, `the ${key} is no text`);
    if (key === 'tpdu') message.tpdu = text;
    else message.header = text;
  }
  if (bitmaps === 2 || bitmaps === 3) message.bitmaps = bitmaps;
  for (const [key, text] of Object.entries(fields)) {
    const de = Number(key);
    const field = String(de) === key ? dialect.fields[de] : undefined;
    if (!field) return refused('unknown-field', key, `${dialect.name} has no DE${key}`);
    if (typeof text !== 'string') return refused('bad-digit', key, `DE${key}: the value is no text`);
    const value = fieldValueOf(field, text);
    if (value === undefined)
      return refused('bad-digit', key, `DE${key}: the value is not the hex of whole bytes`);
    message.fields[de] = value;
  }
  return { ok: true, message };
}

function fieldValueOf(field: CompiledField, text: string): FieldValue | undefined {
  return field.way === WAY.bytes || field.way === WAY.hexBytes ? bytesOfHex(text) : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(
  code: IsoError['code'],
  field: string | undefined,
  message: string,
): { readonly ok: false; readonly error: IsoError } {
  return {
    ok: false,
    error: field === undefined ? { code, offset: 0, message } : { code, field, offset: 0, message },
  };
}
