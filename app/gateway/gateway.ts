import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Context, Router } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { securityHeaders } from './content-policy.ts';
import { createGuard, type Guard, type Rejection } from './guard.ts';
import { readStaticFile } from './static-files.ts';

const ADDRESS = '127.0.0.1';
/** A sale of 200 lines is under 20 KiB. */
export const RPC_MESSAGE_BYTES_MAX = 256 * 1024;
export const URL_LENGTH_MAX = 2048;
const HEADER_BYTES_MAX = 8 * 1024;
/** Windows at one till. */
export const SCREENS_MAX = 8;
const CONNECTIONS_MAX = 64;
/** A screen that does not read its answers is cut off before it fills the memory. */
const UNREAD_BYTES_MAX = 16 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;

export interface GatewayOptions<T extends Context> {
  // biome-ignore lint/suspicious/noExplicitAny: the handler takes any contract; which one is no concern of the shell
  readonly router: Router<any, T>;
  readonly context: T;
  /** The built screens. */
  readonly staticDir: string;
  /** 0 for any free one. */
  readonly port: number;
  /** See `createToken`. */
  readonly token: string;
}

export interface Gateway {
  /** The address to open, token included: not for logs. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** The chosen port could not be had; the message says why and what to do. */
export class GatewayPortError extends Error {
  override readonly name = 'GatewayPortError';
  readonly code: 'port-in-use' | 'port-refused';

  constructor(code: 'port-in-use' | 'port-refused', message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/**
 * The browser shell: the screens over HTTP at `/?token=…` and the typed API over a WebSocket at `/rpc?token=…`, on this
 * machine only.
 * @throws GatewayPortError when the port is in use or not allowed.
 */
export async function createGateway<T extends Context>(options: GatewayOptions<T>): Promise<Gateway> {
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX });
  server.maxConnections = CONNECTIONS_MAX;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  const port = await listen(server, options.port);

  const guard = createGuard({ token: options.token, port });
  const headers = securityHeaders([`ws://${ADDRESS}:${port}`, `ws://localhost:${port}`]);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: RPC_MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });
  const rpc = new RPCHandler<Context>(options.router);

  server.on('request', (request, response) => {
    answer(request, response, { guard, headers, staticDir: options.staticDir }).catch(() =>
      response.destroy(),
    );
  });
  server.on('upgrade', (request, socket, head) => {
    const rejection = checkUpgrade(request, guard, sockets.clients.size);
    if (rejection !== undefined) {
      rejectUpgrade(socket, rejection);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (screen) => {
      // A frame over the limit is the screen's error; ws closes that one connection.
      screen.on('error', () => screen.terminate());
      void rpc.upgrade(bounded(screen), { context: options.context });
    });
  });

  return {
    url: `http://${ADDRESS}:${port}/?token=${options.token}`,
    port,
    close: () => close(server, sockets),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  shell: { readonly guard: Guard; readonly headers: Record<string, string>; readonly staticDir: string },
): Promise<void> {
  for (const [name, value] of Object.entries(shell.headers)) response.setHeader(name, value);
  const rejection = checkHttp(request, shell.guard);
  if (rejection !== undefined) return refuse(response, rejection);
  const file = await readStaticFile(shell.staticDir, pathOf(request));
  if (file === undefined) return refuse(response, { status: 404, reason: 'There is nothing here.' });
  if (isPage(request)) response.setHeader('Set-Cookie', shell.guard.pageCookie);
  response.writeHead(200, { 'Content-Type': file.mediaType, 'Content-Length': file.bytes.length });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

function checkHttp(request: IncomingMessage, guard: Guard): Rejection | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, reason: 'Only GET is answered here.' };
  if ((request.url ?? '').length > URL_LENGTH_MAX) return { status: 414, reason: 'The address is too long.' };
  if (
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0
  ) {
    return { status: 413, reason: 'A request here has no content.' };
  }
  const rejection = guard.checkRequest(request);
  if (rejection !== undefined) return rejection;
  const address = addressOf(request);
  if (address === undefined) return { status: 400, reason: 'The address cannot be read.' };
  // The page's own scripts and styles hold no secret and cannot carry the token; the page and the API must.
  return isPage(request) ? guard.checkPage(request, address) : undefined;
}

function checkUpgrade(request: IncomingMessage, guard: Guard, screens: number): Rejection | undefined {
  const address = addressOf(request);
  if (address === undefined || (request.url ?? '').length > URL_LENGTH_MAX) {
    return { status: 400, reason: 'The address cannot be read.' };
  }
  if (pathOf(request) !== '/rpc') return { status: 404, reason: 'There is nothing here.' };
  const rejection =
    guard.checkRequest(request) ?? guard.checkOriginGiven(request) ?? guard.checkToken(address);
  if (rejection !== undefined) return rejection;
  if (screens >= SCREENS_MAX)
    return { status: 503, reason: `The till has ${SCREENS_MAX} windows open; close one.` };
  return undefined;
}

function isPage(request: IncomingMessage): boolean {
  return ['/', '/index.html'].includes(pathOf(request));
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

function addressOf(request: IncomingMessage): URL | undefined {
  return URL.parse(request.url ?? '', `http://${ADDRESS}`) ?? undefined;
}

function refuse(response: ServerResponse, { status, reason }: Rejection): void {
  // What is left of the request is not read: the connection ends with the refusal.
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
  response.end(`${reason}\n`);
}

function rejectUpgrade(socket: Duplex, { status, reason }: Rejection): void {
  socket.on('error', () => socket.destroy());
  const bytes = Buffer.byteLength(reason);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${bytes}\r\n\r\n${reason}`,
  );
}

function bounded(screen: WebSocket): Pick<WebSocket, 'addEventListener' | 'send'> {
  const send: WebSocket['send'] = (data: string | Uint8Array) => {
    if (screen.bufferedAmount > UNREAD_BYTES_MAX) screen.terminate();
    else screen.send(data);
  };
  return { send, addEventListener: screen.addEventListener.bind(screen) };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        const message = `port ${port} is in use by another program: end it, or choose another port with --port (0 for any)`;
        reject(new GatewayPortError('port-in-use', message, error));
      } else if (error.code === 'EACCES') {
        const message = `port ${port} is not allowed for this user: choose one above 1023 with --port`;
        reject(new GatewayPortError('port-refused', message, error));
      } else reject(error);
    });
    server.listen({ host: ADDRESS, port }, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the server has no port'));
      else resolve(address.port);
    });
  });
}

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const screen of sockets.clients) screen.close(1001, 'The till is closing.');
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  // A screen that does not answer the farewell must not keep the till open.
  const GOODBYE_MS = 500;
  const timer = setTimeout(() => {
    for (const screen of sockets.clients) screen.terminate();
  }, GOODBYE_MS);
  await closed;
  clearTimeout(timer);
}
