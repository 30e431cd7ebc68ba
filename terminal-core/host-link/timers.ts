/** What the link waits with. Only tests give another one: the link itself is an adapter and lives in real time. */
export interface LinkTimers {
  /** Milliseconds that never jump, whatever somebody does to the wall clock; their zero means nothing. */
  monotonicMs(): number;
  /** @returns the way to call it off. */
  after(durationMs: number, run: () => void): () => void;
}

export const nodeTimers: LinkTimers = {
  monotonicMs: () => performance.now(),
  after(durationMs, run) {
    const timer = setTimeout(run, durationMs);
    return () => clearTimeout(timer);
  },
};
