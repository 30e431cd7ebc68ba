import type { Account } from '../ledger/accounts.ts';

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
