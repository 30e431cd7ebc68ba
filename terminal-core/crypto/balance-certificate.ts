import { createHmac } from 'node:crypto';
import type { BalanceCertificate } from '../domain/certificate.ts';
import { AMOUNT_MINOR_MAX, amountMinor } from '../domain/money.ts';
import { ByteReader, ByteWriter } from './byte-layout.ts';
import { concatBytes, fromHex, toHex } from './bytes.ts';
import { KEY_ID_BYTES, SIGNATURE_BYTES, type SigningKey, type TrustedKeys } from './ed25519.ts';
import { CryptoInputError } from './input-error.ts';
import type { SecretKey } from './secret-key.ts';

const PAN_HASH_BYTES = 16;
const TERMINAL_ID_BYTES = 8;
const EVERY_TERMINAL = '*';

/** Terminals that one certificate can name. */
export const TERMINAL_SCOPE_MAX = 8;

/**
 * How certificates and hotlists name a card: HMAC-SHA-256 of its digits, first 16 bytes, upper-case hex. Without the
 * key the short list of possible card numbers could simply be tried.
 * @param panDigits 12 to 19 digits, from `Pan.reveal()`. @throws CryptoInputError `bad-pan`
 */
export function panHash(panDigits: string, cardHashKey: SecretKey): string {
  if (!/^\d{12,19}$/.test(panDigits))
    throw new CryptoInputError('bad-pan', 'A card number is 12 to 19 digits');
  const digest = createHmac('sha256', cardHashKey.reveal()).update(panDigits, 'latin1').digest();
  return toHex(digest.subarray(0, PAN_HASH_BYTES));
}

/**
 * The canonical bytes, 80 and 8 for each named terminal: one certificate has one encoding. Layout in docs/crypto.md.
 * @throws CryptoInputError `bad-value` when a member does not fit its place.
 */
export function encodeCertificate(certificate: BalanceCertificate): Uint8Array {
  const problem = problemOf(certificate);
  if (problem !== undefined)
    throw new CryptoInputError('bad-value', `No such certificate can be signed: ${problem}`);
  const named = certificate.terminalScope.filter((id) => id !== EVERY_TERMINAL);
  const writer = new ByteWriter()
    .uint(certificate.version, 1)
    .raw(fromHex(certificate.keyId, 'The key id'))
    .raw(fromHex(certificate.panHash, 'The card hash'))
    .uint(certificate.certificateNumber, 8)
    .uint(certificate.ledgerNumber, 8)
    .uint(certificate.balanceMinor, 8)
    .uint(certificate.offlineCapMinor, 8)
    .uint(certificate.floorMinor, 8)
    .uint(certificate.countMax, 2)
    .uint(certificate.issuedAtMs / 1_000, 8)
    .uint(certificate.notAfterMs / 1_000, 8)
    .uint(named.length, 1);
  for (const id of named) writer.raw(Buffer.from(id, 'latin1'));
  return writer.bytes();
}

/** Canonical bytes, then the 64-byte Ed25519 signature over them. @throws CryptoInputError when the key id is not the key's. */
export function signCertificate(certificate: BalanceCertificate, privateKey: SigningKey): Uint8Array {
  if (certificate.keyId !== privateKey.keyId) {
    throw new CryptoInputError(
      'bad-value',
      `The certificate names key ${certificate.keyId}, the key is ${privateKey.keyId}`,
    );
  }
  const canonical = encodeCertificate(certificate);
  return concatBytes(canonical, privateKey.sign(canonical));
}

export type OpenedCertificate =
  | { readonly ok: true; readonly certificate: BalanceCertificate }
  | { readonly ok: false; readonly error: 'malformed' | 'unknown-key' | 'bad-signature' };

/** Says what the host signed, if it did. Expiry, scope, amounts and the hotlist are the engine's rules, not checked here. */
export function openCertificate(bytes: Uint8Array, keys: TrustedKeys): OpenedCertificate {
  const canonical = bytes.subarray(0, Math.max(0, bytes.length - SIGNATURE_BYTES));
  const certificate = decode(canonical);
  if (certificate === undefined) return { ok: false, error: 'malformed' };
  const key = keys.get(certificate.keyId);
  if (key === undefined) return { ok: false, error: 'unknown-key' };
  const signature = bytes.subarray(bytes.length - SIGNATURE_BYTES);
  return key.verify(canonical, signature) ? { ok: true, certificate } : { ok: false, error: 'bad-signature' };
}

function decode(canonical: Uint8Array): BalanceCertificate | undefined {
  const reader = new ByteReader(canonical);
  const version = reader.uint(1);
  const keyId = reader.raw(KEY_ID_BYTES);
  const hash = reader.raw(PAN_HASH_BYTES);
  const [certificateNumber, ledgerNumber] = [reader.uint(8), reader.uint(8)];
  const [balance, offlineCap, floor] = [readAmount(reader), readAmount(reader), readAmount(reader)];
  const countMax = reader.uint(2);
  const [issuedAtS, notAfterS] = [reader.uint(8), reader.uint(8)];
  const scopeCount = reader.uint(1);
  if (version !== 1 || keyId === undefined || hash === undefined) return undefined;
  if (certificateNumber === undefined || ledgerNumber === undefined || countMax === undefined)
    return undefined;
  if (balance === undefined || offlineCap === undefined || floor === undefined) return undefined;
  if (issuedAtS === undefined || notAfterS === undefined || scopeCount === undefined) return undefined;

  const terminalScope: string[] = scopeCount === 0 ? [EVERY_TERMINAL] : [];
  for (let index = 0; index < scopeCount; index += 1) {
    const id = reader.raw(TERMINAL_ID_BYTES);
    if (id === undefined) return undefined;
    terminalScope.push(Buffer.from(id).toString('latin1'));
  }
  const certificate: BalanceCertificate = {
    version,
    keyId: toHex(keyId),
    panHash: toHex(hash),
    certificateNumber,
    ledgerNumber,
    balanceMinor: amountMinor(balance),
    offlineCapMinor: amountMinor(offlineCap),
    floorMinor: amountMinor(floor),
    countMax,
    issuedAtMs: issuedAtS * 1_000,
    notAfterMs: notAfterS * 1_000,
    terminalScope,
  };
  return reader.atEnd() && problemOf(certificate) === undefined ? certificate : undefined;
}

function readAmount(reader: ByteReader): number | undefined {
  const value = reader.uint(8);
  return value !== undefined && value <= AMOUNT_MINOR_MAX ? value : undefined;
}

/** The same rules for writing and reading, so that whatever opens can be encoded again to the same bytes. */
function problemOf(certificate: BalanceCertificate): string | undefined {
  const { terminalScope } = certificate;
  const wholeSeconds = (value: number) => Number.isSafeInteger(value) && value >= 0 && value % 1_000 === 0;
  if (!/^[0-9A-F]{8}$/.test(certificate.keyId)) return 'the key id is 8 upper-case hex digits';
  if (!/^[0-9A-F]{32}$/.test(certificate.panHash)) return 'the card hash is 32 upper-case hex digits';
  for (const name of ['certificateNumber', 'ledgerNumber'] as const) {
    if (!Number.isSafeInteger(certificate[name]) || certificate[name] < 0) return `${name} is a whole number`;
  }
  if (!Number.isInteger(certificate.countMax) || certificate.countMax < 0 || certificate.countMax > 0xffff) {
    return 'the count is 0 to 65535';
  }
  if (!wholeSeconds(certificate.issuedAtMs) || !wholeSeconds(certificate.notAfterMs))
    return 'times are whole seconds';
  if (terminalScope.length === 1 && terminalScope[0] === EVERY_TERMINAL) return undefined;
  if (terminalScope.length < 1 || terminalScope.length > TERMINAL_SCOPE_MAX) {
    return `the scope is * or 1 to ${TERMINAL_SCOPE_MAX} terminals`;
  }
  if (!terminalScope.every((id) => /^[\x20-\x7e]{8}$/.test(id)))
    return 'a terminal id is 8 printable ASCII characters';
  return undefined;
}
