import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** From here what a bundle cannot hold is found. */
const CACHE = join(ROOT, 'node_modules', '.cache');
/** They hold machine code, which a bundle cannot. */
const NATIVE_PACKAGES = ['better-sqlite3', 'serialport', 'node-hid', 'smartcard'];

export interface Bundle {
  /** To be started like the program that it was made of. */
  readonly file: string;
  /** For NODE_COMPILE_CACHE: goes with it. */
  readonly compiledIn: string;
  remove(): void;
}

/**
 * A program and all that it imports in one file, as the Electron shell has its own. A test that starts a program hundreds
 * of times would otherwise spend most of its time reading its 500 modules.
 */
export async function bundle(program: string): Promise<Bundle> {
  mkdirSync(CACHE, { recursive: true });
  const outDir = mkdtempSync(join(CACHE, 'holdfast-bundle-'));
  const file = `${basename(program, '.ts')}.mjs`;
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'silent',
    build: {
      ssr: program,
      outDir,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        external: NATIVE_PACKAGES,
        output: { format: 'es', entryFileNames: file, codeSplitting: false },
      },
    },
    ssr: { noExternal: true, external: NATIVE_PACKAGES },
  });
  const remove = () => rmSync(outDir, { recursive: true, force: true });
  return { file: join(outDir, file), compiledIn: join(outDir, 'compiled'), remove };
}
