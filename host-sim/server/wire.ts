import { computeMac, macEquals, type SecretKey } from '../../terminal-core/crypto/index.ts';
import type { AmountMinor } from '../../terminal-core/domain/money.ts';
import { Pan } from '../../terminal-core/domain/pan.ts';
import { decode } from '../../terminal-core/iso8583/decode.ts';
import { cup } from '../../terminal-core/iso8583/dialects.ts';
import { encode } from '../../terminal-core/iso8583/encode.ts';
import type { IsoMessage } from '../../terminal-core/iso8583/message.ts';
import type { BatchTotals } from '../batches/totals.ts';
import { bytesOf, type HostRequest, type OriginalReference, textOf } from './request.ts';

export type { IsoMessage };

const TPDU_AND_HEADER_BYTES = 11;
const MAC_BYTES = 8;

/** What can be said of a frame. */
export type ReadFrame =
  | { readonly kind: 'request'; readonly request: HostRequest }
  /** Broken, but enough was read to answer it. */
  | { readonly kind: 'format-error'; readonly request: HostRequest; readonly error: string }
  | { readonly kind: 'unreadable'; readonly error: string };

/** Takes a frame apart. Never throws. */
export function readFrame(bytes: Uint8Array): ReadFrame {
  const decoded = decode(cup, bytes);
  const message = decoded.ok ? decoded.message : decoded.partial;
  const { fields, header, mti, tpdu } = message;
  const error = decoded.ok ? undefined : `${decoded.error.code} ${decoded.error.field ?? ''}`.trim();
  const stan = fields[11];
  const terminalId = fields[41];
  if (mti === undefined || tpdu === undefined || header === undefined)
    return { kind: 'unreadable', error: error ?? 'no-mti' };
  if (typeof stan !== 'string' || typeof terminalId !== 'string') {
    return { kind: 'unreadable', error: error ?? 'no-trace-number-or-terminal' };
  }
  const parts = { fields };
  const de60 = /^(\d{2})(\d{6})(\d{3})?/.exec(textOf(parts, 60) ?? '');
  const amount = textOf(parts, 4);
  const request: HostRequest = {
    bytes,
    tpdu,
    header,
    mti: `${mti.slice(0, 3)}0`,
    fields,
    stan,
    terminalId,
    merchantId: textOf(parts, 42) ?? '',
    processingCode: textOf(parts, 3),
    amountMinor: amount === undefined ? undefined : Number(amount),
    pan: panOf(parts),
    type: de60?.[1] ?? '',
    batchNumber: de60?.[2] ?? '',
    control: de60?.[3] ?? '',
    original: originalOf(parts),
  };
  if (error !== undefined || !de60) return { kind: 'format-error', request, error: error ?? 'no-de60' };
  return { kind: 'request', request };
}

function panOf(message: Pick<HostRequest, 'fields'>): Pan | undefined {
  const digits = textOf(message, 2) ?? textOf(message, 35)?.split('=')[0];
  return digits === undefined ? undefined : Pan.parse(digits);
}

function originalOf(message: Pick<HostRequest, 'fields'>): OriginalReference | undefined {
  const match = /^(\d{6})(\d{6})(\d{4})?/.exec(textOf(message, 61) ?? '');
  const [, batchNumber, stan, monthDay] = match ?? [];
  return batchNumber === undefined || stan === undefined ? undefined : { batchNumber, stan, monthDay };
}

/** @throws Error when a field does not fit: the host built what it may not send, which is a bug. */
export function encodeAnswer(message: IsoMessage, macKey: SecretKey | undefined): Uint8Array {
  const complete: IsoMessage = macKey
    ? { ...message, fields: { ...message.fields, 64: new Uint8Array(MAC_BYTES) } }
    : message;
  const encoded = encode(cup, complete);
  if (!encoded.ok) throw new Error(`The answer cannot be encoded: ${encoded.error.message}`);
  return macKey ? answerWithMac(encoded.bytes, macKey) : encoded.bytes;
}

/** The same bytes with DE64, which is the last field, made under this key. */
export function answerWithMac(bytes: Uint8Array, macKey: SecretKey): Uint8Array {
  const result = bytes.slice();
  result.set(macOf(bytes, macKey), bytes.length - MAC_BYTES);
  return result;
}

/** Whether DE64 of a whole frame holds. */
export function macHolds(bytes: Uint8Array, macKey: SecretKey): boolean {
  return macEquals(macOf(bytes, macKey), bytes.subarray(bytes.length - MAC_BYTES));
}

function macOf(bytes: Uint8Array, key: SecretKey): Uint8Array {
  const data = bytes.subarray(TPDU_AND_HEADER_BYTES, bytes.length - MAC_BYTES);
  return computeMac({ algorithm: 'cup-ecb', key, data });
}

/** DE54: ledger balance (02) of a stored-value account (01) in CNY. */
export function balanceField(balanceMinor: AmountMinor): string {
  return `0102156C${String(balanceMinor).padStart(12, '0')}`;
}

/** DE59 with a balance certificate. */
export function certificateField(base64: string): string {
  return `BC${String(base64.length).padStart(3, '0')}${base64}`;
}

/** The certificate of DE59, base64; undefined when there is none or the field is not well formed. */
export function certificateOf(de59: string | undefined): string | undefined {
  let rest = de59 ?? '';
  while (rest.length >= 5) {
    const length = Number(rest.slice(2, 5));
    const value = rest.slice(5, 5 + length);
    if (!Number.isInteger(length) || value.length !== length) return undefined;
    if (rest.startsWith('BC')) return value;
    rest = rest.slice(5 + length);
  }
  return undefined;
}

export type SettlementResult = 'balanced' | 'not-balanced' | 'error';

const RESULT_DIGITS = { balanced: '1', 'not-balanced': '2', error: '3' } as const satisfies Record<
  SettlementResult,
  string
>;

/** DE48 of a settlement: domestic totals; undefined when the field is not 62 digits. */
export function settlementTotalsOf(request: HostRequest): BatchTotals | undefined {
  const match = /^(\d{12})(\d{3})(\d{12})(\d{3})\d\d{31}$/.exec(textOf(request, 48) ?? '');
  if (!match) return undefined;
  const [, debitMinor, debitCount, creditMinor, creditCount] = match.map(Number);
  return {
    debitMinor: debitMinor ?? 0,
    debitCount: debitCount ?? 0,
    creditMinor: creditMinor ?? 0,
    creditCount: creditCount ?? 0,
  };
}

/** The totals as the terminal sent them, with the result; this host has no foreign cards, so theirs always balance. */
export function settlementAnswerField(request: HostRequest, result: SettlementResult): string | undefined {
  const sent = textOf(request, 48);
  if (sent?.length !== 62) return undefined;
  const foreign = /^0{30}$/.test(sent.slice(31, 61)) ? '1' : '2';
  return `${sent.slice(0, 30)}${RESULT_DIGITS[result]}${sent.slice(31, 61)}${foreign}`;
}

/** One record of DE48 in a batch upload. */
export interface DetailRecord {
  readonly stan: string;
  /** Without the zeros in front. */
  readonly panDigits: string;
  readonly amountMinor: number;
}

const DETAIL_RECORD_DIGITS = 40;

/** DE48 of a batch upload: a count, then so many records; undefined when it is not well formed. */
export function detailRecordsOf(request: HostRequest): readonly DetailRecord[] | undefined {
  const text = textOf(request, 48) ?? '';
  const count = Number(text.slice(0, 2));
  if (!/^\d+$/.test(text) || text.length !== 2 + count * DETAIL_RECORD_DIGITS) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const record = text.slice(2 + index * DETAIL_RECORD_DIGITS, 2 + (index + 1) * DETAIL_RECORD_DIGITS);
    return {
      stan: record.slice(2, 8),
      panDigits: record.slice(8, 28).replace(/^0+/, ''),
      amountMinor: Number(record.slice(28)),
    };
  });
}

/** How many records the terminal says that it uploaded. */
export function uploadEndCountOf(request: HostRequest): number | undefined {
  const text = textOf(request, 48);
  return text !== undefined && /^\d{4}$/.test(text) ? Number(text) : undefined;
}

/** Bytes of a document in one download part: DE62 holds 999 and the part's number needs some. */
export const DOWNLOAD_PART_BYTES_MAX = 900;

/** The part that a download request asks for: 1, 2, 3 ...; a request without DE62 asks for the first. */
export function downloadPartOf(request: HostRequest): number | undefined {
  const de62 = bytesOf(request, 62);
  if (!de62) return 1;
  const text = Buffer.from(de62).toString('latin1');
  return /^\d{3}/.test(text) ? Number(text.slice(0, 3)) : undefined;
}

export function downloadPartField(part: {
  readonly part: number;
  readonly parts: number;
  readonly bytes: Uint8Array;
}): Uint8Array {
  const n3 = (value: number) => String(value).padStart(3, '0');
  return Buffer.concat([Buffer.from(`${n3(part.part)}${n3(part.parts)}`, 'latin1'), part.bytes]);
}
