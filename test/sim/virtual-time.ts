import type { Clock } from '../../terminal-core/ports/clock.ts';

interface Planned {
  readonly atMs: number;
  readonly order: number;
  readonly work: () => void;
  cancelled: boolean;
}

/** Things that happen in one simulated seed at most; more means that something goes round in circles. */
export const HAPPENINGS_MAX = 400_000;

/**
 * Time that moves only from one planned happening to the next. Between two of them every promise that can go on does so,
 * in the order in which the language says, and nothing waits for the machine: the same plan gives the same history.
 */
export class VirtualTime implements Clock {
  #nowMs: number;
  #order = 0;
  #happened = 0;
  readonly #heap: Planned[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  get happened(): number {
    return this.#happened;
  }

  sleep(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(durationMs, resolve);
    });
  }

  /** @returns the way to call it off. */
  after(delayMs: number, work: () => void): () => void {
    const planned: Planned = {
      atMs: this.#nowMs + Math.max(0, Math.round(delayMs)),
      order: this.#order,
      work,
      cancelled: false,
    };
    this.#order += 1;
    this.#push(planned);
    return () => {
      planned.cancelled = true;
    };
  }

  /** Lets things happen until `done` says so. @throws Error when nothing is left to happen, or far too much does. */
  async run(done: () => boolean): Promise<void> {
    await settled();
    while (!done()) {
      const next = this.#pop();
      if (!next) throw new Error('Nothing is left to happen, and the day is not over');
      if (next.cancelled) continue;
      this.#happened += 1;
      if (this.#happened > HAPPENINGS_MAX) throw new Error(`More than ${HAPPENINGS_MAX} things happened`);
      this.#nowMs = next.atMs;
      next.work();
      await settled();
    }
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    heap.push(planned);
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) break;
      at = parent;
    }
  }

  #pop(): Planned | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    heap[0] = last;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const smaller = right < heap.length && before(heap[right], heap[left]) ? right : left;
      if (smaller >= heap.length || !this.#swapIfBefore(smaller, at)) return first;
      at = smaller;
    }
  }

  #swapIfBefore(child: number, parent: number): boolean {
    const [a, b] = [this.#heap[child], this.#heap[parent]];
    if (a === undefined || b === undefined || !before(a, b)) return false;
    this.#heap[child] = b;
    this.#heap[parent] = a;
    return true;
  }
}

function before(a: Planned | undefined, b: Planned | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** After every promise that can go on has gone on: the loop takes up a new turn only then. No clock is read. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
