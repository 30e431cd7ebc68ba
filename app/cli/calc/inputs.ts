import { fromHex, SecretKey } from '../../../terminal-core/crypto/index.ts';

/** A request that `holdfast calc` cannot make sense of. The message names the member, never its value. */
export class CalcError extends Error {
  override readonly name = 'CalcError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The members of one request, each read as what the operation needs it to be. */
export class CalcInputs {
  readonly #members: ReadonlyMap<string, unknown>;

  constructor(request: object) {
    this.#members = new Map(Object.entries(request));
  }

  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  /** @throws CalcError `missing-input`, or `bad-input` for anything but a string. */
  text(name: string): string {
    const value = this.#required(name);
    if (typeof value !== 'string') {
      throw new CalcError('bad-input', `"${name}" is a string; a number would lose its leading zeros`);
    }
    return value;
  }

  /** A string, or a number written without quotes, that is one of the choices. */
  oneOf<Choice extends string>(name: string, choices: readonly Choice[], code = 'bad-input'): Choice {
    const value = this.#required(name);
    const chosen = choices.find((choice) => choice === String(value));
    if (chosen === undefined) throw new CalcError(code, `"${name}" is one of ${choices.join(', ')}`);
    return chosen;
  }

  optionalWhole(name: string): number | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const whole = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    if (typeof whole !== 'number' || !Number.isSafeInteger(whole)) {
      throw new CalcError('bad-input', `"${name}" is a whole number`);
    }
    return whole;
  }

  /** @param byteLength when given, the only length accepted. */
  hex(name: string, byteLength?: number): Uint8Array {
    const bytes = fromHex(this.text(name), `"${name}"`);
    if (byteLength !== undefined && bytes.length !== byteLength) {
      throw new CalcError('bad-input', `"${name}" is ${byteLength * 2} hex digits, not ${bytes.length * 2}`);
    }
    return bytes;
  }

  key(name: string): SecretKey {
    return SecretKey.from(fromHex(this.text(name), `"${name}"`));
  }

  /** A list of hex strings, or a single one. */
  hexList(name: string): Uint8Array[] {
    const value = this.#required(name);
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items.length === 0) throw new CalcError('bad-input', `"${name}" has at least one member`);
    return items.map((item) => {
      if (typeof item !== 'string') throw new CalcError('bad-input', `"${name}" is a list of hex strings`);
      return fromHex(item, `"${name}"`);
    });
  }

  #value(name: string): unknown {
    return this.#members.get(name) ?? undefined;
  }

  #required(name: string): unknown {
    const value = this.#value(name);
    if (value === undefined) throw new CalcError('missing-input', `"${name}" is missing`);
    return value;
  }
}
