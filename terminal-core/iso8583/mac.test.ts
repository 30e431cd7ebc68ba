import { describe, expect, it } from 'vitest';
import { hexOf } from './bcd.ts';
import { decode } from './decode.ts';
import { cup } from './dialects.ts';
import { encodeWithMac, macInput } from './mac.ts';
import type { IsoMessage } from './message.ts';

const MESSAGE: IsoMessage = {
  tpdu: '6000030000',
  header: '603100311001',
  mti: '0200',
  fields: { 3: '000000', 11: '000001' },
};

describe('the MAC', () => {
  it('covers message type, bitmap and fields, without TPDU, header and itself', () => {
    let covered = '';
    const result = encodeWithMac(cup, MESSAGE, (input) => {
      covered = hexOf(input);
      return Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    });
    expect(covered).toBe('0200' + '2020000000000001' + '000000' + '000001');
    expect(result.ok && hexOf(result.bytes)).toBe(`6000030000603100311001${covered}0102030405060708`);
    expect(result.ok && hexOf(macInput(result.bytes))).toBe(covered);
  });

  it('does not change the message it is made for', () => {
    encodeWithMac(cup, MESSAGE, () => new Uint8Array(8));
    expect(Object.keys(MESSAGE.fields)).toEqual(['3', '11']);
  });

  it('replaces a MAC that the message has', () => {
    const old = { ...MESSAGE, fields: { ...MESSAGE.fields, 64: new Uint8Array(8).fill(9) } };
    const result = encodeWithMac(cup, old, () => new Uint8Array(8).fill(1));
    const decoded = result.ok ? decode(cup, result.bytes) : undefined;
    expect(decoded?.ok && decoded.message.fields[64]).toEqual(new Uint8Array(8).fill(1));
  });

  it('refuses a MAC of another length, and what cannot be encoded', () => {
    const short = encodeWithMac(cup, MESSAGE, () => new Uint8Array(4));
    expect(!short.ok && short.error).toMatchObject({ code: 'bad-length', field: '64' });
    const bad = encodeWithMac(cup, { ...MESSAGE, fields: { 3: 'x' } }, () => new Uint8Array(8));
    expect(!bad.ok && bad.error).toMatchObject({ code: 'bad-digit', field: '3' });
  });
});
