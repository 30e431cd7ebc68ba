import { type AmountMinor, amountMinor } from '../domain/money.ts';
import { atRisk, isUnanswered } from './offline-rules.ts';
import { type CertificateDoc, parametersOf, type StateView, terminalOf } from './state.ts';
import { openShift } from './takings.ts';

/** What is at risk now against what is allowed, both in minor units. */
export interface Exposure {
  readonly atRiskMinor: AmountMinor;
  readonly allowedMinor: AmountMinor;
}

export interface CardExposure extends Exposure {
  readonly panHash: string;
  readonly count: number;
  readonly countMax: number;
}

/**
 * How much the store can lose by cards that it took without the host: a host-account card can be copied, so nothing but
 * these bounds keeps a loss small (docs/trust.md).
 */
export interface ExposureReport {
  /** Accepted offline and not answered by the host yet, also where it could not be delivered. */
  readonly terminal: Exposure & { readonly count: number; readonly countMax: number };
  /** Of that, taken during the open shift; absent without one. */
  readonly shift?: { readonly shiftNumber: number; readonly atRiskMinor: AmountMinor };
  /** Refused by the host after they were accepted, and not closed: lost until a person deals with it. */
  readonly claimsMinor: AmountMinor;
  /** Cards with something spent against their certificate, the most at risk first; at most CARDS_SHOWN_MAX. */
  readonly cards: readonly CardExposure[];
  /** Cards that could be taken offline now. */
  readonly certificates: number;
  /**
   * The most that this terminal can have at risk at once under its settings: every certificate it holds spent to its end, or
   * the terminal's own cap, whichever is less.
   */
  readonly worstHereMinor: AmountMinor;
  /** The most that copies of one card can take on all terminals of its certificate's scope together, for the worst card. */
  readonly worstOneCardMinor: AmountMinor;
  /** Cap x terminals in scope x cards, over the certificates that this terminal knows. */
  readonly worstEverywhereMinor: AmountMinor;
  /** Certificates good on every terminal of the merchant (`*`): they count once above, and a terminal cannot know how often. */
  readonly openScopes: number;
}

export const CARDS_SHOWN_MAX = 50;

/** The exposure meter: computed from the journal's documents, so that restarts and batches change nothing in it. */
export function exposureOf(state: StateView, nowMs: number): ExposureReport {
  const parameters = parametersOf(state);
  const revoked = terminalOf(state).issuers?.revokedKeyIds ?? [];
  const waiting = atRisk(state);
  const certificates = [...state.live('certificates')];
  const usable = certificates.filter(
    ({ certificate }) => certificate.notAfterMs >= nowMs && !revoked.includes(certificate.keyId),
  );
  const perCard = parameters.offlineTier2CardBatchMaxMinor;
  const most = usable.map((held) => Math.min(capOf(held), perCard));
  const scopes = usable.map((held) => Math.min(held.certificate.offlineCapMinor, perCard) * scopeOf(held));
  const cards = certificates
    .filter(({ spentCount }) => spentCount > 0)
    .map(
      (held): CardExposure => ({
        panHash: held.panHash,
        atRiskMinor: held.spentMinor,
        allowedMinor: capOf(held),
        count: held.spentCount,
        countMax: held.certificate.countMax,
      }),
    )
    .sort((a, b) => b.atRiskMinor - a.atRiskMinor)
    .slice(0, CARDS_SHOWN_MAX);
  return {
    terminal: {
      atRiskMinor: amountMinor(waiting.amountMinor),
      allowedMinor: parameters.offlineUnsentMaxMinor,
      count: waiting.count,
      countMax: parameters.offlineUnsentMaxCount,
    },
    ...shiftShare(state),
    claimsMinor: amountMinor(claims(state)),
    cards,
    certificates: usable.length,
    worstHereMinor: amountMinor(Math.min(sum(most), parameters.offlineUnsentMaxMinor)),
    worstOneCardMinor: amountMinor(Math.max(0, ...scopes)),
    worstEverywhereMinor: amountMinor(sum(scopes)),
    openScopes: usable.filter(({ certificate }) => certificate.terminalScope.includes('*')).length,
  };
}

function capOf({ certificate }: CertificateDoc): AmountMinor {
  return amountMinor(Math.min(certificate.balanceMinor, certificate.offlineCapMinor));
}

function scopeOf({ certificate }: CertificateDoc): number {
  return certificate.terminalScope.includes('*') ? 1 : certificate.terminalScope.length;
}

function claims(state: StateView): number {
  let total = 0;
  for (const txn of state.live('transactions')) {
    if (txn.state === 'rejected' && txn.kind === 'offline-sale') total += txn.amountMinor;
  }
  return total;
}

function shiftShare(state: StateView): Pick<ExposureReport, 'shift'> {
  const shift = openShift(state);
  if (!shift) return {};
  const { shiftNumber } = shift;
  let atRiskMinor = 0;
  for (const txn of state.live('transactions')) {
    if (isUnanswered(txn) && txn.shiftNumber === shiftNumber) atRiskMinor += txn.amountMinor;
  }
  return { shift: { shiftNumber, atRiskMinor: amountMinor(atRiskMinor) } };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, each) => total + each, 0);
}
