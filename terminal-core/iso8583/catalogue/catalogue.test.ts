import { describe, expect, it } from 'vitest';
import { cup } from '../dialects.ts';
import { encode } from '../encode.ts';
import type { IsoMessage } from '../message.ts';
import { answerMti, checkMessage } from './check.ts';
import { classifyRequest, messageRow } from './classify.ts';
import { EVERY, MAC, message, ORIGINAL, PURCHASE, SALE } from './example-messages.ts';
import type { MessageKind } from './message-row.ts';
import { deriveReversal } from './reversal.ts';
import { MESSAGE_ROWS } from './rows.ts';

/** One right request of each kind that has examples elsewhere, by the table of docs/protocol.md. */
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
    'code-payment-void',
    message('0200', { ...SALE, ...ORIGINAL, 3: '200000', 22: '032', 60: '23000001000', 64: MAC }),
  ],
  [
    'code-payment-refund',
    message('0220', { ...SALE, ...ORIGINAL, 3: '200000', 22: '032', 60: '25000001000', 63: '001', 64: MAC }),
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
    'load-void',
    message('0200', {
      ...SALE,
      ...ORIGINAL,
      2: '6222020000000007',
      3: '200000',
      60: '49000001000',
      64: MAC,
    }),
  ],
  [
    'statement',
    message('0200', {
      ...EVERY,
      2: '6222020000000007',
      3: '370000',
      11: '000001',
      22: '012',
      25: '00',
      49: '156',
      60: '67000001000',
      64: MAC,
    }),
  ],
  [
    'report-loss',
    message('0200', {
      ...EVERY,
      2: '6222020000000007',
      3: '950000',
      11: '000001',
      25: '00',
      60: '66000001000',
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
    'load-purse-confirm',
    message('0220', {
      ...EVERY,
      3: '630000',
      4: '000000001234',
      11: '000002',
      25: '91',
      58: new Uint8Array(3),
      60: '46000001000',
      61: '000001000001',
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

  it.each(REQUESTS)('takes a refusal of a %s without what only an acceptance carries', (kind, request) => {
    const answerWith = (code: string) => {
      const matchedBy = [3, 4, 11, 41, 42, 60].filter((de) => request.fields[de] !== undefined);
      const fields = Object.fromEntries(matchedBy.map((de) => [de, request.fields[de]]));
      return { ...request, mti: answerMti(request.mti), fields: { ...fields, 39: code } };
    };
    for (const code of ['30', '51', '91', '96', '99']) {
      expect([code, checkMessage(kind, 'answer', answerWith(code))]).toEqual([code, []]);
    }
    const accepted = checkMessage(kind, 'answer', answerWith('00'), { stage: 'before-mac' });
    expect(accepted.map(({ code, field }) => `${code} ${field}`)).toEqual(
      messageRow(kind).answer.whenAccepted.map((de) => `missing ${de}`),
    );
  });

  it('has an example of every kind but those that only differ in their processing code', () => {
    const shown = new Set(REQUESTS.map(([kind]) => kind));
    const missing = MESSAGE_ROWS.map(({ kind }) => kind).filter((kind) => !shown.has(kind));
    expect(missing).toEqual(['block', 'unblock', 'replace']);
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
