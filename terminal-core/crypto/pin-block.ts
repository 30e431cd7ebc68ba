import type { Pan } from '../domain/pan.ts';
import { decryptEcb, encryptEcb, requireKeyLength } from './block-cipher.ts';
import { fromHex, toHex, xorBytes } from './bytes.ts';
import { CryptoInputError } from './input-error.ts';
import type { RandomSource } from './random-source.ts';
import type { SecretKey } from './secret-key.ts';

/** ISO 9564-1 formats: 0 and 3 under triple DES, 4 under AES. */
export type PinBlockFormat = 0 | 3 | 4;

export interface PinBlockRequest {
  readonly format: PinBlockFormat;
  /** 4 to 12 digits. */
  readonly pin: string;
  readonly pan: Pan;
  /** 8, 16 or 24 bytes for formats 0 and 3, AES for 4. Without one, formats 0 and 3 give the clear block. */
  readonly key?: SecretKey;
  /** Fixes the random part: for 3 at least 14 - PIN length digits A to F, for 4 sixteen hex digits. */
  readonly fill?: string;
  /** Gives the random part when `fill` does not; format 0 has none. */
  readonly random?: RandomSource;
}

/** @returns 8 bytes, 16 for format 4. @throws CryptoInputError on a bad PIN, fill or key, or when randomness is missing. */
export function pinBlock(request: PinBlockRequest): Uint8Array {
  const { format, pin, key } = request;
  if (!/^\d{4,12}$/.test(pin)) throw new CryptoInputError('bad-pin', 'A PIN is 4 to 12 digits');
  const start = `${format}${pin.length.toString(16)}${pin}`;
  if (format === 4) {
    if (key === undefined)
      throw new CryptoInputError('needs-key', 'A format 4 PIN block exists only encrypted: give an AES key');
    const pinField = fromHex(`${start.padEnd(16, 'A')}${fillOfFormat4(request)}`, 'The fill');
    const aesKey = key.reveal();
    return encryptEcb(
      'aes',
      aesKey,
      xorBytes(encryptEcb('aes', aesKey, pinField), panFieldOfFormat4(request.pan)),
    );
  }
  const pinField = format === 0 ? start.padEnd(16, 'F') : start + fillOfFormat3(request, 16 - start.length);
  const clear = xorBytes(fromHex(pinField, 'The PIN field'), panFieldOfFormat0(request.pan));
  return key === undefined ? clear : encryptEcb('des', desKey(key), clear);
}

/**
 * `not-a-pin-block`: the block does not decrypt to what the format prescribes: another key, another card number or a
 * damaged block. There is deliberately only one answer, because a host that tells them apart helps to guess PINs.
 */
export type DecodedPinBlock =
  | { readonly ok: true; readonly pin: string }
  | { readonly ok: false; readonly error: 'not-a-pin-block' };

/** The host's side of `pinBlock`. @throws CryptoInputError only on the key's length. */
export function decodePinBlock(request: {
  readonly format: PinBlockFormat;
  readonly block: Uint8Array;
  readonly pan: Pan;
  readonly key: SecretKey;
}): DecodedPinBlock {
  const { format, block, pan, key } = request;
  if (block.length !== (format === 4 ? 16 : 8)) return { ok: false, error: 'not-a-pin-block' };
  const pinField =
    format === 4
      ? decryptEcb(
          'aes',
          key.reveal(),
          xorBytes(decryptEcb('aes', key.reveal(), block), panFieldOfFormat4(pan)),
        )
      : xorBytes(decryptEcb('des', desKey(key), block), panFieldOfFormat0(pan));
  const digits = toHex(pinField).slice(0, 16);
  const pinLength = Number.parseInt(digits.slice(1, 2), 16);
  const pin = digits.slice(2, 2 + pinLength);
  const filler = digits.slice(2 + pinLength);
  const fillerPattern = { 0: /^F+$/, 3: /^[A-F]+$/, 4: /^A+$/ }[format];
  const holds =
    digits.startsWith(String(format)) &&
    pinLength >= 4 &&
    pinLength <= 12 &&
    /^\d+$/.test(pin) &&
    fillerPattern.test(filler);
  return holds ? { ok: true, pin } : { ok: false, error: 'not-a-pin-block' };
}

/** The 12 digits left of the check digit, behind four zeros; shorter numbers are filled with zeros on the left. */
function panFieldOfFormat0(pan: Pan): Uint8Array {
  return fromHex(pan.reveal().slice(0, -1).slice(-12).padStart(16, '0'), 'The card number');
}

/** How many digits there are over 12, the digits, then zeros (ISO 9564-1, 9.4.2.4). */
export function panFieldOfFormat4(pan: Pan): Uint8Array {
  const digits = pan.reveal();
  return fromHex(`${digits.length - 12}${digits}`.padEnd(32, '0'), 'The card number');
}

function desKey(key: SecretKey): Uint8Array {
  const bytes = key.reveal();
  requireKeyLength(bytes, [8, 16, 24], 'A PIN key for formats 0 and 3');
  return bytes;
}

function fillOfFormat3(request: PinBlockRequest, length: number): string {
  if (request.fill !== undefined) {
    if (!/^[A-Fa-f]+$/.test(request.fill) || request.fill.length < length) {
      throw new CryptoInputError(
        'bad-fill',
        `The fill of format 3 is ${length} digits from A to F for this PIN`,
      );
    }
    return request.fill.slice(0, length);
  }
  const bytes = randomBytes(request, length * 4);
  let fill = '';
  // Four bytes a digit keep the unevenness of taking them modulo 6 below one in 2^29.
  for (let index = 0; index < length; index += 1) {
    const word = Buffer.from(bytes).readUInt32BE(index * 4);
    fill += 'ABCDEF'.charAt(word % 6);
  }
  return fill;
}

function fillOfFormat4(request: PinBlockRequest): string {
  if (request.fill === undefined) return toHex(randomBytes(request, 8));
  if (!/^[0-9A-Fa-f]{16}$/.test(request.fill)) {
    throw new CryptoInputError('bad-fill', 'The random part of format 4 is 16 hex digits');
  }
  return request.fill;
}

function randomBytes(request: PinBlockRequest, length: number): Uint8Array {
  if (request.random === undefined) {
    throw new CryptoInputError(
      'needs-random',
      `A format ${request.format} PIN block needs a source of randomness or a fill`,
    );
  }
  return request.random.bytes(length);
}
