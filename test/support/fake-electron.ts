import { EventEmitter } from 'node:events';
import type {
  CoreChild,
  ElectronApi,
  ElectronContents,
  ElectronPort,
  ElectronSession,
  ElectronWindow,
  WindowOptions,
} from '../../app/main/electron-api.ts';

/**
 * Stands in for Electron where no runtime is: the few calls the shell makes, with the rules Electron has for them (a
 * scheme is registered before `ready`, a channel is two ports, a transferred port belongs to the receiver).
 */
export class FakeElectron implements ElectronApi {
  readonly errors: string[] = [];
  readonly windows: FakeWindow[] = [];
  readonly cores: FakeCore[] = [];
  readonly schemes: { scheme: string; privileges: Record<string, boolean> }[] = [];
  readonly defaultSession = new FakeSession();
  readonly session = { defaultSession: this.defaultSession };
  readonly ipcMain = new EventEmitter();
  readonly app: FakeApp;
  storage: 'keyring' | 'basic_text' | 'none' = 'keyring';
  answer: ((request: Request) => Promise<Response>) | undefined;

  constructor(userData: string) {
    this.app = new FakeApp(userData);
  }

  readonly dialog = { showErrorBox: (_title: string, content: string) => void this.errors.push(content) };

  readonly protocol = {
    registerSchemesAsPrivileged: (schemes: { scheme: string; privileges: Record<string, boolean> }[]) => {
      if (this.app.ready)
        throw new Error('registerSchemesAsPrivileged must be called before the app is ready');
      this.schemes.push(...schemes);
    },
    handle: (_scheme: string, handler: (request: Request) => Promise<Response>) => {
      if (!this.app.ready) throw new Error('protocol.handle needs a ready app');
      this.answer = handler;
    },
  };

  readonly safeStorage = {
    isEncryptionAvailable: () => this.storage !== 'none',
    getSelectedStorageBackend: () => (this.storage === 'basic_text' ? 'basic_text' : 'gnome_libsecret'),
    encryptString: (text: string) => Buffer.from(`encrypted ${text}`),
    decryptString: (encrypted: Buffer) => {
      if (!encrypted.toString().startsWith('encrypted '))
        throw new Error('Error while decrypting the ciphertext');
      return encrypted.toString().slice('encrypted '.length);
    },
  };

  readonly utilityProcess = {
    fork: (modulePath: string) => {
      if (!this.app.ready) throw new Error('utilityProcess.fork needs a ready app');
      const core = new FakeCore(modulePath);
      this.cores.push(core);
      return core;
    },
  };

  readonly BrowserWindow = fakeWindowClass(this);
  readonly MessageChannelMain = FakeChannel;

  get core(): FakeCore {
    const core = this.cores.at(-1);
    if (core === undefined) throw new Error('no core was started');
    return core;
  }

  get window(): FakeWindow {
    const window = this.windows.at(-1);
    if (window === undefined) throw new Error('no window was opened');
    return window;
  }
}

class FakeApp extends EventEmitter {
  ready = false;
  sandboxed = false;
  lock: 'free' | 'taken' = 'free';
  quits = 0;
  exitCode: number | undefined;
  readonly #paths: Record<string, string>;

  constructor(userData: string) {
    super();
    this.#paths = { userData };
  }

  enableSandbox(): void {
    if (this.ready) throw new Error('enableSandbox must be called before the app is ready');
    this.sandboxed = true;
  }
  requestSingleInstanceLock(): boolean {
    return this.lock === 'free';
  }
  getPath(name: string): string {
    return this.#paths[name] ?? '';
  }
  setPath(name: string, path: string): void {
    this.#paths[name] = path;
  }
  async whenReady(): Promise<void> {
    this.ready = true;
  }
  /** As Electron's: `before-quit` may hold it up. */
  quit(): void {
    let held = false;
    this.emit('before-quit', {
      preventDefault: () => {
        held = true;
      },
    });
    if (!held) this.quits += 1;
  }
  exit(code: number): void {
    this.exitCode ??= code;
  }
}

class FakeSession extends EventEmitter implements ElectronSession {
  readonly granted: boolean[] = [];
  check: () => boolean = () => true;
  device: () => boolean = () => true;
  #request: (contents: unknown, permission: string, done: (granted: boolean) => void) => void = (
    _c,
    _p,
    done,
  ) => done(true);

  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, done: (granted: boolean) => void) => void,
  ) {
    this.#request = handler;
  }
  setPermissionCheckHandler(handler: () => boolean): void {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.device = handler;
  }
  ask(permission: string): boolean {
    let answer = true;
    this.#request({}, permission, (granted) => {
      answer = granted;
    });
    return answer;
  }
}

export class FakeCore extends EventEmitter implements CoreChild {
  readonly modulePath: string;
  readonly received: unknown[] = [];
  readonly ports: ElectronPort[] = [];
  killed = false;

  constructor(modulePath: string) {
    super();
    this.modulePath = modulePath;
  }
  postMessage(message: unknown, transfer: ElectronPort[] = []): void {
    this.received.push(message);
    this.ports.push(...transfer);
  }
  kill(): boolean {
    this.killed = true;
    this.emit('exit', 1);
    return true;
  }
}

export class FakePort implements ElectronPort {
  readonly peer: { port?: FakePort } = {};
  close(): void {}
}

class FakeChannel {
  readonly port1 = new FakePort();
  readonly port2 = new FakePort();
  constructor() {
    this.port1.peer.port = this.port2;
    this.port2.peer.port = this.port1;
  }
}

export class FakeContents extends EventEmitter implements ElectronContents {
  readonly mainFrame = { url: 'app://holdfast/' };
  readonly posted: { channel: string; ports: ElectronPort[] }[] = [];
  reloads = 0;
  destroyed = false;
  openHandler: () => { action: string } = () => ({ action: 'allow' });

  postMessage(channel: string, _message: unknown, transfer: ElectronPort[] = []): void {
    if (this.destroyed) throw new Error('Object has been destroyed');
    this.posted.push({ channel, ports: transfer });
  }
  reload(): void {
    this.reloads += 1;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  setWindowOpenHandler(handler: () => { action: 'deny' }): void {
    this.openHandler = handler;
  }
  /** @returns whether the page went there. */
  navigate(url: string): boolean {
    let went = true;
    this.emit('will-navigate', {
      url,
      preventDefault: () => {
        went = false;
      },
    });
    return went;
  }
}

export class FakeWindow extends EventEmitter implements ElectronWindow {
  readonly options: WindowOptions;
  readonly webContents = new FakeContents();
  url = '';
  shows = 0;
  focuses = 0;
  minimized = false;

  constructor(options: WindowOptions) {
    super();
    this.options = options;
  }
  async loadURL(url: string): Promise<void> {
    this.url = url;
  }
  show(): void {
    this.shows += 1;
  }
  focus(): void {
    this.focuses += 1;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  restore(): void {
    this.minimized = false;
  }
}

function fakeWindowClass(electron: FakeElectron): new (options: WindowOptions) => FakeWindow {
  return class extends FakeWindow {
    constructor(options: WindowOptions) {
      if (!electron.app.ready) throw new Error('Cannot create BrowserWindow before app is ready');
      super(options);
      electron.windows.push(this);
      electron.app.emit('web-contents-created', {}, this.webContents);
    }
  };
}
