import type { StoreTransaction } from '../store/store.ts';
import { type Account, balanceOf, cardIdOf, EXCEPTIONS } from './accounts.ts';
import { accountInPlaceOf } from './successor.ts';

export interface Entry {
  readonly account: Account;
  /** Signed minor units: positive raises what is owed to the account's holder. Never zero. */
  readonly amountMinor: number;
}

export interface NewPosting {
  /** Why money moved, e.g. `purchase`. */
  readonly kind: string;
  readonly atMs: number;
  /** YYYY-MM-DD. */
  readonly accountingDate: string;
  readonly entries: readonly Entry[];
  readonly reversesPostingId?: number;
}

/**
 * Books one balanced posting and returns its number. The only writer of entries and balances.
 * @throws Error when the entries do not add up to zero: a bug, and the message's transaction is undone.
 */
export async function post(tx: StoreTransaction, posting: NewPosting): Promise<number> {
  const sumMinor = posting.entries.reduce((sum, entry) => sum + entry.amountMinor, 0);
  if (posting.entries.length < 2 || sumMinor !== 0) {
    throw new Error(
      `A ${posting.kind} posting of ${posting.entries.length} entries does not balance: ${sumMinor}`,
    );
  }
  const row = await tx.get<{ postingId: number }>(
    `INSERT INTO ledger_postings (kind, at_ms, accounting_date, reverses_posting_id) VALUES (?, ?, ?, ?)
     RETURNING posting_id AS "postingId"`,
    posting.kind,
    posting.atMs,
    posting.accountingDate,
    posting.reversesPostingId ?? null,
  );
  if (!row) throw new Error('The store gave no posting number');
  let line = 0;
  for (const { account, amountMinor } of posting.entries) {
    line += 1;
    await addToBalance(tx, { account, amountMinor, postingId: row.postingId });
    await tx.run(
      'INSERT INTO ledger_entries (posting_id, line, account_id, amount_minor) VALUES (?, ?, ?, ?)',
      row.postingId,
      line,
      account.accountId,
      amountMinor,
    );
  }
  return row.postingId;
}

async function addToBalance(
  tx: StoreTransaction,
  change: { readonly account: Account; readonly amountMinor: number; readonly postingId: number },
): Promise<void> {
  const { account, amountMinor, postingId } = change;
  // The store refuses a card's balance below zero; the rules looked before, so that would be a bug.
  const changed = await tx.run(
    'UPDATE ledger_accounts SET balance_minor = balance_minor + ?, last_posting_id = ? WHERE account_id = ?',
    amountMinor,
    postingId,
    account.accountId,
  );
  if (changed === 1) return;
  await tx.run(
    'INSERT INTO ledger_accounts (account_id, kind, balance_minor, last_posting_id) VALUES (?, ?, ?, ?)',
    account.accountId,
    account.kind,
    amountMinor,
    postingId,
  );
}

/**
 * Books the opposite of a posting. A posting is reversed at most once (the store refuses a second time). Where a card or a
 * hold no longer has what it would have to give back, the exceptions account stands in for it; what a card gets back that was
 * replaced goes to the card in its place.
 * @returns the new posting, and what the exceptions account stood in for.
 */
export async function postReversalOf(
  tx: StoreTransaction,
  posting: {
    readonly postingId: number;
    readonly kind: string;
    readonly atMs: number;
    readonly accountingDate: string;
  },
): Promise<{ readonly postingId: number; readonly shortMinor: number }> {
  const rows = await tx.all<{ accountId: string; kind: Account['kind']; amountMinor: number }>(
    `SELECT e.account_id AS "accountId", a.kind AS kind, e.amount_minor AS "amountMinor"
     FROM ledger_entries e JOIN ledger_accounts a ON a.account_id = e.account_id WHERE e.posting_id = ? ORDER BY e.line`,
    posting.postingId,
  );
  const entries: Entry[] = [];
  let shortMinor = 0;
  for (const { accountId, amountMinor, kind } of rows) {
    const account =
      amountMinor < 0 && kind === 'card'
        ? await accountInPlaceOf(tx, cardIdOf(accountId))
        : { accountId, kind };
    const mayRunShort = kind === 'card' || kind === 'hold';
    const isShort = mayRunShort && (await balanceOf(tx, account)).balanceMinor < amountMinor;
    if (isShort) shortMinor += amountMinor;
    entries.push({ account: isShort ? EXCEPTIONS : account, amountMinor: -amountMinor });
  }
  const postingId = await post(tx, {
    kind: posting.kind,
    atMs: posting.atMs,
    accountingDate: posting.accountingDate,
    reversesPostingId: posting.postingId,
    entries,
  });
  return { postingId, shortMinor };
}
