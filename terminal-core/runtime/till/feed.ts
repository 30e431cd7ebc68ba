/** Values kept for one slow listener; it gets the newest then. */
export const FEED_BACKLOG_MAX = 256;

/** One value to many listeners, each at its own pace. */
export class Feed<T> {
  readonly #sinks = new Set<(value: T) => void>();

  publish(value: T): void {
    for (const sink of this.#sinks) sink(value);
  }

  /** Yields what is published from now on, until the signal ends it. */
  async *subscribe(signal: AbortSignal | undefined): AsyncGenerator<T> {
    const backlog: T[] = [];
    let wake: () => void = () => {};
    const sink = (value: T): void => {
      backlog.push(value);
      if (backlog.length > FEED_BACKLOG_MAX) backlog.shift();
      wake();
    };
    const onAbort = (): void => wake();
    this.#sinks.add(sink);
    signal?.addEventListener('abort', onAbort);
    try {
      while (!signal?.aborted) {
        const value = backlog.shift();
        if (value !== undefined) yield value;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      this.#sinks.delete(sink);
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
