import { RPCLink } from '@orpc/client/websocket';
import { type Channel, TurnedAwayError, validatingPlugins } from './channel.ts';

const FORBIDDEN = 403;
const PROBE_ANSWER_MS = 2_000;

/**
 * The browser shell: one WebSocket. `pageUrl` is the page's own address with the token in it, which the shell answers by
 * the same rule.
 * @throws TurnedAwayError when the shell does not take the token; Error when the socket closes before it was open.
 */
export async function openWebSocketChannel(address: {
  readonly url: string;
  readonly pageUrl: string;
}): Promise<Channel> {
  const websocket = new WebSocket(address.url);
  const closed = new Promise<void>((resolve) => {
    websocket.addEventListener('close', () => resolve(), { once: true });
  });
  const isOpen = await Promise.race([
    new Promise<true>((resolve) => {
      websocket.addEventListener('open', () => resolve(true), { once: true });
    }),
    closed.then(() => false),
  ]);
  if (isOpen) return { link: new RPCLink({ websocket, plugins: validatingPlugins() }), closed };
  if (await isForbidden(address.pageUrl)) throw new TurnedAwayError('The shell does not take the token');
  throw new Error('The core did not take the connection');
}

/** A browser does not tell a page with which status its WebSocket was turned away, so a plain request asks. */
async function isForbidden(pageUrl: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PROBE_ANSWER_MS);
    const { status } = await fetch(pageUrl, { method: 'HEAD', cache: 'no-store', signal });
    return status === FORBIDDEN;
  } catch {
    // Nobody there: gone, not forbidden.
    return false;
  }
}
