import { describe, expect, it } from 'vitest';
import {
  BACKOFF_CAP_MS,
  BACKOFF_FIRST_MS,
  type LinkErrorCode,
  ROUND_TRIP_HISTORY_MAX,
} from '../../terminal-core/host-link/index.ts';
import type { LinkState } from '../../terminal-core/ports/host-link.ts';
import { connectedPair, purchase, startLink, until } from './pair.ts';
import { plainAnswer, plainFrame, readPlainFrame, sixDigits } from './plain-frames.ts';

describe('the state of the link', () => {
  it('goes down with the network and comes up with it, and tells its listeners', async () => {
    const { link, proxy } = await connectedPair();
    await link.request(purchase(1), { timeoutMs: 2_000 });
    const states: LinkState[] = [];
    const stopListening = link.onStatus((status) => states.push(status.state));
    await proxy.cut();
    await until('it is refused', () => link.lastError()?.code === 'refused');
    await proxy.heal();
    expect(await link.waitUntilUp(2_000)).toBe(true);
    stopListening();
    await proxy.cut();
    await until('it is down', () => link.status().state === 'down');
    expect([states[0], states.at(-1)]).toEqual(['down', 'up']);
  });

  it('is degraded by an unanswered request and up again with the next answer', async () => {
    const { link, proxy } = await connectedPair();
    proxy.next('answer', 'drop');
    await link.request(purchase(1), { timeoutMs: 20 });
    expect(link.status()).toMatchObject({
      state: 'degraded',
      lastError: expect.stringMatching(/^unanswered: /),
    });
    await link.request(purchase(2), { timeoutMs: 2_000 });
    expect(link.status().state).toBe('up');
    expect(link.status().lastError).toBeUndefined();
  });

  it('leaves a connection from which nothing comes back, and does not call the next one up before it has answered', async () => {
    let stan = 900_000;
    const echo = () => plainFrame({ mti: '0820', stan: sixDigits(stan++) });
    const { link, proxy } = await connectedPair({
      link: { echo, limits: { echoIdleMs: 20, echoDegradedMs: 5, echoTimeoutMs: 20, silentMs: 50 } },
    });
    await until('an echo was answered', () => link.counters().echoesAnswered > 0);
    const connectsBefore = link.counters().connects;
    await proxy.blackhole();
    await until('it gave the connection up and has another', () => link.counters().connects > connectsBefore);
    const seen = new Set<LinkState>();
    const stopListening = link.onStatus((status) => seen.add(status.state));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(seen.has('up')).toBe(false);
    await proxy.heal();
    expect(await link.waitUntilUp(2_000)).toBe(true);
    stopListening();
    expect(link.counters().echoesUnanswered).toBeGreaterThanOrEqual(3);
  });

  it('does not give up a connection on which something still comes', async () => {
    const { link } = await connectedPair({
      link: { limits: { silentMs: 50 } },
      server: {
        onFrame: async (frame) =>
          Number(readPlainFrame(frame)?.stan) % 3 === 0 ? plainAnswer(frame) : undefined,
      },
    });
    for (let stan = 1; stan <= 12; stan += 1) await link.request(purchase(stan), { timeoutMs: 25 });
    expect(link.counters()).toMatchObject({ timedOut: 8, answered: 4, connects: 1 });
  });

  it('keeps the latest ROUND_TRIP_HISTORY_MAX round trips', async () => {
    const { link } = await connectedPair();
    for (let stan = 1; stan <= ROUND_TRIP_HISTORY_MAX; stan += 1)
      await link.request(purchase(stan), { timeoutMs: 2_000 });
    const before = link.status().roundTripsMs;
    await link.request(purchase(ROUND_TRIP_HISTORY_MAX + 1), { timeoutMs: 2_000 });
    const after = link.status().roundTripsMs;
    expect([before.length, after.length]).toEqual([ROUND_TRIP_HISTORY_MAX, ROUND_TRIP_HISTORY_MAX]);
    expect(after.slice(0, -1)).toEqual(before.slice(1));
  });

  it.each([
    ['nothing listens', 1, '127.0.0.1', 'refused'],
    ['the name does not exist', 8583, 'no-such-host.invalid', 'unknown-host'],
  ] as const)('says what to do when %s', async (_what, port, host, code: LinkErrorCode) => {
    const link = startLink({ port, host, limits: { connectTimeoutMs: 5_000 } });
    await until('the attempt failed', () => link.counters().connectFailures > 0, 8_000);
    expect(link.lastError()?.code).toBe(code);
    expect(link.lastError()?.text.en).toMatch(/Check /);
    expect(link.lastError()?.text['zh-CN']).toMatch(/请/);
  });

  it('waits twice as long after every failure, up to the cap, and never longer', async () => {
    const waitsMs: number[] = [];
    const link = startLink({
      port: 1,
      random: { bytes: (length) => new Uint8Array(length).fill(0xff) },
      limits: { connectTimeoutMs: 7_777, backoffFirstMs: BACKOFF_FIRST_MS, backoffCapMs: BACKOFF_CAP_MS },
      timers: {
        monotonicMs: () => performance.now(),
        after(durationMs, run) {
          if (durationMs !== 7_777) waitsMs.push(durationMs);
          const timer = setTimeout(run, 0);
          return () => clearTimeout(timer);
        },
      },
    });
    await until('it has failed nine times', () => waitsMs.length >= 9);
    await link.close();
    expect(waitsMs.slice(0, 9)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('tries sooner when a request finds it down, but not in a hurry', async () => {
    const link = startLink({
      port: 1,
      limits: { backoffFirstMs: 60_000, backoffCapMs: 60_000, wantedRetryMs: 100 },
    });
    await until('the first attempt failed', () => link.counters().connectFailures === 1);
    await link.request(purchase(1), { timeoutMs: 1_000 });
    await new Promise((resolve) => setTimeout(resolve, 110));
    expect(link.counters().connectFailures).toBe(1);
    await link.request(purchase(2), { timeoutMs: 1_000 });
    await until('the second attempt failed', () => link.counters().connectFailures === 2);
  });

  it('gives up a connection on which three requests in a row went unanswered and nothing came', async () => {
    const { link, proxy } = await connectedPair({ link: { limits: { silentMs: 50 } } });
    await link.request(purchase(1), { timeoutMs: 2_000 });
    await proxy.blackhole();
    for (const stan of [2, 3]) await link.request(purchase(stan), { timeoutMs: 30 });
    expect(link.counters().connects).toBe(1);
    const bystander = link.request(purchase(9), { timeoutMs: 60_000 });
    expect(await link.request(purchase(4), { timeoutMs: 30 })).toEqual({ kind: 'timed-out' });
    expect(await bystander).toEqual({ kind: 'link-lost' });
    expect(link.lastError()?.code).toBe('silent-host');
  });

  it('tries at once when it is asked to', async () => {
    const link = startLink({ port: 1, limits: { backoffFirstMs: 60_000, backoffCapMs: 60_000 } });
    await until('the first attempt failed', () => link.counters().connectFailures === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(link.counters().connectFailures).toBe(1);
    link.reconnectNow();
    await until('the second attempt failed', () => link.counters().connectFailures === 2);
    expect(await link.waitUntilUp(50)).toBe(false);
  });
});

describe('closing the link', () => {
  it('ends what is in flight as lost, sends nothing more, and leaves nothing that keeps the process alive', async () => {
    const { link, server } = await connectedPair({ server: { onFrame: async () => undefined } });
    const pending = link.request(purchase(1), { timeoutMs: 60_000 });
    await until('the host has it', () => server.counters().framesIn === 1);
    const waiting = link.waitUntilUp(60_000);
    await link.close();
    expect(await pending).toEqual({ kind: 'link-lost' });
    expect(await waiting).toBe(true);
    expect(await link.request(purchase(2), { timeoutMs: 1_000 })).toEqual({
      kind: 'not-sent',
      reason: 'closed',
    });
    expect(link.status().state).toBe('down');
    await until('the host saw it go', () => server.connections().length === 0);
    await link.close();
  });

  it('ends the waiting for a host that is not there', async () => {
    const link = startLink({ port: 1 });
    const waiting = link.waitUntilUp(60_000);
    await until('an attempt failed', () => link.counters().connectFailures > 0);
    await link.close();
    expect(await waiting).toBe(false);
    const { connectFailures } = link.counters();
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(link.counters().connectFailures).toBe(connectFailures);
  });
});
