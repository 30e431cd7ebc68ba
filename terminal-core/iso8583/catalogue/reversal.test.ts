import { describe, expect, it } from 'vitest';
import { checkMessage } from './check.ts';
import { MAC, message, ORIGINAL, PURCHASE, SALE } from './example-messages.ts';
import { deriveReversal } from './reversal.ts';

describe('deriveReversal', () => {
  it('copies the original with its trace number and the reason, without track, PIN, reference number and MAC', () => {
    const swiped = message('0200', {
      ...SALE,
      3: '000000',
      14: '2912',
      22: '021',
      26: '06',
      35: '6222020000000007=29121010000',
      36: '996222020000000007=1561560',
      52: new Uint8Array(8),
      53: '2600000000000000',
      55: Uint8Array.of(0x95, 1, 0),
      60: '22000001000',
      64: MAC,
    });
    expect(deriveReversal(swiped, '98')).toEqual(
      message('0400', {
        ...SALE,
        2: '6222020000000007',
        3: '000000',
        14: '2912',
        22: '021',
        39: '98',
        55: Uint8Array.of(0x95, 1, 0),
        60: '22000001000',
      }),
    );
  });

  it('takes the card number from track 3 when there is no other', () => {
    const original = message('0200', {
      ...SALE,
      3: '000000',
      36: '996222020000000007=1561560',
      60: '22000001000',
    });
    expect(deriveReversal(original, '06').fields[2]).toBe('6222020000000007');
  });

  it('keeps what a void says of its own original, but not the reference number', () => {
    const original = message('0200', {
      ...SALE,
      ...ORIGINAL,
      2: '6222020000000007',
      3: '200000',
      38: 'ABC123',
      60: '23000001000',
    });
    const { fields } = deriveReversal(original, 'A0');
    expect([fields[37], fields[38], fields[39], fields[61]]).toEqual([
      undefined,
      'ABC123',
      'A0',
      ORIGINAL[61],
    ]);
  });

  it('makes a message that the catalogue accepts and does not change the original', () => {
    const before = structuredClone(PURCHASE);
    expect(
      checkMessage('reversal', 'request', deriveReversal(PURCHASE, '06'), { stage: 'before-mac' }),
    ).toEqual([]);
    expect(PURCHASE).toEqual(before);
  });
});
