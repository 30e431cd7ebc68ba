/**
 * What can be wrong with a frame or with a message that is to become one. `bad-digit`: a nibble or character that the
 * field's content does not allow; `bad-length`: over the maximum, or not the length of a fixed field.
 */
export type IsoErrorCode =
  | 'truncated'
  | 'trailing-bytes'
  | 'bad-digit'
  | 'bad-length'
  | 'unknown-field'
  | 'bad-bitmap'
  | 'frame-length';

export interface IsoError {
  readonly code: IsoErrorCode;
  /** `tpdu`, `header`, `mti`, `bitmap`, a field number, or a path below one: `55.9F36`, `48.2`. */
  readonly field?: string;
  /**
   * Decoding: the byte in what was handed in. Encoding: the character or byte of the value, 0 where the value as a whole
   * is wrong. Sub-fields: the byte or character in the field's value.
   */
  readonly offset: number;
  /** One English sentence for an engineer; never holds the value itself. */
  readonly message: string;
}

/** The result of reading or writing one sub-field structure. */
export type SubfieldResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: IsoError };

export function failed(error: IsoError): { readonly ok: false; readonly error: IsoError } {
  return { ok: false, error };
}
