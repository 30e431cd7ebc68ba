import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const projectRoot = join(import.meta.dirname, '..', '..');

/** Where the built screens are; both shells serve this folder. */
export const RENDERER_DIR = join(projectRoot, 'dist', 'renderer');

/** What the screens are made from. A change in any of these files makes the build stale. */
const SOURCES = [
  'app/renderer',
  'terminal-core/api/contract.ts',
  'terminal-core/domain',
  'vite.config.ts',
  'package-lock.json',
];
const STAMP = '.sources-sha256';

/**
 * Builds the screens into RENDERER_DIR when they are missing or older than their sources. Two at once are safe: each
 * builds into a folder of its own and the last one to finish wins.
 * @throws Error with Vite's words when the build fails.
 */
export async function ensureRenderer(options: { readonly notify: (text: string) => void }): Promise<void> {
  const sha256 = sourcesSha256();
  if (readStamp() === sha256) return;
  options.notify('building the screens (first start or changed sources) …');
  const { build } = await import('vite');
  const outDir = join(projectRoot, 'dist', `renderer.building-${process.pid}`);
  try {
    await build({
      configFile: join(projectRoot, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir, emptyOutDir: true },
    });
    writeFileSync(join(outDir, STAMP), sha256);
    replaceFolder(outDir, RENDERER_DIR);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

function replaceFolder(from: string, to: string): void {
  const aside = `${to}.old-${process.pid}`;
  if (existsSync(to)) renameSync(to, aside);
  try {
    renameSync(from, to);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function readStamp(): string | undefined {
  const path = join(RENDERER_DIR, STAMP);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** By content, not by time: a fresh checkout gives every file the time of the checkout. */
function sourcesSha256(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of filesOf(source)) {
      hash.update(`${file}\0`);
      hash.update(readFileSync(join(projectRoot, file)));
    }
  }
  return hash.digest('hex');
}

function filesOf(source: string): string[] {
  const path = join(projectRoot, source);
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [source];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => file.slice(projectRoot.length + 1))
    .toSorted();
}
