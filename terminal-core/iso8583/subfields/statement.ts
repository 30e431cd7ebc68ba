import { type AmountMinor, amountMinor } from '../../domain/money.ts';
import type { SubfieldResult } from '../iso-error.ts';
import { fault } from './positional.ts';

/** Lines of a statement: ten fit DE59 with room to spare. */
export const STATEMENT_LINES_MAX = 10;

/** What moved the card, in the order of docs/protocol.md. `OT` is anything that has no letters of its own. */
export const STATEMENT_KINDS = [
  'IS',
  'LO',
  'LV',
  'PU',
  'OF',
  'VO',
  'RF',
  'PA',
  'PV',
  'CO',
  'CV',
  'RV',
  'RP',
  'SU',
  'OT',
] as const;
export type StatementKind = (typeof STATEMENT_KINDS)[number];

/** One movement of a card, the host's local time. */
export interface StatementLine {
  /** YYYYMMDD */
  readonly date: string;
  /** hhmmss */
  readonly time: string;
  readonly kind: StatementKind;
  /** C: the card got it; D: the card paid it. */
  readonly sign: 'C' | 'D';
  readonly amountMinor: AmountMinor;
  /** On the card after it. */
  readonly balanceMinor: AmountMinor;
}

const FIELD = '59.ST';
const LINE = /^(\d{8})(\d{6})([A-Z]{2})([CD])(\d{12})(\d{12})$/;
const LINE_CHARACTERS = 41;

/** DE59 tag ST [holdfast]: 41 characters a line, newest first: date 8, time 6, kind 2, C or D, amount 12, balance after it 12. */
export function encodeStatement(lines: readonly StatementLine[]): SubfieldResult<string> {
  if (lines.length > STATEMENT_LINES_MAX)
    return fault('bad-length', FIELD, 0, `${lines.length} lines are over ${STATEMENT_LINES_MAX}`);
  let text = '';
  for (const line of lines) {
    const written = `${line.date}${line.time}${line.kind}${line.sign}${n12(line.amountMinor)}${n12(line.balanceMinor)}`;
    if (!LINE.test(written)) return fault('bad-digit', FIELD, text.length, 'a line does not fit its places');
    text += written;
  }
  return { ok: true, value: text };
}

export function decodeStatement(text: string): SubfieldResult<StatementLine[]> {
  const lines: StatementLine[] = [];
  for (let at = 0; at < text.length; at += LINE_CHARACTERS) {
    if (lines.length === STATEMENT_LINES_MAX)
      return fault('bad-length', FIELD, at, `there are more than ${STATEMENT_LINES_MAX} lines`);
    const written = text.slice(at, at + LINE_CHARACTERS);
    if (written.length < LINE_CHARACTERS) return fault('truncated', FIELD, at, 'a line breaks off');
    const [, date, time, letters, sign, amount, balance] = LINE.exec(written) ?? [];
    if (date === undefined || time === undefined) return fault('bad-digit', FIELD, at, 'this is no line');
    lines.push({
      date,
      time,
      kind: STATEMENT_KINDS.find((kind) => kind === letters) ?? 'OT',
      sign: sign === 'C' ? 'C' : 'D',
      amountMinor: amountMinor(Number(amount)),
      balanceMinor: amountMinor(Number(balance)),
    });
  }
  return { ok: true, value: lines };
}

function n12(minor: AmountMinor): string {
  return String(minor).padStart(12, '0');
}
