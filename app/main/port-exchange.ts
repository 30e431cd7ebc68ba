import { APP_ORIGIN } from './app-protocol.ts';
import type { ElectronApi, ElectronContents, IpcEvent } from './electron-api.ts';

/** Channels between main and preload. The preload script is a bundle of its own and repeats them. */
export const PORT_CHANNEL = 'holdfast-port';
export const PORT_WANTED_CHANNEL = 'holdfast-port-wanted';
export const CORE_LOST_CHANNEL = 'holdfast-core-lost';

interface CoreEnd {
  readonly running: boolean;
  handOver(port: { close(): void }): void;
}

/** Connects windows with the core: a window asks, and gets a port now or as soon as the core runs (again). */
export class PortExchange {
  readonly #electron: Pick<ElectronApi, 'MessageChannelMain'>;
  readonly #core: () => CoreEnd;
  readonly #windows = new Set<ElectronContents>();

  constructor(electron: Pick<ElectronApi, 'MessageChannelMain'>, core: () => CoreEnd) {
    this.#electron = electron;
    this.#core = core;
  }

  /** A window wants a port. Only the top frame of the till's own page is given one. */
  wanted({ sender, senderFrame }: IpcEvent): void {
    if (senderFrame === null || senderFrame.parent !== null) return;
    if (!senderFrame.url.startsWith(`${APP_ORIGIN}/`)) return;
    this.#windows.add(sender);
    if (this.#core().running) this.#connect(sender);
  }

  coreIsRunning(): void {
    for (const contents of this.#live()) this.#connect(contents);
  }

  coreIsLost(): void {
    for (const contents of this.#live()) contents.postMessage(CORE_LOST_CHANNEL, null);
  }

  #connect(contents: ElectronContents): void {
    const { port1, port2 } = new this.#electron.MessageChannelMain();
    this.#core().handOver(port1);
    contents.postMessage(PORT_CHANNEL, null, [port2]);
  }

  #live(): ElectronContents[] {
    for (const contents of this.#windows) if (contents.isDestroyed()) this.#windows.delete(contents);
    return [...this.#windows];
  }
}
