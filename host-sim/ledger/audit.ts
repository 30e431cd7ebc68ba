import { PURSE_RULES, purseNotes } from '../purse/audit-rules.ts';
import type { StoreTransaction } from '../store/store.ts';
import { BATCH_RULES } from './audit-batches.ts';
import { BOOKING_RULES } from './audit-bookings.ts';
import { BOOK_RULES } from './audit-books.ts';
import { MERCHANT_RULES } from './audit-merchants.ts';
import { ORIGINAL_RULES } from './audit-originals.ts';
import type { AuditRow, AuditRule } from './audit-rule.ts';

/** The answer of `holdfast host check`. */
export interface AuditReport {
  readonly ok: boolean;
  readonly postings: number;
  readonly accounts: number;
  readonly cards: number;
  readonly purses: number;
  /** One sentence for each thing that does not hold. */
  readonly problems: readonly string[];
  /** One sentence for each thing that holds and is not whole yet: gaps in a purse's counters, open doubts. */
  readonly notes: readonly string[];
}

/** Everything that must hold, from the entries alone. */
export const AUDIT_RULES: readonly AuditRule[] = [
  ...BOOK_RULES,
  ...BOOKING_RULES,
  ...ORIGINAL_RULES,
  ...BATCH_RULES,
  ...MERCHANT_RULES,
  ...PURSE_RULES,
];

const PROBLEMS_SHOWN_MAX = 200;

/** Audits ledger and batches. Reads only. */
export async function audit(tx: StoreTransaction): Promise<AuditReport> {
  const problems: string[] = [];
  for (const rule of AUDIT_RULES) {
    const rows = await tx.all<AuditRow>(`${rule.sql} LIMIT ${PROBLEMS_SHOWN_MAX}`);
    problems.push(...rows.map(rule.sentence));
  }
  return {
    ok: problems.length === 0,
    postings: await count(tx, 'ledger_postings'),
    accounts: await count(tx, 'ledger_accounts'),
    cards: await count(tx, 'cards'),
    purses: await count(tx, 'purses'),
    problems,
    notes: await purseNotes(tx, PROBLEMS_SHOWN_MAX),
  };
}

async function count(
  tx: StoreTransaction,
  table: 'ledger_postings' | 'ledger_accounts' | 'cards' | 'purses',
): Promise<number> {
  return (await tx.get<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))?.n ?? 0;
}
