import { hkdfSync } from 'node:crypto';
import { Sealer, SecretKey } from '../../terminal-core/crypto/index.ts';
import type { Random } from '../ports.ts';

export const VAULT_KEY_BYTES = 32;

/** What a seal is for; bound into it, so that what was sealed for one purpose does not open for another. */
export type SealPurpose =
  | 'card-number'
  | 'terminal-master-key'
  | 'working-key'
  | 'issuer-key'
  | 'purse-key'
  | 'batch-file-key'
  | 'card-hash-key';

/**
 * The software key vault: seals whatever the store must not hold in the clear. Its key comes from outside, never from
 * the store, and nothing prints it.
 */
export class Vault {
  readonly #sealer: Sealer;
  /** Under which PIN verifiers are made; never leaves the process. */
  readonly pinVerifierKey: SecretKey;

  /** @throws RangeError unless the key has VAULT_KEY_BYTES bytes. */
  constructor(options: { readonly key: SecretKey; readonly random: Random }) {
    if (options.key.byteLength !== VAULT_KEY_BYTES) {
      throw new RangeError(`A vault key has ${VAULT_KEY_BYTES} bytes, not ${options.key.byteLength}`);
    }
    this.#sealer = new Sealer(derive(options.key, 'seal'), options.random);
    this.pinVerifierKey = derive(options.key, 'pin');
  }

  seal(purpose: SealPurpose, clear: Uint8Array): Uint8Array {
    return this.#sealer.seal(clear, Buffer.from(purpose, 'utf8'));
  }

  sealKey(purpose: SealPurpose, key: SecretKey): Uint8Array {
    return this.seal(purpose, key.reveal());
  }

  /** @throws Error when the vault key is another one or the bytes were changed. */
  open(purpose: SealPurpose, sealed: Uint8Array): Uint8Array {
    const opened = this.#sealer.open(sealed, Buffer.from(purpose, 'utf8'));
    if (!opened.ok) throw new VaultKeyMismatch(purpose);
    return opened.plaintext;
  }

  openKey(purpose: SealPurpose, sealed: Uint8Array): SecretKey {
    return SecretKey.from(this.open(purpose, sealed));
  }
}

export class VaultKeyMismatch extends Error {
  readonly code = 'vault-key-mismatch';

  constructor(purpose: SealPurpose) {
    super(
      `The ${purpose} of this database does not open: give the vault key that the database was made with.`,
    );
    this.name = 'VaultKeyMismatch';
  }
}

function derive(key: SecretKey, label: string): SecretKey {
  const bytes = hkdfSync(
    'sha256',
    key.reveal(),
    new Uint8Array(0),
    `holdfast host vault ${label}`,
    VAULT_KEY_BYTES,
  );
  return SecretKey.from(new Uint8Array(bytes));
}
