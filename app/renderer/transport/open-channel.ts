import { type OpenChannel, TurnedAwayError } from './channel.ts';
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
  const token = takeLaunchToken(window);
  // A second tab on the bare address gets the page by its cookie; the API it can only have with the token.
  if (token === undefined) return () => Promise.reject(new TurnedAwayError('The address lacks its token'));
  const scheme = protocol === 'https:' ? 'wss' : 'ws';
  const query = `?token=${encodeURIComponent(token)}`;
  return () =>
    openWebSocketChannel({
      url: `${scheme}://${host}/rpc${query}`,
      pageUrl: `${protocol}//${host}/${query}`,
    });
}
