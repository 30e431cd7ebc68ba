import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ElectronApi } from './electron-api.ts';

const SEAL_KEY_BYTES = 32;

export type SealKeyResult =
  | { readonly kind: 'key'; readonly sealKey: Uint8Array }
  /** What is wrong and what to do; the till must not start with a key that anybody could read. */
  | { readonly kind: 'refused'; readonly problem: string };

/**
 * The key that seals card data at rest. It lies in `path`, encrypted by the operating system's own store (Keychain,
 * DPAPI, Secret Service or KWallet), and is made on the first start.
 */
export function openSealKey(safeStorage: ElectronApi['safeStorage'], path: string): SealKeyResult {
  if (!safeStorage.isEncryptionAvailable() || usesFixedPassword(safeStorage)) {
    return {
      kind: 'refused',
      problem:
        'This computer offers no safe place for the key that protects card data. ' +
        'On Linux, install and unlock gnome-keyring or KWallet, then start the till again.',
    };
  }
  if (existsSync(path)) return decrypt(safeStorage, path);
  const sealKey = randomBytes(SEAL_KEY_BYTES);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Whole or not at all: half a key file would lock the journal's card data away for good.
  writeFileSync(`${path}.new`, safeStorage.encryptString(sealKey.toString('base64')), {
    mode: 0o600,
    flush: true,
  });
  renameSync(`${path}.new`, path);
  return { kind: 'key', sealKey };
}

function decrypt(safeStorage: ElectronApi['safeStorage'], path: string): SealKeyResult {
  try {
    const sealKey = Buffer.from(safeStorage.decryptString(readFileSync(path)), 'base64');
    if (sealKey.length === SEAL_KEY_BYTES) return { kind: 'key', sealKey };
  } catch {
    // Falls through to the same words: whatever is wrong with the file, the remedy is the same.
  }
  return {
    kind: 'refused',
    problem:
      `The key in ${path} cannot be opened by this user on this computer. ` +
      'Sign in as the user who set the till up, or restore the key from its backup. Do not delete it.',
  };
}

/** Without a keyring Chromium on Linux encrypts with a password that is in its source. */
function usesFixedPassword(safeStorage: ElectronApi['safeStorage']): boolean {
  return process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text';
}
