import { encryptEcb } from './block-cipher.ts';
import { fromHex, toHex } from './bytes.ts';
import { cmac } from './cmac.ts';

const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * The bytes of a key. Wherever it is turned into text it shows its check value only; the bytes come only from
 * `reveal()`, so that every place that needs them can be found by searching for that word.
 */
export class SecretKey {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Copies the bytes. The length is checked by the algorithm that uses the key. */
  static from(bytes: Uint8Array): SecretKey {
    return new SecretKey(Uint8Array.from(bytes));
  }

  /** @throws CryptoInputError `bad-hex`; the message holds no digit of the key. */
  static fromHex(text: string): SecretKey {
    return new SecretKey(fromHex(text, 'The key'));
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  /** A copy of the key's bytes. Only for ciphers, for wrapping and for sealing. */
  reveal(): Uint8Array {
    return this.#bytes.slice();
  }

  toString(): string {
    return `[key KCV ${this.#checkValue()}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect](): string {
    return this.toString();
  }

  /**
   * For the eye only: 3 bytes, as triple DES up to 24 bytes and as AES-CMAC at 32, because a key does not say which
   * cipher it is for. `keyCheckValue` computes the one that an interchange asks for.
   */
  #checkValue(): string {
    switch (this.#bytes.length) {
      case 8:
      case 16:
      case 24:
        return toHex(encryptEcb('des', this.#bytes, new Uint8Array(8)).subarray(0, 3));
      case 32:
        return toHex(cmac('aes', this.#bytes, new Uint8Array(16)).subarray(0, 3));
      default:
        return 'unknown';
    }
  }
}
