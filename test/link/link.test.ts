import net from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  encodeFrame,
  FRAME_LENGTH_MAX,
  type HostConnection,
  IN_FLIGHT_MAX,
  REQUEST_TIMEOUT_MAX_MS,
} from '../../terminal-core/host-link/index.ts';
import type { LinkOutcome } from '../../terminal-core/ports/host-link.ts';
import { connectedPair, purchase, startLink, startProxy, startServer, until } from './pair.ts';
import { plainAnswer, plainFrame, readPlainFrame, sixDigits } from './plain-frames.ts';

const stanOf = (outcome: LinkOutcome) =>
  outcome.kind === 'answered' ? readPlainFrame(outcome.answer)?.stan : outcome.kind;

describe('a request', () => {
  it('is answered, and tells how long that took', async () => {
    const { link, proxy } = await connectedPair();
    proxy.set({ delayMs: 20 });
    const outcome = await link.request(purchase(1), { timeoutMs: 2_000 });
    expect(outcome.kind).toBe('answered');
    const roundTripMs = outcome.kind === 'answered' ? outcome.roundTripMs : 0;
    expect(roundTripMs).toBeGreaterThanOrEqual(39);
    expect(link.status().roundTripsMs).toEqual([roundTripMs]);
  });

  it('gets its own answer when several are in flight and the answers come in another order', async () => {
    const waitMs = new Map([
      ['000001', 40],
      ['000002', 20],
      ['000003', 0],
    ]);
    const { link } = await connectedPair({
      server: {
        onFrame: async (frame) => {
          await new Promise((resolve) => setTimeout(resolve, waitMs.get(readPlainFrame(frame)?.stan ?? '')));
          return plainAnswer(frame);
        },
      },
    });
    const outcomes = await Promise.all(
      [1, 2, 3].map((stan) => link.request(purchase(stan), { timeoutMs: 2_000 })),
    );
    expect(outcomes.map(stanOf)).toEqual(['000001', '000002', '000003']);
  });

  it('times out by itself and leaves the others in flight', async () => {
    const { link } = await connectedPair({
      server: {
        onFrame: async (frame) => (readPlainFrame(frame)?.stan === '000001' ? undefined : plainAnswer(frame)),
      },
    });
    const [lost, answered] = await Promise.all([
      link.request(purchase(1), { timeoutMs: 30 }),
      link.request(purchase(2), { timeoutMs: 2_000 }),
    ]);
    expect([lost.kind, answered.kind]).toEqual(['timed-out', 'answered']);
    expect(link.counters()).toMatchObject({ timedOut: 1, answered: 1 });
  });

  it('is not sent while the link is down, and says so at once', async () => {
    const link = startLink({ port: 1 });
    const startMs = performance.now();
    expect(await link.request(purchase(1), { timeoutMs: 60_000 })).toEqual({
      kind: 'not-sent',
      reason: 'link-down',
    });
    await until('the attempt failed', () => link.counters().connectFailures > 0);
    expect(await link.request(purchase(1), { timeoutMs: 60_000 })).toEqual({
      kind: 'not-sent',
      reason: 'link-down',
    });
    expect(performance.now() - startMs).toBeLessThan(1_500);
  });

  it('is lost with the link once its bytes may have left', async () => {
    const { link, proxy, server } = await connectedPair({ server: { onFrame: async () => undefined } });
    const pending = link.request(purchase(1), { timeoutMs: 60_000 });
    await until('the host has it', () => server.counters().framesIn === 1);
    await proxy.cut();
    expect(await pending).toEqual({ kind: 'link-lost' });
  });

  it('is lost when the host closes in the middle of its answer', async () => {
    const { link, proxy } = await connectedPair();
    proxy.next('answer', 'close-halfway');
    expect(await link.request(purchase(1), { timeoutMs: 60_000 })).toEqual({ kind: 'link-lost' });
    await link.waitUntilUp(2_000);
    expect((await link.request(purchase(2), { timeoutMs: 2_000 })).kind).toBe('answered');
  });

  it('can be repeated after it ended, and not while its twin is in flight', async () => {
    const { link, proxy } = await connectedPair();
    proxy.next('answer', 'drop');
    const first = link.request(purchase(1), { timeoutMs: 50 });
    expect(await link.request(purchase(1), { timeoutMs: 50 })).toEqual({
      kind: 'not-sent',
      reason: 'same-key-in-flight',
    });
    expect(await first).toEqual({ kind: 'timed-out' });
    expect((await link.request(purchase(1), { timeoutMs: 2_000 })).kind).toBe('answered');
  });

  it('goes out while IN_FLIGHT_MAX - 1 are in flight and is not sent with one more', async () => {
    const { link } = await connectedPair({ server: { onFrame: async () => undefined } });
    const pending = Array.from({ length: IN_FLIGHT_MAX }, (_, index) =>
      link.request(purchase(index + 1), { timeoutMs: 60 }),
    );
    const oneMore = await link.request(purchase(IN_FLIGHT_MAX + 1), { timeoutMs: 60 });
    expect(oneMore).toEqual({ kind: 'not-sent', reason: 'window-full' });
    expect(new Set((await Promise.all(pending)).map((outcome) => outcome.kind))).toEqual(
      new Set(['timed-out']),
    );
  });

  it('is not sent when the host has not read what was sent before', async () => {
    const silent = net.createServer((socket) => socket.pause());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const link = startLink({ port: typeof address === 'object' && address !== null ? address.port : 0 });
    await link.waitUntilUp(2_000);
    let refused: LinkOutcome | undefined;
    for (let stan = 1; refused === undefined && stan < 20_000; stan += 1) {
      const pending = link.request(purchase(stan, { fill: 8_000 }), { timeoutMs: 1 });
      const outcome = await Promise.race([
        pending,
        new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined))),
      ]);
      if (outcome?.kind === 'not-sent') refused = outcome;
      if (stan % IN_FLIGHT_MAX === 0) await pending;
    }
    silent.close();
    expect(refused).toEqual({ kind: 'not-sent', reason: 'window-full' });
  });

  it.each([
    ['an answer', plainFrame({ mti: '0210', stan: '000001' })],
    ['no message at all', new TextEncoder().encode('what?')],
    ['longer than a frame can be', purchase(1, { fill: FRAME_LENGTH_MAX })],
    ['empty', new Uint8Array(0)],
  ])('is not sent when it is %s', async (_what, frame) => {
    const { link, server } = await connectedPair();
    expect((await link.request(frame, { timeoutMs: 50 })).kind).toBe('not-sent');
    expect(server.counters().framesIn).toBe(0);
  });
});

describe('what the host sends that answers nothing', () => {
  it('is counted by what it is, and the link goes on', async () => {
    const { link, proxy, hostSide } = await connectedPair();
    proxy.next('answer', 'duplicate');
    await link.request(purchase(1), { timeoutMs: 2_000 });
    proxy.set({ lateMs: 40 });
    proxy.next('answer', 'late');
    expect((await link.request(purchase(2), { timeoutMs: 20 })).kind).toBe('timed-out');
    hostSide().send(plainFrame({ mti: '0210', stan: '000009' }));
    hostSide().send(plainFrame({ mti: '0210', stan: '000002', terminalId: 'STRANGER' }));
    hostSide().send(new TextEncoder().encode('not a message'));
    await until(
      'all have come',
      () => link.counters().late + link.counters().unknown + link.counters().malformed === 4,
    );
    expect(link.counters()).toMatchObject({
      duplicate: 1,
      late: 1,
      unknown: 2,
      malformed: 1,
      answered: 1,
      timedOut: 1,
    });
    expect((await link.request(purchase(3), { timeoutMs: 2_000 })).kind).toBe('answered');
  });

  it('does not end a request when the amount is another, unless a part was approved', async () => {
    const { link, hostSide } = await connectedPair({ server: { onFrame: async () => undefined } });
    const whole = link.request(purchase(1), { timeoutMs: 2_000 });
    hostSide().send(plainFrame({ mti: '0210', stan: '000001', amount: '000000000400', responseCode: '00' }));
    await until('it came', () => link.counters().amountDiffers === 1);
    hostSide().send(plainFrame({ mti: '0210', stan: '000001', amount: '000000000400', responseCode: '10' }));
    expect((await whole).kind).toBe('answered');
  });

  it('ends the connection when its length cannot be, and the link comes back', async () => {
    const connections: HostConnection[] = [];
    const { port } = await startServer({ onConnection: (connection) => connections.push(connection) });
    const link = startLink({ port });
    await until('both ends are there', () => connections.length === 1 && link.status().state === 'up');
    connections[0]?.sendRaw(new Uint8Array([0, 0]));
    await until('the link is down', () => link.status().state === 'down');
    expect(link.lastError()?.code).toBe('frame-length');
    expect(await link.waitUntilUp(2_000)).toBe(true);
    expect(link.counters().connects).toBe(2);
  });
});

describe('the limits', () => {
  it.each([
    ['in flight', { inFlightMax: IN_FLIGHT_MAX + 1 }],
    ['of zero', { echoIdleMs: 0 }],
    ['that are no whole number', { silentMs: 1.5 }],
  ])('refuse what is too many %s', (_what, limits) => {
    expect(() => startLink({ port: 1, limits })).toThrow(RangeError);
    expect(() => startLink({ port: 1, limits: { inFlightMax: IN_FLIGHT_MAX } })).not.toThrow();
  });

  it('cut a timeout to REQUEST_TIMEOUT_MAX_MS, and take a senseless one for the shortest', async () => {
    const waitsMs: number[] = [];
    const { link } = await connectedPair({
      server: { onFrame: async () => undefined },
      link: {
        timers: {
          monotonicMs: () => performance.now(),
          after(durationMs, run) {
            waitsMs.push(durationMs);
            const timer = setTimeout(run, durationMs);
            return () => clearTimeout(timer);
          },
        },
      },
    });
    waitsMs.length = 0;
    for (const timeoutMs of [REQUEST_TIMEOUT_MAX_MS, REQUEST_TIMEOUT_MAX_MS + 1, -5, Number.NaN]) {
      void link.request(purchase(waitsMs.length + 1), { timeoutMs });
    }
    expect(waitsMs).toEqual([REQUEST_TIMEOUT_MAX_MS, REQUEST_TIMEOUT_MAX_MS, 1, 1]);
  });
});

describe('a proxy without mercy', () => {
  it("never leaves a request without exactly one outcome, nor gives it another one's answer", async () => {
    const { port } = await startServer();
    const proxy = await startProxy(port, 7);
    const link = startLink({ port: proxy.port });
    await link.waitUntilUp(2_000);
    proxy.set({
      lateMs: 100,
      splitBytes: 7,
      reorderFrames: 3,
      rates: { drop: 0.02, duplicate: 0.05, corrupt: 0.02, late: 0.02, 'close-halfway': 0.001 },
    });
    const tally = new Map<string, number>();
    let stan = 0;
    const cashier = async () => {
      while (stan < 3_000) {
        stan += 1;
        const sent = sixDigits(stan);
        const outcome = await link.request(plainFrame({ mti: '0200', stan: sent }), { timeoutMs: 60 });
        if (outcome.kind === 'answered') expect(readPlainFrame(outcome.answer)?.stan).toBe(sent);
        tally.set(outcome.kind, (tally.get(outcome.kind) ?? 0) + 1);
        if (outcome.kind === 'not-sent') await link.waitUntilUp(1_000);
      }
    };
    await Promise.all(Array.from({ length: 32 }, cashier));
    const total = [...tally.values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBe(stan);
    const { answered, timedOut, linkLost, notSent } = link.counters();
    expect(answered + timedOut + linkLost + notSent).toBe(stan);
    // Each of the faults has really happened: the test would prove nothing on a calm network.
    for (const kind of ['answered', 'timed-out', 'link-lost'] as const)
      expect(tally.get(kind) ?? 0).toBeGreaterThan(0);
    const { dropped, duplicated, corrupted, late, reordered, closedHalfway } = proxy.counters();
    expect(Math.min(dropped, duplicated, corrupted, late, reordered, closedHalfway)).toBeGreaterThan(0);
    expect(link.counters().duplicate + link.counters().late).toBeGreaterThan(0);
  });
});

describe('the same bytes', () => {
  it('come to the host glued together and are all answered', async () => {
    const { link, proxy, server } = await connectedPair();
    proxy.set({ glueFrames: 8 });
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, index) => link.request(purchase(index + 1), { timeoutMs: 2_000 })),
    );
    expect(outcomes.every((outcome) => outcome.kind === 'answered')).toBe(true);
    expect(server.counters().framesIn).toBe(16);
    expect(encodeFrame(purchase(1)).length).toBeGreaterThan(2);
  });
});
