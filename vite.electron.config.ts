import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'vite';

/**
 * The three bundles of the Electron shell; the screens are built by vite.config.ts. One `--mode` each:
 * `vite build --config vite.electron.config.ts --mode main|preload|core`.
 */
const TARGETS = {
  main: { entry: 'app/main/main.ts', file: 'main.js', format: 'es' },
  // A sandboxed preload script cannot be an ES module and can require nothing but Electron.
  preload: { entry: 'app/preload/preload.ts', file: 'preload.cjs', format: 'cjs' },
  core: { entry: 'terminal-core/runtime/electron-core.ts', file: 'core.js', format: 'es' },
} as const;

type Target = keyof typeof TARGETS;

/** They hold machine code, which a bundle cannot; electron-builder.yml unpacks them. */
const NATIVE_PACKAGES = ['better-sqlite3', 'serialport', 'node-hid'];

export default defineConfig(({ mode }): UserConfig => {
  if (!isTarget(mode))
    throw new Error(`--mode must be one of ${Object.keys(TARGETS).join(', ')}, not ${mode}`);
  const { entry, file, format } = TARGETS[mode];
  return {
    root: import.meta.dirname,
    build: {
      ssr: join(import.meta.dirname, entry),
      outDir: join(import.meta.dirname, 'dist', mode),
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        external: ['electron', ...NATIVE_PACKAGES],
        output: { format, entryFileNames: file, codeSplitting: false },
      },
    },
    // Only the native packages are installed beside the bundles; all others go into them.
    ssr: { noExternal: true, external: NATIVE_PACKAGES },
  };
});

function isTarget(mode: string): mode is Target {
  return Object.hasOwn(TARGETS, mode);
}
