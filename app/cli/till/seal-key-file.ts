import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SEAL_KEY_BYTES = 32;

export type SealKeyFile =
  | { readonly kind: 'key'; readonly sealKey: Uint8Array; readonly path: string }
  /** What is wrong with the file and what to do. */
  | { readonly kind: 'unusable'; readonly problem: string };

/**
 * The key that seals card data at rest, for the browser shell: a file that only its owner may read, made on the first
 * start. That protects against other users of the machine and against a copied journal, not against who can read this
 * file; the Electron shell has the operating system's store for it.
 */
export function openSealKeyFile(dataDir: string): SealKeyFile {
  const path = join(dataDir, 'seal.key');
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const sealKey = randomBytes(SEAL_KEY_BYTES);
    // `wx`: of two first starts one makes the key, the other fails instead of overwriting it.
    writeFileSync(path, `${sealKey.toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
    return { kind: 'key', sealKey, path };
  }
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    return {
      kind: 'unusable',
      problem: `other users may read ${path}: run "chmod 600 ${path}", and see who could have`,
    };
  }
  const text = readFileSync(path, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/i.test(text)) {
    return {
      kind: 'unusable',
      problem: `${path} does not hold 64 hex digits: restore it from its backup, do not delete it`,
    };
  }
  return { kind: 'key', sealKey: Buffer.from(text, 'hex'), path };
}
