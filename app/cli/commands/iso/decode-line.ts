import {
  type DecodeResult,
  decode,
  decodeFramed,
  dialects,
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
  readonly bitmapEncoding?: 'binary';
}

/** One hex frame to one line of JSON. */
export function decodeLine(line: string, options: LineOptions): LineResult {
  const { result, bitmapEncoding } = readLine(line, options);
  const dialect = dialects[options.dialect];
  if (!result.ok) {
    const partial = toJsonMessage(shown(result.partial, options));
    return { text: JSON.stringify({ error: result.error, partial }), isFailure: true };
  }
  const problems = subfieldErrors(dialect, result.message.fields);
  const json = {
    ...toJsonMessage(shown(result.message, options)),
    ...(bitmapEncoding === undefined ? {} : { bitmapEncoding }),
    ...(problems.length === 0 ? {} : { problems }),
  };
  return { text: JSON.stringify(json), isFailure: false };
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
    };
  }
  const read = options.isFramed ? decodeFramed : decode;
  const result = read(dialects[options.dialect], bytes);
  const twin = BINARY_BITMAP_TWIN[options.dialect];
  if (result.ok || result.error.code !== 'bad-bitmap' || twin === undefined) return { result };
  // Only a frame that is right as a whole is taken for one with a binary bitmap: else the hex one is what is wrong.
  const other = read(dialects[twin], bytes);
  return other.ok ? { result: other, bitmapEncoding: 'binary' } : { result };
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
