import net from 'node:net';
import tls from 'node:tls';
import type { BilingualText } from '../domain/text.ts';
import { codeOf } from './link-error.ts';
import { type LinkLogger, silentLogger } from './logger.ts';
import { type FrameHandler, type HostConnection, ServerConnection } from './server-connection.ts';
import { type ServerCounters, type ServerLimits, serverLimits } from './server-limits.ts';
import { type LinkTimers, nodeTimers } from './timers.ts';

export interface ServerTls {
  /** PEM. */
  readonly cert: string | Uint8Array;
  readonly key: string | Uint8Array;
  /** PEM. When given, a terminal must show a certificate that this CA issued. */
  readonly clientCa?: string | Uint8Array;
}

export interface HostServerOptions {
  /** The address to listen on; 127.0.0.1 unless terminals are elsewhere. */
  readonly host: string;
  /** 0 takes any free port; `listen` says which. */
  readonly port: number;
  readonly tls?: ServerTls;
  readonly onFrame: FrameHandler;
  readonly onConnection?: (connection: HostConnection) => void;
  readonly onDisconnection?: (connection: HostConnection) => void;
  readonly limits?: Partial<ServerLimits>;
  readonly logger?: LinkLogger;
  readonly timers?: LinkTimers;
}

export type ListenErrorCode =
  | 'port-in-use'
  | 'no-permission'
  | 'no-such-address'
  | 'tls-credentials'
  | 'network';

export type ListenResult =
  | { readonly kind: 'listening'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'failed';
      readonly code: ListenErrorCode;
      readonly text: BilingualText;
      readonly cause: unknown;
    };

export interface StopResult {
  /** Connections that were cut off because their work did not end within the grace. */
  readonly abandoned: number;
}

export interface HostServer {
  /** Never rejects: a port in use is a result. Call it once. */
  listen(): Promise<ListenResult>;
  connections(): readonly HostConnection[];
  /** A copy. */
  counters(): ServerCounters;
  /** Takes no new terminals, finishes what it has read, then closes. Safe to call more than once. */
  stop(): Promise<StopResult>;
}

/**
 * The host's side of the link: frames in, answers out, over TCP or TLS.
 * @throws RangeError for a limit that cannot be.
 */
export function createHostServer(options: HostServerOptions): HostServer {
  return new TcpHostServer(options);
}

class TcpHostServer implements HostServer {
  readonly #options: HostServerOptions;
  readonly #limits: ServerLimits;
  readonly #logger: LinkLogger;
  readonly #timers: LinkTimers;
  readonly #connections = new Map<number, ServerConnection>();
  readonly #counters: ServerCounters = {
    accepted: 0,
    refused: 0,
    tlsFailures: 0,
    framesIn: 0,
    framesOut: 0,
    framingErrors: 0,
    handlerErrors: 0,
    idleClosed: 0,
    dropped: 0,
  };
  #server: net.Server | undefined;
  #running = 0;
  #whenIdle: (() => void) | undefined;
  #stopping: Promise<StopResult> | undefined;

  constructor(options: HostServerOptions) {
    this.#options = options;
    this.#limits = serverLimits(options.limits);
    this.#logger = options.logger ?? silentLogger;
    this.#timers = options.timers ?? nodeTimers;
  }

  connections(): readonly HostConnection[] {
    return [...this.#connections.values()];
  }

  counters(): ServerCounters {
    return { ...this.#counters };
  }

  listen(): Promise<ListenResult> {
    const { host, port } = this.#options;
    return new Promise((resolve) => {
      const fail = (cause: unknown) => resolve(listenFailure(cause, host, port));
      let server: net.Server;
      try {
        server = this.#createServer();
        server.once('error', fail);
        server.listen({ host, port }, () => {
          server.off('error', fail);
          server.on('error', (cause) => this.#logger.warn({ cause: String(cause) }, 'host server error'));
          this.#server = server;
          const address = server.address();
          const boundPort = typeof address === 'object' && address !== null ? address.port : port;
          this.#logger.info({ host, port: boundPort }, 'host server listens');
          resolve({ kind: 'listening', host, port: boundPort });
        });
      } catch (cause) {
        fail(cause);
      }
    });
  }

  stop(): Promise<StopResult> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<StopResult> {
    const server = this.#server;
    const closed =
      server === undefined
        ? Promise.resolve()
        : new Promise<void>((resolve) => server.close(() => resolve()));
    const open = [...this.#connections.values()];
    let abandoned = 0;
    const cancelGrace = this.#timers.after(this.#limits.stopGraceMs, () => {
      for (const connection of this.#connections.values()) {
        if (connection.isBusy) abandoned += 1;
        connection.destroy();
      }
    });
    for (const connection of open) connection.finish();
    await closed;
    cancelGrace();
    // A terminal that went away does not end the work it had asked for; whoever stops us closes the database next.
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    return { abandoned };
  }

  #createServer(): net.Server {
    const { tls: credentials } = this.#options;
    const server =
      credentials === undefined
        ? net.createServer({ keepAlive: true }, (socket) => this.#accept(socket))
        : tls.createServer(
            {
              cert: pem(credentials.cert),
              key: pem(credentials.key),
              ...(credentials.clientCa === undefined
                ? {}
                : { ca: pem(credentials.clientCa), requestCert: true, rejectUnauthorized: true }),
              minVersion: 'TLSv1.2',
              handshakeTimeout: this.#limits.tlsHandshakeMs,
            },
            (socket) => this.#accept(socket),
          );
    server.maxConnections = this.#limits.connectionsMax;
    server.on('drop', () => {
      this.#counters.refused += 1;
      this.#logger.warn(
        { connectionsMax: this.#limits.connectionsMax },
        'refused a terminal: too many connections',
      );
    });
    server.on('tlsClientError', (cause) => {
      this.#counters.tlsFailures += 1;
      this.#logger.warn({ cause: String(cause) }, 'a TLS handshake failed');
    });
    return server;
  }

  #accept(socket: net.Socket): void {
    this.#counters.accepted += 1;
    const connection = new ServerConnection({
      id: this.#counters.accepted,
      remote: `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`,
      peerName: peerNameOf(socket),
      socket,
      onFrame: (frame, from) => this.#run(frame, from),
      limits: this.#limits,
      counters: this.#counters,
      logger: this.#logger,
      timers: this.#timers,
    });
    this.#connections.set(connection.id, connection);
    socket.on('close', () => {
      this.#connections.delete(connection.id);
      this.#options.onDisconnection?.(connection);
    });
    this.#options.onConnection?.(connection);
    if (this.#stopping !== undefined) connection.finish();
  }

  async #run(frame: Uint8Array, from: HostConnection): Promise<Uint8Array | undefined> {
    this.#running += 1;
    try {
      return await this.#options.onFrame(frame, from);
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#whenIdle?.();
    }
  }
}

function peerNameOf(socket: net.Socket): string | undefined {
  if (!(socket instanceof tls.TLSSocket)) return undefined;
  const commonName = socket.getPeerCertificate()?.subject?.CN;
  return Array.isArray(commonName) ? commonName[0] : commonName;
}

function listenFailure(cause: unknown, host: string, port: number): ListenResult {
  const where = `${host}:${port}`;
  const systemCode = codeOf(cause);
  switch (systemCode) {
    case 'EADDRINUSE':
      return failed('port-in-use', cause, {
        'zh-CN': `${where} 已被另一个程序占用。请停止该程序，或换一个端口。`,
        en: `${where} is in use by another program. Stop that program or choose another port.`,
      });
    case 'EACCES':
      return failed('no-permission', cause, {
        'zh-CN': `没有权限监听 ${where}。请选择 1024 以上的端口。`,
        en: `Listening on ${where} is not permitted. Choose a port above 1023.`,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return failed('no-such-address', cause, {
        'zh-CN': `本机没有地址 ${host}。请使用 127.0.0.1 或本机的地址。`,
        en: `This machine has no address ${host}. Use 127.0.0.1 or an address of this machine.`,
      });
    default:
      if (systemCode.startsWith('ERR_OSSL') || systemCode.startsWith('ERR_SSL')) {
        return failed('tls-credentials', cause, {
          'zh-CN': '证书或密钥文件无法使用。请检查它们是否为 PEM 格式且相互匹配。',
          en: 'The certificate or key files cannot be used. Check that they are PEM and belong together.',
        });
      }
      return failed('network', cause, {
        'zh-CN': `无法监听 ${where}：${String(cause)}。`,
        en: `Cannot listen on ${where}: ${String(cause)}. Check the address and the port.`,
      });
  }
}

function failed(code: ListenErrorCode, cause: unknown, text: BilingualText): ListenResult {
  return { kind: 'failed', code, text, cause };
}

function pem(value: string | Uint8Array): string | Buffer {
  return typeof value === 'string' ? value : Buffer.from(value);
}
