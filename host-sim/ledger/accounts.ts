import type { StoreTransaction } from '../store/store.ts';

/**
 * Who holds money in the ledger. Balances are signed from the issuer's side: a positive balance is owed to the holder
 * (card, merchant), a negative one is what the issuer holds or is owed (float, suspense, exceptions).
 */
export type AccountKind = 'card' | 'merchant' | 'float' | 'fees' | 'suspense' | 'exceptions';

export interface Account {
  readonly accountId: string;
  readonly kind: AccountKind;
}

/** The cash that stands behind the cards. */
export const FLOAT: Account = { accountId: 'float', kind: 'float' };
/** What a merchant was credited although no card could be debited, until a person decides. */
export const EXCEPTIONS: Account = { accountId: 'exceptions', kind: 'exceptions' };

export function cardAccount(cardId: number): Account {
  return { accountId: `card:${cardId}`, kind: 'card' };
}

/** What the merchant is owed. */
export function merchantAccount(merchantId: string): Account {
  return { accountId: `merchant:${merchantId}`, kind: 'merchant' };
}

export interface Balance {
  readonly balanceMinor: number;
  /** The last posting that touched the account; 0 before the first. */
  readonly lastPostingId: number;
}

/** An account that was never posted to has a balance of zero. */
export async function balanceOf(tx: StoreTransaction, account: Account): Promise<Balance> {
  const row = await tx.get<Balance>(
    'SELECT balance_minor AS "balanceMinor", last_posting_id AS "lastPostingId" FROM ledger_accounts WHERE account_id = ?',
    account.accountId,
  );
  return row ?? { balanceMinor: 0, lastPostingId: 0 };
}
