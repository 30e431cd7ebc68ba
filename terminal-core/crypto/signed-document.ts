import { concatBytes, fromHex, toHex } from './bytes.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';
import { KEY_ID_BYTES, SIGNATURE_BYTES, type SigningKey, type TrustedKeys } from './ed25519.ts';
import { CryptoInputError } from './input-error.ts';

const HEAD_BYTES = KEY_ID_BYTES + SIGNATURE_BYTES;

/** The value is `unknown` on purpose: who opens a document checks its kind and shape before using it. */
export type OpenedDocument =
  | { readonly ok: true; readonly value: unknown; readonly keyId: string }
  | { readonly ok: false; readonly error: 'malformed' | 'unknown-key' | 'bad-signature' };

/**
 * Parameters and hotlists as the host signs them: key id 4, signature 64, canonical JSON in UTF-8. The signature is over
 * the JSON; it always begins with a printable character and a certificate with byte 01, so neither passes for the other.
 * @throws CryptoInputError `bad-value` when the key id is not the key's or the value is not JSON.
 */
export function signDocument(
  value: JsonValue,
  signer: { readonly keyId: string; readonly privateKey: SigningKey },
): Uint8Array {
  if (signer.keyId !== signer.privateKey.keyId) {
    throw new CryptoInputError('bad-value', `The key is ${signer.privateKey.keyId}, not ${signer.keyId}`);
  }
  const text = Buffer.from(canonicalJson(value), 'utf8');
  return concatBytes(fromHex(signer.keyId, 'The key id'), signer.privateKey.sign(text), text);
}

/** The signature is checked before the text is parsed: an unsigned document never reaches the parser. */
export function openDocument(bytes: Uint8Array, keys: TrustedKeys): OpenedDocument {
  if (bytes.length <= HEAD_BYTES) return { ok: false, error: 'malformed' };
  const keyId = toHex(bytes.subarray(0, KEY_ID_BYTES));
  const key = keys.get(keyId);
  if (key === undefined) return { ok: false, error: 'unknown-key' };
  const text = bytes.subarray(HEAD_BYTES);
  if (!key.verify(text, bytes.subarray(KEY_ID_BYTES, HEAD_BYTES)))
    return { ok: false, error: 'bad-signature' };
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
    return { ok: true, value, keyId };
  } catch {
    // Signed, yet no JSON: the signer is broken, and there is nothing to use.
    return { ok: false, error: 'malformed' };
  }
}
