/** What a field may hold, in the letters of the standard; `xn` is a sign character (C or D) and then digits. */
export type Content = 'n' | 'z' | 'a' | 'an' | 'ans' | 'b' | 'xn';

/** How the content travels. `hex` is binary written as hex characters; `latin1` is one byte a character. */
export type DataEncoding = 'bcd' | 'ascii' | 'gb18030' | 'latin1' | 'binary' | 'hex';

export type PrefixEncoding = 'bcd' | 'ascii' | 'binary';

/** On which side an odd BCD field has its pad nibble: left-justified means on the right. */
export type Justify = 'left' | 'right';

/**
 * One row of a dialect's table. `format` is the standard's own notation: `n6` fixed, `n..19` with a two-digit length
 * prefix, `ans...999` with three, and so on up to six dots. What the row does not say, the dialect's defaults say.
 */
export interface FieldSpec {
  readonly de: number;
  readonly format: `${Content}${number}` | `${Content}${'..' | '...' | '....' | '.....' | '......'}${number}`;
  readonly name: string;
  readonly encoding?: DataEncoding;
  readonly prefix?: PrefixEncoding;
  readonly justify?: Justify;
}

/** A dialect before it is compiled: nothing but data. */
export interface DialectSpec {
  readonly name: string;
  /** TPDU of 5 bytes and header of 6 in front of the message type. */
  readonly transportHeader: boolean;
  readonly mti: 'bcd' | 'ascii' | 'none';
  /** How many bitmaps a message may have: the second announced by bit 1, the third by bit 65 in the place of DE65. */
  readonly bitmap: { readonly encoding: 'binary' | 'hex'; readonly most: 1 | 2 | 3 };
  /** What each kind of content is unless its row says otherwise. */
  readonly defaults: {
    readonly numeric: 'bcd' | 'ascii';
    readonly track: 'bcd' | 'ascii';
    readonly text: 'gb18030' | 'latin1';
    readonly binary: 'binary' | 'hex';
    readonly prefix: PrefixEncoding;
    /** For fixed numeric fields of an odd number of digits. Variable ones are always left-justified. */
    readonly justify: Justify;
  };
  /** Written behind an odd number of left-justified BCD digits. On reading it is ignored, whatever it is. */
  readonly padNibble: number;
  /** Longest message, counted from the TPDU (or the message type where there is none). */
  readonly frameBytesMax: number;
  readonly fields: readonly FieldSpec[];
}
