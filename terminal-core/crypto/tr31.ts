import { BLOCK_BYTES, type CipherFamily, decryptCbc, lastCbcBlock } from './block-cipher.ts';
import { concatBytes, fromHex, uintBytes } from './bytes.ts';
import { cmac } from './cmac.ts';
import { macEquals } from './mac.ts';
import { SecretKey } from './secret-key.ts';

/** The clear part of a key block (ANSI X9.143, table 1): what the key may be used for. */
export interface Tr31Header {
  readonly version: Tr31Version;
  /** Two characters, `K0`, `P0`, `M3` ... */
  readonly usage: string;
  /** `T` triple DES, `A` AES, `D` DES, `H` HMAC ... */
  readonly algorithm: string;
  readonly mode: string;
  readonly keyVersion: string;
  readonly exportability: string;
  readonly optionalBlocks: readonly { readonly id: string; readonly data: string }[];
}

/** A and C protect by key variants, B by derived triple-DES keys, D by derived AES keys. */
export type Tr31Version = 'A' | 'B' | 'C' | 'D';

/**
 * - `bad-format`: not a key block: characters, lengths or optional blocks do not add up
 * - `unknown-version`: a version other than A, B, C, D
 * - `wrong-key-length`: the protection key is no key of the version's cipher
 * - `bad-mac`: changed on the way, or another protection key
 * - `bad-key-data`: authentic, but the length inside does not fit what is there
 */
export type Tr31ErrorCode =
  | 'bad-format'
  | 'unknown-version'
  | 'wrong-key-length'
  | 'bad-mac'
  | 'bad-key-data';

export interface Tr31Error {
  readonly code: Tr31ErrorCode;
  readonly message: string;
}

export type Tr31Result =
  | { readonly ok: true; readonly key: SecretKey; readonly header: Tr31Header }
  | { readonly ok: false; readonly error: Tr31Error };

/** The longest block the four length digits can say. */
export const TR31_LENGTH_MAX = 9_999;

const HEADER_CHARACTERS = 16;

const VERSIONS = {
  A: { family: 'des', macBytes: 4, keyBytes: [16, 24] },
  B: { family: 'des', macBytes: 8, keyBytes: [16, 24] },
  C: { family: 'des', macBytes: 4, keyBytes: [16, 24] },
  D: { family: 'aes', macBytes: 16, keyBytes: [16, 24, 32] },
} as const satisfies Record<
  Tr31Version,
  { family: CipherFamily; macBytes: number; keyBytes: readonly number[] }
>;

/** Opens a key block; the key comes out only if the MAC over header and key holds. Never throws on what is in the block. */
export function unwrapTr31(request: {
  /** Key block protection key. */
  readonly kbpk: SecretKey;
  /** The block as characters: header in the clear, then hex. */
  readonly keyBlock: string;
}): Tr31Result {
  const { keyBlock } = request;
  const version = keyBlock.charAt(0);
  if (!isVersion(version))
    return failure('unknown-version', 'A key block starts with its version: A, B, C or D');
  const { family, macBytes, keyBytes } = VERSIONS[version];
  if (!keyBytes.some((length) => length === request.kbpk.byteLength)) {
    return failure(
      'wrong-key-length',
      `The protection key of version ${version} is ${keyBytes.join(' or ')} bytes, not ${request.kbpk.byteLength}`,
    );
  }
  const parsed = parseHeader(version, keyBlock);
  if ('code' in parsed) return { ok: false, error: parsed };

  const { header, headerText } = parsed;
  const body = keyBlock.slice(headerText.length);
  const cipherDigits = body.length - macBytes * 2;
  const blockBytes = BLOCK_BYTES[family];
  if (!/^[0-9A-Fa-f]+$/.test(body) || cipherDigits <= 0 || cipherDigits % (blockBytes * 2) !== 0) {
    return failure(
      'bad-format',
      `Behind the header come whole blocks of ${blockBytes} bytes and a MAC of ${macBytes}, in hex`,
    );
  }
  const cipherText = fromHex(body.slice(0, cipherDigits), 'The encrypted key');
  const mac = fromHex(body.slice(cipherDigits), 'The MAC');
  const headerBytes = Buffer.from(headerText, 'latin1');

  const keys = protectionKeys(version, request.kbpk.reveal());
  const bindsCipherText = version === 'A' || version === 'C';
  const vector = bindsCipherText ? headerBytes.subarray(0, blockBytes) : mac;
  const keyData = decryptCbc(family, keys.encryption, cipherText, vector);
  const expected = bindsCipherText
    ? lastCbcBlock(family, keys.mac, concatBytes(headerBytes, cipherText)).subarray(0, macBytes)
    : cmac(family, keys.mac, concatBytes(headerBytes, keyData));
  if (!macEquals(expected, mac)) {
    return failure(
      'bad-mac',
      'The MAC does not hold: the block was changed, or it is under another protection key',
    );
  }

  const keyBits = ((keyData[0] ?? 0) << 8) | (keyData[1] ?? 0);
  if (keyBits === 0 || keyBits % 8 !== 0 || keyBits / 8 > keyData.length - 2) {
    return failure('bad-key-data', `The block says its key has ${keyBits} bits, which is not what it holds`);
  }
  return { ok: true, key: SecretKey.from(keyData.subarray(2, 2 + keyBits / 8)), header };
}

function isVersion(character: string): character is Tr31Version {
  return Object.hasOwn(VERSIONS, character);
}

function parseHeader(
  version: Tr31Version,
  keyBlock: string,
): { readonly header: Tr31Header; readonly headerText: string } | Tr31Error {
  if (keyBlock.length > TR31_LENGTH_MAX || !/^[\x20-\x7e]*$/.test(keyBlock)) {
    return badFormat(`A key block is at most ${TR31_LENGTH_MAX} printable ASCII characters`);
  }
  const match = /^.(\d{4})(.{2})(.)(.)(.{2})(.)(\d{2})(.{2})/.exec(keyBlock);
  if (match === null)
    return badFormat(
      `A key block has a header of ${HEADER_CHARACTERS} characters with its length in digits 2 to 5`,
    );
  const [
    ,
    length = '',
    usage = '',
    algorithm = '',
    mode = '',
    keyVersion = '',
    exportability = '',
    count = '',
  ] = match;
  if (Number(length) !== keyBlock.length) {
    return badFormat(`The header says ${Number(length)} characters, the block has ${keyBlock.length}`);
  }
  const optionalBlocks: { id: string; data: string }[] = [];
  let offset = HEADER_CHARACTERS;
  for (let index = 0; index < Number(count); index += 1) {
    const block = parseOptionalBlock(keyBlock, offset);
    if (block === undefined)
      return badFormat(`Optional block ${index + 1} at character ${offset + 1} does not add up`);
    optionalBlocks.push({ id: block.id, data: block.data });
    offset = block.end;
  }
  if (offset % BLOCK_BYTES[VERSIONS[version].family] !== 0) {
    return badFormat('The optional blocks do not fill whole cipher blocks (a PB block is missing)');
  }
  const header = { version, usage, algorithm, mode, keyVersion, exportability, optionalBlocks };
  return { header, headerText: keyBlock.slice(0, offset) };
}

/** Identifier 2, length 2 hex digits over the whole block; length 00 means: digits of the length in 2, then the length. */
function parseOptionalBlock(
  keyBlock: string,
  start: number,
): { readonly id: string; readonly data: string; readonly end: number } | undefined {
  const id = keyBlock.slice(start, start + 2);
  let dataStart = start + 4;
  let length = hexNumber(keyBlock.slice(start + 2, dataStart), 2);
  if (length === 0) {
    const lengthDigits = hexNumber(keyBlock.slice(dataStart, dataStart + 2), 2);
    if (lengthDigits === undefined) return undefined;
    dataStart += 2 + lengthDigits;
    length = hexNumber(keyBlock.slice(dataStart - lengthDigits, dataStart), lengthDigits);
  }
  if (length === undefined) return undefined;
  const end = start + length;
  if (end < dataStart || end > keyBlock.length) return undefined;
  return { id, data: keyBlock.slice(dataStart, end), end };
}

function hexNumber(text: string, digits: number): number | undefined {
  return text.length === digits && /^[0-9A-Fa-f]{1,4}$/.test(text) ? Number.parseInt(text, 16) : undefined;
}

interface ProtectionKeys {
  readonly encryption: Uint8Array;
  readonly mac: Uint8Array;
}

function protectionKeys(version: Tr31Version, kbpk: Uint8Array): ProtectionKeys {
  if (version === 'A' || version === 'C') {
    return { encryption: kbpk.map((byte) => byte ^ 0x45), mac: kbpk.map((byte) => byte ^ 0x4d) };
  }
  return {
    encryption: deriveKey(VERSIONS[version].family, kbpk, 0),
    mac: deriveKey(VERSIONS[version].family, kbpk, 1),
  };
}

/** ANSI X9.143 key derivation: CMAC over counter 1, use 2 (0 encryption, 1 MAC), zero 1, cipher 2, length in bits 2. */
function deriveKey(family: CipherFamily, kbpk: Uint8Array, use: 0 | 1): Uint8Array {
  const cipherNumber = family === 'des' ? kbpk.length / 8 - 2 : kbpk.length / 8;
  const blocks: Uint8Array[] = [];
  for (let counter = 1; (counter - 1) * BLOCK_BYTES[family] < kbpk.length; counter += 1) {
    const input = concatBytes(
      Uint8Array.of(counter, 0, use, 0),
      uintBytes(cipherNumber, 2),
      uintBytes(kbpk.length * 8, 2),
    );
    blocks.push(cmac(family, kbpk, input));
  }
  return concatBytes(...blocks).subarray(0, kbpk.length);
}

function badFormat(message: string): Tr31Error {
  return { code: 'bad-format', message };
}

function failure(code: Tr31ErrorCode, message: string): Tr31Result {
  return { ok: false, error: { code, message } };
}
