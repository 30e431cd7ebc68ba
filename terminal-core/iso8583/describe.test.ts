import { describe, expect, it } from 'vitest';
import { describeKind, describeMessage, subfieldErrors } from './describe.ts';
import { cup, dialects } from './dialects.ts';
import type { FieldValue } from './message.ts';

function meanings(fields: Record<number, FieldValue>, mti = '0210'): Record<number, string | undefined> {
  return Object.fromEntries(describeMessage(cup, { mti, fields }).map(({ de, meaning }) => [de, meaning]));
}

describe('describeMessage', () => {
  it('says what structured fields mean', () => {
    expect(
      meanings({
        4: '000000001234',
        11: '000001',
        22: '021',
        39: '51',
        53: '2600000000000000',
        54: '0002156C000000012345',
        58: Uint8Array.of(0xdf, 0x03, 1, 6),
        59: 'BC004AbC=',
        60: '22000001000',
        61: '0000010000011121',
      }),
    ).toEqual({
      4: '12.34',
      11: undefined,
      22: 'magnetic, PIN entered',
      39: 'Not enough balance (decline)',
      53: 'PIN with-pan, double-length keys, tracks clear',
      54: 'C 123.45 (156)',
      58: 'DF03 06',
      59: 'BC (4)',
      60: 'type 22, batchNumber 000001, control 000',
      61: 'batchNumber 000001, stan 000001, date 1121',
    });
  });

  it('reads the totals of a settlement', () => {
    const text = `0000000012340020000000000990012${'0'.repeat(31)}`;
    expect(meanings({ 48: text }, '0510')[48]).toBe(
      'debits 2 = 12.34, credits 1 = 0.99, result not-balanced',
    );
  });

  it('takes DE39 of a reversal for its reason', () => {
    expect(meanings({ 39: '98' }, '0400')[39]).toBe('no answer came');
    expect(meanings({ 39: '98' }, '0410')[39]).toContain('issuer-timeout');
  });

  it('says nothing about what it cannot read, and shows nothing that is hidden', () => {
    expect(meanings({ 22: '999', 54: 'x', 60: '2' })).toEqual({
      22: undefined,
      54: undefined,
      60: undefined,
    });
    const [track] = describeMessage(cup, { mti: '0200', fields: { 35: '6222020000000007=2512' } });
    expect(track).toEqual({ de: 35, name: 'Track 2', format: 'z..37', value: '********' });
  });
});

describe('describeKind', () => {
  it('names requests and their answers', () => {
    const fields = { 3: '000000', 60: '22000001000' };
    expect(describeKind(cup, { mti: '0200', fields })).toBe('purchase request');
    expect(describeKind(cup, { mti: '0210', fields })).toBe('purchase answer');
    expect(describeKind(cup, { mti: '0210', fields: {} })).toBe('answer');
    expect(describeKind(cup, { mti: '0999', fields })).toBeUndefined();
    expect(describeKind(dialects['iso87-ascii'], { mti: '0200', fields })).toBeUndefined();
  });
});

describe('subfieldErrors', () => {
  it('names each structured field that is wrong', () => {
    const fields = { 55: Uint8Array.of(0x9f, 0x36, 2), 58: Uint8Array.of(0xdf, 0x02, 1, 0), 59: 'BC9' };
    expect(subfieldErrors(cup, fields).map(({ field }) => field)).toEqual(['55.9F36', '58.DF02', '59.BC']);
    expect(subfieldErrors(dialects['iso93-bcd'], fields)).toEqual([]);
  });
});
