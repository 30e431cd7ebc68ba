import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds. @throws Error naming it when it does not within `timeoutMs`. */
export async function waitFor(what: string, holds: () => boolean, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`);
    await sleep(5);
  }
}
