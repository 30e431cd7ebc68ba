/**
 * The only source of chance in a simulation: sfc32, seeded from text. The same label gives the same numbers on every
 * machine, and a fork does not depend on how much of its parent was used.
 */
export class Prng {
  readonly #label: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(label: string) {
    this.#label = label;
    [this.#a, this.#b, this.#c] = hashed(label);
    for (let round = 0; round < 12; round += 1) this.#next();
  }

  /** A stream of its own: what one part of the simulation draws does not move what another one gets. */
  fork(label: string): Prng {
    return new Prng(`${this.#label}/${label}`);
  }

  /** 0 up to, not including, 1. */
  fraction(): number {
    return this.#next() / 0x1_0000_0000;
  }

  /** A whole number, both ends included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  chance(probability: number): boolean {
    // Always one draw, so that turning a fault off does not move the others.
    return this.fraction() < probability;
  }

  /** One of them, each as often as its weight says; not all may weigh nothing. */
  weighted<T>(choices: readonly T[], weightOf: (choice: T) => number): T {
    const dice = this.fraction() * choices.reduce((sum, each) => sum + weightOf(each), 0);
    let below = 0;
    const found = choices.find((each) => {
      below += weightOf(each);
      return dice < below;
    });
    return found ?? this.pick(choices);
  }

  /** @throws RangeError on an empty list. */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.int(0, list.length - 1)];
    if (picked === undefined) throw new RangeError('Nothing to pick from');
    return picked;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#next() & 0xff);
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }
}

/** Three words from a text (FNV-1a with three offsets). */
function hashed(text: string): [number, number, number] {
  const words: [number, number, number] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    words[0] = Math.imul(words[0] ^ code, 0x01000193);
    words[1] = Math.imul(words[1] ^ (code + at), 0x01000193);
    words[2] = Math.imul(words[2] ^ (code * 31 + at), 0x01000193);
  }
  return words;
}
