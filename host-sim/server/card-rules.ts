import type { HostSettings } from '../settings.ts';
import type { CardStatus, StoredCard } from '../store/cards.ts';
import type { Refusal } from './outcome.ts';

const STATUS_REFUSALS: Readonly<Record<Exclude<CardStatus, 'active'>, Refusal>> = {
  inactive: { code: '62', reason: 'card-inactive' },
  blocked: { code: '62', reason: 'card-blocked' },
  lost: { code: '41', reason: 'card-lost' },
  hotlisted: { code: '43', reason: 'card-hotlisted' },
  replaced: { code: '41', reason: 'card-replaced' },
  surrendered: { code: '14', reason: 'card-surrendered' },
};

export const UNKNOWN_CARD: Refusal = { code: '14', reason: 'unknown-card' };
export const INSUFFICIENT: Refusal = { code: '51', reason: 'insufficient-balance' };

/** What a card may still be asked when it has expired: what is left on it is its holder's. */
export function refusalByStatus(card: Pick<StoredCard, 'status'>): Refusal | undefined {
  return card.status === 'active' ? undefined : STATUS_REFUSALS[card.status];
}

/** A card that was given back is nobody's: what is paid back to it would be lost. */
export function refusalOfCredit(card: Pick<StoredCard, 'status'>): Refusal | undefined {
  return card.status === 'surrendered' ? STATUS_REFUSALS.surrendered : undefined;
}

/** Status and validity, which every use of a card must pass. */
export function refusalByCard(card: StoredCard, atMs: number, settings: HostSettings): Refusal | undefined {
  const refusal = refusalByStatus(card);
  if (refusal) return refusal;
  return isExpired(card, atMs, settings) ? { code: '54', reason: 'card-expired' } : undefined;
}

export function isExpired(card: Pick<StoredCard, 'expiry'>, atMs: number, settings: HostSettings): boolean {
  return atMs > goodUntilMs(card, settings);
}

/** The last millisecond of a card's month of expiry, in the host's local time. */
export function goodUntilMs(card: Pick<StoredCard, 'expiry'>, settings: HostSettings): number {
  const [year, month] = [2000 + Number(card.expiry.slice(0, 2)), Number(card.expiry.slice(2))];
  return Date.UTC(year, month, 1) - settings.utcOffsetMinutes * 60_000 - 1;
}

/** The most that a card may hold, in minor units. */
export function balanceMaxMinor(card: Pick<StoredCard, 'kind'>, settings: HostSettings): number {
  return card.kind === 'bearer' ? settings.bearerBalanceMaxMinor : settings.registeredBalanceMaxMinor;
}

/** The limits of an online debit, in the order in which a refusal is told. */
export function refusalByLimits(
  debit: { readonly amountMinor: number; readonly spentTodayMinor: number; readonly balanceMinor: number },
  settings: HostSettings,
): Refusal | undefined {
  if (debit.amountMinor === 0) return { code: '13', reason: 'amount-zero' };
  if (debit.amountMinor > settings.transactionMaxMinor)
    return { code: '61', reason: 'above-transaction-limit' };
  if (debit.spentTodayMinor + debit.amountMinor > settings.cardDayMaxMinor) {
    return { code: '65', reason: 'above-day-limit' };
  }
  return debit.amountMinor > debit.balanceMinor ? INSUFFICIENT : undefined;
}
