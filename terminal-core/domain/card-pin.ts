/** What is shown where a PIN would otherwise leak. */
const HIDDEN = 'PIN ****';
const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * The PIN of a chip card as its holder typed it, on its way to that card. Wherever it is turned into text it shows nothing
 * of itself, its length included; no event holds it.
 */
export class CardPin {
  readonly #digits: string;

  private constructor(digits: string) {
    this.#digits = digits;
  }

  /** @returns undefined when the text is not 4 to 12 digits. */
  static parse(text: string): CardPin | undefined {
    return /^\d{4,12}$/.test(text) ? new CardPin(text) : undefined;
  }

  /** The digits. Only for the VERIFY command. */
  reveal(): string {
    return this.#digits;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect](): string {
    return HIDDEN;
  }
}
