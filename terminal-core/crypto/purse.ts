import { createHmac } from 'node:crypto';
import { type AmountMinor, amountMinor } from '../domain/money.ts';
import { encryptEcb, lastCbcBlock, requireKeyLength } from './block-cipher.ts';
import { concatBytes, toHex, uintBytes, xorBytes } from './bytes.ts';
import { CryptoInputError } from './input-error.ts';
import { padMacData, retailMac } from './mac.ts';
import { SecretKey } from './secret-key.ts';

/**
 * The codes of the electronic purse (JR/T 0025 "EP"), put together from public implementations and checked by
 * computation. All of them are single-DES chains under an 8-byte key, padded with 80 00 .., cut to 4 bytes.
 */

/** Bytes that a MAC or TAC keeps. */
const CODE_BYTES = 4;

export const PURSE_LOAD = 0x02;
export const PURSE_PURCHASE = 0x06;

/** What every purse code is computed over. */
export interface PurseAmount {
  /** At most 4 294 967 295, four bytes on the card. */
  readonly amountMinor: AmountMinor;
  /** `tt`: 02 load, 06 purchase, 09 composite. */
  readonly transactionType: number;
  /** Terminal number, 6 bytes. */
  readonly terminalNumber: Uint8Array;
}

export interface PurseDateTime {
  /** BCD YYYYMMDD, 4 bytes. */
  readonly dateBcd: Uint8Array;
  /** BCD HHMMSS, 3 bytes. */
  readonly timeBcd: Uint8Array;
}

/**
 * A key of one card from an issuer's key, one level for each factor (city, bank, card).
 * @param factors each at least 8 bytes, of which the rightmost 8 count: an application serial has 10.
 * @throws CryptoInputError on the key's or a factor's length.
 */
export function diversify(master: SecretKey, factors: readonly Uint8Array[]): SecretKey {
  let key = requireKey(master, 16, 'A purse key');
  for (const factor of factors) {
    if (factor.length < 8)
      throw new CryptoInputError(
        'bad-value',
        `A diversification factor is at least 8 bytes, not ${factor.length}`,
      );
    const right = factor.subarray(-8);
    key = encryptEcb(
      'des',
      key,
      concatBytes(
        right,
        right.map((byte) => ~byte & 0xff),
      ),
    );
  }
  return SecretKey.from(key);
}

/** Session key of a load. */
export function seslk(request: {
  /** The card's load key, 16 bytes. */
  readonly dlk: SecretKey;
  /** 4 bytes that the card gave. */
  readonly random: Uint8Array;
  /** Online counter before the load, 2 bytes. */
  readonly onlineCounter: Uint8Array;
}): SecretKey {
  const input = concatBytes(
    requireBytes(request.random, 4, 'The random number'),
    requireBytes(request.onlineCounter, 2, 'The online counter'),
    Uint8Array.of(0x80, 0x00),
  );
  return SecretKey.from(encryptEcb('des', requireKey(request.dlk, 16, 'A purse key'), input));
}

/** Session key of a purchase. */
export function sespk(request: {
  /** The card's purchase key, 16 bytes. */
  readonly dpk: SecretKey;
  readonly random: Uint8Array;
  /** Offline counter before the purchase, 2 bytes. */
  readonly offlineCounter: Uint8Array;
  /** 4 bytes, of which the last 2 enter. */
  readonly terminalSerial: Uint8Array;
}): SecretKey {
  const input = concatBytes(
    requireBytes(request.random, 4, 'The random number'),
    requireBytes(request.offlineCounter, 2, 'The offline counter'),
    requireBytes(request.terminalSerial, 4, 'The terminal serial').subarray(2),
  );
  return SecretKey.from(encryptEcb('des', requireKey(request.dpk, 16, 'A purse key'), input));
}

/** The card proves itself to the host: over old balance, amount, type, terminal. */
export function loadMac1(
  session: SecretKey,
  request: PurseAmount & { readonly oldBalanceMinor: AmountMinor },
): Uint8Array {
  return purseCode(session, concatBytes(uintBytes(request.oldBalanceMinor, 4), amountPart(request)));
}

/** The host proves itself to the card: over amount, type, terminal, date, time. */
export function loadMac2(session: SecretKey, request: PurseAmount & PurseDateTime): Uint8Array {
  return purseCode(session, concatBytes(amountPart(request), dateTimePart(request)));
}

/** From 0.01 to 999.99: no purse refuses so small an amount, and none is likely to be guessed. */
const PROOF_AMOUNTS = 99_999;

/**
 * The amount of the INITIALIZE FOR LOAD that proves that a load did not reach the card. It follows from the MAC2 of that
 * load, so that no INITIALIZE from before the host released it can serve as the proof.
 */
export function loadProofAmountMinor(mac2: Uint8Array): AmountMinor {
  const bytes = requireBytes(mac2, CODE_BYTES, 'MAC2');
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return amountMinor(1 + (number % PROOF_AMOUNTS));
}

/** The PSAM proves itself to the card: over amount, type, terminal, date, time. */
export function purchaseMac1(session: SecretKey, request: PurseAmount & PurseDateTime): Uint8Array {
  return purseCode(session, concatBytes(amountPart(request), dateTimePart(request)));
}

/** The card proves the debit to the PSAM: over the amount. */
export function purchaseMac2(session: SecretKey, request: { readonly amountMinor: AmountMinor }): Uint8Array {
  return purseCode(session, uintBytes(request.amountMinor, 4));
}

/** The key of the authentication codes: left half XOR right half of the card's TAC key. */
export function tacKey(dtk: SecretKey): SecretKey {
  const bytes = requireKey(dtk, 16, 'A TAC key');
  return SecretKey.from(xorBytes(bytes.subarray(0, 8), bytes.subarray(8)));
}

/** Evidence of a load for the issuer. @param key from `tacKey`. */
export function loadTac(
  key: SecretKey,
  request: PurseAmount &
    PurseDateTime & {
      readonly newBalanceMinor: AmountMinor;
      /** As INITIALIZE gave it, before the card counted up. */
      readonly onlineCounter: Uint8Array;
    },
): Uint8Array {
  const data = concatBytes(
    uintBytes(request.newBalanceMinor, 4),
    requireBytes(request.onlineCounter, 2, 'The online counter'),
    amountPart(request),
    dateTimePart(request),
  );
  return purseCode(key, data);
}

/** Evidence of a purchase for the issuer. @param key from `tacKey`. */
export function purchaseTac(
  key: SecretKey,
  request: PurseAmount & PurseDateTime & { readonly terminalSerial: Uint8Array },
): Uint8Array {
  const data = concatBytes(
    amountPart(request),
    requireBytes(request.terminalSerial, 4, 'The terminal serial'),
    dateTimePart(request),
  );
  return purseCode(key, data);
}

/** The bare chain: 8 bytes, for codes that are not one of the above. @param vector zero when not given. */
export function purseChain(key: SecretKey, data: Uint8Array, vector?: Uint8Array): Uint8Array {
  const bytes = requireKey(key, 8, 'A session key');
  return lastCbcBlock('des', bytes, padMacData(data, 2, 8), checkedVector(vector));
}

/** Secure messaging to the card under a 16-byte line key. @param vector challenge 4, then four zero bytes. */
export function secureMessagingMac(key: SecretKey, data: Uint8Array, vector: Uint8Array): Uint8Array {
  const bytes = requireKey(key, 16, 'A line protection key');
  return retailMac(bytes, padMacData(data, 2, 8), checkedVector(vector)).subarray(0, CODE_BYTES);
}

function purseCode(key: SecretKey, data: Uint8Array): Uint8Array {
  return purseChain(key, data).subarray(0, CODE_BYTES);
}

function amountPart(request: PurseAmount): Uint8Array {
  return concatBytes(
    uintBytes(request.amountMinor, 4),
    uintBytes(request.transactionType, 1),
    requireBytes(request.terminalNumber, 6, 'The terminal number'),
  );
}

function dateTimePart(request: PurseDateTime): Uint8Array {
  return concatBytes(
    requireBytes(request.dateBcd, 4, 'The date'),
    requireBytes(request.timeBcd, 3, 'The time'),
  );
}

function checkedVector(vector: Uint8Array | undefined): Uint8Array | undefined {
  return vector === undefined ? undefined : requireBytes(vector, 8, 'The initial vector');
}

function requireKey(key: SecretKey, byteLength: number, what: string): Uint8Array {
  const bytes = key.reveal();
  requireKeyLength(bytes, [byteLength], what);
  return bytes;
}

function requireBytes(bytes: Uint8Array, byteLength: number, what: string): Uint8Array {
  if (bytes.length !== byteLength)
    throw new CryptoInputError('bad-value', `${what} is ${byteLength} bytes, not ${bytes.length}`);
  return bytes;
}

/** As long as `panHash`, with which it stands in one hotlist. */
const SERIAL_HASH_BYTES = 16;

/**
 * What a hotlist says instead of a purse's application serial: HMAC-SHA-256 over `purse:` and its 20 hex digits, cut.
 * @param applicationSerial 10 bytes.
 */
export function purseHash(applicationSerial: Uint8Array, cardHashKey: SecretKey): string {
  const serial = toHex(requireBytes(applicationSerial, 10, 'An application serial'));
  const digest = createHmac('sha256', cardHashKey.reveal()).update(`purse:${serial}`, 'latin1').digest();
  return toHex(digest.subarray(0, SERIAL_HASH_BYTES));
}
