import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SecretKey } from '../../terminal-core/crypto/index.ts';
import type { Random } from '../ports.ts';
import { VAULT_KEY_BYTES } from './vault.ts';

export type VaultKeyResult =
  | { readonly ok: true; readonly key: SecretKey }
  | { readonly ok: false; readonly message: string };

/** Where the vault key may come from, the first that is there: the environment, then the file. */
export interface VaultKeySource {
  /** 64 hex digits, from HOLDFAST_VAULT_KEY. */
  readonly fromEnvironment: string | undefined;
  readonly file: string;
  /** A demo host makes its own key file (mode 0600); any other refuses to start without a key. */
  readonly makeFile: 'when-missing' | 'never';
  readonly random: Random;
}

const HEX_KEY = /^[0-9A-Fa-f]{64}$/;

/** Never prints and never logs a key. */
export function readVaultKey(source: VaultKeySource): VaultKeyResult {
  if (source.fromEnvironment !== undefined) {
    return keyOf(source.fromEnvironment, 'The vault key in HOLDFAST_VAULT_KEY');
  }
  if (existsSync(source.file))
    return keyOf(readFileSync(source.file, 'latin1').trim(), `The vault key in ${source.file}`);
  if (source.makeFile === 'never') {
    return {
      ok: false,
      message: `There is no vault key: set HOLDFAST_VAULT_KEY to 64 hex digits, give --vault-key-file FILE, or use --demo. (Looked for ${source.file}.)`,
    };
  }
  const hex = Buffer.from(source.random.bytes(VAULT_KEY_BYTES)).toString('hex');
  mkdirSync(dirname(source.file), { recursive: true });
  writeFileSync(source.file, `${hex}\n`, { mode: 0o600, flag: 'wx' });
  return { ok: true, key: SecretKey.fromHex(hex) };
}

function keyOf(text: string, what: string): VaultKeyResult {
  return HEX_KEY.test(text)
    ? { ok: true, key: SecretKey.fromHex(text) }
    : { ok: false, message: `${what} is not 64 hex digits.` };
}
