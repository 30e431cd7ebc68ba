import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DIST_DIR, ensureElectronBundles } from '../../app/cli/builds.ts';
import { electronExecutable } from '../../app/cli/electron-runtime.ts';

const electron = electronExecutable();
const note = electron.kind === 'found' ? '' : ` [skipped: no Electron runtime: ${electron.reason}]`;
const root = join(import.meta.dirname, '..', '..');

describe('the bundles of the Electron shell', () => {
  it('are built, and the preload script requires nothing but Electron', async () => {
    await ensureElectronBundles({ notify: () => {} });
    const preload = readFileSync(join(DIST_DIR, 'preload', 'preload.cjs'), 'utf8');
    expect([...preload.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name)).toEqual(['electron']);
    const main = readFileSync(join(DIST_DIR, 'main', 'main.js'), 'utf8');
    const imported = [...main.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, name]) => name ?? '');
    expect(imported.filter((name) => name !== 'electron' && !name.startsWith('node:'))).toEqual([]);
    expect(existsSync(join(DIST_DIR, 'core', 'core.js'))).toBe(true);
  });

  it('hold a core that runs on its own: it opens its journal and answers in messages', async () => {
    await ensureElectronBundles({ notify: () => {} });
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-core-test-'));
    const start = {
      kind: 'start',
      dataDir: join(folder, 'data'),
      sealKeyBase64: Buffer.alloc(32, 1).toString('base64'),
      host: { host: '127.0.0.1', port: 9 },
      catalogueFile: join(root, 'test', 'data', 'catalogue.csv'),
      demo: false,
    };
    // In place of Electron's port: hands over the first message and prints what comes back.
    const parentPort = `process.parentPort = {
      on: (_event, listener) => setImmediate(() => listener({ data: ${JSON.stringify(start)}, ports: [] })),
      postMessage: (message) => { console.log(JSON.stringify(message)); process.exit(); },
    };`;
    const args = [
      '--import',
      `data:text/javascript,${encodeURIComponent(parentPort)}`,
      join(DIST_DIR, 'core', 'core.js'),
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'refused',
      message: { en: expect.stringContaining('provision') },
    });
    expect(existsSync(join(folder, 'data', 'journal.sqlite'))).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it('are what package.json starts', () => {
    const { main } = createRequire(import.meta.url)(join(root, 'package.json'));
    expect(main).toBe('dist/main/main.js');
  });
});

describe.skipIf(electron.kind === 'missing')(`the Electron shell on a real runtime${note}`, () => {
  it('says in words that it has not been set up, and ends', async () => {
    if (electron.kind === 'missing') return;
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-electron-test-'));
    const args = [join(DIST_DIR, 'main', 'main.js'), `--config=${join(folder, 'missing.json')}`];
    const child = spawn(electron.path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk) => {
      words += String(chunk);
    });
    const exitCode = await new Promise((resolve) => child.on('close', resolve));
    rmSync(folder, { recursive: true });
    expect(exitCode).toBe(1);
    // Without a display Electron writes an error box to stderr.
    expect(words).toContain('missing.json cannot be read');
  });
});
