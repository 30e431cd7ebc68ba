import type { OpenChannel } from './channel.ts';
import { takeLaunchToken } from './launch-token.ts';
import { MessagePortSource } from './message-port-channel.ts';
import { openWebSocketChannel } from './websocket-channel.ts';

/** The one place that knows which shell this is: pages over HTTP talk WebSocket, all others are given a port. */
export function channelOpener(window: Window): OpenChannel {
  const { protocol, host } = window.location;
  if (protocol !== 'http:' && protocol !== 'https:') {
    const source = new MessagePortSource(window);
    return () => source.open();
  }
  const token = takeLaunchToken(window) ?? '';
  const scheme = protocol === 'https:' ? 'wss' : 'ws';
  return () => openWebSocketChannel(`${scheme}://${host}/rpc?token=${encodeURIComponent(token)}`);
}
