import fc from 'fast-check';
import { type CompiledField, type Dialect, WAY } from '../../terminal-core/iso8583/compile.ts';
import { encode, type FieldValue, type IsoMessage } from '../../terminal-core/iso8583/index.ts';

const FIELDS_MAX = 12;
/** Bytes of the widest character in GB18030. */
const WIDE_BYTES_MAX = 4;

const digit = fc.constantFrom(...'0123456789');
const trackCharacter = fc.constantFrom(...'0123456789=');
const hexDigit = fc.constantFrom(...'0123456789ABCDEF');
const asciiCharacter = fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code));
/** Two bytes each in GB18030; the last is one of the few that take four. */
const wideCharacter = fc.constantFrom('中', '文', '冲', '正', '￥', '\u{20000}');
const latin1Character = fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code));

function text(character: fc.Arbitrary<string>, minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: character, minLength, maxLength });
}

interface LengthRange {
  readonly minLength: number;
  readonly maxLength: number;
}

/** GB18030 text of so many bytes: wide characters in front, ASCII behind, spaces up to the least length. */
function gb18030Text({ minLength, maxLength }: LengthRange): fc.Arbitrary<string> {
  const wideMax = Math.floor(maxLength / WIDE_BYTES_MAX);
  return fc
    .tuple(text(wideCharacter, 0, wideMax), text(asciiCharacter, 0, maxLength))
    .map(([front, back]) => {
      const frontBytes = [...front].reduce((sum, character) => sum + (character.length === 2 ? 4 : 2), 0);
      return front + back.slice(0, maxLength - frontBytes).padEnd(minLength - frontBytes);
    });
}

/** fast-check keeps lengths short of its own accord, so that one case in ten is asked for the full length. */
function arbitraryOf(field: CompiledField): fc.Arbitrary<FieldValue> {
  const full = valueOfLength(field, { minLength: field.units, maxLength: field.units });
  if (field.isFixed) return full;
  const short = valueOfLength(field, { minLength: 0, maxLength: field.units });
  return fc.oneof({ weight: 9, arbitrary: short }, { weight: 1, arbitrary: full });
}

function valueOfLength(field: CompiledField, length: LengthRange): fc.Arbitrary<FieldValue> {
  const { minLength, maxLength } = length;
  switch (field.way) {
    case WAY.bcdLeft:
    case WAY.bcdRight:
    case WAY.asciiDigits:
      return text(digit, minLength, maxLength);
    case WAY.bcdTrack:
    case WAY.asciiTrack:
      return text(trackCharacter, minLength, maxLength);
    case WAY.gb18030:
      return gb18030Text(length);
    case WAY.latin1:
      return text(latin1Character, minLength, maxLength);
    case WAY.bytes:
    case WAY.hexBytes:
      return fc.uint8Array({ minLength, maxLength });
    case WAY.signedAscii:
    case WAY.signedBcd:
      return fc
        .tuple(fc.constantFrom('C', 'D', '0'), text(digit, field.units - 1, field.units - 1))
        .map(([sign, digits]) => sign + digits);
  }
}

/** Messages of a dialect in the form that decoding gives them: fixed fields at their full length. */
export function messageOf(dialect: Dialect): fc.Arbitrary<IsoMessage> {
  const rows = dialect.fields.flatMap((field) => (field ? [{ field, value: arbitraryOf(field) }] : []));
  const front = dialect.spec.transportHeader
    ? fc.record({ tpdu: text(hexDigit, 10, 10), header: text(hexDigit, 12, 12) })
    : fc.constant({});
  const mti = text(digit, 4, 4);
  return fc.subarray(rows, { maxLength: Math.min(FIELDS_MAX, rows.length) }).chain((chosen) =>
    fc.tuple(front, mti, ...chosen.map(({ value }) => value)).map(([ends, type, ...values]) => ({
      ...ends,
      mti: type,
      fields: Object.fromEntries(chosen.map(({ field }, index) => [field.de, values[index] ?? ''])),
    })),
  );
}

/** Right frames of a dialect. */
export function frameOf(dialect: Dialect): fc.Arbitrary<Uint8Array> {
  return messageOf(dialect).map((message) => {
    const encoded = encode(dialect, message);
    if (!encoded.ok) throw new Error(JSON.stringify({ error: encoded.error, message }));
    return encoded.bytes;
  });
}

/** Frames with bytes changed, cut off, put in or repeated: nearly right is where a decoder goes wrong. */
export function damagedFrameOf(dialect: Dialect): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    kind: fc.constantFrom('change', 'cut', 'insert', 'repeat'),
    byte: fc.integer({ min: 0, max: 255 }),
  });
  return fc
    .tuple(frameOf(dialect), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([frame, changes]) => {
      let bytes = Uint8Array.from(frame);
      for (const { at: place, kind, byte } of changes) {
        const at = Math.floor(place * bytes.length);
        if (kind === 'change' && bytes.length > 0) bytes[at] = byte;
        if (kind === 'cut') bytes = bytes.slice(0, at);
        if (kind === 'insert') bytes = Uint8Array.of(...bytes.subarray(0, at), byte, ...bytes.subarray(at));
        if (kind === 'repeat') bytes = Uint8Array.of(...bytes, ...bytes.subarray(at));
      }
      return bytes;
    });
}
