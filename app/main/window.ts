import type { ElectronApi, ElectronContents, ElectronSession, ElectronWindow } from './electron-api.ts';

/** Opens the till's window at `pageUrl`: sandboxed, isolated, without Node, and shown only when it has something to show. */
export function openWindow(
  electron: Pick<ElectronApi, 'BrowserWindow'>,
  { pageUrl, preloadPath }: { readonly pageUrl: string; readonly preloadPath: string },
): ElectronWindow {
  const window = new electron.BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 1024,
    minHeight: 640,
    show: false,
    backgroundColor: '#ffffff',
    title: 'Holdfast',
    autoHideMenuBar: true,
    webPreferences: {
      preload: preloadPath,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      // A file dropped on the window would otherwise be opened in it.
      navigateOnDragDrop: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(pageUrl);
  return window;
}

/** No page of the till asks for a camera, a device, a download or a notification: all are refused. */
export function refusePermissions(session: ElectronSession): void {
  session.setPermissionRequestHandler((_contents, _permission, done) => done(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}

/** Keeps every web contents on the till's own page. */
export function refuseNavigation(contents: ElectronContents, pageUrl: string): void {
  contents.on('will-navigate', (event) => {
    if (event.url !== pageUrl) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
