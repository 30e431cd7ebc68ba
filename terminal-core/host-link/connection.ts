import { X509Certificate } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { FrameDecoder } from './framing.ts';
import { type LinkError, linkError, linkErrorOf } from './link-error.ts';
import type { LinkTimers } from './timers.ts';

/** TLS as a terminal uses it: only the given CA is trusted, the host's name is always checked. */
export interface ClientTls {
  /** PEM. The pinned CA; the system's own list is not consulted. */
  readonly ca: string | Uint8Array;
  /** PEM, this terminal's certificate and key, for hosts that want mutual TLS. */
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
  /** The name the host's certificate must hold, when it is not the address that is dialled. */
  readonly serverName?: string;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tls?: ClientTls;
}

export interface DialOptions {
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly timers: LinkTimers;
}

export interface ConnectionHandlers {
  /** The connection stands, TLS included. */
  opened(): void;
  received(frame: Uint8Array): void;
  /** Called exactly once, also when it never opened; nothing else is called after it. */
  closed(error: LinkError): void;
}

/** One connection to the host, from the dialling to the end. */
export interface Connection {
  /** False once it cannot take a byte: from here on a write would surely not leave the process. */
  readonly isWritable: boolean;
  /** What the socket still holds because the other side does not read. */
  readonly bufferedBytes: number;
  write(bytes: Uint8Array): void;
  /** Ends it at once; `closed` follows with this error. */
  drop(error: LinkError): void;
}

export function dial(endpoint: Endpoint, options: DialOptions, handlers: ConnectionHandlers): Connection {
  const decoder = new FrameDecoder();
  let isOver = false;
  let isOpen = false;
  let hasHeard = false;
  let error: LinkError | undefined;
  let socket: net.Socket;
  try {
    socket = connect(endpoint, options.keepAliveMs);
  } catch (cause) {
    // Malformed PEM throws here and not in an event. The caller still hears of it later, as of every other failure.
    const failure = { ...linkErrorOf(cause), ...linkError('tls-credentials', String(cause)) };
    options.timers.after(0, () => handlers.closed(failure));
    return { isWritable: false, bufferedBytes: 0, write() {}, drop() {} };
  }

  function drop(reason: LinkError): void {
    error ??= reason;
    socket.destroy();
  }

  const cancelConnectTimeout = options.timers.after(options.connectTimeoutMs, () =>
    drop(linkError('connect-timeout', `no connection in ${options.connectTimeoutMs} ms`)),
  );

  socket.on(endpoint.tls === undefined ? 'connect' : 'secureConnect', () => {
    cancelConnectTimeout();
    isOpen = true;
    if (!isOver) handlers.opened();
  });
  socket.on('data', (chunk: Uint8Array) => {
    const frameError = decoder.push(chunk, (frame) => {
      // A listener may have dropped the connection in the middle of this chunk.
      if (socket.destroyed) return;
      hasHeard = true;
      handlers.received(frame);
    });
    if (frameError !== undefined) drop(linkError('frame-length', frameError.message));
  });
  socket.on('error', (cause) => {
    error ??= linkErrorOf(cause);
  });
  socket.on('close', () => {
    cancelConnectTimeout();
    isOver = true;
    const endedByHost = error === undefined || error.code === 'connection-reset';
    // Many hosts refuse a terminal's certificate by closing without an alert.
    const isTlsRefusal = endpoint.tls !== undefined && isOpen && !hasHeard && endedByHost;
    if (isTlsRefusal) handlers.closed(linkError('tls-closed-early', error?.detail));
    else handlers.closed(error ?? linkError('closed-by-host'));
  });

  return {
    get isWritable() {
      return isOpen && !isOver && socket.writable;
    },
    get bufferedBytes() {
      return socket.writableLength;
    },
    write(bytes) {
      socket.write(bytes);
    },
    drop,
  };
}

function connect(endpoint: Endpoint, keepAliveMs: number): net.Socket {
  const { host, port } = endpoint;
  const socketOptions = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs };
  if (endpoint.tls === undefined) return net.connect(socketOptions);
  const { ca, cert, key, serverName } = endpoint.tls;
  // OpenSSL skips a CA file that it cannot read, and then trusts nobody without saying why; this throws.
  new X509Certificate(pem(ca));
  // An address must not be sent as a server name (RFC 6066); Node then checks it against the certificate's addresses.
  const servername = serverName ?? (net.isIP(host) === 0 ? host : undefined);
  return tls.connect({
    ...socketOptions,
    ca: pem(ca),
    ...(cert === undefined ? {} : { cert: pem(cert) }),
    ...(key === undefined ? {} : { key: pem(key) }),
    ...(servername === undefined ? {} : { servername }),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  });
}

function pem(value: string | Uint8Array): string | Buffer {
  return typeof value === 'string' ? value : Buffer.from(value);
}
