/**
 * The only thing the preload script does: carries the screens' wish for a port to main and the port back. It exposes no
 * function and no object to the page. The names are those of `app/main/port-exchange.ts` and of the renderer's
 * transport, which are bundles of their own.
 */
const PORT = 'holdfast-port';
const PORT_WANTED = 'holdfast-port-wanted';
const CORE_LOST = 'holdfast-core-lost';

interface PreloadIpc {
  send(channel: string): void;
  on(channel: string, listener: (event: { readonly ports: MessagePort[] }) => void): unknown;
}

type PreloadWindow = Pick<Window, 'addEventListener' | 'postMessage'> & {
  readonly location: Pick<Location, 'origin'>;
};

/** Wires one page. Messages of other windows or frames are not its own and are ignored. */
export function wirePreload(ipc: PreloadIpc, window: PreloadWindow): void {
  window.addEventListener('message', (event) => {
    if (event.source === window && event.data?.kind === PORT_WANTED) ipc.send(PORT_WANTED);
  });
  ipc.on(PORT, ({ ports }) => window.postMessage({ kind: PORT }, window.location.origin, ports));
  ipc.on(CORE_LOST, () => window.postMessage({ kind: CORE_LOST }, window.location.origin));
}
