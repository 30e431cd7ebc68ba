import iconv from 'iconv-lite';

/**
 * Bytes that are no GB18030 (a host that cut a text in the middle of a character sends them) are kept as the lone
 * surrogates U+DC80 to U+DCFF, so that every frame is written again as it was read.
 */
const ESCAPE_BASE = 0xdc00;

/** Text of bytes of which at least one is not ASCII. Never fails: what is no GB18030 comes back escaped. */
export function decodeGb18030(bytes: Uint8Array): string {
  const whole = iconv.decode(bytes, 'gb18030', { stripBOM: false });
  return sameBytes(iconv.encode(whole, 'gb18030'), bytes) ? whole : decodePieces(bytes);
}

/** @returns undefined when the text has a character that would not come back as it was. */
export function encodeGb18030(text: string): Uint8Array | undefined {
  const bytes = hasEscapes(text) ? encodePieces(text) : iconv.encode(text, 'gb18030');
  return decodeGb18030(bytes) === text ? bytes : undefined;
}

/** One character at a time: 1, 2 or 4 bytes as GB 18030-2005 builds them, or one escaped byte. */
function decodePieces(bytes: Uint8Array): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = characterBytes(bytes, at);
    const piece = bytes.subarray(at, at + length);
    const character = iconv.decode(piece, 'gb18030', { stripBOM: false });
    if (sameBytes(iconv.encode(character, 'gb18030'), piece)) {
      text += character;
      at += length;
    } else {
      const byte = bytes[at] ?? 0;
      text += String.fromCharCode(byte < 0x80 ? byte : ESCAPE_BASE + byte);
      at += 1;
    }
  }
  return text;
}

function characterBytes(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const second = bytes[at + 1];
  if (lead < 0x81 || second === undefined) return 1;
  const isFour = second >= 0x30 && second <= 0x39 && at + 4 <= bytes.length;
  return isFour ? 4 : 2;
}

function encodePieces(text: string): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    const isEscape = at < text.length && isEscaped(text, at);
    if (!isEscape && at < text.length) continue;
    if (at > from) parts.push(iconv.encode(text.slice(from, at), 'gb18030'));
    if (isEscape) parts.push(Uint8Array.of(code - ESCAPE_BASE));
    from = at + 1;
  }
  return Buffer.concat(parts);
}

function hasEscapes(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (isEscaped(text, at)) return true;
  return false;
}

/** A low surrogate of the escape range that no high surrogate stands in front of. */
function isEscaped(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < ESCAPE_BASE + 0x80 || code > ESCAPE_BASE + 0xff) return false;
  const before = at > 0 ? text.charCodeAt(at - 1) : 0;
  return before < 0xd800 || before > 0xdbff;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
