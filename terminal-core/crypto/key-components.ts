import { toHex, xorBytes } from './bytes.ts';
import { keyCheckValue } from './check-value.ts';
import { CryptoInputError } from './input-error.ts';
import { SecretKey } from './secret-key.ts';

/**
 * A key from the two components that two people hold: their XOR, so that neither alone knows anything of it.
 * @throws CryptoInputError `wrong-key-length` when they are not both 16 or both 24 bytes.
 */
export function combineComponents(first: SecretKey, second: SecretKey): SecretKey {
  if (first.byteLength !== second.byteLength || ![16, 24].includes(first.byteLength)) {
    throw new CryptoInputError(
      'wrong-key-length',
      `Key components are both 16 or both 24 bytes, not ${first.byteLength} and ${second.byteLength}`,
    );
  }
  return SecretKey.from(xorBytes(first.reveal(), second.reveal()));
}

export type CombinedKey =
  | { readonly ok: true; readonly key: SecretKey }
  | { readonly ok: false; readonly error: 'wrong-length' | 'check-value' };

/** As `combineComponents`, for what people typed: the whole key must have the triple-DES check value on the key sheet. */
export function combineCheckedComponents(request: {
  readonly components: readonly [SecretKey, SecretKey];
  /** 6 to 16 hex digits. */
  readonly checkValue: string;
}): CombinedKey {
  const [first, second] = request.components;
  if (first.byteLength !== second.byteLength || ![16, 24].includes(first.byteLength)) {
    return { ok: false, error: 'wrong-length' };
  }
  const key = combineComponents(first, second);
  const whole = toHex(keyCheckValue({ algorithm: 'tdes', key, bytes: 8 }));
  const holds = request.checkValue.length >= 6 && whole.startsWith(request.checkValue.toUpperCase());
  return holds ? { ok: true, key } : { ok: false, error: 'check-value' };
}
