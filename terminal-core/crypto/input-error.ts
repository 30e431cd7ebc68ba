/** What was wrong with a value handed to a cryptographic function. */
export type CryptoInputCode =
  | 'wrong-key-length'
  | 'bad-hex'
  | 'bad-pin'
  | 'bad-pan'
  | 'bad-fill'
  | 'bad-padding'
  | 'bad-value'
  | 'needs-key'
  | 'needs-random';

/**
 * A caller gave a value that the algorithm has no meaning for, such as a key of the wrong length. It is a bug in the
 * caller or bad typing by an engineer, never an outcome of a transaction; the message never contains the value.
 */
export class CryptoInputError extends Error {
  override readonly name = 'CryptoInputError';
  readonly code: CryptoInputCode;

  constructor(code: CryptoInputCode, message: string) {
    super(message);
    this.code = code;
  }
}
