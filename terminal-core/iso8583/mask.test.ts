import { describe, expect, it } from 'vitest';
import { amountMinor } from '../domain/money.ts';
import { HIDDEN, mask, maskFields } from './mask.ts';
import type { IsoMessage } from './message.ts';
import { encodeBatchRecords } from './subfields/de48.ts';

const PAN = '6222020000000007';

describe('mask', () => {
  const message: IsoMessage = {
    mti: '0200',
    fields: {
      2: PAN,
      4: '000000001234',
      35: `${PAN}=2512`,
      36: `99${PAN}=156`,
      45: `B${PAN}^NAME`,
      52: new Uint8Array(8),
      55: Uint8Array.of(0x5a, 8, 0x62, 0x22, 2, 0, 0, 0, 0, 7),
      62: new Uint8Array(40),
    },
  };

  it('shows card numbers as first 6 and last 4 and hides tracks, PIN block, chip data and keys', () => {
    expect(mask(message).fields).toEqual({
      2: '622202******0007',
      4: '000000001234',
      35: HIDDEN,
      36: HIDDEN,
      45: HIDDEN,
      52: HIDDEN,
      55: HIDDEN,
      62: HIDDEN,
    });
  });

  it('never changes the message', () => {
    const before = structuredClone(message);
    mask(message);
    expect(message).toEqual(before);
  });

  it('masks the card numbers inside the records of a batch upload', () => {
    const record = { cardClass: '00', stan: '000001', pan: PAN, amountMinor: amountMinor(1234) };
    const records = encodeBatchRecords([record, { ...record, stan: '000002' }]);
    if (!records.ok) throw new Error(records.error.message);
    const masked = mask({ mti: '0320', fields: { 48: records.value } }).fields[48];
    expect(masked).not.toContain(PAN);
    expect(masked).toBe(records.value.replaceAll(PAN, '622202******0007'));
  });

  it('leaves the totals of a settlement readable', () => {
    const totals = '1'.repeat(62);
    expect(mask({ mti: '0500', fields: { 48: totals } }).fields[48]).toBe(totals);
  });

  it('masks the number of the new card in a replacement, its reversal and their answers', () => {
    for (const mti of ['0200', '0210', '0400', '0410', undefined]) {
      expect(maskFields(mti, { 3: '930000', 48: PAN })[48]).toBe('622202******0007');
    }
  });
});
