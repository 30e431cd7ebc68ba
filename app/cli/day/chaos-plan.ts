/** `request` is from the terminal to the host, `answer` the way back. */
export type Direction = 'request' | 'answer';

/**
 * What happens to one frame. `late` lets the frames after it overtake it; `close-halfway` sends its first half and then
 * breaks the connection.
 */
export type FrameFate = 'pass' | 'drop' | 'duplicate' | 'corrupt' | 'late' | 'close-halfway';

/** What the network is like until it is changed. Zero, or an empty object, is a network without that fault. */
export interface Weather {
  /** Every frame waits so long; their order stays. */
  readonly delayMs: number;
  /** Writes go out in pieces of so many bytes. */
  readonly splitBytes: number;
  /** So many frames leave in one write. */
  readonly glueFrames: number;
  /** So many frames are gathered and leave in another order. */
  readonly reorderFrames: number;
  /** How long a `late` frame stays away. */
  readonly lateMs: number;
  /** Chance of each fate for each frame, 0 to 1. */
  readonly rates: Readonly<Partial<Record<Exclude<FrameFate, 'pass'>, number>>>;
}

export const CALM: Weather = {
  delayMs: 0,
  splitBytes: 0,
  glueFrames: 0,
  reorderFrames: 0,
  lateMs: 500,
  rates: {},
};

/** A fate for the next frames of one direction, before the weather has its say. */
export interface Rule {
  readonly direction: Direction;
  readonly fate: FrameFate;
  /** How many frames it takes; Infinity for all from now on. */
  readonly count: number;
  /** Frames it passes over are not counted. */
  readonly matches?: (frame: Uint8Array) => boolean;
}

export const RULES_MAX = 100;

/** Decides what becomes of each frame: from rules, then by chance from a seed. */
export class ChaosPlan {
  #random: () => number;
  #rules: { rule: Rule; left: number }[] = [];
  weather: Weather = CALM;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  reseed(seed: number): void {
    this.#random = seededRandom(seed);
  }

  /** @throws RangeError over RULES_MAX. */
  addRule(rule: Rule): void {
    if (this.#rules.length >= RULES_MAX) throw new RangeError(`At most ${RULES_MAX} rules at once`);
    this.#rules.push({ rule, left: rule.count });
  }

  calm(): void {
    this.#rules = [];
    this.weather = CALM;
  }

  fateOf(direction: Direction, frame: Uint8Array): FrameFate {
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (rule.direction !== direction || !(rule.matches?.(frame) ?? true)) continue;
      entry.left -= 1;
      if (entry.left <= 0) this.#rules = this.#rules.filter((other) => other !== entry);
      return rule.fate;
    }
    const { rates } = this.weather;
    let draw = this.#random();
    for (const fate of ['drop', 'duplicate', 'corrupt', 'late', 'close-halfway'] as const) {
      draw -= rates[fate] ?? 0;
      if (draw < 0) return fate;
    }
    return 'pass';
  }

  /** A whole number from 0 to `below` - 1. */
  pick(below: number): number {
    return Math.floor(this.#random() * below);
  }

  /** The same items in another order, whenever there are two. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const rest = [...items];
    const result: Item[] = [];
    while (rest.length > 0) result.push(...rest.splice(this.pick(rest.length), 1));
    const isSame = result.every((item, index) => item === items[index]);
    return isSame ? result.reverse() : result;
  }
}

/** mulberry32: 32 bits of state are enough to make a network misbehave the same way twice. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
