import { computeMac, macEquals, type SecretKey } from '../../terminal-core/crypto/index.ts';
import type { AmountMinor } from '../../terminal-core/domain/money.ts';
import { Pan } from '../../terminal-core/domain/pan.ts';
import {
  cup,
  DE59_TAG,
  decode,
  decodeDe59,
  decodeDe60,
  decodeDe61,
  decodeSettlementTotals,
  encode,
  encodeDe54,
  encodeDe59,
  encodeSettlementTotals,
  encodeWithMac,
  findDe59,
  type IsoMessage,
  macInput,
  type SchemeTotals,
  type SettlementTotals,
  type SubfieldResult,
} from '../../terminal-core/iso8583/index.ts';
import { sameTotals } from '../batches/totals.ts';
import { type HostRequest, type OriginalReference, textOf } from './request.ts';

const MAC_BYTES = 8;
const CURRENCY_CNY = '156';

/** What can be said of a frame. */
export type ReadFrame =
  | { readonly kind: 'request'; readonly request: HostRequest }
  /** Broken, but enough was read to answer it. */
  | { readonly kind: 'format-error'; readonly request: HostRequest; readonly error: string }
  | { readonly kind: 'unreadable'; readonly error: string };

/** Takes a frame apart. Never throws. */
export function readFrame(bytes: Uint8Array): ReadFrame {
  const decoded = decode(cup, bytes);
  const partial = decoded.ok ? decoded.message : decoded.partial;
  const { fields, header, mti, tpdu } = partial;
  const error = decoded.ok ? undefined : `${decoded.error.code} ${decoded.error.field ?? ''}`.trim();
  if (mti === undefined || tpdu === undefined || header === undefined) {
    return { kind: 'unreadable', error: error ?? 'no-message-type' };
  }
  const terminalId = textOf(partial, 41);
  const stan = textOf(partial, 11);
  // An echo may have no trace number; a broken message without one cannot be answered.
  if (terminalId === undefined || (error !== undefined && stan === undefined)) {
    return { kind: 'unreadable', error: error ?? 'no-terminal-id' };
  }
  const de60 = decodeDe60(textOf(partial, 60) ?? '');
  const parts = de60.ok ? de60.value : {};
  const amount = textOf(partial, 4);
  const message: IsoMessage = { tpdu, header, mti: `${mti.slice(0, 3)}0`, fields };
  const request: HostRequest = {
    bytes,
    message,
    tpdu,
    header,
    mti: message.mti,
    fields,
    stan: stan ?? '',
    terminalId,
    merchantId: textOf(partial, 42) ?? '',
    processingCode: textOf(partial, 3),
    amountMinor: amount === undefined ? undefined : Number(amount),
    pan: panOf(partial),
    type: parts.type ?? '',
    batchNumber: parts.batchNumber ?? '',
    control: parts.control ?? '',
    takesPartialApproval: parts.partialApproval === '1',
    original: originalOf(partial),
  };
  return error === undefined ? { kind: 'request', request } : { kind: 'format-error', request, error };
}

function panOf(message: Pick<HostRequest, 'fields'>): Pan | undefined {
  const digits = textOf(message, 2) ?? textOf(message, 35)?.split('=')[0];
  return digits === undefined ? undefined : Pan.parse(digits);
}

function originalOf(message: Pick<HostRequest, 'fields'>): OriginalReference | undefined {
  const decoded = decodeDe61(textOf(message, 61) ?? '');
  if (!decoded.ok) return undefined;
  const { batchNumber, date, stan } = decoded.value;
  return batchNumber === undefined || stan === undefined ? undefined : { batchNumber, stan, monthDay: date };
}

/** @throws Error when a field does not fit: the host built what it may not send, which is a bug. */
export function encodeAnswer(message: IsoMessage, macKey: SecretKey | undefined): Uint8Array {
  const encoded = macKey ? encodeWithMac(cup, message, (data) => macOf(data, macKey)) : encode(cup, message);
  if (!encoded.ok) throw new Error(`The answer cannot be encoded: ${encoded.error.message}`);
  return encoded.bytes;
}

/** The same bytes with DE64, which is the last field, made under this key. */
export function answerWithMac(bytes: Uint8Array, macKey: SecretKey): Uint8Array {
  const result = bytes.slice();
  result.set(macOf(macInput(bytes), macKey), bytes.length - MAC_BYTES);
  return result;
}

/** Whether DE64 of a whole frame holds. */
export function macHolds(bytes: Uint8Array, macKey: SecretKey): boolean {
  return macEquals(macOf(macInput(bytes), macKey), bytes.subarray(bytes.length - MAC_BYTES));
}

function macOf(data: Uint8Array, key: SecretKey): Uint8Array {
  return computeMac({ algorithm: 'cup-ecb', key, data });
}

/** DE54: what is available on the card, in CNY. */
export function balanceField(balanceMinor: AmountMinor): string {
  return written(
    encodeDe54([
      { accountType: '00', amountType: '02', currency: CURRENCY_CNY, sign: 'C', amountMinor: balanceMinor },
    ]),
  );
}

/** DE59 with a balance certificate. */
export function certificateField(base64: string): string {
  return written(encodeDe59([{ tag: DE59_TAG.certificate, value: base64 }]));
}

/** The certificate of DE59, base64; undefined when there is none or the field is not well formed. */
export function certificateOf(de59: string | undefined): string | undefined {
  const decoded = decodeDe59(de59 ?? '');
  return decoded.ok ? findDe59(decoded.value, DE59_TAG.certificate) : undefined;
}

/** The code that the customer's phone shows, of DE59; undefined when there is none. */
export function customerCodeOf(de59: string | undefined): string | undefined {
  const decoded = decodeDe59(de59 ?? '');
  return decoded.ok ? findDe59(decoded.value, DE59_TAG.customerCode) : undefined;
}

/** DE48 of a settlement; undefined when it is not well formed. */
export function settlementTotalsOf(request: HostRequest): SettlementTotals | undefined {
  const decoded = decodeSettlementTotals(textOf(request, 48) ?? '');
  return decoded.ok ? decoded.value : undefined;
}

const NOTHING_SOLD = { debitCount: 0, debitMinor: 0, creditCount: 0, creditMinor: 0 };

/** The totals as the terminal sent them, with the result; this host has no foreign cards, so theirs must be zero. */
export function settlementAnswerField(sent: SettlementTotals, result: SchemeTotals['result']): string {
  const foreign = sameTotals(sent.foreign, NOTHING_SOLD) ? 'balanced' : 'not-balanced';
  return written(
    encodeSettlementTotals({
      domestic: { ...sent.domestic, result },
      foreign: { ...sent.foreign, result: foreign },
    }),
  );
}

/** @throws Error when the host built a sub-field that does not fit, which is a bug. */
export function written<T>(result: SubfieldResult<T>): T {
  if (!result.ok) throw new Error(`A sub-field cannot be written: ${result.error.message}`);
  return result.value;
}
