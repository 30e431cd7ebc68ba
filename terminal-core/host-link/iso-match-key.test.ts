import { describe, expect, it } from 'vitest';
import { cup, encode, type IsoMessage } from '../iso8583/index.ts';
import { InFlight } from './in-flight.ts';
import { isoMatching } from './iso-match-key.ts';
import { keyOfRequest } from './match-key.ts';

const purchase: IsoMessage = {
  tpdu: '6000030000',
  header: '603100311001',
  mti: '0200',
  fields: {
    3: '000000',
    4: '000000001000',
    11: '000042',
    22: '021',
    25: '00',
    35: '6222021234567890=25121010000',
    41: 'TERM0001',
    42: 'MERCHANT0000001',
    49: '156',
    60: '22000001000',
  },
};

function frame(message: IsoMessage): Uint8Array {
  const result = encode(cup, message);
  if (!result.ok) throw new Error(result.error.message);
  return result.bytes;
}

function answer(fields: IsoMessage['fields']): Uint8Array {
  const {
    3: code = '',
    4: amount = '',
    11: stan = '',
    41: terminal = '',
    42: merchant = '',
    60: control = '',
  } = purchase.fields;
  const echoed = { 3: code, 4: amount, 11: stan, 41: terminal, 42: merchant, 60: control };
  return frame({
    tpdu: '6000000003',
    header: '603100311001',
    mti: '0210',
    fields: { ...echoed, 39: '00', ...fields },
  });
}

function judge(bytes: Uint8Array) {
  const { readKey, isPartialApproval } = isoMatching(cup);
  const requestKey = readKey(frame(purchase));
  const keyText = requestKey === undefined ? undefined : keyOfRequest(requestKey);
  if (requestKey === undefined || keyText === undefined) throw new Error('the request has no key');
  const inFlight = new InFlight();
  inFlight.add({
    purpose: 'request',
    keyText,
    amount: requestKey.amount,
    sentAtMs: 0,
    cancelTimeout() {},
    resolve() {},
  });
  const key = readKey(bytes);
  return key === undefined ? 'malformed' : inFlight.judge(key, () => isPartialApproval(bytes)).kind;
}

describe('isoMatching', () => {
  it('knows the answer to a purchase by its fields', () => {
    expect(judge(answer({}))).toBe('matched');
  });

  it.each([
    ['trace number', { 11: '000043' }],
    ['terminal', { 41: 'TERM0002' }],
    ['merchant', { 42: 'MERCHANT0000002' }],
    ['processing code', { 3: '200000' }],
  ])("takes an answer with another %s for a stranger's", (_what, fields) => {
    expect(judge(answer(fields))).toBe('unknown');
  });

  it('lets the amount differ with DE39 = 10 and with nothing else', () => {
    expect(judge(answer({ 4: '000000000400', 39: '10' }))).toBe('matched');
    expect(judge(answer({ 4: '000000000400', 39: '00' }))).toBe('amount-differs');
  });

  it('reads no key from what is too short for a message type', () => {
    expect(judge(new Uint8Array(12))).toBe('malformed');
  });

  it("takes an answer that breaks off before its terminal number for nobody's", () => {
    expect(judge(answer({}).subarray(0, 40))).toBe('unknown');
  });
});
