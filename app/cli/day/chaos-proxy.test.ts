import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder } from '../../../terminal-core/host-link/index.ts';
import { COMMAND_LENGTH_MAX, connectControl, serveControl } from './chaos-control.ts';
import { RULES_MAX } from './chaos-plan.ts';
import { type ChaosProxy, startChaosProxy } from './chaos-proxy.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A host that says back every frame it gets, and a terminal that collects what comes. */
async function network(options: { readonly seed?: number } = {}) {
  const hostSockets = new Set<net.Socket>();
  const host = net.createServer((socket) => {
    hostSockets.add(socket);
    socket.on('error', () => {});
    const decoder = new FrameDecoder();
    socket.on('data', (chunk) => decoder.push(chunk, (frame) => socket.write(encodeFrame(frame))));
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const address = host.address();
  if (typeof address !== 'object' || address === null) throw new Error('the host has no port');
  const proxy = await startChaosProxy({
    listenPort: 0,
    target: { host: '127.0.0.1', port: address.port },
    ...options,
  });
  closers.push(() => {
    for (const socket of hostSockets) socket.destroy();
    host.close();
  });
  closers.push(() => proxy.close());
  return proxy;
}

async function terminal(proxy: ChaosProxy) {
  const socket = net.connect({ port: proxy.port, host: '127.0.0.1', noDelay: true });
  const frames: string[] = [];
  const chunkBytes: number[] = [];
  let end: 'none' | 'end' | 'reset' = 'none';
  const decoder = new FrameDecoder();
  socket.on('data', (chunk) => {
    chunkBytes.push(chunk.length);
    decoder.push(chunk, (frame) => frames.push(new TextDecoder().decode(frame)));
  });
  socket.on('end', () => {
    end = 'end';
  });
  const connected = new Promise<string>((resolve) => {
    socket.on('connect', () => resolve('connected'));
    socket.on('error', (cause) => {
      end = 'reset';
      resolve('code' in cause ? String(cause.code) : 'error');
    });
  });
  closers.push(() => void socket.destroy());
  return {
    frames,
    chunkBytes,
    outcome: await connected,
    get end() {
      return end;
    },
    get hasPartialFrame() {
      return decoder.isPartial;
    },
    say: (text: string) => void socket.write(encodeFrame(new TextEncoder().encode(text))),
  };
}

async function settled(check: () => boolean, withinMs = 2_000): Promise<void> {
  const giveUpAtMs = performance.now() + withinMs;
  while (!check() && performance.now() < giveUpAtMs) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the chaos proxy', () => {
  it('passes frames in order while the network is whole', async () => {
    const till = await terminal(await network());
    for (const word of ['one', 'two', 'three']) till.say(word);
    await settled(() => till.frames.length === 3);
    expect(till.frames).toEqual(['one', 'two', 'three']);
  });

  it('resets what is connected and refuses what comes while it is cut, and is the same port when it heals', async () => {
    const proxy = await network();
    const before = await terminal(proxy);
    await proxy.cut();
    await settled(() => before.end !== 'none');
    expect(before.end).toBe('reset');
    expect((await terminal(proxy)).outcome).toBe('ECONNREFUSED');
    await proxy.heal();
    const after = await terminal(proxy);
    after.say('again');
    await settled(() => after.frames.length === 1);
    expect(after.frames).toEqual(['again']);
  });

  it('takes connections and bytes and gives nothing back while it is a blackhole', async () => {
    const proxy = await network();
    const before = await terminal(proxy);
    await proxy.blackhole();
    const during = await terminal(proxy);
    before.say('lost');
    during.say('lost too');
    await settled(() => false, 150);
    expect([during.outcome, before.end, during.end]).toEqual(['connected', 'none', 'none']);
    expect([...before.frames, ...during.frames]).toEqual([]);
    expect(proxy.counters().swallowed).toBe(1);
  });

  it('drops as many answers as it is told, and only those that match', async () => {
    const proxy = await network();
    const till = await terminal(proxy);
    const isEven = (frame: Uint8Array) => new TextDecoder().decode(frame).endsWith('2');
    proxy.next('answer', 'drop', { count: 1, matches: isEven });
    for (const word of ['a1', 'a2', 'a3', 'b2']) till.say(word);
    await settled(() => till.frames.length === 3);
    expect(till.frames).toEqual(['a1', 'a3', 'b2']);
    expect(proxy.counters().dropped).toBe(1);
  });

  it('doubles a request on its way to the host', async () => {
    const proxy = await network();
    const till = await terminal(proxy);
    proxy.next('request', 'duplicate');
    till.say('twin');
    till.say('single');
    await settled(() => till.frames.length === 3);
    expect(till.frames).toEqual(['twin', 'twin', 'single']);
  });

  it('holds every frame back without changing their order, also when the delay is taken away in between', async () => {
    const proxy = await network();
    const till = await terminal(proxy);
    proxy.set({ delayMs: 60 });
    const startMs = performance.now();
    till.say('one');
    await settled(() => proxy.counters().frames === 1);
    proxy.set({ delayMs: 0 });
    till.say('two');
    await settled(() => till.frames.length === 2);
    expect(till.frames).toEqual(['one', 'two']);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(59);
  });

  it('lets other frames overtake a late one', async () => {
    const proxy = await network();
    const till = await terminal(proxy);
    proxy.set({ lateMs: 40 });
    proxy.next('answer', 'late');
    for (const word of ['one', 'two']) till.say(word);
    await settled(() => till.frames.length === 2);
    expect(till.frames).toEqual(['two', 'one']);
  });

  it('delivers gathered frames in another order', async () => {
    const proxy = await network();
    const till = await terminal(proxy);
    proxy.set({ reorderFrames: 2 });
    for (const word of ['one', 'two']) till.say(word);
    await settled(() => till.frames.length === 2);
    // Both directions reorder, and two frames in another order are always the other way round: twice is as before.
    expect(proxy.counters().reordered).toBe(4);
    expect([...till.frames].sort()).toEqual(['one', 'two']);
  });

  it('sends one frame in many pieces', async () => {
    const proxy = await network();
    const till = await terminal(proxy);
    proxy.set({ splitBytes: 1 });
    till.say('0123456789');
    await settled(() => till.frames.length === 1);
    expect(till.frames).toEqual(['0123456789']);
    expect(till.chunkBytes.length).toBeGreaterThan(3);
  });

  it('sends several frames in one write', async () => {
    const proxy = await network();
    const till = await terminal(proxy);
    proxy.set({ glueFrames: 3 });
    for (const word of ['one', 'two', 'six']) till.say(word);
    await settled(() => till.frames.length === 3);
    expect(till.chunkBytes).toEqual([15]);
  });

  it('changes a byte of a corrupt frame but never its length, the same byte for the same seed', async () => {
    const corruptOne = async (seed: number) => {
      const proxy = await network({ seed });
      const till = await terminal(proxy);
      proxy.next('answer', 'corrupt');
      till.say('abcdefgh');
      till.say('next');
      await settled(() => till.frames.length === 2);
      return till.frames;
    };
    const [first, again] = [await corruptOne(5), await corruptOne(5)];
    expect(first[0]).not.toBe('abcdefgh');
    expect(first[1]).toBe('next');
    expect(again).toEqual(first);
  });

  it('closes in the middle of a frame', async () => {
    const proxy = await network();
    const till = await terminal(proxy);
    proxy.next('answer', 'close-halfway');
    till.say('never whole');
    await settled(() => till.end !== 'none');
    expect(till.end).toBe('end');
    expect(till.frames).toEqual([]);
    expect(till.hasPartialFrame).toBe(true);
  });

  it('refuses the terminal when the host behind it is gone', async () => {
    const proxy = await startChaosProxy({ listenPort: 0, target: { host: '127.0.0.1', port: 1 } });
    closers.push(() => proxy.close());
    const till = await terminal(proxy);
    await settled(() => till.end !== 'none');
    expect(till.end).toBe('reset');
  });
});

describe('what the chaos proxy may hold', () => {
  it('is RULES_MAX rules and not one more', async () => {
    const proxy = await network();
    for (let rule = 0; rule < RULES_MAX; rule += 1) proxy.next('answer', 'drop');
    expect(() => proxy.next('answer', 'drop')).toThrow(RangeError);
  });

  it('is a command of COMMAND_LENGTH_MAX characters and not one more', async () => {
    const proxy = await network();
    const server = await serveControl(proxy, 0, () => {});
    closers.push(() => server.close());
    const control = await connectControl(server.port);
    closers.push(() => control.close());
    expect(await control.send(`cut${' '.repeat(COMMAND_LENGTH_MAX - 3)}`)).toBe('');
    await expect(control.send(`heal${' '.repeat(COMMAND_LENGTH_MAX - 3)}`)).rejects.toThrow(/at most/);
    expect(proxy.state).toBe('cut');
  });
});

describe('the control protocol of the chaos proxy', () => {
  it('carries out commands and answers each in its turn', async () => {
    const proxy = await network();
    const server = await serveControl(proxy, 0, () => {});
    closers.push(() => server.close());
    const control = await connectControl(server.port);
    closers.push(() => control.close());
    await Promise.all(
      ['drop-answer 1', 'delay 5', 'rate duplicate 10', 'rate duplicate 0'].map((line) => control.send(line)),
    );
    const till = await terminal(proxy);
    till.say('lost');
    till.say('kept');
    await settled(() => till.frames.length === 1);
    expect(till.frames).toEqual(['kept']);
    expect(JSON.parse(await control.send('stats'))).toMatchObject({
      state: 'whole',
      dropped: 1,
      openConnections: 1,
    });
    await control.send('cut');
    expect((await terminal(proxy)).outcome).toBe('ECONNREFUSED');
    await control.send('heal');
    expect((await terminal(proxy)).outcome).toBe('connected');
  });

  it.each(['', 'drop', 'drop-answer x', 'delay', 'rate drop 101', 'rate rain 1', 'drop-answer 0'])(
    'says what it expected when the line is %j',
    async (line) => {
      const proxy = await network();
      const server = await serveControl(proxy, 0, () => {});
      closers.push(() => server.close());
      const control = await connectControl(server.port);
      closers.push(() => control.close());
      await expect(control.send(line)).rejects.toThrow(/^error expected /);
    },
  );
});
