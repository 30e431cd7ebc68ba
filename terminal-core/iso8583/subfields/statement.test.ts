import { describe, expect, it } from 'vitest';
import { amountMinor } from '../../domain/money.ts';
import { decodeStatement, encodeStatement, STATEMENT_LINES_MAX, type StatementLine } from './statement.ts';

const LINE: StatementLine = {
  date: '20261121',
  time: '090000',
  kind: 'LO',
  sign: 'C',
  amountMinor: amountMinor(100_00),
  balanceMinor: amountMinor(456_50),
};
const WRITTEN = '20261121090000LOC000000010000000000045650';

describe('the statement of DE59', () => {
  it('is 41 characters a line', () => {
    expect(encodeStatement([LINE, LINE])).toEqual({ ok: true, value: WRITTEN + WRITTEN });
    expect(decodeStatement(WRITTEN + WRITTEN)).toEqual({ ok: true, value: [LINE, LINE] });
    expect(decodeStatement('')).toEqual({ ok: true, value: [] });
  });

  it('calls what has no letters of its own other', () => {
    expect(decodeStatement(WRITTEN.replace('LO', 'QQ'))).toMatchObject({ value: [{ kind: 'OT' }] });
  });

  it('holds ten lines and refuses one more, both ways', () => {
    const full = Array.from({ length: STATEMENT_LINES_MAX }, () => LINE);
    expect(encodeStatement(full).ok).toBe(true);
    expect(encodeStatement([...full, LINE])).toMatchObject({ ok: false, error: { code: 'bad-length' } });
    expect(decodeStatement(WRITTEN.repeat(10)).ok).toBe(true);
    expect(decodeStatement(WRITTEN.repeat(11))).toMatchObject({ ok: false, error: { code: 'bad-length' } });
  });

  it('names the place of what it cannot read', () => {
    expect(decodeStatement(`${WRITTEN}2026`)).toMatchObject({ error: { code: 'truncated', offset: 41 } });
    expect(decodeStatement(WRITTEN.replace('C', 'X'))).toMatchObject({ error: { code: 'bad-digit' } });
    expect(encodeStatement([{ ...LINE, date: '2026' }])).toMatchObject({ error: { code: 'bad-digit' } });
  });
});
