import { describe, expect, it } from 'vitest';
import type { Dialect } from './compile.ts';
import { cup, dialects } from './dialects.ts';
import { encode } from './encode.ts';
import type { IsoMessage } from './message.ts';
import { readRoute } from './route.ts';

const PURCHASE: IsoMessage = {
  tpdu: '6000030000',
  header: '603100311001',
  mti: '0200',
  fields: {
    2: '6222020000000007',
    3: '000000',
    4: '000000001234',
    11: '000001',
    35: '6222020000000007=2512',
    41: 'T0000001',
    42: 'M00000000000001',
    55: Uint8Array.of(0x9f, 0x36, 2, 0, 1),
  },
};

function bytesOf(dialect: Dialect, message: IsoMessage): Uint8Array {
  const result = encode(dialect, message);
  if (!result.ok) throw new Error(result.error.message);
  return result.bytes;
}

describe('readRoute', () => {
  it('reads what a router needs and steps over the rest', () => {
    expect(readRoute(cup, bytesOf(cup, PURCHASE))).toEqual({
      mti: '0200',
      processingCode: '000000',
      amount: '000000001234',
      stan: '000001',
      terminalId: 'T0000001',
      merchantId: 'M00000000000001',
    });
  });

  it('leaves out what a message lacks', () => {
    const { tpdu, header } = PURCHASE;
    const echo: IsoMessage = {
      mti: '0820',
      fields: { 41: 'T0000001' },
      ...(tpdu && header ? { tpdu, header } : {}),
    };
    expect(readRoute(cup, bytesOf(cup, echo))).toEqual({ mti: '0820', terminalId: 'T0000001' });
  });

  it('gives what is in front of a break', () => {
    const bytes = bytesOf(cup, PURCHASE);
    for (let length = 0; length < bytes.length; length += 1) {
      const route = readRoute(cup, bytes.subarray(0, length));
      expect(route.stan === undefined || route.stan === '000001').toBe(true);
    }
    expect(readRoute(cup, bytes.subarray(0, 13))).toEqual({ mti: '0200' });
  });

  it('does not care what is wrong behind the merchant', () => {
    const bytes = bytesOf(cup, PURCHASE);
    expect(readRoute(cup, bytes.subarray(0, bytes.length - 4)).merchantId).toBe('M00000000000001');
  });

  it('steps over second bitmaps of other dialects', () => {
    const dialect = dialects['iso87-ascii'];
    const bytes = bytesOf(dialect, { mti: '0800', fields: { 11: '000001', 70: '001' } });
    expect(readRoute(dialect, bytes)).toEqual({ mti: '0800', stan: '000001' });
  });
});
