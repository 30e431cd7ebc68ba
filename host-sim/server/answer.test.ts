import { describe, expect, it } from 'vitest';
import { cup, decode, encode } from '../../terminal-core/iso8583/index.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { answerBytes } from './answer.ts';
import { readFrame } from './wire.ts';

const SETTLEMENT = {
  tpdu: '6000030000',
  header: '603100310000',
  mti: '0500',
  fields: {
    11: '000001',
    41: '10000001',
    42: '100000000000001',
    48: '0'.repeat(62),
    49: '156',
    60: '00000001201',
    63: '001',
  },
};

function answerTo(code: string, fields: Readonly<Record<number, string>>) {
  const encoded = encode(cup, SETTLEMENT);
  if (!encoded.ok) throw new Error(encoded.error.message);
  const frame = readFrame(encoded.bytes);
  if (frame.kind !== 'request') throw new Error(frame.error);
  return answerBytes({
    request: frame.request,
    nowMs: 0,
    accountingDate: '2026-11-21',
    settings: DEFAULT_SETTINGS,
    code,
    fields,
  });
}

describe('the answers of the host', () => {
  it('are sent when they hold what the catalogue wants', () => {
    const decoded = decode(cup, answerTo('00', { 48: `${'0'.repeat(30)}1${'0'.repeat(30)}1` }));
    expect(decoded).toMatchObject({ ok: true, message: { mti: '0510', fields: { 39: '00' } } });
  });

  it('are never sent when they accept and lack something', () => {
    expect(() => answerTo('00', {})).toThrow('DE48 is missing');
  });

  it('may lack something when they refuse', () => {
    expect(decode(cup, answerTo('30', {}))).toMatchObject({ ok: true, message: { fields: { 39: '30' } } });
  });
});
