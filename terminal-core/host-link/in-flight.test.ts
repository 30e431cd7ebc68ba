import { describe, expect, it } from 'vitest';
import { ENDED_KEYS_MAX, InFlight, type Waiting } from './in-flight.ts';
import { keyOfRequest, type MatchKey } from './match-key.ts';

const request: MatchKey = {
  mti: '0200',
  processingCode: '000000',
  amount: '000000001000',
  stan: '000001',
  terminalId: 'TERM0001',
  merchantId: 'MERCHANT0000001',
};
const answer: MatchKey = { ...request, mti: '0210' };
const never = () => false;

function waiting(key: MatchKey, purpose: Waiting['purpose'] = 'request'): Waiting {
  const keyText = keyOfRequest(key);
  if (keyText === undefined) throw new Error('not a request');
  return { purpose, keyText, amount: key.amount, sentAtMs: 0, cancelTimeout() {}, resolve() {} };
}

function inFlightWith(key: MatchKey) {
  const inFlight = new InFlight();
  const entry = waiting(key);
  inFlight.add(entry);
  return { inFlight, entry };
}

describe('matching an answer to its request', () => {
  it('matches when MTI + 10 and DE3, 11, 41, 42 and 4 are equal', () => {
    const { inFlight, entry } = inFlightWith(request);
    expect(inFlight.judge(answer, never)).toEqual({ kind: 'matched', waiting: entry });
  });

  it.each([
    ['0100', '0110'],
    ['0220', '0230'],
    ['0320', '0330'],
    ['0400', '0410'],
    ['0500', '0510'],
    ['0800', '0810'],
    ['0820', '0830'],
    ['0201', '0210'],
  ])('takes the answer to %s to be %s', (requestMti, answerMti) => {
    const { inFlight } = inFlightWith({ ...request, mti: requestMti });
    expect(inFlight.judge({ ...answer, mti: answerMti }, never).kind).toBe('matched');
  });

  it.each([
    ['another transaction', { mti: '0410' }],
    ['another processing code', { processingCode: '200000' }],
    ['another trace number', { stan: '000002' }],
    ['another terminal', { terminalId: 'TERM0002' }],
    ['another merchant', { merchantId: 'MERCHANT0000002' }],
    ['no trace number', { stan: undefined }],
    ['a request instead of an answer', { mti: '0200' }],
    ['an MTI that is none', { mti: '02x0' }],
  ] as const)('ignores %s', (_what, changes) => {
    const { inFlight } = inFlightWith(request);
    expect(inFlight.judge({ ...answer, ...changes }, () => true)).toEqual({ kind: 'unknown' });
  });

  it('lets the amount differ only in a partial approval', () => {
    const { inFlight } = inFlightWith(request);
    const partial = { ...answer, amount: '000000000400' };
    expect(inFlight.judge(partial, never).kind).toBe('amount-differs');
    expect(inFlight.judge({ ...answer, amount: undefined }, never).kind).toBe('amount-differs');
    expect(inFlight.judge(partial, () => true).kind).toBe('matched');
  });

  it('matches a message without DE3, 4 and 11 by what it has', () => {
    const echo = { mti: '0820', terminalId: 'TERM0001', merchantId: 'MERCHANT0000001' };
    const { inFlight } = inFlightWith(echo);
    expect(inFlight.judge({ ...echo, mti: '0830' }, never).kind).toBe('matched');
  });

  it('knows a duplicate from a late answer from a stranger', () => {
    const { inFlight, entry } = inFlightWith(request);
    inFlight.remove(entry, 'answered');
    expect(inFlight.judge(answer, never).kind).toBe('duplicate');
    const second = waiting({ ...request, stan: '000002' });
    inFlight.add(second);
    inFlight.remove(second, 'unanswered');
    expect(inFlight.judge({ ...answer, stan: '000002' }, never).kind).toBe('late');
    expect(inFlight.judge({ ...answer, stan: '000003' }, never).kind).toBe('unknown');
  });

  it('remembers ENDED_KEYS_MAX ended requests and forgets the oldest with one more', () => {
    const inFlight = new InFlight();
    const stanOf = (index: number) => String(index).padStart(6, '0');
    const end = (index: number) => {
      const entry = waiting({ ...request, stan: stanOf(index) });
      inFlight.add(entry);
      inFlight.remove(entry, 'answered');
    };
    for (let index = 1; index <= ENDED_KEYS_MAX; index += 1) end(index);
    expect(inFlight.judge({ ...answer, stan: stanOf(1) }, never).kind).toBe('duplicate');
    end(ENDED_KEYS_MAX + 1);
    expect(inFlight.judge({ ...answer, stan: stanOf(1) }, never).kind).toBe('unknown');
    expect(inFlight.judge({ ...answer, stan: stanOf(2) }, never).kind).toBe('duplicate');
  });

  it('does not count echoes as requests', () => {
    const inFlight = new InFlight();
    inFlight.add(waiting(request));
    const echo = waiting({ ...request, mti: '0820' }, 'echo');
    inFlight.add(echo);
    expect([inFlight.requests, inFlight.echoes]).toEqual([1, 1]);
    inFlight.remove(echo, 'answered');
    expect([inFlight.requests, inFlight.echoes]).toEqual([1, 0]);
  });
});
