/**
 * The part of Electron that the shell touches, so that the wiring can be tested where no Electron runtime is. The real
 * module is checked against it where `main.ts` hands it over.
 */
export interface ElectronApi {
  readonly app: ElectronApp;
  readonly dialog: { showErrorBox(title: string, content: string): void };
  readonly ipcMain: { on(channel: string, listener: (event: IpcEvent) => void): unknown };
  readonly protocol: {
    registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Record<string, boolean> }[]): void;
    handle(scheme: string, handler: (request: Request) => Promise<Response>): void;
  };
  readonly safeStorage: {
    isEncryptionAvailable(): boolean;
    getSelectedStorageBackend(): string;
    encryptString(text: string): Buffer;
    decryptString(encrypted: Buffer): string;
  };
  readonly session: { readonly defaultSession: ElectronSession };
  readonly utilityProcess: {
    fork(modulePath: string, args: string[], options: { serviceName: string; stdio: 'inherit' }): CoreChild;
  };
  readonly BrowserWindow: new (options: WindowOptions) => ElectronWindow;
  readonly MessageChannelMain: new () => { port1: ElectronPort; port2: ElectronPort };
}

export interface ElectronApp {
  enableSandbox(): void;
  requestSingleInstanceLock(): boolean;
  getPath(name: 'userData'): string;
  setPath(name: 'userData', path: string): void;
  whenReady(): Promise<void>;
  quit(): void;
  exit(code: number): void;
  on(event: 'second-instance' | 'window-all-closed', listener: () => void): unknown;
  on(event: 'before-quit', listener: (event: Preventable) => void): unknown;
  on(
    event: 'web-contents-created',
    listener: (event: Preventable, contents: ElectronContents) => void,
  ): unknown;
}

export interface Preventable {
  preventDefault(): void;
}

export interface ElectronSession {
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, done: (granted: boolean) => void) => void,
  ): void;
  setPermissionCheckHandler(handler: () => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  on(event: 'will-download', listener: (event: Preventable) => void): unknown;
}

export interface ElectronContents {
  readonly mainFrame: { readonly url: string };
  postMessage(channel: string, message: unknown, transfer?: ElectronPort[]): void;
  reload(): void;
  isDestroyed(): boolean;
  setWindowOpenHandler(handler: () => { action: 'deny' }): void;
  on(event: 'will-navigate', listener: (event: Preventable & { readonly url: string }) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  on(event: 'render-process-gone', listener: () => void): unknown;
}

export interface ElectronWindow {
  readonly webContents: ElectronContents;
  loadURL(url: string): Promise<void>;
  once(event: 'ready-to-show', listener: () => void): unknown;
  show(): void;
  focus(): void;
  isMinimized(): boolean;
  restore(): void;
}

export interface WindowOptions {
  width: number;
  height: number;
  minWidth: number;
  minHeight: number;
  show: boolean;
  backgroundColor: string;
  title: string;
  autoHideMenuBar: boolean;
  webPreferences: {
    preload: string;
    sandbox: true;
    contextIsolation: true;
    nodeIntegration: false;
    nodeIntegrationInWorker: false;
    nodeIntegrationInSubFrames: false;
    webSecurity: true;
    webviewTag: false;
    spellcheck: false;
    navigateOnDragDrop: false;
  };
}

export interface IpcEvent {
  readonly sender: ElectronContents;
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

/** A `MessagePortMain`; the shell only passes it on. */
export interface ElectronPort {
  close(): void;
}

/** The utility process. */
export interface CoreChild {
  postMessage(message: unknown, transfer?: ElectronPort[]): void;
  kill(): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
}
