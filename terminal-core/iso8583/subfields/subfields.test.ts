import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AMOUNT_MINOR_MAX, amountMinor } from '../../domain/money.ts';
import type { SubfieldResult } from '../iso-error.ts';
import { decodeDe22, encodeDe22 } from './de22.ts';
import {
  decodeBatchRecords,
  decodeSettlementTotals,
  decodeUploadCount,
  encodeBatchRecords,
  encodeSettlementTotals,
  encodeUploadCount,
  NO_TOTALS,
} from './de48.ts';
import { decodeDe53, encodeDe53 } from './de53.ts';
import { decodeDe54, encodeDe54 } from './de54.ts';
import { decodeDe59, encodeDe59, findDe59 } from './de59.ts';
import { decodeDe60, encodeDe60 } from './de60.ts';
import { decodeDe61, encodeDe61 } from './de61.ts';

function digits(minLength: number, maxLength = minLength): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });
}

const amount = fc.integer({ min: 0, max: AMOUNT_MINOR_MAX }).map(amountMinor);

function taken<T>(result: SubfieldResult<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** Code and path of a refusal. */
function refusal(result: SubfieldResult<unknown>): string {
  return result.ok ? 'no refusal' : `${result.error.code} ${result.error.field}`;
}

/** What is written comes back, and what can be read is written as it was. */
function goesBothWays<Value, Wire>(
  codec: {
    readonly encode: (value: Value) => SubfieldResult<Wire>;
    readonly decode: (wire: Wire) => SubfieldResult<Value>;
  },
  values: fc.Arbitrary<Value>,
  wires: fc.Arbitrary<Wire>,
): void {
  fc.assert(
    fc.property(values, (value) => {
      expect(taken(codec.decode(taken(codec.encode(value))))).toEqual(value);
    }),
  );
  fc.assert(
    fc.property(wires, (wire) => {
      const decoded = codec.decode(wire);
      if (decoded.ok) expect(taken(codec.encode(decoded.value))).toEqual(wire);
    }),
  );
}

describe('DE22, entry mode', () => {
  it.each([
    ['021', 'magnetic', 'entered'],
    ['012', 'keyed', 'none'],
    ['052', 'chip', 'none'],
    ['071', 'contactless', 'entered'],
    ['030', 'barcode', 'unspecified'],
  ] as const)('%s is %s with the PIN %s', (text, mode, pin) => {
    expect(taken(decodeDe22(text))).toEqual({ mode, pin });
    expect(taken(encodeDe22({ mode, pin }))).toBe(text);
  });

  it('refuses what it does not know', () => {
    expect(refusal(decodeDe22('991'))).toBe('bad-digit 22.1');
    expect(refusal(decodeDe22('029'))).toBe('bad-digit 22.2');
    expect(refusal(decodeDe22('02'))).toBe('bad-length 22');
  });
});

describe('DE48, settlement and batch upload', () => {
  const count = fc.integer({ min: 0, max: 999 });
  const scheme = fc.record({
    debitMinor: amount,
    debitCount: count,
    creditMinor: amount,
    creditCount: count,
    result: fc.constantFrom('none', 'balanced', 'not-balanced', 'error'),
  });
  const record = fc.record({
    cardClass: digits(2),
    stan: digits(6),
    pan: digits(0, 19).map((text) => text.replace(/^0+/, '')),
    amountMinor: amount,
  });

  it('writes totals as 62 digits', () => {
    const domestic = {
      ...NO_TOTALS,
      debitMinor: amountMinor(1234),
      debitCount: 2,
      creditMinor: amountMinor(99),
      creditCount: 1,
    };
    const text = taken(
      encodeSettlementTotals({ domestic: { ...domestic, result: 'balanced' }, foreign: NO_TOTALS }),
    );
    expect(text).toBe(`0000000012340020000000000990011${'0'.repeat(31)}`);
  });

  it('takes totals both ways', () => {
    goesBothWays(
      { encode: encodeSettlementTotals, decode: decodeSettlementTotals },
      fc.record({ domestic: scheme, foreign: scheme }),
      digits(62),
    );
  });

  it('refuses totals that do not fit', () => {
    expect(
      refusal(encodeSettlementTotals({ domestic: { ...NO_TOTALS, debitCount: 1000 }, foreign: NO_TOTALS })),
    ).toBe('bad-length 48.2');
    expect(
      refusal(encodeSettlementTotals({ domestic: NO_TOTALS, foreign: { ...NO_TOTALS, creditCount: -1 } })),
    ).toBe('bad-length 48.9');
    expect(refusal(decodeSettlementTotals('0'.repeat(61)))).toBe('bad-length 48');
    expect(refusal(decodeSettlementTotals(`${'0'.repeat(30)}7${'0'.repeat(31)}`))).toBe('bad-digit 48.5');
    expect(refusal(decodeSettlementTotals(`x${'0'.repeat(61)}`))).toBe('bad-digit 48');
  });

  it('writes a record as class, trace number, card number behind zeros, amount', () => {
    const text = taken(
      encodeBatchRecords([
        { cardClass: '00', stan: '000007', pan: '6222020000000007', amountMinor: amountMinor(1234) },
      ]),
    );
    expect(text).toBe('01' + '00' + '000007' + '00006222020000000007' + '000000001234');
  });

  it('takes records both ways', () => {
    goesBothWays(
      { encode: encodeBatchRecords, decode: decodeBatchRecords },
      fc.array(record, { maxLength: 8 }),
      fc.oneof(
        digits(2, 100),
        digits(40).map((text) => `01${text}`),
      ),
    );
  });

  it('takes eight records and not nine', () => {
    const one = { cardClass: '00', stan: '000001', pan: '6222', amountMinor: amountMinor(1) };
    expect(taken(encodeBatchRecords(new Array(8).fill(one)))).toHaveLength(322);
    expect(refusal(encodeBatchRecords(new Array(9).fill(one)))).toBe('bad-length 48.1');
    expect(refusal(decodeBatchRecords(`09${'0'.repeat(360)}`))).toBe('bad-length 48.1');
  });

  it('refuses records that break off, go on, or would lose a zero', () => {
    expect(refusal(decodeBatchRecords(`01${'0'.repeat(39)}`))).toBe('truncated 48');
    expect(refusal(decodeBatchRecords(`01${'0'.repeat(41)}`))).toBe('trailing-bytes 48');
    const zero = { cardClass: '00', stan: '000001', pan: '0622', amountMinor: amountMinor(1) };
    expect(refusal(encodeBatchRecords([zero]))).toBe('bad-digit 48.2');
  });

  it('takes the count at the end both ways', () => {
    goesBothWays(
      { encode: encodeUploadCount, decode: decodeUploadCount },
      fc.integer({ min: 0, max: 9999 }),
      digits(4),
    );
    expect(refusal(encodeUploadCount(10_000))).toBe('bad-length 48');
  });
});

describe('DE53, security control', () => {
  it('says how PIN and tracks are protected', () => {
    const value = { pinFormat: 'with-pan', keyLength: 'double', tracks: 'clear' } as const;
    expect(taken(encodeDe53(value))).toBe('2600000000000000');
    expect(taken(decodeDe53('2600000000000000'))).toEqual(value);
    expect(taken(decodeDe53('1610000000000000'))).toEqual({
      pinFormat: 'without-pan',
      keyLength: 'double',
      tracks: 'encrypted',
    });
  });

  it('goes both ways and keeps digits that have no meaning here', () => {
    const value = fc.record(
      {
        pinFormat: fc.constantFrom('none', 'without-pan', 'with-pan'),
        keyLength: fc.constantFrom('single', 'double'),
        tracks: fc.constantFrom('clear', 'encrypted'),
        reserved: digits(13).filter((text) => text !== '0'.repeat(13)),
      },
      { requiredKeys: ['pinFormat', 'keyLength', 'tracks'] },
    );
    goesBothWays({ encode: encodeDe53, decode: decodeDe53 }, value, digits(16));
  });
});

describe('DE54, balances', () => {
  const balance = fc.record({
    accountType: digits(2),
    amountType: digits(2),
    currency: digits(3),
    sign: fc.constantFrom('C', 'D'),
    amountMinor: amount,
  });

  it('reads a balance', () => {
    expect(taken(decodeDe54('0002156C000000012345'))).toEqual([
      { accountType: '00', amountType: '02', currency: '156', sign: 'C', amountMinor: 12_345 },
    ]);
  });

  it('goes both ways', () => {
    goesBothWays(
      { encode: encodeDe54, decode: decodeDe54 },
      fc.array(balance, { maxLength: 6 }),
      fc.tuple(digits(7), fc.constantFrom('C', 'D', 'X'), digits(12)).map((parts) => parts.join('')),
    );
  });

  it('names the balance and the character that is wrong', () => {
    const bad = decodeDe54('0002156C0000000123450002156X000000012345');
    expect(!bad.ok && bad.error).toMatchObject({ code: 'bad-digit', field: '54.2', offset: 27 });
    expect(refusal(decodeDe54('0002156C00000001234'))).toBe('truncated 54');
  });
});

describe('DE59, tagged texts', () => {
  const entry = fc.record({
    tag: fc.string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), minLength: 2, maxLength: 2 }),
    // fast-check's own strings are printable ASCII.
    value: fc.string({ maxLength: 40 }),
  });

  it('finds a tag and keeps the order of all', () => {
    const list = taken(decodeDe59('ZZ001xBC004AbC=CC000'));
    expect(list.map(({ tag }) => tag)).toEqual(['ZZ', 'BC', 'CC']);
    expect(findDe59(list, 'BC')).toBe('AbC=');
    expect(findDe59(list, 'JH')).toBeUndefined();
  });

  it('goes both ways', () => {
    goesBothWays({ encode: encodeDe59, decode: decodeDe59 }, fc.array(entry, { maxLength: 5 }), fc.string());
  });

  it('takes 999 characters and not one more', () => {
    expect(taken(encodeDe59([{ tag: 'BC', value: 'x'.repeat(999) }]))).toHaveLength(1004);
    expect(refusal(encodeDe59([{ tag: 'BC', value: 'x'.repeat(1000) }]))).toBe('bad-length 59.BC');
  });

  it('names the tag that is wrong', () => {
    expect(refusal(decodeDe59('BC004Ab'))).toBe('truncated 59.BC');
    expect(refusal(decodeDe59('BC0x4Ab'))).toBe('bad-length 59.BC');
    expect(refusal(decodeDe59('BC00'))).toBe('truncated 59.BC');
    expect(refusal(decodeDe59('bc000'))).toBe('bad-digit 59');
  });
});

describe('DE60 and DE61', () => {
  it('read their parts', () => {
    expect(taken(decodeDe60('22000001000'))).toEqual({ type: '22', batchNumber: '000001', control: '000' });
    expect(taken(decodeDe60('2600000100060000000'))).toEqual({
      type: '26',
      batchNumber: '000001',
      control: '000',
      reader: '6',
      chipCondition: '0',
      partialApproval: '0',
      accountType: '000',
      rest: '00',
    });
    expect(taken(decodeDe61('2334156811860529'))).toEqual({
      batchNumber: '233415',
      stan: '681186',
      date: '0529',
    });
  });

  it('go both ways', () => {
    const de60 = fc.record({
      type: digits(2),
      batchNumber: digits(6),
      control: digits(3),
      reader: digits(1),
    });
    goesBothWays({ encode: encodeDe60, decode: decodeDe60 }, de60, digits(0, 30));
    const de61 = fc.record({
      batchNumber: digits(6),
      stan: digits(6),
      date: digits(4),
      authorisationMode: digits(2),
    });
    goesBothWays({ encode: encodeDe61, decode: decodeDe61 }, de61, digits(0, 29));
  });

  it('name the part that is wrong', () => {
    expect(refusal(decodeDe60('2200000'))).toBe('truncated 60.2');
    expect(refusal(decodeDe60('2200000100'))).toBe('truncated 60.3');
    expect(refusal(decodeDe60('22x00001000'))).toBe('bad-digit 60');
    expect(refusal(encodeDe60({ type: '22', batchNumber: '1' }))).toBe('bad-length 60.2');
    expect(refusal(encodeDe60({ type: '22', batchNumber: '000001', reader: '1' }))).toBe('bad-length 60.4');
    expect(refusal(encodeDe61({ batchNumber: '000001' }))).toBe('bad-length 61.2');
  });
});
