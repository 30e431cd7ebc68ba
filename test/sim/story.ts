import { createHash } from 'node:crypto';

/** Lines of one seed that are kept for telling; the hash covers all of them. */
const LINES_MAX = 20_000;

/** What happened, line by line: for people when something is violated, and as a hash that says whether two runs were the same. */
export class Story {
  readonly #lines: string[] = [];
  readonly #hash = createHash('sha256');
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  tell(who: string, text: string): void {
    const line = `${moment(this.#nowMs())} ${who.padEnd(4)} ${text}`;
    this.#hash.update(line).update('\n');
    if (this.#lines.length < LINES_MAX) this.#lines.push(line);
  }

  /** The lines that name one of these, oldest first. */
  about(names: readonly string[]): string[] {
    return this.#lines.filter((line) => names.some((name) => line.includes(name)));
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Of everything told so far. */
  traceHash(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** Day and time of day in China, where the simulated store is. */
function moment(atMs: number): string {
  return new Date(atMs + 8 * 3_600_000).toISOString().slice(5, 23).replace('T', ' ');
}
