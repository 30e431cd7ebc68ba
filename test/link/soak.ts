/**
 * Run by soak.test.ts in a process of its own with --expose-gc: many requests over a network whose weather changes every
 * thousand of them. Prints what became of them and what the heap held after a collection, early and late.
 */

import type { Weather } from '../../app/cli/day/chaos-plan.ts';
import { startChaosProxy } from '../../app/cli/day/chaos-proxy.ts';
import { createHostLink, createHostServer } from '../../terminal-core/host-link/index.ts';
import {
  plainAnswer,
  plainFrame,
  readPlainFrame,
  readPlainKey,
  realClock,
  realRandom,
  sixDigits,
} from './plain-frames.ts';

const REQUESTS = 100_000;
const EARLY = 10_000;
const CASHIERS = 48;
const REQUESTS_PER_WEATHER = 1_000;
const STAN_COUNT = 999_999;

/** A late frame and a timeout need longer than a thousand requests on a calm network: slow weather follows the lossy one. */
const WEATHERS: readonly Partial<Weather>[] = [
  {},
  { lateMs: 90, rates: { drop: 0.005, duplicate: 0.02, corrupt: 0.005, late: 0.005 } },
  { splitBytes: 11 },
  { glueFrames: 5 },
  { reorderFrames: 4 },
  { delayMs: 2, rates: { 'close-halfway': 0.001 } },
];

export interface SoakReport {
  readonly requests: number;
  readonly outcomes: Record<string, number>;
  readonly wrongAnswers: number;
  readonly counters: Record<string, number>;
  readonly proxy: Record<string, number>;
  readonly heapEarlyBytes: number;
  readonly heapLateBytes: number;
  readonly elapsedMs: number;
}

async function heldBytes(): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('run with --expose-gc');
  // Late frames and dying sockets are still held by the proxy, and are not what is measured.
  await new Promise((resolve) => setTimeout(resolve, 300));
  gc();
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const startMs = performance.now();
const server = createHostServer({
  host: '127.0.0.1',
  port: 0,
  onFrame: async (frame) => answerIfReadable(frame),
});
const listening = await server.listen();
if (listening.kind === 'failed') throw new Error(listening.text.en);
const proxy = await startChaosProxy({
  listenPort: 0,
  target: { host: '127.0.0.1', port: listening.port },
  seed: 3,
});
const link = createHostLink({
  host: '127.0.0.1',
  port: proxy.port,
  readKey: readPlainKey,
  clock: realClock,
  random: realRandom,
  limits: { backoffFirstMs: 2, backoffCapMs: 10 },
});
const outcomes: Record<string, number> = { answered: 0, 'timed-out': 0, 'link-lost': 0, 'not-sent': 0 };
let wrongAnswers = 0;
let sent = 0;

function answerIfReadable(frame: Uint8Array): Uint8Array | undefined {
  return readPlainFrame(frame) === undefined ? undefined : plainAnswer(frame);
}

async function cashier(until: number): Promise<void> {
  while (sent < until) {
    const number = sent;
    sent += 1;
    if (number % REQUESTS_PER_WEATHER === 0) {
      const weather = WEATHERS[(number / REQUESTS_PER_WEATHER) % WEATHERS.length];
      proxy.set({ delayMs: 0, splitBytes: 0, glueFrames: 0, reorderFrames: 0, rates: {}, ...weather });
    }
    const stan = sixDigits((number % STAN_COUNT) + 1);
    const outcome = await link.request(plainFrame({ mti: '0200', stan, fill: number % 200 }), {
      timeoutMs: 60,
    });
    outcomes[outcome.kind] = (outcomes[outcome.kind] ?? 0) + 1;
    if (outcome.kind === 'answered' && readPlainFrame(outcome.answer)?.stan !== stan) wrongAnswers += 1;
    if (outcome.kind === 'not-sent') await link.waitUntilUp(1_000);
  }
}

const everybody = (until: number) => Promise.all(Array.from({ length: CASHIERS }, () => cashier(until)));

await link.waitUntilUp(5_000);
await everybody(EARLY);
const heapEarlyBytes = await heldBytes();
await everybody(REQUESTS);
const heapLateBytes = await heldBytes();
const report: SoakReport = {
  requests: sent,
  outcomes,
  wrongAnswers,
  counters: { ...link.counters() },
  proxy: { ...proxy.counters() },
  heapEarlyBytes,
  heapLateBytes,
  elapsedMs: Math.round(performance.now() - startMs),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
await link.close();
await proxy.close();
await server.stop();
