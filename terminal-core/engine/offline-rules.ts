import { HOUR_MS } from '../domain/local-time.ts';
import type { AmountMinor } from '../domain/money.ts';
import type { TerminalParameters } from '../domain/parameters.ts';
import { isHeldBack, owedFor } from './owed.ts';
import type { RefusalRule } from './refusals.ts';
import {
  type CertificateDoc,
  parametersOf,
  type StateView,
  type TerminalDoc,
  type Txn,
  terminalOf,
} from './state.ts';

/** What the rules look at, gathered once. Amounts in minor units, times in milliseconds. */
interface OfflineFacts {
  readonly nowMs: number;
  readonly amountMinor: AmountMinor;
  readonly terminal: TerminalDoc;
  readonly parameters: TerminalParameters;
  readonly held: CertificateDoc | undefined;
  readonly hotlisted: boolean;
  readonly blockedHere: boolean;
  /** This card's offline sales of the open batch. */
  readonly cardBatch: Tally;
  /** Everything that the host has not answered yet, set aside or not. */
  readonly unsent: Unsent;
  /** The latest moment that anything is known to have happened. */
  readonly latestKnownMs: number;
}

interface Tally {
  readonly count: number;
  readonly amountMinor: number;
}

export interface Unsent extends Tally {
  readonly oldestAtMs: number | undefined;
}

interface OfflineRule {
  readonly rule: RefusalRule;
  readonly refuses: (facts: OfflineFacts) => boolean;
}

/** A certificate this much younger than the clock is a clock that went back, not a slow network. */
export const CLOCK_TOLERANCE_MS = HOUR_MS / 6;

/**
 * Tier 2 offline acceptance (docs/domain.md 4), in the order in which a refusal is told to the cashier. A sale is accepted when no
 * rule refuses it.
 */
export const OFFLINE_RULES: readonly OfflineRule[] = [
  { rule: 'hotlisted-card', refuses: (f) => f.hotlisted },
  { rule: 'card-blocked-here', refuses: (f) => f.blockedHere },
  { rule: 'clock-went-back', refuses: (f) => f.latestKnownMs > f.nowMs + CLOCK_TOLERANCE_MS },
  {
    rule: 'offline-sign-on-too-old',
    refuses: (f) => older(f, f.terminal.signedOnAtMs, f.parameters.offlineHoursSinceSignOn),
  },
  {
    rule: 'hotlist-too-old',
    refuses: (f) => older(f, f.terminal.hotlistAtMs, f.parameters.hotlistMaxAgeHours),
  },
  { rule: 'pin-needed-online', refuses: (f) => f.amountMinor >= f.parameters.pinRequiredFromMinor },
  { rule: 'offline-no-certificate', refuses: (f) => f.held === undefined },
  {
    rule: 'offline-certificate-revoked',
    refuses: (f) =>
      f.held !== undefined && (f.terminal.issuers?.revokedKeyIds.includes(f.held.certificate.keyId) ?? false),
  },
  { rule: 'offline-certificate-scope', refuses: (f) => !inScope(f) },
  {
    rule: 'offline-certificate-from-future',
    refuses: (f) => (f.held?.certificate.issuedAtMs ?? 0) > f.nowMs + CLOCK_TOLERANCE_MS,
  },
  { rule: 'offline-certificate-expired', refuses: (f) => (f.held?.certificate.notAfterMs ?? 0) < f.nowMs },
  {
    rule: 'offline-floor',
    refuses: (f) =>
      f.amountMinor > f.parameters.offlineTier2TransactionMaxMinor ||
      f.amountMinor > (f.held?.certificate.floorMinor ?? 0),
  },
  {
    rule: 'offline-balance',
    refuses: (f) =>
      f.held === undefined ||
      f.held.spentMinor + f.amountMinor >
        Math.min(f.held.certificate.balanceMinor, f.held.certificate.offlineCapMinor),
  },
  {
    rule: 'offline-card-count',
    refuses: (f) => f.held === undefined || f.held.spentCount + 1 > f.held.certificate.countMax,
  },
  {
    rule: 'offline-card-batch',
    refuses: (f) =>
      f.cardBatch.amountMinor + f.amountMinor > f.parameters.offlineTier2CardBatchMaxMinor ||
      f.cardBatch.count + 1 > f.parameters.offlineTier2CardBatchMaxCount,
  },
  {
    rule: 'offline-terminal-amount',
    refuses: (f) => f.unsent.amountMinor + f.amountMinor > f.parameters.offlineUnsentMaxMinor,
  },
  { rule: 'offline-terminal-count', refuses: (f) => f.unsent.count + 1 > f.parameters.offlineUnsentMaxCount },
  {
    rule: 'offline-too-old',
    refuses: (f) =>
      f.unsent.oldestAtMs !== undefined &&
      f.nowMs - f.unsent.oldestAtMs > f.parameters.offlineOldestUnsentMaxHours * HOUR_MS,
  },
];

/** @returns the rule that refuses this card offline, or undefined when the sale may be accepted. */
export function refusingOfflineRule(
  state: StateView,
  sale: { readonly panHash: string; readonly amountMinor: AmountMinor; readonly nowMs: number },
): RefusalRule | undefined {
  const terminal = terminalOf(state);
  const facts: OfflineFacts = {
    nowMs: sale.nowMs,
    amountMinor: sale.amountMinor,
    terminal,
    parameters: parametersOf(state),
    held: state.get('certificates', sale.panHash),
    hotlisted: isHotlisted(state, sale.panHash),
    blockedHere: isBlockedHere(state, sale.panHash),
    cardBatch: cardBatch(state, sale.panHash, terminal),
    unsent: atRisk(state),
    latestKnownMs: latestKnownMs(terminal),
  };
  return OFFLINE_RULES.find((each) => each.refuses(facts))?.rule;
}

export function isHotlisted(state: StateView, panHash: string): boolean {
  return state.get('hotlist', 'hotlist')?.panHashes.includes(panHash) ?? false;
}

/** Refused by this store alone, for a claim on it that is not closed. */
export function isBlockedHere(state: StateView, panHash: string): boolean {
  return state.get('blockedCards', panHash) !== undefined;
}

/** @returns why this card is not taken for anything new, on line or off. */
export function whyNotThisCard(state: StateView, panHash: string): RefusalRule | undefined {
  if (isHotlisted(state, panHash)) return 'hotlisted-card';
  return isBlockedHere(state, panHash) ? 'card-blocked-here' : undefined;
}

/** Offline sales that are on their way to the host: what an upload delivers. */
export function unsent(state: StateView): Unsent {
  return tallyOf(state, isUnsentSale);
}

/** What the caps bound: also what could not be delivered and waits for a person, who may find that the host never had it. */
export function atRisk(state: StateView): Unsent {
  return tallyOf(state, (txn) => isUnsentSale(txn) || isUnanswered(txn));
}

/** A sale taken offline that the host has not answered for, whether it can be delivered or not. */
export function isUnanswered(txn: Txn): boolean {
  if (txn.kind === 'purse-sale') return isHeldBack(txn);
  return txn.state === 'accepted-offline' || (txn.kind === 'offline-sale' && txn.state === 'undeliverable');
}

function tallyOf(state: StateView, counts: (txn: Txn) => boolean): Unsent {
  let count = 0;
  let amountMinor = 0;
  let oldestAtMs: number | undefined;
  for (const txn of state.live('transactions')) {
    if (!counts(txn)) continue;
    count += 1;
    amountMinor += txn.amountMinor;
    if (oldestAtMs === undefined || txn.atMs < oldestAtMs) oldestAtMs = txn.atMs;
  }
  return { count, amountMinor, oldestAtMs };
}

/** A purse that is in doubt may have paid: it counts until that is known. */
function isUnsentSale(txn: Txn): boolean {
  if (txn.kind === 'purse-sale') return txn.state === 'in-doubt' || owedFor(txn) === 'advice';
  return txn.state === 'accepted-offline';
}

function cardBatch(state: StateView, panHash: string, terminal: TerminalDoc): Tally {
  let count = 0;
  let amountMinor = 0;
  for (const txn of state.live('transactions')) {
    if (txn.kind !== 'offline-sale' || txn.panHash !== panHash || txn.batchNumber !== terminal.batchNumber)
      continue;
    count += 1;
    amountMinor += txn.amountMinor;
  }
  return { count, amountMinor };
}

/** A clock that was set back would keep hotlist, sign-on and unsent sales young for ever. */
export function latestKnownMs(terminal: TerminalDoc): number {
  return Math.max(terminal.latestAtMs ?? 0, (terminal.hotlistAtMs ?? 0) - terminal.hostClockOffsetMs);
}

function older(facts: OfflineFacts, atMs: number | undefined, hours: number): boolean {
  return atMs === undefined || facts.nowMs - atMs > hours * HOUR_MS;
}

function inScope(facts: OfflineFacts): boolean {
  const scope = facts.held?.certificate.terminalScope ?? [];
  return scope.includes('*') || scope.includes(facts.terminal.terminalId);
}
