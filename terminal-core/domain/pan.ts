/** What is printed where a card number would otherwise leak. */
const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * A card number. It prints itself masked (first 6, last 4) wherever it is turned into text; the clear digits come
 * only from `reveal()`, so that every place that needs them can be found by searching for that word.
 */
export class Pan {
  readonly #digits: string;

  private constructor(digits: string) {
    this.#digits = digits;
  }

  /** @returns undefined when the text is not 12 to 19 digits. Stored-value numbers need not pass the Luhn check. */
  static parse(text: string): Pan | undefined {
    return /^\d{12,19}$/.test(text) ? new Pan(text) : undefined;
  }

  /** The clear number. Only for sealing, for DE2 and DE35, for PIN blocks and for keyed hashes. */
  reveal(): string {
    return this.#digits;
  }

  /** First 6 and last 4 digits: the most a screen may show. */
  masked(): string {
    return maskPan(this.#digits);
  }

  /** The last 4 digits: the most a receipt may show. */
  last4(): string {
    return this.#digits.slice(-4);
  }

  equals(other: Pan): boolean {
    return this.#digits === other.#digits;
  }

  toString(): string {
    return this.masked();
  }

  toJSON(): string {
    return this.masked();
  }

  [inspect](): string {
    return `Pan(${this.masked()})`;
  }
}

/** Masks a string of digits that is known to be a card number. */
export function maskPan(digits: string): string {
  if (digits.length < 11) return '*'.repeat(digits.length);
  return `${digits.slice(0, 6)}${'*'.repeat(digits.length - 10)}${digits.slice(-4)}`;
}

/** The check digit rule of ISO/IEC 7812-1; bank cards keep it, many stored-value cards do not. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    let digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    if (index % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}
