import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import type { Dialect } from '../../terminal-core/iso8583/compile.ts';
import {
  decode,
  decodeTlv,
  encode,
  encodeTlv,
  type FieldValue,
  type IsoMessage,
  readRoute,
} from '../../terminal-core/iso8583/index.ts';
import { damagedFrameOf, frameOf, messageOf } from './arbitraries.ts';

/** One thing that must hold for every case. `share` says how much of a run it gets. */
export interface CodecProperty {
  readonly name: string;
  readonly share: number;
  /** Runs it. @returns what fast-check makes of the run, as a report when it failed. */
  readonly check: (parameters: { readonly numRuns: number; readonly seed?: number }) => CheckOutcome;
}

export interface CheckOutcome {
  readonly numRuns: number;
  /** The smallest counterexample, in words; absent when the property held. */
  readonly failure?: string;
}

/** Hides the type of the cases, so that properties of different cases fit one list. */
function checked<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): CodecProperty['check'] {
  const property = fc.property(arbitrary, holds);
  return (parameters) => {
    const outcome = fc.check(property, parameters);
    const { numRuns } = outcome;
    return outcome.failed ? { numRuns, failure: fc.defaultReportMessage(outcome) ?? 'failed' } : { numRuns };
  };
}

/** What must hold of one dialect. */
export function propertiesOf(dialect: Dialect): CodecProperty[] {
  return [
    {
      name: `${dialect.name}: decoding what was encoded gives the message`,
      share: 3,
      check: checked(messageOf(dialect), (message) => {
        const encoded = encode(dialect, message);
        if (!encoded.ok) throw new Error(JSON.stringify(encoded.error));
        const decoded = decode(dialect, encoded.bytes);
        if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
        deepStrictEqual(plain(decoded.message), plain(message));
      }),
    },
    {
      name: `${dialect.name}: encoding what was decoded gives the frame`,
      share: 1,
      check: checked(frameOf(dialect), (frame) => {
        deepStrictEqual(Uint8Array.from(rewritten(dialect, frame) ?? []), Uint8Array.from(frame));
      }),
    },
    {
      name: `${dialect.name}: a damaged frame gives an error with a place, or a message that stays the same`,
      share: 4,
      check: checked(damagedFrameOf(dialect), (bytes) => holdsForAnyBytes(dialect, bytes)),
    },
    {
      name: `${dialect.name}: any bytes give an error with a place, or a message that stays the same`,
      share: 2,
      check: checked(fc.uint8Array({ maxLength: 120 }), (bytes) => holdsForAnyBytes(dialect, bytes)),
    },
  ];
}

/** What must hold of BER-TLV. */
export function tlvProperty(): CodecProperty {
  return {
    name: 'BER-TLV: any bytes give an error with a path and a place, or objects that are written as they were',
    share: 4,
    check: checked(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const decoded = decodeTlv('55', bytes);
      if (!decoded.ok) {
        checkPlace(decoded.error.offset, bytes);
        return;
      }
      const encoded = encodeTlv('55', decoded.value);
      if (!encoded.ok) throw new Error(JSON.stringify(encoded.error));
      deepStrictEqual(encoded.value, Uint8Array.from(bytes));
    }),
  };
}

function holdsForAnyBytes(dialect: Dialect, bytes: Uint8Array): void {
  const route = readRoute(dialect, bytes);
  const decoded = decode(dialect, bytes);
  if (!decoded.ok) {
    checkPlace(decoded.error.offset, bytes);
    return;
  }
  deepStrictEqual(
    [route.stan, route.terminalId, route.processingCode],
    [decoded.message.fields[11], decoded.message.fields[41], decoded.message.fields[3]],
  );
  const again = rewritten(dialect, bytes);
  if (!again) throw new Error('A frame that could be read cannot be written');
  const reread = decode(dialect, again);
  if (!reread.ok) throw new Error(JSON.stringify(reread.error));
  deepStrictEqual(plain(reread.message), plain(decoded.message));
  deepStrictEqual(again.length, bytes.length);
  for (const [at, byte] of again.entries()) {
    // What may change is one pad nibble of a byte, or the case of a hex digit: never both nibbles of a BCD byte.
    const difference = byte ^ (bytes[at] ?? 0);
    if ((difference & 0xf0) !== 0 && (difference & 0x0f) !== 0)
      throw new Error(`Byte ${at} was written otherwise`);
  }
}

function checkPlace(offset: number, bytes: Uint8Array): void {
  if (!Number.isInteger(offset) || offset < 0 || offset > bytes.length) {
    throw new Error(`The offset ${offset} is outside ${bytes.length} bytes`);
  }
}

function rewritten(dialect: Dialect, frame: Uint8Array): Uint8Array | undefined {
  const decoded = decode(dialect, frame);
  if (!decoded.ok) return undefined;
  const encoded = encode(dialect, decoded.message);
  return encoded.ok ? encoded.bytes : undefined;
}

/** The message with its bytes copied, so that views and arrays of their own compare equal. */
function plain(message: IsoMessage): unknown {
  const fields: Record<string, FieldValue> = {};
  for (const [de, value] of Object.entries(message.fields)) {
    fields[de] = typeof value === 'string' ? value : Uint8Array.from(value);
  }
  return { ...message, fields };
}
