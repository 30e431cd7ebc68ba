import { dialects, encode, encodeFramed, fromJsonMessage } from '../../../../terminal-core/iso8583/index.ts';
import type { LineResult } from './line-loop.ts';
import { BINARY_BITMAP_TWIN, type LineOptions } from './options.ts';

/** One JSON object to one line of hex. */
export function encodeLine(line: string, options: LineOptions): LineResult {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    // The parser's own message would repeat part of the line, which may hold a card number.
    return failure({ code: 'bad-digit', offset: 0, message: 'the line is no JSON object' });
  }
  const twin = hasBinaryBitmap(json) ? BINARY_BITMAP_TWIN[options.dialect] : undefined;
  const dialect = dialects[twin ?? options.dialect];
  const taken = fromJsonMessage(dialect, json);
  if (!taken.ok) return failure(taken.error);
  const encoded = options.isFramed ? encodeFramed(dialect, taken.message) : encode(dialect, taken.message);
  if (!encoded.ok) return failure(encoded.error);
  const { buffer, byteOffset, byteLength } = encoded.bytes;
  return {
    text: Buffer.from(buffer, byteOffset, byteLength).toString('hex').toUpperCase(),
    isFailure: false,
  };
}

function hasBinaryBitmap(json: unknown): boolean {
  return (
    typeof json === 'object' && json !== null && 'bitmapEncoding' in json && json.bitmapEncoding === 'binary'
  );
}

function failure(error: object): LineResult {
  return { text: JSON.stringify({ error }), isFailure: true };
}
