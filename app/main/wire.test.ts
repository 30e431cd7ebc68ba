import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeElectron, FakePort } from '../../test/support/fake-electron.ts';
import { RESTART_DELAY_MS_MAX, STOP_TIMEOUT_MS } from './core-process.ts';
import { CORE_LOST_CHANNEL, PORT_CHANNEL, PORT_WANTED_CHANNEL } from './port-exchange.ts';
import { wire } from './wire.ts';

describe('the Electron shell', () => {
  let folder: string;
  let electron: FakeElectron;

  beforeEach(() => {
    vi.useFakeTimers();
    folder = mkdtempSync(join(tmpdir(), 'holdfast-shell-test-'));
    electron = new FakeElectron(join(folder, 'user-data'));
    mkdirSync(join(folder, 'dist/renderer'), { recursive: true });
    writeFileSync(join(folder, 'dist/renderer/index.html'), '<title>till</title>');
    writeConfig({});
  });

  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  function writeConfig(change: Record<string, unknown>): void {
    const config = {
      format: 'holdfast-till',
      version: 1,
      dataDir: join(folder, 'data'),
      host: { host: '127.0.0.1', port: 8583 },
      catalogueFile: '/catalogue.csv',
      ...change,
    };
    writeFileSync(join(folder, 'till.json'), JSON.stringify(config));
  }

  const start = () =>
    wire(electron, {
      distDir: join(folder, 'dist'),
      args: ['electron', `--config=${join(folder, 'till.json')}`],
    });

  function want(frame: { url?: string; parent?: unknown } = {}): void {
    const senderFrame = { url: 'app://holdfast/', parent: null, ...frame };
    electron.ipcMain.emit(PORT_WANTED_CHANNEL, { sender: electron.window.webContents, senderFrame });
  }

  const portsGiven = () =>
    electron.window.webContents.posted.filter(({ channel }) => channel === PORT_CHANNEL);

  it('opens one sandboxed, isolated window on its own scheme, shown when it is ready', async () => {
    await start();
    expect(electron.app.sandboxed).toBe(true);
    expect(electron.windows).toHaveLength(1);
    expect(electron.window.url).toBe('app://holdfast/');
    expect(electron.window.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      preload: join(folder, 'dist/preload/preload.cjs'),
    });
    expect(electron.window.shows).toBe(0);
    electron.window.emit('ready-to-show');
    expect(electron.window.shows).toBe(1);
  });

  it('serves the screens with the content policy and nothing outside them', async () => {
    await start();
    const get = async (url: string, method = 'GET') => await electron.answer?.(new Request(url, { method }));
    const page = await get('app://holdfast/');
    expect(await page?.text()).toBe('<title>till</title>');
    expect(page?.headers.get('Content-Security-Policy')).toContain("script-src 'self'");
    expect((await get('app://holdfast/../../till.json'))?.status).toBe(404);
    expect((await get('app://holdfast/%2e%2e%2f%2e%2e%2ftill.json'))?.status).toBe(404);
    expect((await get('app://other/'))?.status).toBe(404);
    expect((await get('app://holdfast/', 'POST'))?.status).toBe(405);
  });

  it('refuses every permission, device, download, new window and navigation', async () => {
    await start();
    const { defaultSession } = electron;
    expect([defaultSession.ask('media'), defaultSession.check(), defaultSession.device()]).toEqual([
      false,
      false,
      false,
    ]);
    const download = { preventDefault: vi.fn() };
    defaultSession.emit('will-download', download);
    expect(download.preventDefault).toHaveBeenCalled();
    const { webContents } = electron.window;
    expect(webContents.openHandler()).toEqual({ action: 'deny' });
    expect(webContents.navigate('https://evil.example/')).toBe(false);
    expect(webContents.navigate('app://holdfast/')).toBe(true);
  });

  it('opens its page in the language that the configuration names, and stays on it', async () => {
    writeConfig({ locale: 'en' });
    await start();
    const { url, webContents } = electron.window;
    expect(url).toBe('app://holdfast/?locale=en');
    expect(webContents.navigate(url)).toBe(true);
    expect(webContents.navigate('app://holdfast/?locale=zh-CN')).toBe(false);
  });

  it('starts the core in its own process with the key by message, and keeps that key', async () => {
    await start();
    expect(electron.core.modulePath).toBe(join(folder, 'dist/core/core.js'));
    const [message] = electron.core.received;
    expect(message).toMatchObject({
      kind: 'start',
      dataDir: join(folder, 'data'),
      host: { port: 8583 },
      demo: false,
    });
    const keyOf = (given: unknown) => JSON.parse(JSON.stringify(given)).sealKeyBase64;
    expect(Buffer.from(keyOf(message), 'base64')).toHaveLength(32);
    const keyFile = join(folder, 'data/seal-key.sealed');
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);

    electron = new FakeElectron(join(folder, 'user-data'));
    await start();
    expect(keyOf(electron.core.received[0])).toBe(keyOf(message));
  });

  it.each(['none', 'basic_text'] as const)(
    'refuses to start without a safe place for the key (%s)',
    async (storage) => {
      electron.storage = storage;
      await start();
      expect(electron.errors[0]).toMatch(/no safe place for the key.*gnome-keyring/);
      expect(electron.app.exitCode).toBe(1);
      expect(electron.cores).toHaveLength(0);
      expect(existsSync(join(folder, 'data/seal-key.sealed'))).toBe(false);
    },
  );

  it('refuses to start with a key file it cannot open, and leaves the file alone', async () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data/seal-key.sealed'), 'garbage');
    await start();
    expect(electron.errors[0]).toMatch(/cannot be opened.*Do not delete it/);
    expect(electron.cores).toHaveLength(0);
    expect(readFileSync(join(folder, 'data/seal-key.sealed'), 'utf8')).toBe('garbage');
  });

  it('names what is wrong with its configuration file', async () => {
    writeConfig({ host: { host: 'h', port: 0 } });
    await start();
    expect(electron.errors[0]).toMatch(/till\.json: host\.port: .*\n.*holdfast till --shell electron/);
    expect(electron.app.exitCode).toBe(1);
  });

  it('gives way to a till that already runs on the data directory, and comes to the front when asked', async () => {
    await start();
    electron.window.minimized = true;
    electron.app.emit('second-instance');
    expect(electron.window).toMatchObject({ minimized: false, focuses: 1 });

    electron = new FakeElectron(join(folder, 'user-data'));
    electron.app.lock = 'taken';
    await start();
    expect(electron.app.getPath('userData')).toBe(join(folder, 'data/electron'));
    expect(electron.app.exitCode).toBe(0);
    expect(electron.windows).toHaveLength(0);
  });

  it('connects the window and the core with the two ends of one channel, once the core runs', async () => {
    await start();
    want();
    expect(portsGiven()).toEqual([]);
    electron.core.emit('message', { kind: 'started' });
    const [given] = portsGiven();
    const [windowEnd] = given?.ports ?? [];
    expect(windowEnd).toBeInstanceOf(FakePort);
    expect(electron.core.ports).toHaveLength(1);
    expect(windowEnd instanceof FakePort && windowEnd.peer.port).toBe(electron.core.ports[0]);
    want();
    expect(portsGiven()).toHaveLength(2);
  });

  it.each([
    ['a frame inside the page', { parent: {} }],
    ['a page of another origin', { url: 'https://evil.example/app://holdfast/' }],
    ['a page whose host begins alike', { url: 'app://holdfast.evil/' }],
  ])('gives no port to %s', async (_what, frame) => {
    await start();
    electron.core.emit('message', { kind: 'started' });
    want(frame);
    expect(portsGiven()).toEqual([]);
  });

  it('starts a core that died again, tells the window and gives it a new port', async () => {
    await start();
    electron.core.emit('message', { kind: 'started' });
    want();
    electron.core.emit('exit', 139);
    expect(electron.window.webContents.posted.at(-1)?.channel).toBe(CORE_LOST_CHANNEL);
    vi.advanceTimersByTime(250);
    expect(electron.cores).toHaveLength(2);
    expect(electron.core.received[0]).toEqual(electron.cores[0]?.received[0]);
    electron.core.emit('message', { kind: 'started' });
    expect(portsGiven()).toHaveLength(2);
    expect(electron.core.ports).toHaveLength(1);
  });

  it('waits longer before each start of a core that keeps dying, up to a limit', async () => {
    await start();
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const before = electron.cores.length;
      electron.core.emit('exit', 1);
      let waitedMs = 0;
      while (electron.cores.length === before) {
        vi.advanceTimersByTime(50);
        waitedMs += 50;
      }
      waits.push(waitedMs);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, RESTART_DELAY_MS_MAX, RESTART_DELAY_MS_MAX]);
    vi.advanceTimersByTime(60_000);
    electron.core.emit('exit', 1);
    vi.advanceTimersByTime(250);
    expect(electron.cores).toHaveLength(10);
  });

  it('says why the core refuses to start and does not try again', async () => {
    await start();
    const message = { 'zh-CN': '日志文件损坏。', en: 'The journal is damaged.' };
    electron.core.emit('message', { kind: 'refused', message, detail: 'journal.sqlite' });
    electron.core.emit('exit', 1);
    vi.advanceTimersByTime(60_000);
    expect(electron.errors).toEqual(['日志文件损坏。\nThe journal is damaged.\njournal.sqlite']);
    expect(electron.app.exitCode).toBe(1);
    expect(electron.cores).toHaveLength(1);
  });

  it('ignores messages of the core that it does not know', async () => {
    await start();
    electron.core.emit('message', { kind: 'shout' });
    electron.core.emit('message', null);
    want();
    expect(portsGiven()).toEqual([]);
  });

  it('quits only when the core has closed its journal', async () => {
    await start();
    electron.app.emit('window-all-closed');
    electron.app.quit();
    expect(electron.app.quits).toBe(0);
    expect(
      electron.core.received.filter((message) => JSON.stringify(message) === '{"kind":"stop"}'),
    ).toHaveLength(1);
    electron.core.emit('exit', 0);
    await vi.advanceTimersByTimeAsync(0);
    expect(electron.app.quits).toBe(1);
    expect(electron.cores).toHaveLength(1);
  });

  it('kills a core that does not stop', async () => {
    await start();
    electron.app.quit();
    await vi.advanceTimersByTimeAsync(STOP_TIMEOUT_MS - 1);
    expect(electron.core.killed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(electron.core.killed).toBe(true);
    expect(electron.app.quits).toBe(1);
  });

  it('shows a page again whose process died', async () => {
    await start();
    electron.window.webContents.emit('render-process-gone');
    expect(electron.window.webContents.reloads).toBe(1);
  });

  it('forgets windows that are gone', async () => {
    await start();
    electron.core.emit('message', { kind: 'started' });
    want();
    electron.window.webContents.destroyed = true;
    electron.core.emit('exit', 1);
    vi.advanceTimersByTime(250);
    electron.core.emit('message', { kind: 'started' });
    expect(electron.core.ports).toEqual([]);
  });
});
