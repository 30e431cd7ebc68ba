/** Who wants to hear of something. A listener that throws is a bug of its own and does not silence the others. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();

  /** @returns the way to stop listening. */
  add(listener: (value: T) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  emit(value: T): void {
    for (const listener of this.#all) {
      try {
        listener(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
