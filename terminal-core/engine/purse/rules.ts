import { HOUR_MS, localTime } from '../../domain/local-time.ts';
import type { AmountMinor } from '../../domain/money.ts';
import type { TerminalParameters } from '../../domain/parameters.ts';
import type { Context } from '../inputs.ts';
import { atRisk, CLOCK_TOLERANCE_MS, isHotlisted, latestKnownMs, type Unsent } from '../offline-rules.ts';
import type { RefusalRule } from '../refusals.ts';
import { parametersOf, type StateView, type TerminalDoc, terminalOf } from '../state.ts';
import type { PresentedPurse } from './card.ts';
import { doubts, isInDoubt, PURSE_DOUBTS_MAX } from './doubts.ts';

/** What the rules look at, gathered once. */
interface PurseRuleFacts {
  readonly nowMs: number;
  /** YYYYMMDD in the store. */
  readonly today: string;
  readonly amountMinor: AmountMinor;
  readonly purse: PresentedPurse;
  readonly terminal: TerminalDoc;
  readonly parameters: TerminalParameters;
  readonly hotlisted: boolean;
  readonly unsent: Unsent;
  readonly latestKnownMs: number;
  readonly doubtCount: number;
  readonly cardInDoubt: boolean;
}

interface PurseRule {
  readonly rule: RefusalRule;
  readonly refuses: (facts: PurseRuleFacts) => boolean;
}

/** What holds of a card whatever is done with it, in the order in which a refusal is told to the cashier. */
const CARD_RULES: readonly PurseRule[] = [
  { rule: 'hotlisted-card', refuses: (f) => f.hotlisted },
  { rule: 'purse-card-in-doubt', refuses: (f) => f.cardInDoubt },
  { rule: 'purse-not-started', refuses: (f) => f.today < f.purse.startDate },
  { rule: 'purse-expired', refuses: (f) => f.today > f.purse.expiryDate },
  { rule: 'psam-missing', refuses: (f) => f.purse.terminalNumber === undefined },
  { rule: 'purse-too-many-doubts', refuses: (f) => f.doubtCount >= PURSE_DOUBTS_MAX },
];

/** Tier 1 (docs/domain.md 4): the balance is on the card, so what is bounded is what one terminal has not sent yet. */
export const PURSE_SALE_RULES: readonly PurseRule[] = [
  ...CARD_RULES,
  { rule: 'clock-went-back', refuses: (f) => f.latestKnownMs > f.nowMs + CLOCK_TOLERANCE_MS },
  {
    rule: 'offline-sign-on-too-old',
    refuses: (f) => isOlder(f, f.terminal.signedOnAtMs, f.parameters.offlineHoursSinceSignOn),
  },
  {
    rule: 'hotlist-too-old',
    refuses: (f) => isOlder(f, f.terminal.hotlistAtMs, f.parameters.hotlistMaxAgeHours),
  },
  {
    rule: 'purse-amount-max',
    refuses: (f) => f.amountMinor > f.parameters.purseTransactionMaxMinor,
  },
  { rule: 'purse-balance-too-low', refuses: (f) => f.amountMinor > f.purse.balanceMinor },
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

export const PURSE_LOAD_RULES: readonly PurseRule[] = [
  ...CARD_RULES,
  {
    rule: 'purse-balance-max',
    refuses: (f) => f.purse.balanceMinor + f.amountMinor > f.parameters.purseBalanceMaxMinor,
  },
];

/** @returns the rule that refuses this card, or undefined when it may be asked. */
export function refusingPurseRule(
  rules: readonly PurseRule[],
  state: StateView,
  asked: { readonly purse: PresentedPurse; readonly amountMinor: AmountMinor },
  context: Context,
): RefusalRule | undefined {
  const terminal = terminalOf(state);
  const open = doubts(state);
  const serial = asked.purse.applicationSerial;
  const facts: PurseRuleFacts = {
    ...asked,
    nowMs: context.nowMs,
    today: localTime(context.nowMs + terminal.hostClockOffsetMs, terminal.utcOffsetMinutes).date,
    terminal,
    parameters: parametersOf(state),
    hotlisted: isHotlisted(state, asked.purse.serialHash),
    unsent: atRisk(state),
    latestKnownMs: latestKnownMs(terminal),
    // What is of a settled batch may never come back: it must not fill the list for good.
    doubtCount: open.filter((txn) => txn.state !== 'unresolved' && !txn.settled).length,
    cardInDoubt: open.some((txn) => isInDoubt(txn) && txn.purse?.applicationSerial === serial),
  };
  return rules.find((each) => each.refuses(facts))?.rule;
}

function isOlder(facts: PurseRuleFacts, atMs: number | undefined, hours: number): boolean {
  return atMs === undefined || facts.nowMs - atMs > hours * HOUR_MS;
}
