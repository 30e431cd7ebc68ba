import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type ElectronLookup =
  | { readonly kind: 'found'; readonly path: string }
  /** `reason` says what is not there, as the end of a sentence. */
  | { readonly kind: 'missing'; readonly reason: string };

/**
 * The Electron that can be started from this checkout. The npm package alone is not enough: it fetches its executable
 * when it is installed, and a machine without that download has only the types.
 */
export function electronExecutable(env: NodeJS.ProcessEnv = process.env): ElectronLookup {
  let folder: string;
  try {
    folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return { kind: 'missing', reason: 'the package electron is not installed' };
  }
  // What the package itself does in its index.js, without its attempt to download.
  const pathFile = join(folder, 'path.txt');
  const executable = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : undefined;
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override === undefined && executable === undefined) {
    return { kind: 'missing', reason: 'the executable of the package electron was not fetched' };
  }
  const path = join(override ?? join(folder, 'dist'), executable ?? 'electron');
  return existsSync(path) ? { kind: 'found', path } : { kind: 'missing', reason: `${path} is not there` };
}
