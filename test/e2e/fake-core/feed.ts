/** Values for whoever follows at the moment; there is no past. */
export class Feed<T> {
  readonly #followers = new Set<(value: T) => void>();

  push(value: T): void {
    for (const follower of this.#followers) follower(value);
  }

  async *follow(signal: AbortSignal | undefined): AsyncGenerator<T> {
    const queue: T[] = [];
    let wake = (): void => {};
    const follower = (value: T): void => {
      queue.push(value);
      wake();
    };
    this.#followers.add(follower);
    signal?.addEventListener('abort', () => wake());
    try {
      while (!signal?.aborted) {
        const value = queue.shift();
        if (value !== undefined) yield value;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      this.#followers.delete(follower);
    }
  }
}
