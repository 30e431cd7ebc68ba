import { defineConfig } from 'vitest/config';

/** Two workers leave a small machine usable, and the slow tests start processes of their own. */
const WORKERS_MAX = 2;

/** Folders under test/ that need no process, device or browser. All others are slow, so that none is forgotten. */
const FAST_FOLDERS = ['architecture', 'comparison', 'data', 'fuzz', 'support', 'vectors'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);
/** Folders that need the built renderer. */
const SHELL_FOLDERS = ['e2e', 'electron', 'till'].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: WORKERS_MAX,
    // In a terminal Vitest would watch; a check ends.
    watch: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{app,terminal-core,host-sim}/**/*.test.{ts,tsx}', ...FAST_FOLDERS],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/**/*.test.ts'],
          exclude: [...FAST_FOLDERS, ...SHELL_FOLDERS],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'shell',
          include: SHELL_FOLDERS,
          globalSetup: ['test/support/built-renderer.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // A browser, a till and a host at once are enough for two cores.
          fileParallelism: false,
        },
      },
    ],
  },
});
