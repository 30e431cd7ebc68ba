import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../message.ts';
import { answerMti, checkMessage } from './check.ts';
import { EVERY, MAC, message, PURCHASE, SALE } from './example-messages.ts';

describe('checkMessage', () => {
  const problemsOf = (fields: Record<number, FieldValue | undefined>) => {
    const all = Object.entries({ ...PURCHASE.fields, ...fields }).filter(([, value]) => value !== undefined);
    // The entries with undefined are gone.
    const changed = { ...PURCHASE, fields: Object.fromEntries(all) as Record<number, FieldValue> };
    return checkMessage('purchase', 'request', changed).map(({ code, field }) => `${code} ${field}`);
  };

  it.each([
    ['no amount', { 4: undefined }, ['missing 4']],
    ['no card data', { 2: undefined }, ['missing 2|35|36']],
    ['no MAC', { 64: undefined }, ['missing 64']],
    ['a reference number it cannot have yet', { 37: '000000000001' }, ['forbidden 37']],
    ['a response code', { 39: '00' }, ['forbidden 39']],
    ['a PIN block alone', { 52: new Uint8Array(8) }, ['missing 53', 'missing 26']],
    ['the processing code of a refund', { 3: '200000' }, ['wrong-value 3']],
    ['the condition of a pre-authorisation', { 25: '06' }, ['wrong-value 25']],
    ['the type of a void', { 60: '23000001000' }, ['wrong-value 60.1']],
    ['the control of a settlement', { 60: '22000001201' }, ['wrong-value 60.3']],
    ['a DE60 that breaks off', { 60: '220000' }, ['malformed 60.2']],
    ['chip data that breaks off', { 55: Uint8Array.of(0x9f, 0x36, 2, 0) }, ['malformed 55.9F36']],
  ])('finds a purchase with %s', (_, change, expected) => {
    expect(problemsOf(change)).toEqual(expected);
  });

  it('finds a message of another type', () => {
    const problems = checkMessage('purchase', 'request', { ...PURCHASE, mti: '0220' });
    expect(problems).toMatchObject([{ code: 'wrong-value', field: 'mti' }]);
  });

  it('wants a MAC of an answer that accepts and not of one that declines', () => {
    const answer = (code: string) =>
      message('0210', {
        ...EVERY,
        3: '000000',
        4: '000000001234',
        11: '000001',
        39: code,
        60: '22000001000',
      });
    expect(checkMessage('purchase', 'answer', answer('51'))).toEqual([]);
    expect(checkMessage('purchase', 'answer', answer('00'))).toMatchObject([
      { code: 'missing', field: '64' },
    ]);
  });

  it('leaves chip data of an answer to the chip: an approved sale is not lost over it', () => {
    const answer = message('0210', {
      ...EVERY,
      3: '000000',
      4: '000000001234',
      11: '000001',
      39: '00',
      55: Uint8Array.of(0x91, 8, 0),
      60: '22000001000',
      64: MAC,
    });
    expect(checkMessage('purchase', 'answer', answer)).toEqual([]);
  });

  it('allows a balance certificate in the answer and no MAC in a settlement', () => {
    const certified = message('0210', {
      ...EVERY,
      3: '000000',
      4: '000000001234',
      11: '000001',
      39: '00',
      59: 'BC000',
      60: '22000001000',
      64: MAC,
    });
    expect(checkMessage('purchase', 'answer', certified)).toEqual([]);
    const settlement = message('0500', {
      ...EVERY,
      11: '000001',
      48: '0'.repeat(62),
      49: '156',
      60: '00000001201',
      63: '001',
      64: MAC,
    });
    expect(checkMessage('settlement', 'request', settlement)).toMatchObject([
      { code: 'forbidden', field: '64' },
    ]);
  });

  it('wants the date of the original in a refund', () => {
    const refund = message('0220', {
      ...SALE,
      2: '6222020000000007',
      3: '200000',
      37: '000000000001',
      60: '25000001000',
      61: '000001000001',
      63: '001',
      64: MAC,
    });
    expect(checkMessage('refund', 'request', refund)).toMatchObject([{ code: 'missing', field: '61.3' }]);
  });

  it('makes the type of an answer from that of its request', () => {
    expect(['0200', '0220', '0800', '0820', '0400'].map(answerMti)).toEqual([
      '0210',
      '0230',
      '0810',
      '0830',
      '0410',
    ]);
  });
});
