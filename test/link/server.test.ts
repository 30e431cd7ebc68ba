import net from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  CONNECTIONS_MAX,
  createHostServer,
  encodeFrame,
  FrameDecoder,
  type HostConnection,
  IN_FLIGHT_PER_CONNECTION_MAX,
  SERVER_WRITE_BUFFER_MAX_BYTES,
} from '../../terminal-core/host-link/index.ts';
import { purchase, startLink, startServer, until } from './pair.ts';
import { plainAnswer, readPlainFrame } from './plain-frames.ts';

/** A terminal that does just what a test tells it. */
async function bareTerminal(port: number) {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  onTestFinished(() => void socket.destroy());
  const stans: string[] = [];
  const decoder = new FrameDecoder();
  let isClosed = false;
  socket.on('data', (chunk) =>
    decoder.push(chunk, (frame) => stans.push(readPlainFrame(frame)?.stan ?? '?')),
  );
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  return {
    socket,
    stans,
    send: (stan: number) => socket.write(encodeFrame(purchase(stan))),
    get isClosed() {
      return isClosed;
    },
  };
}

/** A handler whose frames wait until they are let go. */
function gate() {
  const waiting: (() => void)[] = [];
  return {
    waiting,
    onFrame: async (frame: Uint8Array) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return plainAnswer(frame);
    },
    openAll: () => {
      for (const open of waiting.splice(0)) open();
    },
  };
}

describe('the limits', () => {
  it.each([
    ['connectionsMax', CONNECTIONS_MAX],
    ['inFlightMax', IN_FLIGHT_PER_CONNECTION_MAX],
  ])('of %s are 1 to %i', (name, max) => {
    const make = (value: number) => () =>
      createHostServer({
        host: '127.0.0.1',
        port: 0,
        onFrame: async () => undefined,
        limits: { [name]: value },
      });
    expect(make(1)).not.toThrow();
    expect(make(max)).not.toThrow();
    expect(make(max + 1)).toThrow(RangeError);
    expect(make(0)).toThrow(RangeError);
  });
});

describe('listening', () => {
  it('says that a port is in use, and what to do, instead of throwing', async () => {
    const { port } = await startServer();
    const second = createHostServer({ host: '127.0.0.1', port, onFrame: async () => undefined });
    const result = await second.listen();
    expect(result).toMatchObject({ kind: 'failed', code: 'port-in-use' });
    expect(result.kind === 'failed' ? result.text.en : '').toBe(
      `127.0.0.1:${port} is in use by another program. Stop that program or choose another port.`,
    );
    await second.stop();
  });

  it("says that an address is not this machine's", async () => {
    const server = createHostServer({ host: '203.0.113.1', port: 0, onFrame: async () => undefined });
    expect(await server.listen()).toMatchObject({ kind: 'failed', code: 'no-such-address' });
  });
});

describe('a connection', () => {
  it('starts as many handlers as it may and the next one when one of them ends', async () => {
    const { waiting, onFrame, openAll } = gate();
    const { port } = await startServer({ onFrame });
    const terminal = await bareTerminal(port);
    for (let stan = 1; stan <= IN_FLIGHT_PER_CONNECTION_MAX + 1; stan += 1) terminal.send(stan);
    await until('the window is full', () => waiting.length === IN_FLIGHT_PER_CONNECTION_MAX);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(waiting.length).toBe(IN_FLIGHT_PER_CONNECTION_MAX);
    waiting.shift()?.();
    await until('the one that waited was started', () => waiting.length === IN_FLIGHT_PER_CONNECTION_MAX);
    openAll();
    await until('all are answered', () => terminal.stans.length === IN_FLIGHT_PER_CONNECTION_MAX + 1);
  });

  it('answers in the order of the requests when it handles one at a time', async () => {
    const { port } = await startServer({
      limits: { inFlightMax: 1 },
      onFrame: async (frame) => {
        await new Promise((resolve) => setTimeout(resolve, 10 - 3 * Number(readPlainFrame(frame)?.stan)));
        return plainAnswer(frame);
      },
    });
    const terminal = await bareTerminal(port);
    for (const stan of [1, 2, 3]) terminal.send(stan);
    await until('all are answered', () => terminal.stans.length === 3);
    expect(terminal.stans).toEqual(['000001', '000002', '000003']);
  });

  it('is not read any further when its terminal does not read its answers', async () => {
    const { server, port } = await startServer({
      onFrame: async (frame) => plainAnswer(frame, { fill: 8_000 }),
    });
    const terminal = await bareTerminal(port);
    terminal.socket.pause();
    const sent = 20_000;
    for (let stan = 1; stan <= sent; stan += 1) terminal.send(stan);
    let framesBefore = -1;
    await until('the host stops reading', () => {
      const isSteady = server.counters().framesIn === framesBefore;
      framesBefore = server.counters().framesIn;
      return isSteady && framesBefore > 0;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.counters().framesIn).toBeLessThan(sent);
    terminal.socket.resume();
    await until('all are answered', () => terminal.stans.length === sent, 20_000);
    expect(server.counters().dropped).toBe(0);
  });

  it('is dropped when more than SERVER_WRITE_BUFFER_MAX_BYTES would wait for its terminal to read', async () => {
    const connections: HostConnection[] = [];
    const { server, port } = await startServer({
      onConnection: (connection) => connections.push(connection),
    });
    const terminal = await bareTerminal(port);
    terminal.socket.pause();
    await until('the host has it', () => connections.length === 1);
    // The first write goes to the system, however much it is; what comes after it waits here.
    const fill = new Uint8Array(SERVER_WRITE_BUFFER_MAX_BYTES);
    connections[0]?.sendRaw(fill);
    for (let more = 0; more < 64 && server.counters().dropped === 0; more += 1) connections[0]?.sendRaw(fill);
    expect(server.counters().dropped).toBe(1);
    await until('it is gone', () => server.connections().length === 0);
    connections[0]?.sendRaw(fill);
  });

  it('loses one answer, and not the host, when a handler fails', async () => {
    const { server, port } = await startServer({
      onFrame: async (frame) => {
        if (readPlainFrame(frame)?.stan === '000001') throw new Error('a bug');
        return plainAnswer(frame);
      },
    });
    const terminal = await bareTerminal(port);
    terminal.send(1);
    terminal.send(2);
    await until('the second is answered', () => terminal.stans.length === 1);
    expect(terminal.stans).toEqual(['000002']);
    expect(server.counters().handlerErrors).toBe(1);
  });

  it.each([
    ['announces a length that cannot be', new Uint8Array([0xff, 0xff])],
    ['announces nothing', new Uint8Array([0, 0])],
  ])('is closed when its terminal %s', async (_what, bytes) => {
    const { server, port } = await startServer();
    const terminal = await bareTerminal(port);
    terminal.socket.write(bytes);
    await until('it is closed', () => terminal.isClosed);
    expect(server.counters().framingErrors).toBe(1);
  });

  it('is closed when a frame trickles in for too long', async () => {
    const { server, port } = await startServer({ limits: { partialFrameMs: 40 } });
    const terminal = await bareTerminal(port);
    const bytes = encodeFrame(purchase(1));
    for (const byte of bytes) {
      terminal.socket.write(new Uint8Array([byte]));
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (terminal.isClosed) break;
    }
    expect(terminal.isClosed).toBe(true);
    expect(server.counters().framingErrors).toBe(1);
  });

  it('is closed when it is idle, but not while it waits for an answer', async () => {
    const { waiting, onFrame, openAll } = gate();
    const { server, port } = await startServer({ onFrame, limits: { idleMs: 40 } });
    const [idle, busy] = [await bareTerminal(port), await bareTerminal(port)];
    busy.send(1);
    await until('the request is there', () => waiting.length === 1);
    await until('the idle one is closed', () => idle.isClosed);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(busy.isClosed).toBe(false);
    openAll();
    await until('the busy one is answered', () => busy.stans.length === 1);
    expect(server.counters().idleClosed).toBe(1);
  });

  it('is refused when there are connectionsMax already', async () => {
    const { server, port } = await startServer({ limits: { connectionsMax: 1 } });
    const first = await bareTerminal(port);
    const second = await bareTerminal(port);
    await until('the second is closed', () => second.isClosed);
    expect(first.isClosed).toBe(false);
    expect(server.counters()).toMatchObject({ accepted: 1, refused: 1 });
  });
});

describe('stopping', () => {
  it('answers what was read, then closes, and takes no new terminals', async () => {
    const { waiting, onFrame, openAll } = gate();
    const { server, port } = await startServer({ onFrame, limits: { inFlightMax: 1 } });
    const link = startLink({ port });
    await link.waitUntilUp(2_000);
    const pending = [1, 2].map((stan) => link.request(purchase(stan), { timeoutMs: 5_000 }));
    await until('one is started', () => waiting.length === 1);
    const stopped = server.stop();
    openAll();
    await until('the other is started', () => waiting.length === 1);
    openAll();
    expect((await Promise.all(pending)).map((outcome) => outcome.kind)).toEqual(['answered', 'answered']);
    expect(await stopped).toEqual({ abandoned: 0 });
    await until('the next attempt is refused', () => link.lastError()?.code === 'refused');
  });

  it('cuts off what does not end within the grace, and says how many', async () => {
    const { waiting, onFrame, openAll } = gate();
    const { server, port } = await startServer({ onFrame, limits: { stopGraceMs: 30 } });
    const terminal = await bareTerminal(port);
    terminal.send(1);
    await until('it is started', () => waiting.length === 1);
    const stopped = server.stop();
    await until('it is cut off', () => terminal.isClosed);
    // The handler still runs: whoever stops us may close the database only after it.
    let isStopped = false;
    void stopped.then(() => {
      isStopped = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isStopped).toBe(false);
    openAll();
    expect(await stopped).toEqual({ abandoned: 1 });
  });
});
