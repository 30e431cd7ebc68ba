import type { FieldValue, IsoMessage } from '../message.ts';
import { messageRow } from './classify.ts';

/** DE39 of a reversal: 06 the terminal cannot tell how it ended, 98 no answer came, A0 the answer's MAC was wrong. */
export type ReversalReason = '06' | '98' | 'A0';

/**
 * The reversal of a request, derived by the catalogue: the original's fields as far as the row of the reversal allows
 * them, with its trace number and DE60, and the reason as DE39. The card number is taken from the track when the
 * original carried no DE2, because a reversal carries no track. DE64 is for the sender to add.
 */
export function deriveReversal(original: IsoMessage, reason: ReversalReason): IsoMessage {
  const row = messageRow('reversal');
  const allowed = new Set([...row.request.required, ...row.request.optional]);
  const fields: Record<number, FieldValue> = {};
  for (const [key, value] of Object.entries(original.fields)) {
    if (allowed.has(Number(key))) fields[Number(key)] = value;
  }
  fields[39] = reason;
  const pan = fields[2] ?? panOfTracks(original);
  if (pan !== undefined) fields[2] = pan;
  return {
    ...(original.tpdu === undefined ? {} : { tpdu: original.tpdu }),
    ...(original.header === undefined ? {} : { header: original.header }),
    mti: row.mtis[0] ?? '0400',
    fields,
  };
}

/** Track 3 begins with a format code of two digits. */
const TRACK3_FORMAT_DIGITS = 2;

function panOfTracks(message: IsoMessage): string | undefined {
  const { 35: track2, 36: track3 } = message.fields;
  if (typeof track2 === 'string') return digitsBeforeSeparator(track2);
  if (typeof track3 === 'string') return digitsBeforeSeparator(track3.slice(TRACK3_FORMAT_DIGITS));
  return undefined;
}

function digitsBeforeSeparator(track: string): string | undefined {
  const end = track.indexOf('=');
  return end > 0 ? track.slice(0, end) : undefined;
}
