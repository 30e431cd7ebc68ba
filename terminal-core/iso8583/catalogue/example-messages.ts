import type { FieldValue, IsoMessage } from '../message.ts';

/** Messages and parts of messages that the tests of the catalogue share. */
export const MAC = new Uint8Array(8);
export const EVERY = { 41: 'T0000001', 42: 'M00000000000001' } as const;
export const SALE = { 4: '000000001234', 11: '000001', 22: '012', 25: '00', 49: '156', ...EVERY } as const;

export function message(mti: string, fields: Record<number, FieldValue>): IsoMessage {
  return { tpdu: '6000030000', header: '603100311001', mti, fields };
}

export const PURCHASE = message('0200', {
  ...SALE,
  2: '6222020000000007',
  3: '000000',
  60: '22000001000',
  64: MAC,
});
export const ORIGINAL = { 37: '000000000001', 61: '0000010000011121' } as const;
