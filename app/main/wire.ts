import { join } from 'node:path';
import { readTillConfig } from '../till-config.ts';
import { APP_SCHEME, APP_SCHEME_PRIVILEGES, appProtocolHandler, PAGE_URL } from './app-protocol.ts';
import { CoreProcess } from './core-process.ts';
import type { ElectronApi, ElectronWindow } from './electron-api.ts';
import { PORT_WANTED_CHANNEL, PortExchange } from './port-exchange.ts';
import { openSealKey } from './seal-key-store.ts';
import { openWindow, refuseNavigation, refusePermissions } from './window.ts';

const CONFIG_ARGUMENT = '--config=';
const ERROR_TITLE = 'Holdfast 未能启动 · did not start';

export interface ShellFiles {
  /** Folder with the built `renderer`, `preload` and `core`. */
  readonly distDir: string;
  readonly args: readonly string[];
}

/** Puts the Electron shell together. It makes windows, hands over ports and keeps the key; what a till does is in the core. */
export async function wire(electron: ElectronApi, { args, distDir }: ShellFiles): Promise<void> {
  const { app } = electron;
  electron.protocol.registerSchemesAsPrivileged([APP_SCHEME_PRIVILEGES]);
  app.enableSandbox();

  const read = readTillConfig(configPath(app.getPath('userData'), args));
  if (read.kind === 'unusable') {
    refuseStart(
      electron,
      `${read.problem}\nSet the till up with "holdfast till --shell electron", or mend this file.`,
    );
    return;
  }
  const { config } = read;
  // One till a data directory, whatever user-data folder Electron would have chosen.
  app.setPath('userData', join(config.dataDir, 'electron'));
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  await app.whenReady();

  const seal = openSealKey(electron.safeStorage, join(config.dataDir, 'seal-key.sealed'));
  if (seal.kind === 'refused') {
    refuseStart(electron, seal.problem);
    return;
  }
  // Where nobody has chosen a language yet, the page starts in this one.
  const pageUrl = config.locale === undefined ? PAGE_URL : `${PAGE_URL}?locale=${config.locale}`;
  refusePermissions(electron.session.defaultSession);
  app.on('web-contents-created', (_event, contents) => refuseNavigation(contents, pageUrl));
  electron.protocol.handle(APP_SCHEME, appProtocolHandler(join(distDir, 'renderer')));

  const { dataDir, ...rest } = config;
  const core = new CoreProcess({
    electron,
    corePath: join(distDir, 'core', 'core.js'),
    startMessage: {
      kind: 'start',
      dataDir,
      sealKeyBase64: Buffer.from(seal.sealKey).toString('base64'),
      ...rest,
    },
    onRunning: () => exchange.coreIsRunning(),
    onLost: () => exchange.coreIsLost(),
    onRefused: ({ detail, text }) => refuseStart(electron, `${text}\n${detail}`),
  });
  const exchange: PortExchange = new PortExchange(electron, () => core);
  electron.ipcMain.on(PORT_WANTED_CHANNEL, (event) => exchange.wanted(event));
  core.start();

  const window = openWindow(electron, { pageUrl, preloadPath: join(distDir, 'preload', 'preload.cjs') });
  window.webContents.on('render-process-gone', () => window.webContents.reload());
  app.on('second-instance', () => bringToFront(window));
  app.on('window-all-closed', () => app.quit());
  quitAfter(electron, () => core.stop());
}

function configPath(userData: string, args: readonly string[]): string {
  const given = args.find((arg) => arg.startsWith(CONFIG_ARGUMENT));
  return given?.slice(CONFIG_ARGUMENT.length) ?? join(userData, 'till.json');
}

function refuseStart({ app, dialog }: ElectronApi, problem: string): void {
  dialog.showErrorBox(ERROR_TITLE, problem);
  app.exit(1);
}

function bringToFront(window: ElectronWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Quitting waits for the core once, so that the last sale is on the disk and the journal is closed. */
function quitAfter({ app }: ElectronApi, finish: () => Promise<void>): void {
  let finished: 'no' | 'under-way' | 'yes' = 'no';
  app.on('before-quit', (event) => {
    if (finished === 'yes') return;
    event.preventDefault();
    if (finished === 'under-way') return;
    finished = 'under-way';
    void finish().then(() => {
      finished = 'yes';
      app.quit();
    });
  });
}
