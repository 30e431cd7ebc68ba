import type { StoreTransaction } from '../store/store.ts';

/**
 * Who holds money in the ledger. Balances are signed from the issuer's side: a positive balance is owed to the holder
 * (card, hold, purse, merchant), a negative one is what the issuer holds or is owed (wallet, float, suspense, exceptions).
 */
export type AccountKind =
  | 'card'
  | 'hold'
  | 'purse'
  | 'purse-load'
  | 'merchant'
  | 'wallet'
  | 'float'
  | 'fees'
  | 'suspense'
  | 'exceptions';

export interface Account {
  readonly accountId: string;
  readonly kind: AccountKind;
}

/** The cash that stands behind the cards. */
export const FLOAT: Account = { accountId: 'float', kind: 'float' };
/** What the acquirer has earned. */
export const FEES: Account = { accountId: 'fees', kind: 'fees' };
/** What a merchant was credited although no card could be debited, until a person decides. */
export const EXCEPTIONS: Account = { accountId: 'exceptions', kind: 'exceptions' };

export function cardAccount(cardId: number): Account {
  return { accountId: `card:${cardId}`, kind: 'card' };
}

/** The card of an account that `cardAccount` made. */
export function cardIdOf(accountId: string): number {
  return Number(accountId.slice('card:'.length));
}

/** What a pre-authorisation holds of a card, one account each. */
export function holdAccount(preAuthorised: {
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
}): Account {
  const { batchNumber, stan, terminalId } = preAuthorised;
  return { accountId: `hold:${terminalId}:${batchNumber}:${stan}`, kind: 'hold' };
}

/** The shadow of an electronic purse: what the card holds, as far as the host knows. */
export function purseAccount(purseId: number): Account {
  return { accountId: `purse:${purseId}`, kind: 'purse' };
}

/** A load that the card may or may not have: held from before MAC2 leaves until it is known. One account for each purse. */
export function purseLoadAccount(purseId: number): Account {
  return { accountId: `purse-load:${purseId}`, kind: 'purse-load' };
}

/** What left a purse and was not paid to the merchant, until a person decides. */
export const SUSPENSE: Account = { accountId: 'suspense', kind: 'suspense' };

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

/** Whether a card was ever given money: at its issue, by a load, or in place of another card. */
export async function hasBeenLoaded(tx: StoreTransaction, card: Account): Promise<boolean> {
  const row = await tx.get(
    `SELECT 1 AS found FROM ledger_entries e JOIN ledger_postings p ON p.posting_id = e.posting_id
     WHERE e.account_id = ? AND p.kind IN ('issue', 'load', 'replace') LIMIT 1`,
    card.accountId,
  );
  return row !== undefined;
}
