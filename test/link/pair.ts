import { onTestFinished } from 'vitest';
import { type ChaosProxy, startChaosProxy } from '../../app/cli/day/chaos-proxy.ts';
import {
  createHostLink,
  createHostServer,
  type HostConnection,
  type HostLinkClient,
  type HostLinkOptions,
  type HostServer,
  type HostServerOptions,
} from '../../terminal-core/host-link/index.ts';
import {
  plainAnswer,
  plainFrame,
  readPlainFrame,
  readPlainKey,
  realClock,
  realRandom,
} from './plain-frames.ts';

/** Everything is quick here, so that a test of many seconds of a store's life takes a fraction of one. */
export const QUICK = { connectTimeoutMs: 500, backoffFirstMs: 10, backoffCapMs: 50 };

export async function startServer(
  options: Partial<HostServerOptions> = {},
): Promise<{ server: HostServer; port: number }> {
  const server = createHostServer({
    host: '127.0.0.1',
    port: 0,
    onFrame: async (frame) => plainAnswer(frame),
    ...options,
  });
  const result = await server.listen();
  if (result.kind === 'failed') throw new Error(result.text.en);
  onTestFinished(async () => {
    await server.stop();
  });
  return { server, port: result.port };
}

export function startLink(options: Partial<HostLinkOptions> & { port: number }): HostLinkClient {
  const link = createHostLink({
    host: '127.0.0.1',
    readKey: readPlainKey,
    isPartialApproval: (answer) => readPlainFrame(answer)?.responseCode === '10',
    clock: realClock,
    random: realRandom,
    ...options,
    limits: { ...QUICK, ...options.limits },
  });
  onTestFinished(() => link.close());
  return link;
}

export async function startProxy(port: number, seed = 1): Promise<ChaosProxy> {
  const proxy = await startChaosProxy({ listenPort: 0, target: { host: '127.0.0.1', port }, seed });
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A terminal's link that is up, through a proxy, to a host that answers everything; and the host's end of it. */
export async function connectedPair(
  options: { server?: Partial<HostServerOptions>; link?: Partial<HostLinkOptions>; seed?: number } = {},
) {
  let connection: HostConnection | undefined;
  const { server, port } = await startServer({
    onConnection: (opened) => {
      connection = opened;
    },
    ...options.server,
  });
  const proxy = await startProxy(port, options.seed);
  const link = startLink({ port: proxy.port, ...options.link });
  if (!(await link.waitUntilUp(2_000)))
    throw new Error(`the link did not come up: ${link.status().lastError}`);
  await until('the host has the connection', () => connection !== undefined);
  const hostSide = (): HostConnection => {
    if (connection === undefined) throw new Error('the host has no connection');
    return connection;
  };
  return { server, port, proxy, link, hostSide };
}

/** A purchase with this trace number. */
export function purchase(stan: number, changes: Partial<Parameters<typeof plainFrame>[0]> = {}): Uint8Array {
  return plainFrame({ mti: '0200', stan: String(stan).padStart(6, '0'), ...changes });
}

export async function until(what: string, check: () => boolean, withinMs = 3_000): Promise<void> {
  const giveUpAtMs = performance.now() + withinMs;
  while (!check()) {
    if (performance.now() > giveUpAtMs) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
