import type { BatchNumber } from '../domain/identifiers.ts';
import { unreachable } from '../domain/unreachable.ts';
import { cardDeskTakingKeys } from './card-desk/takings.ts';
import { purseTakingKeys } from './purse/takings.ts';
import type { BatchTotals, StateView, Txn } from './state.ts';

/** How a sale was paid, as reports tell them apart. */
export const TENDERS = ['cash', 'card', 'offline-card', 'purse'] as const;
export type Tender = (typeof TENDERS)[number];

/**
 * What can become of money, and of what was tried, as reports tell it. `hold` and `hold-void` move none; `collected` is
 * the money of a sale that was counted when its goods went. `load` is cash for a card or purse, which is no sale;
 * `surrender` is cash for the rest on a card that was given back.
 */
export const TAKING_KINDS = [
  'sale',
  'completion',
  'void',
  'refund',
  'declined',
  'reversed',
  'rejected',
  'collected',
  'collected-void',
  'written-off',
  'hold',
  'hold-void',
  'load',
  'load-returned',
  'surrender',
] as const;
export type TakingKind = (typeof TAKING_KINDS)[number];
export type TakingKey = `${Tender}/${TakingKind}`;

/** How many and how much, in minor units. Sums are plain numbers: a perpetual one may outgrow what one amount may be. */
export interface Figure {
  readonly count: number;
  readonly minor: number;
}
export const NOTHING: Figure = { count: 0, minor: 0 };

/** What was taken, by tender and kind. A key that is missing is nothing. */
export type Tally = Readonly<Partial<Record<TakingKey, Figure>>>;

/** One document of collection `shifts`, by its number; live while it is open. */
export interface ShiftDoc {
  /** Counts up from 1 over the terminal's life. */
  readonly shiftNumber: number;
  /** Whose shift it is. */
  readonly operatorCode: string;
  readonly openedAtMs: number;
  readonly floatMinor: number;
  readonly tally: Tally;
  readonly added: Figure;
  readonly dropped: Figure;
  /** Times that the drawer was opened without a sale. */
  readonly drawerOpenings: number;
  /** The cash movements by the id that the screen gave them, minor units, what was taken out below zero. */
  readonly movements: Readonly<Record<string, number>>;
  readonly closed?: {
    readonly atMs: number;
    readonly operatorCode: string;
    readonly expectedMinor: number;
    readonly countedMinor: number;
  };
}

/** The one document of collection `takings`: everything since the last Z, and what no Z ever resets. */
export interface TakingsDoc {
  /** Of the last Z report; 0 before the first. */
  readonly zNumber: number;
  /** When that was. */
  readonly sinceMs?: number;
  readonly tally: Tally;
  /** The shifts closed since then. */
  readonly shifts: {
    readonly count: number;
    readonly floatMinor: number;
    readonly expectedMinor: number;
    readonly countedMinor: number;
  };
  readonly added: Figure;
  readonly dropped: Figure;
  readonly drawerOpenings: number;
  /** Cash that came in (and went out) while no shift was open. */
  readonly cashOutsideShiftsMinor: number;
  readonly xCount: number;
  readonly shiftCount: number;
  readonly settlementCount: number;
  /** All that was ever sold, and all that was ever given back by voids and refunds. */
  readonly grandSalesMinor: number;
  readonly grandReturnsMinor: number;
}

const EMPTY_PERIOD = {
  tally: {},
  shifts: { count: 0, floatMinor: 0, expectedMinor: 0, countedMinor: 0 },
  added: NOTHING,
  dropped: NOTHING,
  drawerOpenings: 0,
  cashOutsideShiftsMinor: 0,
} as const satisfies Partial<TakingsDoc>;

const FRESH: TakingsDoc = {
  ...EMPTY_PERIOD,
  zNumber: 0,
  xCount: 0,
  shiftCount: 0,
  settlementCount: 0,
  grandSalesMinor: 0,
  grandReturnsMinor: 0,
};

/** What a report on paper was made of: journalled, and printed again as a copy of the same bytes. */
export interface ReportDoc {
  /** `Z-000012`: the kind's letter and its own number. */
  readonly reportId: string;
  readonly kind: ReportKind;
  readonly number: number;
  readonly atMs: number;
  readonly operatorCode: string;
  /** Receipt source. */
  readonly receipt: string;
  readonly printed?: boolean;
  /** Of a batch that the host had closed by itself: its totals here, until somebody has compared them. */
  readonly toCheck?: { readonly batchNumber: BatchNumber; readonly totals: BatchTotals };
  readonly checked?: {
    readonly operatorCode: string;
    readonly supervisorCode?: string;
    readonly note: string;
  };
}

export type ReportKind = 'x' | 'z' | 'shift' | 'settlement';

const REPORT_LETTERS: Readonly<Record<ReportKind, string>> = { x: 'X', z: 'Z', shift: 'S', settlement: 'B' };

export function reportIdOf(kind: ReportKind, number: number): string {
  return `${REPORT_LETTERS[kind]}-${String(number).padStart(6, '0')}`;
}

/** Settlements that somebody has to compare with the host's list, oldest first. */
export function batchesToCheck(state: StateView): (ReportDoc & Required<Pick<ReportDoc, 'toCheck'>>)[] {
  return [...state.live('reports')].flatMap((report) => {
    const { toCheck } = report;
    return toCheck ? [{ ...report, toCheck }] : [];
  });
}

export function takingsOf(state: StateView): TakingsDoc {
  return state.get('takings', 'takings') ?? FRESH;
}

/** After a Z: its number and the perpetual figures stay, everything else begins at nothing. */
export function nextPeriod(
  before: TakingsDoc,
  z: { readonly number: number; readonly atMs: number },
): TakingsDoc {
  return { ...before, ...EMPTY_PERIOD, zNumber: z.number, sinceMs: z.atMs };
}

/** Something has happened since the last Z that a Z would tell of. */
export function isAnythingTaken(takings: TakingsDoc): boolean {
  return (
    Object.keys(takings.tally).length > 0 ||
    takings.shifts.count > 0 ||
    takings.added.count > 0 ||
    takings.dropped.count > 0 ||
    takings.drawerOpenings > 0
  );
}

/** The shift that is open at this terminal: there is at most one. */
export function openShift(state: StateView): ShiftDoc | undefined {
  for (const shift of state.live('shifts')) return shift;
  return undefined;
}

/** What should lie in the drawer. It can be below zero: more may have been taken out than anybody wrote down. */
export function cashExpectedMinor(shift: ShiftDoc): number {
  return shift.floatMinor + netMinor(shift.tally, 'cash') + shift.added.minor - shift.dropped.minor;
}

/** Sales and completions less voids and refunds; in cash, what was taken for cards and purses, too. */
export function netMinor(tally: Tally, tender: Tender): number {
  const of = (kind: TakingKind): number => (tally[`${tender}/${kind}`] ?? NOTHING).minor;
  return (
    of('sale') +
    of('completion') -
    of('void') -
    of('refund') +
    of('load') -
    of('load-returned') -
    of('surrender')
  );
}

export function plus(figure: Figure, minor: number): Figure {
  return { count: figure.count + 1, minor: figure.minor + minor };
}

/**
 * Where a transaction stands in the tallies by its state. What a state once counted stays counted in every state after
 * it, so that each event only ever adds: a sale of yesterday that is voided today is today's void, and no sale less of
 * yesterday.
 */
export function takingKeys(state: StateView, txn: Txn): TakingKey[] {
  if (txn.purse) return purseTakingKeys(txn);
  if (txn.kind === 'load' || txn.kind === 'card-service') return cardDeskTakingKeys(txn);
  switch (txn.state) {
    case 'sending':
    case 'unknown':
    case 'reversal-refused':
    case 'not-sent':
      return [];
    case 'declined':
      return [`${tenderOf(state, txn)}/declined`];
    case 'reversed': {
      const tender = tenderOf(state, txn);
      // A refused offline tender of a cancelled sale was counted as sold: the sale is given up, and so is the claim.
      if (txn.kind === 'offline-sale') return [keyOf(state, txn), `${tender}/rejected`, `${tender}/void`];
      return [`${tender}/reversed`];
    }
    case 'approved':
    case 'voided':
    case 'completed':
    case 'accepted-offline':
    case 'delivered':
      return [keyOf(state, txn)];
    // Of an offline sale its goods are gone; of anything else it is as open as when it was unknown.
    case 'undeliverable':
      return txn.kind === 'offline-sale' ? [keyOf(state, txn)] : [];
    case 'rejected':
    case 'collected':
      return [keyOf(state, txn), `${tenderOf(state, txn)}/rejected`];
    case 'written-off': {
      const tender = tenderOf(state, txn);
      return [keyOf(state, txn), `${tender}/rejected`, `${tender}/written-off`];
    }
    default:
      throw new Error(`A ${txn.kind} cannot be ${txn.state}`);
  }
}

function keyOf(state: StateView, txn: Txn): TakingKey {
  const tender = tenderOf(state, txn);
  switch (txn.kind) {
    case 'cash-sale':
    case 'offline-sale':
      return `${tender}/sale`;
    case 'purchase':
      return isCollection(txn) ? `${tender}/collected` : `${tender}/sale`;
    case 'completion':
    case 'refund':
      return `${tender}/${txn.kind}`;
    case 'cash-void':
      return `${tender}/void`;
    case 'cash-refund':
      return `${tender}/refund`;
    case 'pre-authorisation':
      return `${tender}/hold`;
    case 'void': {
      const original = originalOf(state, txn);
      if (original?.kind === 'pre-authorisation') return `${tender}/hold-void`;
      if (original?.kind === 'load') return `${tender}/load-returned`;
      return original && isCollection(original) ? `${tender}/collected-void` : `${tender}/void`;
    }
    case 'purse-sale':
    case 'purse-load':
    case 'load':
    case 'card-service':
      throw new Error(`A ${txn.kind} has keys of its own`);
    default:
      return unreachable(txn.kind);
  }
}

/** What gives back counts under the tender of what it gives back. */
function tenderOf(state: StateView, txn: Txn): Tender {
  switch (txn.kind) {
    case 'cash-sale':
    case 'cash-void':
    case 'cash-refund':
    case 'load':
      return 'cash';
    case 'offline-sale':
      return 'offline-card';
    case 'purchase':
    case 'pre-authorisation':
    case 'completion':
    case 'card-service':
      return 'card';
    case 'purse-sale':
    case 'purse-load':
      return 'purse';
    case 'void':
    case 'refund': {
      const original = originalOf(state, txn);
      return original === undefined ? 'card' : tenderOf(state, original);
    }
    default:
      return unreachable(txn.kind);
  }
}

/** The purchase by which a rejected offline sale is paid after all. */
function isCollection(txn: Txn): boolean {
  return txn.kind === 'purchase' && txn.originalTxnId !== undefined;
}

function originalOf(state: StateView, txn: Txn): Txn | undefined {
  return txn.originalTxnId === undefined ? undefined : state.get('transactions', txn.originalTxnId);
}
