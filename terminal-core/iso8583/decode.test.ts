import { describe, expect, it } from 'vitest';
import { bytesOfHex } from './bcd.ts';
import { compileDialect } from './compile.ts';
import { decode } from './decode.ts';
import { CUP } from './dialects/cup.ts';
import { cup, dialects } from './dialects.ts';

const FRONT = '6000030000603100311001';

function bytes(hex: string): Uint8Array {
  const parsed = bytesOfHex(hex.replaceAll(' ', ''));
  if (!parsed) throw new Error('The test has bad hex');
  return parsed;
}

/** A cup frame: front, message type, bitmap, fields. */
function frame(...parts: string[]): Uint8Array {
  return bytes(FRONT + parts.join(''));
}

describe('decode', () => {
  it('reads TPDU, header, message type and fields', () => {
    const result = decode(
      cup,
      frame('0200', '3020000000800000', '000000', '000000001234', '000001', '5430303030303031'),
    );
    expect(result).toEqual({
      ok: true,
      message: {
        tpdu: '6000030000',
        header: '603100311001',
        mti: '0200',
        fields: { 3: '000000', 4: '000000001234', 11: '000001', 41: 'T0000001' },
      },
    });
  });

  it('ignores the pad nibble of odd numbers, whatever it is and on whichever side', () => {
    const result = decode(
      cup,
      frame('0200', '4000060000000000', '13', '622202000000000F'.slice(0, 12), '7F', '021F', 'F001'),
    );
    expect(result.ok && result.message.fields).toEqual({ 2: '6222020000007', 22: '021', 23: '001' });
  });

  it('reads the separator of a track as =', () => {
    const result = decode(cup, frame('0200', '0000000020000000', '21', '6222020000000007D2512F'));
    expect(result.ok && result.message.fields[35]).toBe('6222020000000007=2512');
  });

  it('gives binary fields as views into the frame', () => {
    const input = frame('0200', '0000000000001000', '0102030405060708');
    const result = decode(cup, input);
    const pinBlock = result.ok ? result.message.fields[52] : undefined;
    expect(pinBlock).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect(pinBlock instanceof Uint8Array && pinBlock.buffer).toBe(input.buffer);
  });

  it('reads GB18030 text and gives it back when a host has cut a character in half', () => {
    const whole = decode(cup, frame('0210', '0000000000000002', '0004', 'D6D0CEC4'));
    expect(whole.ok && whole.message.fields[63]).toBe('中文');
    const cut = decode(cup, frame('0210', '0000000000000002', '0003', 'D6D0CE'));
    expect(cut.ok && cut.message.fields[63]).toBe('中\udcce');
  });

  it.each([
    ['an empty frame', '', 'truncated', 'tpdu', 0],
    ['a frame that ends in the TPDU', '600003', 'truncated', 'tpdu', 0],
    ['a frame that ends in the header', '60000300006031', 'truncated', 'header', 5],
    ['a frame that ends in the message type', `${FRONT}02`, 'truncated', 'mti', 11],
    ['a message type that is no number', `${FRONT}02A0`, 'bad-digit', 'mti', 12],
    ['a frame that ends in the bitmap', `${FRONT}020030200000`, 'truncated', 'bitmap', 13],
    ['a bitmap that announces a second one', `${FRONT}0200 B020000000000000`, 'bad-bitmap', 'bitmap', 13],
    [
      'a field that the dialect lacks',
      `${FRONT}0200 3000010000000000 000000 000000001234 00`,
      'unknown-field',
      '24',
      30,
    ],
    [
      'a fixed field that breaks off',
      `${FRONT}0200 3000000000000000 000000 0000000012`,
      'truncated',
      '4',
      24,
    ],
    ['a length prefix that is missing', `${FRONT}0200 4000000000000000`, 'truncated', '2', 21],
    ['a length prefix that breaks off', `${FRONT}0200 0000000000000200 00`, 'truncated', '55', 21],
    ['a variable field that breaks off', `${FRONT}0200 0000000000000200 0003 9F26`, 'truncated', '55', 23],
    [
      'a length over the maximum',
      `${FRONT}0200 4000000000000000 20 62220200000000071234`,
      'bad-length',
      '2',
      21,
    ],
    [
      'a length that is not decimal',
      `${FRONT}0200 4000000000000000 1A 62220200000000`,
      'bad-length',
      '2',
      21,
    ],
    ['a letter in a number', `${FRONT}0200 2000000000000000 0000A0`, 'bad-digit', '3', 23],
    ['a letter in a number of odd length', `${FRONT}0200 0000060000000000 0210 0A01`, 'bad-digit', '23', 23],
    [
      'a letter in the last digit in front of a pad nibble',
      `${FRONT}0200 0000040000000000 02A0`,
      'bad-digit',
      '22',
      22,
    ],
    [
      'a nibble in a track that is no separator',
      `${FRONT}0200 0000000020000000 06 12C456`,
      'bad-digit',
      '35',
      23,
    ],
    [
      'bytes behind the last field',
      `${FRONT}0200 2000000000000000 000000 00`,
      'trailing-bytes',
      undefined,
      24,
    ],
  ])('refuses %s and says where', (_, hex, code, field, offset) => {
    const result = decode(cup, bytes(hex));
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect({ code: result.error.code, field: result.error.field, offset: result.error.offset }).toEqual({
      code,
      field,
      offset,
    });
  });

  it('gives what was decoded in front of an error', () => {
    const result = decode(cup, frame('0200', '3020000000000000', '000000', '000000001234', '0000'));
    expect(!result.ok && result.partial).toEqual({
      tpdu: '6000030000',
      header: '603100311001',
      mti: '0200',
      fields: { 3: '000000', 4: '000000001234' },
    });
  });

  it('takes 8192 bytes and not one more', () => {
    const fullText = `0999${'41'.repeat(999)}`;
    const manyTexts = compileDialect({
      ...CUP,
      fields: Array.from({ length: 9 }, (_, index) => ({ de: 2 + index, format: 'ans...999', name: 'Text' })),
    });
    const front = FRONT.length / 2 + 2 + 8;
    const last = 8192 - front - 8 * 1001 - 2;
    const lastText = (length: number) => String(length).padStart(4, '0') + '41'.repeat(length);
    const of = (length: number) => frame('0200', '7FC0000000000000', fullText.repeat(8), lastText(length));
    expect(of(last)).toHaveLength(8192);
    expect(decode(manyTexts, of(last)).ok).toBe(true);
    const over = decode(manyTexts, of(last + 1));
    expect(!over.ok && over.error.code).toBe('frame-length');
  });

  it('reads second and third bitmaps, the third in the place of DE65', () => {
    // Bits 1 and 3; then bits 65 and 70; then DE3, the third bitmap with bit 129, DE70, DE129.
    const text =
      '0800' + 'A000000000000000' + '8400000000000000' + '000000' + '8000000000000000' + '001' + '003abc';
    const result = decode(dialects['iso87-ascii'], new TextEncoder().encode(text));
    expect(result).toEqual({
      ok: true,
      message: { mti: '0800', fields: { 3: '000000', 70: '001', 129: 'abc' } },
    });
  });

  it('remembers a second bitmap that no field needs', () => {
    const text = '0800' + 'A000000000000000' + '0000000000000000' + '000000';
    const result = decode(dialects['iso87-ascii'], new TextEncoder().encode(text));
    expect(result).toEqual({ ok: true, message: { mti: '0800', fields: { 3: '000000' }, bitmaps: 2 } });
  });

  it('refuses a hex bitmap with another character in it', () => {
    const result = decode(dialects['iso87-ascii'], new TextEncoder().encode('0800200000000000000G000000'));
    expect(!result.ok && result.error).toMatchObject({ code: 'bad-bitmap', field: 'bitmap', offset: 19 });
  });

  it('forgets nothing and keeps nothing between two messages', () => {
    const long = frame('0200', '3020000000800000', '000000', '000000001234', '000001', '5430303030303031');
    const short = frame('0200', '2000000000000000', '999999');
    decode(cup, long);
    const result = decode(cup, short);
    expect(result.ok && result.message.fields).toEqual({ 3: '999999' });
  });
});
