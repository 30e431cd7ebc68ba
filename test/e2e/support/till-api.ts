import { once } from 'node:events';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { contract } from '../../../terminal-core/api/contract.ts';

/** The till's own API as its page sees it. @param url with the token. */
export async function connectToTill(
  url: string,
): Promise<{ api: ContractRouterClient<typeof contract>; close: () => void }> {
  const { host, origin, search } = new URL(url);
  const socket = new WebSocket(`ws://${host}/rpc${search}`, { headers: { Origin: origin } });
  await once(socket, 'open');
  // The ws package's socket is the browser's to oRPC, but its types differ in the events that oRPC does not use.
  const websocket = socket as unknown as ConstructorParameters<typeof RPCLink>[0]['websocket'];
  return { api: createORPCClient(new RPCLink({ websocket })), close: () => socket.close() };
}
