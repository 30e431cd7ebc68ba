import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  EscPosPrinter,
  PRINT_BYTES_MAX,
  PRINT_QUEUE_MAX,
} from '../../terminal-core/devices/escpos-printer.ts';
import { systemPackage } from '../support/require-system-package.ts';
import { PtyPair } from './pty-pair.ts';
import { waitFor } from './wait-for.ts';

const RECEIPT = Buffer.from('\x1b@receipt\n\x1dVB\x00', 'latin1');
const FAST = { reconnect: { firstMs: 10, maxMs: 40 }, connectTimeoutMs: 500, printTimeoutMs: 300 };
const socat = systemPackage('socat');

/** A network printer that keeps what came, one entry a connection that brought something. */
class NetworkPrinter {
  readonly jobs: Buffer[] = [];
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  port = 0;

  async start(onSocket: (socket: Socket) => void = (socket) => this.#keep(socket)): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      onSocket(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.port = address.port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    if (server?.listening) await new Promise((resolve) => server.close(resolve));
  }

  #keep(socket: Socket): void {
    const parts: Buffer[] = [];
    socket.on('data', (part) => parts.push(part));
    socket.on('end', () => {
      if (parts.length > 0) this.jobs.push(Buffer.concat(parts));
      socket.end();
    });
  }
}

describe('a receipt printer on the network', () => {
  const network = new NetworkPrinter();
  let printer: EscPosPrinter;

  function create(): EscPosPrinter {
    printer = new EscPosPrinter({
      deviceId: 'printer-1',
      transport: { kind: 'tcp', host: '127.0.0.1', port: network.port },
      ...FAST,
    });
    return printer;
  }

  afterEach(async () => {
    await printer.close();
    await network.stop();
    network.jobs.length = 0;
  });

  it('prints receipts one after the other and whole', async () => {
    await network.start();
    await create().open();
    expect(printer.status()).toEqual({ deviceId: 'printer-1', kind: 'printer', state: 'ready' });
    const receipts = Array.from({ length: 5 }, (_, index) =>
      Buffer.concat([RECEIPT, Buffer.alloc(9_000, 65 + index)]),
    );
    const printed = await Promise.all(receipts.map((receipt) => printer.print(receipt)));
    expect(printed).toEqual(receipts.map(() => ({ kind: 'printed' })));
    await waitFor('all jobs', () => network.jobs.length === 5);
    expect(network.jobs).toEqual(receipts);
  });

  it('says in words that the printer is switched off, and prints when it is back', async () => {
    await network.start();
    await create().open();
    await network.stop();
    const failed = await printer.print(RECEIPT);
    expect(failed).toMatchObject({
      kind: 'failed',
      problem: expect.stringMatching(/打印失败.*Printing failed/),
    });
    expect(printer.status().state).toBe('error');
    expect(await printer.print(RECEIPT)).toMatchObject({
      kind: 'failed',
      problem: expect.stringContaining('not ready'),
    });
    await network.start();
    await waitFor('the recovery', () => printer.status().state === 'ready');
    expect(await printer.print(RECEIPT)).toEqual({ kind: 'printed' });
  });

  it('says so when it was never opened, and opens later', async () => {
    await network.start();
    expect(await create().print(RECEIPT)).toMatchObject({ kind: 'failed' });
    await printer.open();
    expect(await printer.print(RECEIPT)).toEqual({ kind: 'printed' });
  });

  it('queues the most receipts and refuses one more, and refuses what is too large', async () => {
    await network.start();
    await create().open();
    const jobs = Array.from({ length: PRINT_QUEUE_MAX + 1 }, () => printer.print(RECEIPT));
    const kinds = (await Promise.all(jobs)).map((job) => job.kind);
    expect(kinds).toEqual([...Array<string>(PRINT_QUEUE_MAX).fill('printed'), 'failed']);
    expect((await printer.print(Buffer.alloc(PRINT_BYTES_MAX))).kind).toBe('printed');
    expect((await printer.print(Buffer.alloc(PRINT_BYTES_MAX + 1))).kind).toBe('failed');
  });
});

describe('a receipt printer that is a file', () => {
  it('appends what it prints, and says so when the folder is missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-printer-'));
    const path = join(folder, 'receipts.bin');
    const printer = new EscPosPrinter({ deviceId: 'printer-1', transport: { kind: 'file', path }, ...FAST });
    await printer.open();
    await printer.print(RECEIPT);
    await printer.print(RECEIPT);
    await printer.close();
    expect(await readFile(path)).toEqual(Buffer.concat([RECEIPT, RECEIPT]));
    await rm(folder, { recursive: true });
    await printer.open();
    expect(printer.status()).toMatchObject({
      state: 'error',
      problem: expect.stringContaining('receipts.bin'),
    });
    await printer.close();
  });
});

describe.skipIf(socat.kind === 'missing')(`a receipt printer on a serial port${socat.note}`, () => {
  it('prints, tells of a pulled cable, and prints again when it is back', async () => {
    const pty = await PtyPair.create();
    const printer = new EscPosPrinter({
      deviceId: 'printer-1',
      transport: { kind: 'serial', path: pty.path, baudRate: 115_200 },
      ...FAST,
      // A busy machine takes its time over a receipt; only the printer that takes nothing is told by the clock.
      printTimeoutMs: 20_000,
    });
    try {
      await printer.open();
      expect(await printer.print(RECEIPT)).toEqual({ kind: 'printed' });
      expect(await pty.receive(RECEIPT.length)).toEqual(RECEIPT);
      await pty.unplug();
      await waitFor('the error', () => printer.status().state === 'error');
      expect(await printer.print(RECEIPT)).toMatchObject({ kind: 'failed' });
      await pty.plugIn();
      await waitFor('the recovery', () => printer.status().state === 'ready');
      expect(await printer.print(RECEIPT)).toEqual({ kind: 'printed' });
    } finally {
      await printer.close();
      await pty.remove();
    }
  });

  it('gives up on a printer that takes no bytes, and prints when it does again', async () => {
    const pty = await PtyPair.create();
    const printer = new EscPosPrinter({
      deviceId: 'printer-1',
      transport: { kind: 'serial', path: pty.path, baudRate: 115_200 },
      ...FAST,
    });
    try {
      await printer.open();
      const stuck = await printer.print(Buffer.alloc(PRINT_BYTES_MAX));
      expect(stuck).toMatchObject({ kind: 'failed', problem: expect.stringContaining('300 ms') });
      expect(printer.status().state).toBe('error');
      await pty.unplug();
      await pty.plugIn();
      await waitFor('the recovery', () => printer.status().state === 'ready');
      expect(await printer.print(RECEIPT)).toEqual({ kind: 'printed' });
    } finally {
      await printer.close();
      await pty.remove();
    }
  });
});
