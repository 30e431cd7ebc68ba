import { open } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { Connection } from './managed-device.ts';
import { openSerial } from './serial-connection.ts';

/** The way to a printer. */
export type PrinterTransport =
  | { readonly kind: 'serial'; readonly path: string; readonly baudRate: number }
  /** Raw printing, port 9100 on nearly every network printer. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Appends to a file, or writes to a device file such as `/dev/usb/lp0`. */
  | { readonly kind: 'file'; readonly path: string };

export interface PrinterConnection extends Connection {
  /** Resolves when the bytes have left for the printer. @throws Error saying why they have not. */
  send(bytes: Uint8Array): Promise<void>;
}

/** @throws Error when the printer cannot be reached. */
export async function openPrinter(
  transport: PrinterTransport,
  options: { readonly connectTimeoutMs: number; readonly lost: (problem: string) => void },
): Promise<PrinterConnection> {
  switch (transport.kind) {
    case 'serial':
      return openSerial(transport, { onData: () => undefined, onLost: options.lost });
    case 'tcp':
      return openTcp(transport, options.connectTimeoutMs);
    case 'file':
      return openFile(transport.path);
  }
}

/**
 * One connection for each receipt: small printers serve one at a time and silently forget an idle one, so a kept
 * connection would look ready and lose the next receipt.
 */
async function openTcp(
  { host, port }: { readonly host: string; readonly port: number },
  connectTimeoutMs: number,
): Promise<PrinterConnection> {
  const probe = await dial({ host, port, connectTimeoutMs });
  probe.destroy();
  return {
    async send(bytes) {
      const socket = await dial({ host, port, connectTimeoutMs });
      try {
        await new Promise<void>((resolve, reject) => {
          socket.once('error', reject);
          socket.once('close', () => reject(new Error('the printer closed the connection')));
          // `end` calls back when the last byte has been handed to the network.
          socket.end(bytes, resolve);
        });
      } finally {
        socket.once('error', () => undefined);
        // The socket closes by itself after what it still holds has gone; this only caps how long that may take.
        socket.setTimeout(connectTimeoutMs, () => socket.destroy());
      }
    },
    close: () => Promise.resolve(),
  };
}

function dial(options: {
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: number;
}): Promise<Socket> {
  const { host, port, connectTimeoutMs } = options;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(connectTimeoutMs, () => {
      socket.destroy(
        new Error(`no answer from the printer at ${host}:${port} within ${connectTimeoutMs} ms`),
      );
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      // Printers send status bytes that nobody here reads; without this they would hold the socket open.
      socket.resume();
      resolve(socket);
    });
  });
}

async function openFile(path: string): Promise<PrinterConnection> {
  const file = await open(path, 'a');
  return {
    send: (bytes) => file.appendFile(bytes),
    close: () => file.close().catch(() => undefined),
  };
}
