import { type AmountMinor, amountMinor } from '../terminal-core/domain/money.ts';
import type { TerminalParameters } from '../terminal-core/domain/parameters.ts';

/** What an acquirer or an issuer may change. Defaults are those of the design. */
export interface HostSettings {
  /** The host's local time: DE12, DE13 and the accounting day. 480 is China. */
  readonly utcOffsetMinutes: number;
  /** Minutes after local midnight at which the accounting day ends. */
  readonly dayCutMinutes: number;
  /** DE32. */
  readonly acquirerId: string;
  readonly pinRequiredFromMinor: AmountMinor;
  readonly pinTriesPerDay: number;
  readonly transactionMaxMinor: AmountMinor;
  readonly cardDayMaxMinor: AmountMinor;
  readonly bearerBalanceMaxMinor: AmountMinor;
  readonly registeredBalanceMaxMinor: AmountMinor;
  readonly purseBalanceMaxMinor: AmountMinor;
  /** Whether a bearer card may be loaded again after its first load. */
  readonly bearerReload: boolean;
  /** The most of a surrendered card's balance that is paid out in cash. */
  readonly surrenderMaxMinor: AmountMinor;
  /** How much of a held amount a completion may take, in percent. */
  readonly completionMaxPercent: number;
  readonly refundDaysMax: number;
  /** What a balance certificate allows one terminal. */
  readonly certificateCapMinor: AmountMinor;
  readonly certificateFloorMinor: AmountMinor;
  readonly certificateCountMax: number;
  readonly certificateHours: number;
  /** How long after a card is blocked an honest terminal may not know it yet. */
  readonly hotlistMaxAgeHours: number;
  /** What terminals are told besides, by the names of their parameters. */
  readonly terminalParameters: Partial<TerminalParameters>;
  /** How far a terminal's clock may be off before a sale's time is not believed. */
  readonly clockToleranceMinutes: number;
}

export const DEFAULT_SETTINGS: HostSettings = {
  utcOffsetMinutes: 480,
  dayCutMinutes: 23 * 60,
  acquirerId: '48021560',
  pinRequiredFromMinor: amountMinor(300_00),
  pinTriesPerDay: 3,
  transactionMaxMinor: amountMinor(1_000_00),
  cardDayMaxMinor: amountMinor(5_000_00),
  bearerBalanceMaxMinor: amountMinor(1_000_00),
  registeredBalanceMaxMinor: amountMinor(5_000_00),
  purseBalanceMaxMinor: amountMinor(1_000_00),
  bearerReload: false,
  surrenderMaxMinor: amountMinor(100_00),
  completionMaxPercent: 115,
  refundDaysMax: 180,
  certificateCapMinor: amountMinor(500_00),
  certificateFloorMinor: amountMinor(200_00),
  certificateCountMax: 5,
  certificateHours: 72,
  hotlistMaxAgeHours: 24,
  terminalParameters: {},
  clockToleranceMinutes: 10,
};

/** The accounting date (YYYY-MM-DD) of a moment: what comes after the cut belongs to the next day. */
export function accountingDate(atMs: number, settings: HostSettings): string {
  const untilMidnightMs = (24 * 60 - settings.dayCutMinutes) * 60_000;
  return new Date(atMs + settings.utcOffsetMinutes * 60_000 + untilMidnightMs).toISOString().slice(0, 10);
}
