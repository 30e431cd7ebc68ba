import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type ClientTls,
  createHostServer,
  type HostConnection,
  type LinkErrorCode,
  type ServerTls,
} from '../../terminal-core/host-link/index.ts';
import { purchase, startLink, startServer, until } from './pair.ts';

const pem = (name: string) => readFileSync(new URL(`./certs/${name}.pem`, import.meta.url), 'utf8');

const mutualHost: ServerTls = { cert: pem('host.cert'), key: pem('host.key'), clientCa: pem('ca.cert') };
const terminal: ClientTls = { ca: pem('ca.cert'), cert: pem('terminal.cert'), key: pem('terminal.key') };

describe('TLS between terminal and host', () => {
  it('carries requests when both know each other, and the host knows which terminal it is', async () => {
    let connection: HostConnection | undefined;
    const { port } = await startServer({
      tls: mutualHost,
      onConnection: (opened) => {
        connection = opened;
      },
    });
    const link = startLink({ port, tls: terminal });
    expect(await link.waitUntilUp(5_000)).toBe(true);
    const outcomes = await Promise.all(
      [1, 2, 3].map((stan) => link.request(purchase(stan), { timeoutMs: 5_000 })),
    );
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['answered', 'answered', 'answered']);
    expect(connection?.peerName).toBe('TERM0001');
  });

  it('accepts a host whose certificate holds the configured name instead of the address', async () => {
    const { port } = await startServer({ tls: mutualHost });
    const link = startLink({
      port,
      host: 'localhost',
      tls: { ...terminal, serverName: 'host.holdfast.test' },
    });
    expect(await link.waitUntilUp(5_000)).toBe(true);
  });

  it.each<
    [string, { server?: Partial<ServerTls>; client?: Partial<ClientTls>; host?: string }, LinkErrorCode]
  >([
    ['was issued by another CA', { client: { ca: pem('stranger-ca.cert') } }, 'tls-untrusted'],
    ['is for another name', { client: { serverName: 'other.holdfast.test' } }, 'tls-wrong-name'],
    ['is for another name than the address that was dialled', { host: 'localhost' }, 'tls-wrong-name'],
    [
      'has expired',
      { server: { cert: pem('expired-host.cert'), key: pem('expired-host.key') } },
      'tls-validity',
    ],
  ])('refuses a host whose certificate %s', async (_what, { server, client, host }, code) => {
    const { port, server: hostServer } = await startServer({ tls: { ...mutualHost, ...server } });
    const link = startLink({
      port,
      tls: { ...terminal, ...client },
      ...(host === undefined ? {} : { host }),
    });
    await until('an attempt failed', () => link.counters().connectFailures > 0);
    expect(link.lastError()?.code).toBe(code);
    expect(link.counters().connects).toBe(0);
    expect(hostServer.counters().framesIn).toBe(0);
  });

  it.each<[string, ClientTls, LinkErrorCode]>([
    ['shows no certificate', { ca: pem('ca.cert') }, 'tls-client-refused'],
    [
      'shows a certificate of another CA',
      { ca: pem('ca.cert'), cert: pem('stranger-terminal.cert'), key: pem('stranger-terminal.key') },
      'tls-closed-early',
    ],
  ])('is refused to a terminal that %s, and the link does not claim to be up', async (_what, tls, code) => {
    const { port, server } = await startServer({ tls: mutualHost });
    const link = startLink({ port, tls });
    await until('the host refused', () => link.lastError()?.code === code);
    // In TLS 1.3 the terminal finishes before the host has judged it, so the first time looks up for a moment.
    const states = new Set<string>();
    link.onStatus((status) => states.add(status.state));
    await until('it was refused again', () => server.counters().tlsFailures >= 3);
    expect(states.has('up')).toBe(false);
    expect(server.counters()).toMatchObject({ accepted: 0, framesIn: 0 });
  });

  it('says so when the port is a plain one', async () => {
    const { port } = await startServer();
    const link = startLink({ port, tls: terminal });
    await until('an attempt failed', () => link.counters().connectFailures > 0);
    // The plain host takes the handshake for a frame that is too long, and closes.
    expect(link.counters().connects).toBe(0);
    expect(link.lastError()?.text.en).toMatch(/reconnects by itself|Check/);
  });

  it.each([
    ['certificate', { cert: 'not PEM' }],
    ['key', { key: pem('host.key') }],
    ['CA', { ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }],
  ])("says that the terminal's %s file cannot be used, and goes on trying", async (_what, broken) => {
    const { port } = await startServer({ tls: mutualHost });
    const link = startLink({ port, tls: { ...terminal, ...broken } });
    await until('two attempts failed', () => link.counters().connectFailures > 1);
    expect(link.lastError()?.code).toBe('tls-credentials');
  });

  it("says that the host's own certificate and key cannot be used", async () => {
    const server = createHostServer({
      host: '127.0.0.1',
      port: 0,
      tls: { ...mutualHost, key: pem('terminal.key') },
      onFrame: async () => undefined,
    });
    expect(await server.listen()).toMatchObject({ kind: 'failed', code: 'tls-credentials' });
  });
});
