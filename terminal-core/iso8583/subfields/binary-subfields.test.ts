import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfHex, hexOf } from '../bcd.ts';
import type { SubfieldResult } from '../iso-error.ts';
import { decodeDe55, encodeDe55 } from './de55.ts';
import { decodeDe58, encodeDe58, purseFieldsOf, purseObjects } from './de58.ts';
import { decodeKeySet, encodeKeySet, type KeySet } from './de62-keys.ts';
import {
  decodeDownloadPart,
  decodePartRequest,
  encodeDownloadPart,
  encodePartRequest,
  PART_PAYLOAD_BYTES_MAX,
} from './de62-parts.ts';
import { findTlv, isConstructed } from './tlv.ts';

function bytes(hex: string): Uint8Array {
  const parsed = bytesOfHex(hex.replaceAll(' ', ''));
  if (!parsed) throw new Error('The test has bad hex');
  return parsed;
}

function taken<T>(result: SubfieldResult<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function refusal(result: SubfieldResult<unknown>): string {
  return result.ok ? 'no refusal' : `${result.error.code} ${result.error.field} ${result.error.offset}`;
}

describe('DE55, BER-TLV', () => {
  const tag = fc.constantFrom('9F26', '9F36', '95', '5A', '82', 'DF01', 'DF8101', '70', 'C0');
  const object = fc.oneof(
    fc.record({ tag, value: fc.uint8Array({ maxLength: 40 }) }),
    fc.record({ tag, value: fc.uint8Array({ minLength: 128, maxLength: 300 }) }),
  );

  it('keeps order, repeated tags and tags that nobody knows', () => {
    const wire = bytes('DF7F 01 07 9F36 02 0001 95 05 0080048000 9F36 00');
    const list = taken(decodeDe55(wire));
    expect(list.map((entry) => [entry.tag, hexOf(entry.value)])).toEqual([
      ['DF7F', '07'],
      ['9F36', '0001'],
      ['95', '0080048000'],
      ['9F36', ''],
    ]);
    expect(findTlv(list, '95')).toEqual(bytes('0080048000'));
    expect(hexOf(taken(encodeDe55(list)))).toBe(hexOf(wire));
  });

  it('gives back objects that were written', () => {
    fc.assert(
      fc.property(fc.array(object, { maxLength: 6 }), (list) => {
        const read = taken(decodeDe55(taken(encodeDe55(list))));
        expect(read.map((entry) => [entry.tag, hexOf(entry.value)])).toEqual(
          list.map((entry) => [entry.tag, hexOf(entry.value)]),
        );
      }),
    );
  });

  it('writes a length that was longer than it had to be as it was read', () => {
    const wire = bytes('9F36 8202 0001'.replace('8202', '820002'));
    expect(hexOf(taken(encodeDe55(taken(decodeDe55(wire)))))).toBe(hexOf(wire));
  });

  it.each([
    ['a value that breaks off', '95 05 0080 04', 'truncated 55.95 2'],
    ['a second object that breaks off', '95 01 00 9F36 02 00', 'truncated 55.9F36 6'],
    ['a length that is missing', '9F36', 'truncated 55.9F36 2'],
    ['a long length that breaks off', '9F36 82 01', 'truncated 55.9F36 2'],
    ['a tag without an end', '9F', 'truncated 55 0'],
    ['an indefinite length', '9F36 80 00', 'bad-length 55.9F36 2'],
    ['a length of five bytes', '9F36 84 00000001 00', 'bad-length 55.9F36 2'],
    ['a zero byte between objects', '95 01 00 00', 'bad-digit 55 3'],
  ])('refuses %s and says where', (_, wire, expected) => {
    expect(refusal(decodeDe55(bytes(wire)))).toBe(expected);
  });

  it.each(['', '9F', '9F3', '95FF', '00', 'XX', '9F8182838405'])('refuses to write the tag %s', (bad) => {
    expect(encodeDe55([{ tag: bad, value: new Uint8Array(1) }]).ok).toBe(false);
  });

  it('knows which tags hold objects', () => {
    expect([isConstructed('70'), isConstructed('E1'), isConstructed('9F36'), isConstructed('95')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('DE58, electronic purse', () => {
  it('names its objects', () => {
    const list = taken(decodeDe58(bytes('DF02 02 0007 DF04 04 000004D2 DF55 01 00')));
    expect(purseFieldsOf(list)).toEqual({ counter: bytes('0007'), amount: bytes('000004D2') });
    expect(hexOf(taken(encodeDe58(list)))).toBe('DF02020007DF0404000004D2DF550100');
    expect(purseObjects({ amount: bytes('000004D2'), counter: bytes('0007') }).map(({ tag }) => tag)).toEqual(
      ['DF02', 'DF04'],
    );
  });

  it('refuses an object of the wrong length', () => {
    expect(refusal(decodeDe58(bytes('DF02 01 07')))).toBe('bad-length 58.DF02 0');
    expect(refusal(encodeDe58(purseObjects({ tac: bytes('00') })))).toBe('bad-length 58.DF0A 0');
  });

  it('takes 100 bytes and not one more', () => {
    const filler = (length: number) => [{ tag: 'DF55', value: new Uint8Array(length) }];
    expect(taken(encodeDe58(filler(97)))).toHaveLength(100);
    expect(refusal(encodeDe58(filler(98)))).toBe('bad-length 58 100');
  });
});

describe('DE62, keys', () => {
  const key = (byte: number, length: number) => ({
    cryptogram: new Uint8Array(length).fill(byte),
    checkValue: new Uint8Array(4).fill(byte + 1),
  });
  const sets: Record<'001' | '003' | '004', KeySet> = {
    '001': { pik: key(1, 8), mak: key(3, 8) },
    '003': { pik: key(1, 16), mak: key(3, 16) },
    '004': { pik: key(1, 16), mak: key(3, 16), tdk: key(5, 16) },
  };

  it.each([
    ['001', 24],
    ['003', 40],
    ['004', 60],
  ] as const)('%s takes %i bytes and goes both ways', (control, length) => {
    const wire = taken(encodeKeySet(control, sets[control]));
    expect(wire).toHaveLength(length);
    expect(taken(decodeKeySet(control, wire))).toEqual(sets[control]);
    expect(refusal(decodeKeySet(control, wire.subarray(1)))).toBe(`truncated 62 ${length - 1}`);
    expect(refusal(decodeKeySet(control, Uint8Array.of(...wire, 0)))).toBe(`trailing-bytes 62 ${length}`);
  });

  it('reads a double-length PIN key and a single-length MAC key that travels with eight zeros', () => {
    const wire = bytes('51DBA323AF60599287F61C7E5A9484AEEF8DE29BD3E614FCB51122D40000000000000000AABBCCDD');
    const set = taken(decodeKeySet('003', wire));
    expect(hexOf(set.pik.checkValue)).toBe('EF8DE29B');
    expect(hexOf(set.mak.cryptogram)).toBe('D3E614FCB51122D4');
    expect(hexOf(taken(encodeKeySet('003', set)))).toBe(hexOf(wire));
  });

  it('refuses keys that do not belong to the set', () => {
    expect(refusal(encodeKeySet('003', sets['004']))).toBe('unknown-field 62.3 0');
    expect(refusal(encodeKeySet('004', sets['003']))).toBe('bad-length 62.3 0');
    expect(refusal(encodeKeySet('003', { ...sets['003'], pik: key(1, 8) }))).toBe('bad-length 62.1 0');
  });
});

describe('DE62, download parts', () => {
  it('asks for a part in three digits', () => {
    expect(hexOf(taken(encodePartRequest(7)))).toBe('303037');
    expect(taken(decodePartRequest(bytes('313233')))).toBe(123);
    expect(refusal(decodePartRequest(bytes('303030')))).toBe('bad-digit 62.1 0');
    expect(refusal(decodePartRequest(bytes('3031')))).toBe('bad-length 62 0');
    expect(refusal(encodePartRequest(1000))).toBe('bad-length 62.1 0');
  });

  it('answers with the part, the total and the piece', () => {
    const wire = taken(encodeDownloadPart({ part: 2, total: 10, payload: bytes('CAFE') }));
    expect(hexOf(wire)).toBe('303032303130CAFE');
    expect(taken(decodeDownloadPart(wire))).toEqual({ part: 2, total: 10, payload: bytes('CAFE') });
  });

  it('takes the largest piece and not one byte more', () => {
    const of = (length: number) => encodeDownloadPart({ part: 1, total: 1, payload: new Uint8Array(length) });
    expect(taken(of(PART_PAYLOAD_BYTES_MAX))).toHaveLength(999);
    expect(refusal(of(PART_PAYLOAD_BYTES_MAX + 1))).toBe('bad-length 62.3 0');
  });

  it('refuses numbers that contradict each other', () => {
    expect(refusal(decodeDownloadPart(bytes('303032303031')))).toBe('bad-digit 62.2 3');
    expect(refusal(decodeDownloadPart(bytes('30303230')))).toBe('truncated 62 4');
    expect(refusal(encodeDownloadPart({ part: 3, total: 2, payload: new Uint8Array() }))).toBe(
      'bad-length 62.2 0',
    );
  });
});
