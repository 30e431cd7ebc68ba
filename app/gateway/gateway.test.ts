import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { os, type RouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import {
  createGateway,
  type Gateway,
  GatewayPortError,
  RPC_MESSAGE_BYTES_MAX,
  SCREENS_MAX,
  URL_LENGTH_MAX,
} from './gateway.ts';
import { createToken } from './guard.ts';

const base = os.$context<{ shop: string }>();
const router = {
  greet: base
    .input(z.object({ name: z.string() }))
    .handler(({ input, context }) => `${input.name} at ${context.shop}`),
  count: base.handler(async function* () {
    for (let n = 1; n <= 3; n += 1) yield n;
  }),
};

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

describe('the browser shell', () => {
  let folder: string;
  let gateway: Gateway;
  const token = createToken();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-gateway-test-'));
    const staticDir = join(folder, 'renderer');
    mkdirSync(join(staticDir, 'assets'), { recursive: true });
    writeFileSync(join(staticDir, 'index.html'), '<!doctype html><title>till</title>');
    writeFileSync(join(staticDir, 'assets', 'main-1a.js'), 'export {};');
    writeFileSync(join(staticDir, '.hidden.json'), '{}');
    writeFileSync(join(folder, 'secret.json'), '{"secret":true}');
    symlinkSync(join(folder, 'secret.json'), join(staticDir, 'link.json'));
    gateway = await createGateway({ router, context: { shop: 'Hefei' }, staticDir, port: 0, token });
  });

  afterEach(async () => {
    await gateway.close();
    rmSync(folder, { recursive: true });
  });

  function http(
    path: string,
    headers: Record<string, string> = {},
    method = 'GET',
    body = '',
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: gateway.port, path, method, headers }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += String(chunk);
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** @returns 101 and the open socket, or the status that refused it. */
  function connect(
    path: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; socket: WebSocket }> {
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}${path}`, { headers });
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve({ status: 101, socket }));
      socket.on('unexpected-response', (_request, response) => {
        resolve({ status: response.statusCode ?? 0, socket });
        response.destroy();
      });
      socket.on('error', reject);
    });
  }

  const ownOrigin = () => ({ Origin: `http://127.0.0.1:${gateway.port}` });
  const openScreen = () => connect(`/rpc?token=${token}`, ownOrigin());

  function client(socket: WebSocket): RouterClient<typeof router> {
    // The ws package's socket is the browser's to oRPC, but its types differ in the events that oRPC does not use.
    const websocket = socket as unknown as ConstructorParameters<typeof RPCLink>[0]['websocket'];
    return createORPCClient(new RPCLink({ websocket }));
  }

  it('prints an address that opens the page, and the page may only talk to itself', async () => {
    expect(gateway.url).toBe(`http://127.0.0.1:${gateway.port}/?token=${token}`);
    const page = await http(`/?token=${token}`);
    expect(page).toMatchObject({ status: 200, body: '<!doctype html><title>till</title>' });
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  });

  it('gives the page again without the token to the browser that had it, but not the API', async () => {
    const [setCookie] = (await http(`/?token=${token}`)).headers['set-cookie'] ?? [];
    expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(setCookie).not.toContain(token);
    const Cookie = `other=1; ${setCookie?.split(';', 1)[0]}`;
    expect((await http('/', { Cookie })).status).toBe(200);
    expect((await http('/', { Cookie: `${Cookie}x` })).status).toBe(403);
    expect((await http('/?token=old', { Cookie })).status).toBe(403);
    expect((await connect('/rpc', { ...ownOrigin(), Cookie })).status).toBe(403);
  });

  it('serves the scripts of the page with their type', async () => {
    const script = await http('/assets/main-1a.js');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect((await http('/assets/main-1a.js', {}, 'HEAD')).body).toBe('');
  });

  it('carries typed calls and event streams', async () => {
    const { socket } = await openScreen();
    const api = client(socket);
    expect(await api.greet({ name: 'Li' })).toBe('Li at Hefei');
    const counted: number[] = [];
    for await (const n of await api.count()) counted.push(n);
    expect(counted).toEqual([1, 2, 3]);
    socket.close();
  });

  it.each([
    ['no token', '/'],
    ['an empty token', '/?token='],
    ['a wrong token', `/?token=${createToken()}`],
    ['the token and one letter more', `/?token=${token}A`],
    ['no token for the file by its name', '/index.html'],
  ])('refuses the page with %s', async (_what, path) => {
    expect(await http(path)).toMatchObject({ status: 403, body: expect.stringContaining('token') });
  });

  it.each([
    ['a wrong token', `/rpc?token=${createToken()}`, {}, 403],
    ['no token', '/rpc', {}, 403],
    ['the origin of another page', `/rpc?token=${token}`, { Origin: 'http://evil.example' }, 403],
    ['the origin of another port', `/rpc?token=${token}`, { Origin: 'http://127.0.0.1:1' }, 403],
    ['the origin of a sandboxed page', `/rpc?token=${token}`, { Origin: 'null' }, 403],
    ['a name that points here', `/rpc?token=${token}`, { Host: 'rebound.example' }, 421],
    ['another path', `/other?token=${token}`, {}, 404],
  ])('refuses a WebSocket with %s', async (_what, path, headers, status) => {
    expect((await connect(path, { ...ownOrigin(), ...headers })).status).toBe(status);
  });

  it('refuses a WebSocket that does not say where it comes from', async () => {
    expect((await connect(`/rpc?token=${token}`, {})).status).toBe(403);
  });

  it.each([
    ['another host name', { Host: 'rebound.example' }, 421],
    ['another port in the host name', { Host: '127.0.0.1:1' }, 421],
    ['the origin of another page', { Origin: 'https://evil.example' }, 403],
  ])('refuses a request with %s', async (_what, headers, status) => {
    expect((await http(`/?token=${token}`, headers)).status).toBe(status);
    expect((await http('/assets/main-1a.js', headers)).status).toBe(status);
  });

  it.each([
    '/../secret.json',
    '/assets/../../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/..%5csecret.json',
    '/assets/..%00/secret.json',
    '//secret.json',
    '/link.json',
    '/.hidden.json',
    '/assets',
    '/%',
    '/missing.js',
  ])('finds nothing at %s', async (path) => {
    const { status, body } = await http(path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  it('refuses what is not a plain request for a file', async () => {
    expect((await http(`/?token=${token}`, {}, 'POST', 'x')).status).toBe(405);
    expect((await http(`/?token=${token}`, { 'Content-Length': '1' }, 'GET', 'x')).status).toBe(413);
  });

  it('takes an address of the largest length and refuses one letter more', async () => {
    const longest = `/?token=${token}&x=`.padEnd(URL_LENGTH_MAX, 'x');
    expect((await http(longest)).status).toBe(200);
    expect((await http(`${longest}x`)).status).toBe(414);
  });

  it('refuses headers that are too large', async () => {
    expect((await http('/assets/main-1a.js', { 'X-Large': 'x'.repeat(9 * 1024) })).status).toBe(431);
  });

  it('cuts off a screen that sends too large a message, and no other', async () => {
    const bystander = await openScreen();
    const { socket } = await openScreen();
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    socket.send('x'.repeat(RPC_MESSAGE_BYTES_MAX + 1));
    expect(await closed).not.toBe(1000);
    expect(await client(bystander.socket).greet({ name: 'still here' })).toBe('still here at Hefei');
  });

  it(`opens ${SCREENS_MAX} screens and refuses one more`, async () => {
    for (let n = 0; n < SCREENS_MAX; n += 1) expect((await openScreen()).status).toBe(101);
    expect((await openScreen()).status).toBe(503);
  });

  it('says goodbye to its screens when it closes', async () => {
    const { socket } = await openScreen();
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await gateway.close();
    expect(await closed).toBe(1001);
  });

  it('names a port that is in use and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const started = createGateway({ router, context: { shop: '' }, staticDir: folder, port, token });
    await expect(started).rejects.toThrow(GatewayPortError);
    await expect(started).rejects.toThrow(new RegExp(`port ${port} is in use.*--port`));
    other.close();
  });
});
