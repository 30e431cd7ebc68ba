import { createHash, hkdfSync } from 'node:crypto';
import { AgreementKey, AgreementPublicKey } from './agreement-key.ts';
import { toHex } from './bytes.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';
import type { SigningKey, VerifyingKey } from './ed25519.ts';
import { CryptoInputError } from './input-error.ts';
import type { RandomSource } from './random-source.ts';
import { Sealer } from './sealer.ts';
import { SecretKey } from './secret-key.ts';

const SALT_BYTES = 32;
const SEAL_KEY_BYTES = 32;
/** What a signature is made over begins with this, so that it passes for nothing else. */
const SIGNED_PREFIX = 'holdfast batch file 1\n';

/** What anybody may read of a batch file; all of it is bound into the seal and the signature. */
export interface BatchFileHead {
  readonly format: 'holdfast-batch';
  readonly version: 1;
  readonly merchantId: string;
  readonly terminalId: string;
  readonly batchNumber: string;
  /** Counts the exports of this terminal from 1 on. */
  readonly exportNumber: number;
  readonly exportedAtMs: number;
  readonly recordCount: number;
}

/** A batch file as it lies on the stick, before it is written as JSON. */
export interface BatchFile extends BatchFileHead {
  /** Of the host's X25519 key that it is sealed to. */
  readonly hostKeyId: string;
  /** 32 bytes, base64. */
  readonly salt: string;
  /** The X25519 public key of this one file, base64. */
  readonly fileKey: string;
  /** Of the terminal's Ed25519 key. */
  readonly signedBy: string;
  /** base64 */
  readonly sealed: string;
  /** Ed25519 over SIGNED_PREFIX and the canonical JSON of everything else, base64. */
  readonly signature: string;
}

/** The host's answers to a batch file. Only the host and the terminal of that file can make or read them. */
export interface BatchAnswerFile {
  readonly format: 'holdfast-batch-answers';
  readonly version: 1;
  readonly terminalId: string;
  readonly exportNumber: number;
  /** Of the batch file, as `batchFileDigest` has it. */
  readonly digest: string;
  /** The batch file's salt: from it and its own key the terminal makes the file's key once more. */
  readonly salt: string;
  readonly hostKeyId: string;
  readonly sealed: string;
}

export interface BatchFileKeys {
  readonly signingKey: SigningKey;
  readonly hostKey: AgreementPublicKey;
}

/** Seals records to the host (X25519, HKDF-SHA256, AES-256-GCM) and signs the whole (Ed25519). */
export function sealBatchFile(
  head: BatchFileHead,
  plaintext: Uint8Array,
  given: BatchFileKeys & { readonly random: RandomSource },
): BatchFile {
  const { hostKey, random, signingKey } = given;
  const salt = random.bytes(SALT_BYTES);
  const fileKey = fileKeyOf(signingKey, salt);
  const open = {
    ...head,
    hostKeyId: hostKey.keyId,
    salt: base64(salt),
    fileKey: fileKey.publicKey.toBase64(),
    signedBy: signingKey.keyId,
  };
  const sealed = sealer(fileKey.agree(hostKey), { salt, use: 'records' }, random).seal(
    plaintext,
    bound(open),
  );
  const unsigned = { ...open, sealed: base64(sealed) };
  return { ...unsigned, signature: base64(signingKey.sign(signedText(unsigned))) };
}

export type OpenedBatchFile =
  | { readonly ok: true; readonly plaintext: Uint8Array }
  | { readonly ok: false; readonly error: 'bad-signature' | 'other-host-key' | 'not-authentic' };

/** The host's side: the signature first, then the seal. */
export function openBatchFile(
  file: BatchFile,
  given: { readonly signedBy: VerifyingKey; readonly hostKey: AgreementKey; readonly random: RandomSource },
): OpenedBatchFile {
  const { signature, ...unsigned } = file;
  const isSigned =
    file.signedBy === given.signedBy.keyId &&
    given.signedBy.verify(signedText(unsigned), Buffer.from(signature, 'base64'));
  if (!isSigned) return { ok: false, error: 'bad-signature' };
  if (file.hostKeyId !== given.hostKey.publicKey.keyId) return { ok: false, error: 'other-host-key' };
  const { sealed, ...open } = unsigned;
  const shared = secretWith(given.hostKey, file.fileKey);
  const opened =
    shared &&
    sealer(shared, { salt: Buffer.from(file.salt, 'base64'), use: 'records' }, given.random).open(
      Buffer.from(sealed, 'base64'),
      bound(open),
    );
  return opened?.ok ? { ok: true, plaintext: opened.plaintext } : { ok: false, error: 'not-authentic' };
}

/** @returns 64 hex digits over everything in the file. */
export function batchFileDigest(file: BatchFile): string {
  return toHex(
    createHash('sha256')
      .update(canonicalJson({ ...file }))
      .digest(),
  );
}

/** The host's answers, under the secret that it shares with the file's terminal. */
export function sealBatchAnswers(
  file: BatchFile,
  plaintext: Uint8Array,
  given: { readonly hostKey: AgreementKey; readonly random: RandomSource },
): BatchAnswerFile {
  const { exportNumber, hostKeyId, salt, terminalId } = file;
  const open = {
    format: 'holdfast-batch-answers',
    version: 1,
    terminalId,
    exportNumber,
    digest: batchFileDigest(file),
    salt,
    hostKeyId,
  } as const;
  const shared = secretWith(given.hostKey, file.fileKey);
  if (!shared) throw new CryptoInputError('bad-value', 'The batch file has no usable key');
  const seal = sealer(shared, { salt: Buffer.from(salt, 'base64'), use: 'answers' }, given.random);
  return { ...open, sealed: base64(seal.seal(plaintext, bound(open))) };
}

export type OpenedBatchAnswers =
  | { readonly ok: true; readonly plaintext: Uint8Array }
  | { readonly ok: false; readonly error: 'other-host-key' | 'not-authentic' };

/** The terminal's side. That it opens shows that the host made it, for an export of this terminal. */
export function openBatchAnswers(
  file: BatchAnswerFile,
  given: BatchFileKeys & { readonly random: RandomSource },
): OpenedBatchAnswers {
  if (file.hostKeyId !== given.hostKey.keyId) return { ok: false, error: 'other-host-key' };
  const salt = Buffer.from(file.salt, 'base64');
  const { sealed, ...open } = file;
  const shared = fileKeyOf(given.signingKey, salt).agree(given.hostKey);
  const opened = sealer(shared, { salt, use: 'answers' }, given.random).open(
    Buffer.from(sealed, 'base64'),
    bound(open),
  );
  return opened.ok ? { ok: true, plaintext: opened.plaintext } : { ok: false, error: 'not-authentic' };
}

/**
 * The key of one file comes from the terminal's own key and the file's salt: nothing needs to be kept between the export
 * and the day its answers come back.
 */
function fileKeyOf(signingKey: SigningKey, salt: Uint8Array): AgreementKey {
  const own = Buffer.from(signingKey.revealBase64(), 'base64');
  return AgreementKey.fromRaw(new Uint8Array(hkdfSync('sha256', own, salt, 'holdfast batch file key', 32)));
}

function sealer(
  shared: SecretKey,
  from: { readonly salt: Uint8Array; readonly use: 'records' | 'answers' },
  random: RandomSource,
): Sealer {
  const key = hkdfSync(
    'sha256',
    shared.reveal(),
    from.salt,
    `holdfast batch file ${from.use}`,
    SEAL_KEY_BYTES,
  );
  return new Sealer(SecretKey.from(new Uint8Array(key)), random);
}

/** A key of the wrong length or of small order came with the file: it opens for nobody. */
function secretWith(hostKey: AgreementKey, fileKey: string): SecretKey | undefined {
  try {
    return hostKey.agree(AgreementPublicKey.fromBase64(fileKey));
  } catch (error) {
    if (error instanceof CryptoInputError) return undefined;
    throw error;
  }
}

function signedText(unsigned: Readonly<Record<string, JsonValue>>): Uint8Array {
  return Buffer.from(SIGNED_PREFIX + canonicalJson(unsigned), 'utf8');
}

function bound(open: Readonly<Record<string, JsonValue>>): Uint8Array {
  return Buffer.from(canonicalJson(open), 'utf8');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
