import type { BalanceCertificate } from '../../terminal-core/domain/certificate.ts';
import { HOUR_MS } from '../../terminal-core/domain/local-time.ts';
import type { HostSettings } from '../settings.ts';
import type { StoredCard } from '../store/cards.ts';
import { INSUFFICIENT, isExpired } from './card-rules.ts';
import type { Refusal } from './outcome.ts';

/** What is looked at when the advice of an offline sale comes. Amounts in minor units. */
export interface OfflineSaleFacts {
  readonly amountMinor: number;
  /** When the terminal says that it sold. */
  readonly saleAtMs: number;
  readonly nowMs: number;
  readonly terminalId: string;
  readonly card: StoredCard;
  readonly balanceMinor: number;
  /** Signed by us and opened. */
  readonly certificate: BalanceCertificate;
  /** What this terminal has already sold against the certificate. */
  readonly spentMinor: number;
  readonly spentCount: number;
}

interface Rule {
  readonly refusal: Refusal;
  readonly refuses: (facts: OfflineSaleFacts, settings: HostSettings) => boolean;
}

/**
 * Whether the issuer stands by an offline sale. It does when the terminal kept the rules it could know at that moment;
 * beyond them, or beyond the money that is there, the sale stays the store's claim. The first rule that refuses tells
 * the reason.
 */
const OFFLINE_SALE_RULES: readonly Rule[] = [
  { refusal: { code: '13', reason: 'amount-zero' }, refuses: (f) => f.amountMinor === 0 },
  {
    refusal: { code: '59', reason: 'certificate-of-another-card' },
    refuses: (f) => f.certificate.panHash !== f.card.panHash,
  },
  {
    refusal: { code: '57', reason: 'certificate-not-for-this-terminal' },
    refuses: (f) =>
      !f.certificate.terminalScope.includes('*') && !f.certificate.terminalScope.includes(f.terminalId),
  },
  {
    refusal: { code: '57', reason: 'sale-before-certificate' },
    refuses: (f, s) => f.saleAtMs < f.certificate.issuedAtMs - s.clockToleranceMinutes * 60_000,
  },
  {
    refusal: { code: '57', reason: 'certificate-expired-at-sale' },
    refuses: (f) => f.saleAtMs > f.certificate.notAfterMs,
  },
  {
    refusal: { code: '57', reason: 'sale-in-the-future' },
    refuses: (f, s) => f.saleAtMs > f.nowMs + s.clockToleranceMinutes * 60_000,
  },
  {
    refusal: { code: '61', reason: 'above-certificate-floor' },
    refuses: (f) => f.amountMinor > f.certificate.floorMinor,
  },
  {
    refusal: { code: '61', reason: 'above-certificate-cap' },
    refuses: (f) =>
      f.spentMinor + f.amountMinor > Math.min(f.certificate.balanceMinor, f.certificate.offlineCapMinor),
  },
  {
    refusal: { code: '65', reason: 'above-certificate-count' },
    refuses: (f) => f.spentCount + 1 > f.certificate.countMax,
  },
  {
    refusal: { code: '54', reason: 'card-expired-at-sale' },
    refuses: (f, s) => isExpired(f.card, f.saleAtMs, s),
  },
  {
    // An honest terminal may sell on a hotlist that is up to hotlistMaxAgeHours old, so a block counts from then on.
    refusal: { code: '43', reason: 'card-hotlisted-at-sale' },
    refuses: (f, s) =>
      f.card.status !== 'active' && f.saleAtMs > f.card.statusSinceMs + s.hotlistMaxAgeHours * HOUR_MS,
  },
  { refusal: INSUFFICIENT, refuses: (f) => f.amountMinor > f.balanceMinor },
];

export function refusalOfOfflineSale(facts: OfflineSaleFacts, settings: HostSettings): Refusal | undefined {
  return OFFLINE_SALE_RULES.find((rule) => rule.refuses(facts, settings))?.refusal;
}
