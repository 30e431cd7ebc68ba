import { RPCLink } from '@orpc/client/websocket';
import { type Channel, validatingPlugins } from './channel.ts';

/** The browser shell: one WebSocket. @throws Error when it closes before it was open. */
export async function openWebSocketChannel(url: string): Promise<Channel> {
  const websocket = new WebSocket(url);
  const closed = new Promise<void>((resolve) => {
    websocket.addEventListener('close', () => resolve(), { once: true });
  });
  await new Promise<void>((resolve, reject) => {
    websocket.addEventListener('open', () => resolve(), { once: true });
    void closed.then(() => reject(new Error('The core did not take the connection')));
  });
  return { link: new RPCLink({ websocket, plugins: validatingPlugins() }), closed };
}
