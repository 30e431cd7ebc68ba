import {
  type DecodeResult,
  decode,
  decodeFramed,
  dialects,
  type FieldValue,
  type IsoError,
  maskFields,
  type PartialMessage,
  subfieldErrors,
  toJsonMessage,
} from '../../../../terminal-core/iso8583/index.ts';
import type { LineResult } from './line-loop.ts';
import { BINARY_BITMAP_TWIN, type LineOptions } from './options.ts';

/** A decoded line, and how its bitmap was written where the dialect leaves that open. */
export interface DecodedLine {
  readonly result: DecodeResult;
  /** What the hex of the line stands for; its binary fields are views into it. */
  readonly bytes: Uint8Array;
  readonly bitmapEncoding?: 'binary';
}

/** One hex frame to one line of JSON. */
export function decodeLine(line: string, options: LineOptions): LineResult {
  const { result, bytes, bitmapEncoding } = readLine(line, options);
  const dialect = dialects[options.dialect];
  if (!result.ok) {
    const partial = toJsonMessage(shown(result.partial, options));
    return { text: JSON.stringify({ error: result.error, partial }), isFailure: true };
  }
  const { message } = result;
  const problems = subfieldErrors(dialect, message.fields);
  const error = chipDataError(problems, message.fields[CHIP_DATA_DE], bytes);
  const json = {
    ...(error === undefined
      ? {}
      : { error, partial: toJsonMessage(shown(inFrontOfChipData(message), options)) }),
    ...toJsonMessage(shown(message, options)),
    ...(bitmapEncoding === undefined ? {} : { bitmapEncoding }),
    ...(problems.length === 0 ? {} : { problems }),
  };
  return { text: JSON.stringify(json), isFailure: error !== undefined };
}

const CHIP_DATA_DE = 55;

/**
 * Chip data is BER-TLV at every host, so here a fault in it is a fault of the frame, placed in the frame. The message
 * is printed all the same, because the bounds of its fields are sound. DE58 and DE59 are our own use of fields that
 * other hosts fill otherwise: their faults stay remarks.
 */
function chipDataError(
  problems: readonly IsoError[],
  chipData: FieldValue | undefined,
  bytes: Uint8Array,
): IsoError | undefined {
  if (!(chipData instanceof Uint8Array)) return undefined;
  const inside = problems.find(({ field }) => field?.split('.')[0] === String(CHIP_DATA_DE));
  return inside && { ...inside, offset: chipData.byteOffset - bytes.byteOffset + inside.offset };
}

function inFrontOfChipData(message: PartialMessage): PartialMessage {
  const inFront = Object.entries(message.fields).filter(([key]) => Number(key) < CHIP_DATA_DE);
  return { ...message, fields: Object.fromEntries(inFront) };
}

/** Reads the hex of a line and takes the frame apart. */
export function readLine(text: string, options: LineOptions): DecodedLine {
  // Dumps are often written in groups.
  const line = text.includes(' ') ? text.replaceAll(' ', '') : text;
  const bytes = Buffer.from(line, 'hex');
  if (bytes.length * 2 !== line.length) {
    return {
      result: {
        ok: false,
        error: notHex(line, bytes.length),
        partial: { fields: {} },
      },
      bytes,
    };
  }
  const read = options.isFramed ? decodeFramed : decode;
  const result = read(dialects[options.dialect], bytes);
  const twin = BINARY_BITMAP_TWIN[options.dialect];
  if (result.ok || result.error.field !== 'bitmap' || twin === undefined) return { result, bytes };
  const other = read(dialects[twin], bytes);
  const bitmapAt = (options.isFramed ? LENGTH_BYTES : 0) + MTI_CHARACTERS;
  return other.ok || isBinaryBitmap(bytes.subarray(bitmapAt, bitmapAt + BITMAP_BYTES))
    ? { result: other, bytes, bitmapEncoding: 'binary' }
    : { result, bytes };
}

const LENGTH_BYTES = 2;
const MTI_CHARACTERS = 4;
const BITMAP_BYTES = 8;

/** A hex bitmap with a slip in it is still text, and mostly hex digits; a binary one is neither. */
function isBinaryBitmap(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1');
  const hexDigits = text.replace(/[^0-9A-Fa-f]/g, '').length;
  return bytes.length === BITMAP_BYTES && /[^ -~]/.test(text) && hexDigits <= BITMAP_BYTES / 2;
}

function notHex(line: string, offset: number): IsoError {
  const isOdd = offset * 2 + 1 === line.length && line.length % 2 === 1;
  return {
    code: isOdd ? 'truncated' : 'bad-digit',
    offset,
    message: isOdd ? 'the line has an odd number of hex digits' : 'the line is not all hex digits',
  };
}

function shown(message: PartialMessage, options: LineOptions): PartialMessage {
  return options.isMasked ? { ...message, fields: maskFields(message.mti, message.fields) } : message;
}
