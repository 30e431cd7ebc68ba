import { describe, expect, it } from 'vitest';
import { hexOf } from './bcd.ts';
import { compileDialect } from './compile.ts';
import { CUP } from './dialects/cup.ts';
import { cup, dialects } from './dialects.ts';
import { encode } from './encode.ts';
import type { FieldValue, IsoMessage } from './message.ts';

function message(fields: Record<number, FieldValue>): IsoMessage {
  return { tpdu: '6000030000', header: '603100311001', mti: '0200', fields };
}

/** The hex of the fields alone, without front, message type and bitmap. */
function fieldsHex(fields: Record<number, FieldValue>): string {
  const result = encode(cup, message(fields));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return hexOf(result.bytes, 21);
}

describe('encode', () => {
  it('writes fields by number, not by text: 2 in front of 11', () => {
    const result = encode(cup, message({ 11: '000001', 2: '6222020000000007', 41: 'T0000001' }));
    expect(result.ok && hexOf(result.bytes)).toBe(
      '6000030000603100311001' +
        '0200' +
        '4020000000800000' +
        '166222020000000007' +
        '000001' +
        '5430303030303031',
    );
  });

  it('fills short values as the standard says: digits on the left, text on the right', () => {
    expect(fieldsHex({ 4: '1234', 23: '1', 41: 'T1' })).toBe('000000001234' + '0001' + '5431202020202020');
  });

  it('left-justifies the entry mode and variable numbers', () => {
    expect(fieldsHex({ 2: '622202000000007', 22: '021' })).toBe('156222020000000070' + '0210');
  });

  it('writes the pad nibble that the dialect asks for', () => {
    const padded = compileDialect({ ...CUP, padNibble: 15 });
    const result = encode(padded, message({ 2: '123', 22: '021' }));
    expect(result.ok && hexOf(result.bytes, 21)).toBe('03123F' + '021F');
  });

  it('writes Chinese text as GB18030 and counts its bytes', () => {
    expect(fieldsHex({ 63: '中文' })).toBe('0004D6D0CEC4');
    expect(fieldsHex({ 63: '\udcce' })).toBe('0001CE');
  });

  it('writes the = of a track as nibble D', () => {
    expect(fieldsHex({ 35: '6222020000000007=2512' })).toBe('216222020000000007D25120');
  });

  it.each([
    ['a number that is too long', { 4: '1234567890123' }, 'bad-length', '4'],
    ['a card number that is too long', { 2: '12345678901234567890' }, 'bad-length', '2'],
    ['text that is too long', { 41: 'T00000012' }, 'bad-length', '41'],
    ['Chinese text that is too long in bytes', { 44: '中文中文中文中文中文中文中' }, 'bad-length', '44'],
    ['an empty fixed field', { 11: '' }, 'bad-length', '11'],
    ['a short left-justified number', { 22: '02' }, 'bad-length', '22'],
    ['a short binary field', { 52: new Uint8Array(7) }, 'bad-length', '52'],
    ['a long binary field', { 64: new Uint8Array(9) }, 'bad-length', '64'],
    ['a letter in a number', { 3: '00000A' }, 'bad-digit', '3'],
    ['a letter in a number of odd length', { 23: 'A01' }, 'bad-digit', '23'],
    ['a letter in a track', { 35: '6222D2512' }, 'bad-digit', '35'],
    ['a digit of another script in a number', { 3: '00000１' }, 'bad-digit', '3'],
    ['text in a binary field', { 52: '0102030405060708' }, 'bad-digit', '52'],
    ['bytes in a text field', { 41: new Uint8Array(8) }, 'bad-digit', '41'],
    ['a field that the dialect lacks', { 24: '001' }, 'unknown-field', '24'],
    ['a field beyond the bitmap', { 70: '001' }, 'unknown-field', '70'],
    ['a field beyond all bitmaps', { 200: 'x' }, 'unknown-field', '200'],
    ['the bitmap as a field', { 1: 'x' }, 'unknown-field', '1'],
  ])('refuses %s', (_, fields: Record<number, FieldValue>, code, field) => {
    const result = encode(cup, message({ 60: '22000001000', ...fields }));
    expect(!result.ok && { code: result.error.code, field: result.error.field }).toEqual({ code, field });
  });

  it.each([
    ['no TPDU', { tpdu: undefined }, 'bad-length', 'tpdu'],
    ['a short header', { header: '6031' }, 'bad-length', 'header'],
    ['a header that is no hex', { header: '60310031100G' }, 'bad-digit', 'header'],
    ['a message type of three digits', { mti: '200' }, 'bad-digit', 'mti'],
    ['a message type with a letter', { mti: '02A0' }, 'bad-digit', 'mti'],
    ['a second bitmap', { bitmaps: 2 }, 'bad-bitmap', 'bitmap'],
  ])('refuses a cup message with %s', (_, change, code, field) => {
    const { tpdu, ...rest } = { ...message({ 3: '000000' }), ...change };
    const changed = { ...rest, ...(tpdu === undefined ? {} : { tpdu }) };
    // The table above builds messages that the types forbid, which is what is under test.
    const result = encode(cup, changed as IsoMessage);
    expect(!result.ok && { code: result.error.code, field: result.error.field }).toEqual({ code, field });
  });

  it('refuses a TPDU in a dialect that has none', () => {
    const result = encode(dialects['iso87-ascii'], message({ 3: '000000' }));
    expect(!result.ok && result.error).toMatchObject({ code: 'unknown-field', field: 'tpdu' });
  });

  it('leaves fields out that are there but undefined', () => {
    // A caller in JavaScript can do this although the types forbid it.
    const fields = { 3: '000000', 63: undefined, 70: undefined } as unknown as Record<number, FieldValue>;
    expect(fieldsHex(fields)).toBe('000000');
  });

  it('writes second and third bitmaps, the third in the place of DE65', () => {
    const result = encode(dialects['iso87-ascii'], {
      mti: '0800',
      fields: { 129: 'abc', 70: '001', 3: '000000' },
    });
    expect(result.ok && Buffer.from(result.bytes).toString()).toBe(
      '0800' + 'A000000000000000' + '8400000000000000' + '000000' + '8000000000000000' + '001' + '003abc',
    );
  });

  it('refuses DE65, which belongs to the third bitmap', () => {
    const result = encode(dialects['iso87-ascii'], { mti: '0800', fields: { 65: '1', 129: 'abc' } });
    expect(!result.ok && result.error).toMatchObject({ code: 'unknown-field', field: '65' });
  });

  it('gives each message bytes of its own', () => {
    const first = encode(cup, message({ 3: '000000' }));
    const before = first.ok ? hexOf(first.bytes) : '';
    encode(cup, message({ 3: '999999' }));
    expect(first.ok && hexOf(first.bytes)).toBe(before);
  });

  it('writes long messages and short ones alike from the one pool', () => {
    for (let round = 0; round < 400; round += 1) {
      const text = 'x'.repeat((round * 37) % 999);
      expect(fieldsHex({ 59: text })).toBe(String(text.length).padStart(4, '0') + '78'.repeat(text.length));
    }
  });
});
