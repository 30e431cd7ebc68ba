import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { hexOf } from '../../terminal-core/iso8583/bcd.ts';
import { cup, decode, dialects, encode, type IsoMessage, mask } from '../../terminal-core/iso8583/index.ts';

/**
 * What the two npm packages for ISO 8583 do with a message, next to what the codec does with the same. When one of the
 * first tests fails, the package has been mended: say so in docs/iso8583.md.
 */
const require = createRequire(import.meta.url);

interface OldPackage {
  readonly ISO8583: new (
    packager: object,
  ) => {
    pack(fields: object): string;
    unpack(text: string): Record<string, string>;
  };
  readonly defaultPackager: object;
}

type Iso_8583 = new (
  message?: Record<string, string>,
) => {
  readonly Msg: Record<string, string>;
  getBufferMessage(): Buffer;
  getIsoJSON(packed: Buffer): Record<string, string>;
  toSafeLog(): Record<string, string>;
};

// Neither package has types of its own.
const { ISO8583, defaultPackager } = require('iso8583') as OldPackage;
const Peer = require('iso_8583') as Iso_8583;

const ascii = dialects['iso87-ascii'];

/** DE41 and DE42 of a published sign-on. */
const PEER_TERMINAL = '3530303830303031' + '333039333130303833393835303038';

function textOf(message: IsoMessage): string {
  const encoded = encode(ascii, message);
  return encoded.ok ? Buffer.from(encoded.bytes).toString('latin1') : encoded.error.code;
}

describe('iso8583 0.0.1', () => {
  const pack = (fields: object) => new ISO8583(defaultPackager).pack(fields);

  it('cuts a card number that is too long; the codec refuses it', () => {
    const pan = '622202000000000712345678';
    expect(pack({ 0: '0200', 2: pan })).toBe(`020019${pan.slice(0, 19)}`);
    expect(encode(ascii, { mti: '0200', fields: { 2: pan } })).toMatchObject({
      ok: false,
      error: { code: 'bad-length', field: '2' },
    });
  });

  it('writes a fixed field of any length, so that everything behind it moves; the codec refuses it', () => {
    expect(pack({ 0: '0200', 3: '1234567', 11: '000001' })).toBe('02001234567000001');
    expect(textOf({ mti: '0200', fields: { 3: '1234567', 11: '000001' } })).toBe('bad-length');
  });

  it('computes bitmaps as a floating-point number and loses bits and digits; the codec does not', () => {
    const fields = { 7: '0420090613', 11: '900001', 70: '001' };
    const bitmapOf = (text: string) => text.slice(4, text.length - '0420090613900001001'.length);
    const theirs = bitmapOf(pack({ 0: '0800', 1: '', ...fields }));
    // Neither the mark of the second bitmap nor bit 70, and not 32 digits.
    expect(theirs).toMatch(/^220+$/);
    expect(theirs.length).not.toBe(32);
    expect(bitmapOf(textOf({ mti: '0800', fields }))).toBe('82200000000000000400000000000000');
  });

  it('drops a leading zero of the bitmap; the codec does not', () => {
    const fields = { 7: '0420090613', 11: '900001' };
    expect(pack({ 0: '0800', 1: '', ...fields })).toBe('0800' + '220000000000000' + '0420090613900001');
    expect(textOf({ mti: '0800', fields })).toBe('0800' + '0220000000000000' + '0420090613900001');
  });

  it('reads a frame that breaks off as empty fields; the codec says where it breaks', () => {
    const broken = '02003000000000000000000000';
    expect(new ISO8583(defaultPackager).unpack(broken)).toMatchObject({ 3: '000000', 4: '' });
    expect(decode(ascii, Buffer.from(broken))).toMatchObject({
      ok: false,
      error: { code: 'truncated', field: '4', offset: 26 },
      partial: { fields: { 3: '000000' } },
    });
  });

  it('sorts field numbers as text, which the engine undoes; the codec sorts numbers', () => {
    // An object keeps integer keys in numeric order whatever order they were put in, so that the bytes are right.
    expect(['2', '10', '11'].sort()).toEqual(['10', '11', '2']);
    expect(pack({ 0: '0200', 11: '000001', 3: '000000' })).toBe('0200000000000001');
    expect(textOf({ mti: '0200', fields: { 11: '000001', 3: '000000' } })).toBe(
      '0200' + '2020000000000000' + '000000000001',
    );
  });
});

describe('iso_8583 2.6.7', () => {
  const fields = {
    2: '4761739001010119',
    3: '000000',
    4: '000000005000',
    7: '0911131411',
    11: '000001',
    12: '131411',
    13: '0911',
    41: '12345678',
    42: 'MERCHANT_000001',
    49: '156',
  };

  it('reads a frame that breaks off as empty fields; the codec says where it breaks', () => {
    const packed = new Peer({ 0: '0100', ...fields }).getBufferMessage();
    const read = new Peer().getIsoJSON(packed.subarray(0, packed.length - 20));
    expect(read).toMatchObject({ 41: '123456', 42: '', 49: '' });
    expect(read).not.toHaveProperty('error');

    const encoded = encode(dialects['iso87-ascii-binary'], { mti: '0100', fields });
    if (!encoded.ok) throw new Error(encoded.error.message);
    expect(
      decode(dialects['iso87-ascii-binary'], encoded.bytes.subarray(0, encoded.bytes.length - 20)),
    ).toMatchObject({
      ok: false,
      error: { code: 'truncated', field: '41' },
    });
  });

  it('masks the live message when asked for a safe log; the codec masks a copy', () => {
    const live = { 0: '0100', ...fields };
    new Peer(live).toSafeLog();
    expect(live[2]).toBe('************0119');

    const message: IsoMessage = { mti: '0100', fields };
    expect(mask(message).fields[2]).toBe('476173******0119');
    expect(message.fields[2]).toBe('4761739001010119');
  });

  it('knows neither BCD nor TPDU; the codec reads such a frame', () => {
    const frame = Buffer.from(
      '6000000000' +
        '602200000000' +
        '0800' +
        '0038000000C00012' +
        '000172' +
        '170510' +
        '0510' +
        PEER_TERMINAL +
        '0011000001720030' +
        '0003435550',
      'hex',
    );
    expect(new Peer().getIsoJSON(frame)).toHaveProperty('error');
    const decoded = decode(cup, frame);
    expect(decoded.ok && decoded.message.fields[41]).toBe('50080001');
  });
});

describe('the codec on the same messages', () => {
  it('gives back what it was given', () => {
    const message: IsoMessage = { mti: '0100', fields: { 2: '4761739001010119', 70: '001' } };
    const encoded = encode(ascii, message);
    if (!encoded.ok) throw new Error(encoded.error.message);
    expect(decode(ascii, encoded.bytes)).toEqual({ ok: true, message });
    expect(hexOf(encoded.bytes).length).toBe(2 * encoded.bytes.length);
  });
});
