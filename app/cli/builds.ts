import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const projectRoot = join(import.meta.dirname, '..', '..');
const STAMP = '.sources-sha256';

/** Where everything built is; the Electron shell is started from here. */
export const DIST_DIR = join(projectRoot, 'dist');
/** The built screens; both shells serve this folder. */
export const RENDERER_DIR = join(DIST_DIR, 'renderer');

interface Build {
  /** Folder under DIST_DIR. */
  readonly folder: string;
  readonly configFile: string;
  /** Vite's mode; vite.electron.config.ts takes it for the bundle. */
  readonly mode: string;
  /** Files and folders that it is made from: a change in any of them makes it stale. */
  readonly sources: readonly string[];
}

const RENDERER: Build = {
  folder: 'renderer',
  configFile: 'vite.config.ts',
  mode: 'production',
  sources: [
    'app/renderer',
    'terminal-core/api/contract.ts',
    'terminal-core/domain',
    'vite.config.ts',
    'package-lock.json',
  ],
};

const ELECTRON: readonly Build[] = ['main', 'preload', 'core'].map((mode) => ({
  folder: mode,
  configFile: 'vite.electron.config.ts',
  mode,
  sources: [
    'app/main',
    'app/preload',
    'app/gateway',
    'app/till-config.ts',
    'terminal-core',
    'vite.electron.config.ts',
    'package-lock.json',
  ],
}));

export interface BuildOptions {
  /** Told in one line when something is built; building takes seconds. */
  readonly notify: (text: string) => void;
}

/** Builds the screens when they are missing or not made from the sources as they are. @throws Error with Vite's words. */
export async function ensureRenderer(options: BuildOptions): Promise<void> {
  await ensureBuilt(RENDERER, 'building the screens (first start or changed sources) …', options);
}

/** Builds the three bundles of the Electron shell, as `ensureRenderer` does the screens. */
export async function ensureElectronBundles(options: BuildOptions): Promise<void> {
  for (const build of ELECTRON)
    await ensureBuilt(build, `building the Electron ${build.folder} bundle …`, options);
}

/** Two at once are safe: each builds into a folder of its own, and the last one to finish wins. */
async function ensureBuilt(build: Build, notice: string, options: BuildOptions): Promise<void> {
  const target = join(DIST_DIR, build.folder);
  const sha256 = sha256Of(build.sources);
  if (readStamp(target) === sha256) return;
  options.notify(notice);
  const vite = await import('vite');
  const outDir = join(DIST_DIR, `${build.folder}.building-${process.pid}`);
  try {
    await vite.build({
      configFile: join(projectRoot, build.configFile),
      mode: build.mode,
      // Its words come with the error; printed as well they would be there twice.
      logLevel: 'silent',
      build: { outDir, emptyOutDir: true },
    });
    writeFileSync(join(outDir, STAMP), sha256);
    replaceFolder(outDir, target);
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

function readStamp(folder: string): string | undefined {
  const path = join(folder, STAMP);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** By content, not by time: a fresh checkout gives every file the time of the checkout. */
function sha256Of(sources: readonly string[]): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const path of filesOf(join(projectRoot, source))) {
      hash.update(`${relative(projectRoot, path).split(sep).join('/')}\0`);
      hash.update(readFileSync(path));
    }
  }
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
