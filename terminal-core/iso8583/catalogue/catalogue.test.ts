import { describe, expect, it } from 'vitest';
import { cup } from '../dialects.ts';
import { encode } from '../encode.ts';
import type { FieldValue, IsoMessage } from '../message.ts';
import { answerMti, checkMessage } from './check.ts';
import { classifyRequest, messageRow } from './classify.ts';
import type { MessageKind } from './message-row.ts';
import { deriveReversal } from './reversal.ts';
import { MESSAGE_ROWS } from './rows.ts';

const MAC = new Uint8Array(8);
const EVERY = { 41: 'T0000001', 42: 'M00000000000001' } as const;
const SALE = { 4: '000000001234', 11: '000001', 22: '012', 25: '00', 49: '156', ...EVERY } as const;

function message(mti: string, fields: Record<number, FieldValue>): IsoMessage {
  return { tpdu: '6000030000', header: '603100311001', mti, fields };
}

const PURCHASE = message('0200', { ...SALE, 2: '6222020000000007', 3: '000000', 60: '22000001000', 64: MAC });
const ORIGINAL = { 37: '000000000001', 61: '0000010000011121' } as const;

/** One right request of each kind that has examples elsewhere, by PROTOCOL's table. */
const REQUESTS: readonly (readonly [MessageKind, IsoMessage])[] = [
  ['sign-on', message('0800', { ...EVERY, 11: '000001', 60: '00000001003', 63: '001' })],
  ['sign-off', message('0820', { ...EVERY, 11: '000001', 60: '00000001002' })],
  ['echo', message('0820', { ...EVERY, 60: '00000001301' })],
  ['parameters', message('0800', { ...EVERY, 60: '00000001360', 62: new Uint8Array(3) })],
  ['parameters-end', message('0820', { ...EVERY, 60: '00000001362' })],
  ['hotlist', message('0800', { ...EVERY, 60: '00000001390', 62: new Uint8Array(3) })],
  ['hotlist-end', message('0820', { ...EVERY, 60: '00000001391' })],
  [
    'balance',
    message('0200', {
      ...EVERY,
      2: '6222020000000007',
      3: '310000',
      11: '000001',
      22: '012',
      25: '00',
      49: '156',
      60: '01000001000',
      64: MAC,
    }),
  ],
  ['purchase', PURCHASE],
  [
    'code-payment',
    message('0200', {
      ...SALE,
      3: '000000',
      22: '032',
      59: 'CC018281234567890123456',
      60: '22000001000',
      64: MAC,
    }),
  ],
  [
    'void',
    message('0200', {
      ...SALE,
      ...ORIGINAL,
      2: '6222020000000007',
      3: '200000',
      38: 'ABC123',
      60: '23000001000',
      64: MAC,
    }),
  ],
  [
    'refund',
    message('0220', {
      ...SALE,
      ...ORIGINAL,
      2: '6222020000000007',
      3: '200000',
      60: '25000001000',
      63: '001',
      64: MAC,
    }),
  ],
  [
    'pre-authorisation',
    message('0100', { ...SALE, 2: '6222020000000007', 3: '030000', 25: '06', 60: '10000001000', 64: MAC }),
  ],
  [
    'pre-authorisation-void',
    message('0100', {
      ...SALE,
      2: '6222020000000007',
      3: '200000',
      25: '06',
      60: '11000001000',
      61: '000001000001',
      64: MAC,
    }),
  ],
  [
    'completion',
    message('0200', {
      ...SALE,
      2: '6222020000000007',
      3: '000000',
      25: '06',
      38: 'ABC123',
      60: '20000001000',
      61: '000001000001',
      64: MAC,
    }),
  ],
  [
    'completion-void',
    message('0200', {
      ...SALE,
      ...ORIGINAL,
      2: '6222020000000007',
      3: '200000',
      25: '06',
      60: '21000001000',
      64: MAC,
    }),
  ],
  [
    'offline-advice',
    message('0220', {
      ...SALE,
      2: '6222020000000007',
      3: '000000',
      12: '120000',
      13: '1121',
      59: 'BC000',
      60: '30000001000',
      61: '0000010000011121',
      63: '001',
      64: MAC,
    }),
  ],
  [
    'purse-offline',
    message('0220', {
      ...EVERY,
      3: '000000',
      4: '000000001234',
      11: '000001',
      12: '120000',
      13: '1121',
      25: '00',
      49: '156',
      58: new Uint8Array(3),
      60: '36000001000',
      64: MAC,
    }),
  ],
  [
    'load-purse-cash',
    message('0200', {
      ...EVERY,
      3: '630000',
      4: '000000001234',
      11: '000001',
      25: '91',
      58: new Uint8Array(3),
      60: '46000001000',
      64: MAC,
    }),
  ],
  [
    'load-purse-account',
    message('0200', {
      ...EVERY,
      3: '600000',
      4: '000000001234',
      11: '000001',
      25: '91',
      58: new Uint8Array(3),
      60: '45000001000',
      64: MAC,
    }),
  ],
  [
    'load-prepaid-cash',
    message('0200', {
      ...EVERY,
      2: '6222020000000007',
      3: '630000',
      4: '000000001234',
      11: '000001',
      25: '00',
      60: '48000001000',
      64: MAC,
    }),
  ],
  [
    'load-confirm',
    message('0220', {
      ...EVERY,
      2: '6222020000000007',
      3: '630000',
      4: '000000001234',
      11: '000001',
      25: '00',
      60: '48000001000',
      64: MAC,
    }),
  ],
  [
    'activate',
    message('0200', {
      ...EVERY,
      2: '6222020000000007',
      3: '900000',
      11: '000001',
      25: '00',
      60: '60000001000',
      64: MAC,
    }),
  ],
  [
    'surrender',
    message('0200', {
      ...EVERY,
      2: '6222020000000007',
      3: '940000',
      11: '000001',
      25: '00',
      60: '64000001000',
      64: MAC,
    }),
  ],
  [
    'query',
    message('0200', {
      ...EVERY,
      3: '380000',
      11: '000001',
      25: '00',
      60: '65000001000',
      61: '000001000001',
      64: MAC,
    }),
  ],
  [
    'settlement',
    message('0500', { ...EVERY, 11: '000001', 48: '0'.repeat(62), 49: '156', 60: '00000001201', 63: '001' }),
  ],
  ['batch-upload', message('0320', { ...EVERY, 11: '000001', 48: '00', 60: '00000001201', 63: '001' })],
  [
    'batch-upload',
    message('0320', {
      ...SALE,
      2: '6222020000000007',
      3: '000000',
      60: '30000001201',
      61: '0000010000011121',
    }),
  ],
  ['batch-upload-end', message('0320', { ...EVERY, 11: '000001', 48: '0001', 60: '00000001202', 63: '001' })],
  ['batch-upload-end', message('0320', { ...EVERY, 11: '000001', 48: '0001', 60: '00000001207' })],
  ['reversal', deriveReversal(PURCHASE, '98')],
];

describe('the message catalogue', () => {
  it.each(REQUESTS)('knows a %s', (kind, request) => {
    expect(classifyRequest(request)).toBe(kind);
    const stage = request.fields[64] === undefined ? 'before-mac' : 'complete';
    expect(checkMessage(kind, 'request', request, { stage })).toEqual([]);
    expect(encode(cup, request).ok).toBe(true);
  });

  it('names in its rows only fields that cup has, and none twice', () => {
    for (const { kind, request, answer } of MESSAGE_ROWS) {
      for (const { required, optional } of [request, answer]) {
        expect([kind, [...required, ...optional].filter((de) => !cup.fields[de])]).toEqual([kind, []]);
        expect([kind, new Set(required).size]).toEqual([kind, required.length]);
      }
    }
    expect(new Set(MESSAGE_ROWS.map(({ kind }) => kind)).size).toBe(MESSAGE_ROWS.length);
  });

  it('says which messages owe what when no answer comes', () => {
    const outcomes = (kind: MessageKind) => messageRow(kind).unknownOutcome;
    expect((['purchase', 'void', 'completion', 'activate'] as const).map(outcomes)).toEqual(
      new Array(4).fill('reverse'),
    );
    expect((['refund', 'offline-advice', 'reversal', 'settlement'] as const).map(outcomes)).toEqual(
      new Array(4).fill('repeat'),
    );
    expect((['balance', 'query', 'echo'] as const).map(outcomes)).toEqual(new Array(3).fill('none'));
    expect([outcomes('load-prepaid-cash'), outcomes('load-purse-cash')]).toEqual([
      'confirm',
      'reverse-with-proof',
    ]);
  });

  it('does not know a combination that no row has', () => {
    expect(classifyRequest(message('0200', { 3: '000000', 60: '99000001000' }))).toBeUndefined();
    expect(classifyRequest(message('0600', { 3: '000000', 60: '22000001000' }))).toBeUndefined();
    expect(classifyRequest(message('0200', { 3: '000000' }))).toBeUndefined();
  });
});

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
