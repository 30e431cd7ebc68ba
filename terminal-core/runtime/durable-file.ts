import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces a file so that after a power cut it is either the old one or the new one, whole: written beside it, synced,
 * renamed over it, and the folder synced. Readable by its owner only.
 */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', 0o600);
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  // Windows has no folders to sync; its rename is journalled by the file system.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
