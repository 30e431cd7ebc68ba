import { type AmountMinor, amountMinor } from './money.ts';

/** What a store or a regulator may change. Defaults are those of the design (docs/domain.md); the host may override each. */
export interface TerminalParameters {
  readonly offlineHoursSinceSignOn: number;
  readonly hotlistMaxAgeHours: number;
  /** PIN required from this amount a transaction, minor units. */
  readonly pinRequiredFromMinor: AmountMinor;
  readonly offlineTier2TransactionMaxMinor: AmountMinor;
  readonly offlineTier2CardBatchMaxMinor: AmountMinor;
  readonly offlineTier2CardBatchMaxCount: number;
  readonly offlineUnsentMaxMinor: AmountMinor;
  readonly offlineUnsentMaxCount: number;
  readonly offlineOldestUnsentMaxHours: number;
  readonly refundDaysOnline: number;
  readonly refundDaysMax: number;
  /** The most that a completion may charge, in percent of what was held. */
  readonly completionMaxPercent: number;
  /** A pre-authorisation older than this is not completed any more. */
  readonly preAuthDaysMax: number;
  /** 0: the till sells without operator shifts; anything else: nothing is sold while no shift is open. */
  readonly shiftRequired: number;
  /** What becomes of a sale whose receipt certainly did not come out. 0: it stands; anything else: it is undone. */
  readonly unprintedSaleReverse: number;
  /** The most that one sale with an electronic purse may be. */
  readonly purseTransactionMaxMinor: AmountMinor;
  /** The most that a purse may hold after a load. */
  readonly purseBalanceMaxMinor: AmountMinor;
  /** The most that one load in cash may be: no card may hold more. */
  readonly loadMaxMinor: AmountMinor;
  /** The most of a surrendered card's balance that is paid out in cash. */
  readonly surrenderMaxMinor: AmountMinor;
  readonly hostTimeoutMs: number;
  /** Entries of the journal older than this go into an archive file beside it. */
  readonly journalRetentionDays: number;
}

export const DEFAULT_PARAMETERS: TerminalParameters = {
  offlineHoursSinceSignOn: 24,
  hotlistMaxAgeHours: 24,
  pinRequiredFromMinor: amountMinor(300_00),
  offlineTier2TransactionMaxMinor: amountMinor(200_00),
  offlineTier2CardBatchMaxMinor: amountMinor(500_00),
  offlineTier2CardBatchMaxCount: 5,
  offlineUnsentMaxMinor: amountMinor(20_000_00),
  offlineUnsentMaxCount: 500,
  offlineOldestUnsentMaxHours: 72,
  refundDaysOnline: 30,
  refundDaysMax: 180,
  completionMaxPercent: 115,
  preAuthDaysMax: 30,
  shiftRequired: 0,
  unprintedSaleReverse: 0,
  purseTransactionMaxMinor: amountMinor(1_000_00),
  purseBalanceMaxMinor: amountMinor(1_000_00),
  loadMaxMinor: amountMinor(5_000_00),
  surrenderMaxMinor: amountMinor(100_00),
  hostTimeoutMs: 15_000,
  journalRetentionDays: 400,
};

/** Picks the parameters that this version knows out of a downloaded document; amounts are checked, the rest ignored. */
export function parameterOverrides(values: Readonly<Record<string, number>>): Partial<TerminalParameters> {
  const known: Record<string, number> = {};
  for (const name of Object.keys(DEFAULT_PARAMETERS)) {
    const value = values[name];
    if (value === undefined || !Number.isSafeInteger(value) || value < 0) continue;
    known[name] = name.endsWith('Minor') ? amountMinor(value) : value;
  }
  return known;
}
