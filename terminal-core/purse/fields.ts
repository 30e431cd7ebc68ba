import { fromHex, toHex, uintBytes } from '../crypto/bytes.ts';
import { type AmountMinor, amountMinor } from '../domain/money.ts';
import {
  PURSE_AMOUNT_MINOR_MAX,
  PURSE_COUNTER_MAX,
  PURSE_HEX_BYTES,
  type PurseHexName,
  purseHex,
} from '../domain/purse.ts';

/** One field of a command or an answer: how many bytes, and what they stand for. */
export interface Field<Value> {
  readonly byteLength: number;
  /** @throws RangeError or CryptoInputError for a value that does not fit: a bug of the caller. */
  encode(value: Value): Uint8Array;
  /** @param bytes exactly `byteLength`. */
  decode(bytes: Uint8Array): Decoded<Value>;
}

export type Decoded<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

/** Fields in the order of their bytes. */
// biome-ignore lint/suspicious/noExplicitAny: a Field is both producer and consumer of its value; only `any` holds all.
export type Layout = Readonly<Record<string, Field<any>>>;

export type ValuesOf<L extends Layout> = {
  readonly [Name in keyof L]: L[Name] extends Field<infer Value> ? Value : never;
};

/** Big-endian. */
export function uint(byteLength: number): Field<number> {
  return {
    byteLength,
    encode: (value) => uintBytes(value, byteLength),
    decode: (bytes) => ({ ok: true, value: readUint(bytes) }),
  };
}

/** Fen; 4 bytes unless the table says otherwise (the overdraft has 3). */
export function amount(byteLength = 4): Field<AmountMinor> {
  return {
    byteLength,
    encode: (value) => {
      if (value > PURSE_AMOUNT_MINOR_MAX)
        throw new RangeError(`A purse holds ${PURSE_AMOUNT_MINOR_MAX} at most`);
      return uintBytes(value, byteLength);
    },
    decode: (bytes) => ({ ok: true, value: amountMinor(readUint(bytes)) }),
  };
}

/**
 * A counter as INITIALIZE gives it, from before the transaction. A card at its end must answer 9402 and not begin: there
 * would be no next counter to ask a proof for.
 */
export const counterBefore: Field<number> = {
  byteLength: 2,
  encode: (value) => uintBytes(value, 2),
  decode: (bytes) => {
    const value = readUint(bytes);
    return value < PURSE_COUNTER_MAX
      ? { ok: true, value }
      : { ok: false, problem: `${value} leaves no number for the transaction` };
  },
};

/** One of the named hex values. */
export function named<Name extends PurseHexName>(name: Name): Field<ReturnType<typeof purseHex<Name>>> {
  return {
    byteLength: PURSE_HEX_BYTES[name],
    encode: (value) => fromHex(value, name),
    decode: (bytes) => ({ ok: true, value: purseHex(name, toHex(bytes)) }),
  };
}

/** Bytes that are only compared or shown: upper-case hex. */
export function hex(byteLength: number): Field<string> {
  return {
    byteLength,
    encode: (value) => sized(fromHex(value, 'hex'), byteLength),
    decode: (bytes) => ({ ok: true, value: toHex(bytes) }),
  };
}

/** BCD YYYYMMDD. */
export const date: Field<string> = bcd(4, /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/, 'a date YYYYMMDD');
/** BCD hhmmss. */
export const time: Field<string> = bcd(3, /^([01]\d|2[0-3])[0-5]\d[0-5]\d$/, 'a time hhmmss');

/** The bytes of a layout. */
export function encodeLayout<L extends Layout>(layout: L, values: ValuesOf<L>): Uint8Array {
  const bytes = new Uint8Array(layoutBytes(layout));
  let offset = 0;
  for (const [name, field] of Object.entries(layout)) {
    bytes.set(sized(field.encode(values[name]), field.byteLength), offset);
    offset += field.byteLength;
  }
  return bytes;
}

export type DecodedLayout<L extends Layout> =
  | { readonly ok: true; readonly values: ValuesOf<L> }
  | { readonly ok: false; readonly field: string; readonly problem: string };

/** Reads an answer; its length must be exact. Never throws on any bytes. */
export function decodeLayout<L extends Layout>(layout: L, bytes: Uint8Array): DecodedLayout<L> {
  const expected = layoutBytes(layout);
  if (bytes.length !== expected)
    return { ok: false, field: 'length', problem: `${bytes.length} bytes instead of ${expected}` };
  const values: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, field] of Object.entries(layout)) {
    const decoded: Decoded<unknown> = field.decode(bytes.subarray(offset, offset + field.byteLength));
    if (!decoded.ok) return { ok: false, field: name, problem: decoded.problem };
    values[name] = decoded.value;
    offset += field.byteLength;
  }
  // Every name of the layout was just filled from its own field.
  return { ok: true, values: values as ValuesOf<L> };
}

export function layoutBytes(layout: Layout): number {
  return Object.values(layout).reduce((total, field) => total + field.byteLength, 0);
}

function bcd(byteLength: number, shape: RegExp, what: string): Field<string> {
  return {
    byteLength,
    encode: (value) => {
      if (!shape.test(value)) throw new RangeError(`${JSON.stringify(value)} is not ${what}`);
      return fromHex(value, what);
    },
    decode: (bytes) => {
      const text = toHex(bytes);
      return shape.test(text) ? { ok: true, value: text } : { ok: false, problem: `${text} is not ${what}` };
    },
  };
}

function readUint(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

function sized(bytes: Uint8Array, byteLength: number): Uint8Array {
  if (bytes.length !== byteLength) throw new RangeError(`${bytes.length} bytes where ${byteLength} belong`);
  return bytes;
}
