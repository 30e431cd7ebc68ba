import { parse } from 'csv-parse/sync';
import { amountMinor, parseMinor } from '../../../terminal-core/domain/money.ts';
import type { ScriptCard } from './day-script.ts';

/** The cards that a day pays with, from the file that the host loads them from. The host checks them; this only looks. */
export function readCards(text: string): ScriptCard[] {
  const rows = parse(text, {
    columns: true,
    skip_empty_lines: true,
    bom: true,
    relax_column_count: true,
  }) as Partial<Record<'pan' | 'expiry' | 'pin' | 'status' | 'balance', string>>[];
  return rows.map((row) => ({
    pan: row.pan ?? '',
    expiry: row.expiry ?? '',
    pin: row.pin ?? '',
    status: row.status ?? '',
    balanceMinor: parseMinor(row.balance ?? '') ?? amountMinor(0),
  }));
}
