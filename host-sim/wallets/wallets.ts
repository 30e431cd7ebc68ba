import type { Account } from '../ledger/accounts.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { StoredTransaction } from '../store/transactions.ts';

/** Who stands behind a customer-presented code (付款码). */
export interface Wallet {
  readonly name: 'wechat' | 'alipay' | 'unionpay';
  /** The first two digits of its codes. */
  readonly leadingDigits: readonly [from: number, to: number];
}

/** docs/domain.md, Customer-presented codes. */
export const WALLETS: readonly Wallet[] = [
  { name: 'wechat', leadingDigits: [10, 15] },
  { name: 'alipay', leadingDigits: [25, 30] },
  { name: 'unionpay', leadingDigits: [62, 62] },
];

export const CODE_DIGITS_MIN = 18;
export const CODE_DIGITS_MAX = 24;

/** The wallet of a code; undefined when it has another form or leading digits that nobody has. */
export function walletOf(code: string): Wallet | undefined {
  if (!/^\d+$/.test(code) || code.length < CODE_DIGITS_MIN || code.length > CODE_DIGITS_MAX) return undefined;
  const leading = Number(code.slice(0, 2));
  return WALLETS.find(({ leadingDigits: [from, to] }) => leading >= from && leading <= to);
}

/** What a wallet's operator owes for the codes of its customers: a balance below zero. */
export function walletAccount(wallet: Wallet): Account {
  return { accountId: `wallet:${wallet.name}`, kind: 'wallet' };
}

/**
 * The wallet that paid, out of the posting: the code itself is not kept.
 * @throws Error when no wallet paid it, which the caller has looked at.
 */
export async function walletOfPayment(
  tx: StoreTransaction,
  payment: Pick<StoredTransaction, 'transactionId' | 'postingId'>,
): Promise<Account> {
  const row = await tx.get<{ accountId: string }>(
    `SELECT e.account_id AS "accountId" FROM ledger_entries e JOIN ledger_accounts a ON a.account_id = e.account_id
     WHERE e.posting_id = ? AND a.kind = 'wallet'`,
    payment.postingId,
  );
  if (!row) throw new Error(`No wallet paid transaction ${payment.transactionId}`);
  return { accountId: row.accountId, kind: 'wallet' };
}
