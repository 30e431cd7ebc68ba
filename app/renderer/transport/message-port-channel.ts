import { RPCLink } from '@orpc/client/message-port';
import { type Channel, validatingPlugins } from './channel.ts';

/** What the preload script posts to the window, with the port as the first transferred object. */
export const PORT_MESSAGE_KIND = 'holdfast-port';
/** What the screens post when they have no live port, so that a reloaded page can be given a new one. */
export const PORT_WANTED_KIND = 'holdfast-port-wanted';
/** What the preload script posts when the core process has ended. */
export const CORE_LOST_KIND = 'holdfast-core-lost';

/** What is needed of the page's window. */
export type PortWindow = Pick<Window, 'addEventListener' | 'postMessage'> & {
  readonly location: Pick<Location, 'origin'>;
};

/**
 * Electron: the preload script hands over a port, once at the start and again for every new core process. A port that
 * came while an older channel was still open is kept for the next `open`.
 */
export class MessagePortSource {
  #waiting: ((port: MessagePort) => void) | undefined;
  #kept: MessagePort | undefined;
  #dropCurrent: (() => void) | undefined;
  readonly #window: PortWindow;

  constructor(window: PortWindow) {
    this.#window = window;
    window.addEventListener('message', (event) => {
      // The preload script posts from this same window; nothing else may hand over a port.
      if (event.source !== window) return;
      const kind = kindOf(event.data);
      const port = event.ports[0];
      if (kind === PORT_MESSAGE_KIND && port !== undefined) this.#offer(port);
      if (kind === CORE_LOST_KIND) this.#dropCurrent?.();
    });
  }

  async open(): Promise<Channel> {
    const port = this.#kept ?? (await this.#next());
    this.#kept = undefined;
    const closed = new Promise<void>((resolve) => {
      this.#dropCurrent = resolve;
      port.addEventListener('close', () => resolve(), { once: true });
    });
    port.start();
    return { link: new RPCLink({ port, plugins: validatingPlugins() }), closed };
  }

  #next(): Promise<MessagePort> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#window.postMessage({ kind: PORT_WANTED_KIND }, this.#window.location.origin);
    });
  }

  #offer(port: MessagePort): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) {
      waiting(port);
      return;
    }
    this.#kept?.close();
    this.#kept = port;
    // A new port means a new core process: the old one will not answer any more.
    this.#dropCurrent?.();
  }
}

function kindOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'kind' in data ? data.kind : undefined;
}
