import { composeReceipt, type TakingsRow } from '../receipts/index.ts';
import type { Denomination } from './events.ts';
import type { Context } from './inputs.ts';
import { unsent } from './offline-rules.ts';
import { reversalsOwed, setAside } from './owed.ts';
import { head } from './receipt-text.ts';
import type { StateView } from './state.ts';
import {
  cashExpectedMinor,
  NOTHING,
  netMinor,
  openShift,
  reportIdOf,
  type ShiftDoc,
  TAKING_KINDS,
  type Tally,
  TENDERS,
  takingsOf,
} from './takings.ts';

interface Who {
  readonly operatorCode: string;
  readonly supervisorCode?: string;
}

/** The receipt of a shift that ends: what should lie in the drawer, what does, and the difference. */
export function shiftReportOf(
  state: StateView,
  shift: ShiftDoc,
  closing: Who & {
    readonly atMs: number;
    readonly countedMinor: number;
    readonly expectedMinor: number;
    readonly denominations: readonly Denomination[];
  },
): string {
  const { atMs, countedMinor, expectedMinor, denominations, ...who } = closing;
  return composeReceipt(
    {
      kind: 'shift-report',
      ...head(state, { ...who, atMs }),
      reportId: reportIdOf('shift', shift.shiftNumber),
      cashier: shift.operatorCode,
      openedAtMs: shift.openedAtMs + (state.get('terminal', 'terminal')?.hostClockOffsetMs ?? 0),
      rows: rowsOf(shift.tally),
      floatMinor: shift.floatMinor,
      cashTakenMinor: netMinor(shift.tally, 'cash'),
      added: shift.added,
      dropped: shift.dropped,
      drawerOpenings: shift.drawerOpenings,
      expectedMinor,
      countedMinor,
      denominations,
    },
    { language: 'both' },
  );
}

/** The receipt of an X or a Z: everything since the last Z. */
export function takingsReportOf(
  state: StateView,
  report: Who & { readonly kind: 'x-report' | 'z-report'; readonly number: number },
  context: Context,
): string {
  const { kind, number, ...who } = report;
  const takings = takingsOf(state);
  const waiting = unsent(state);
  const shift = openShift(state);
  const offsetMs = state.get('terminal', 'terminal')?.hostClockOffsetMs ?? 0;
  return composeReceipt(
    {
      kind,
      ...head(state, { ...who, atMs: context.nowMs }),
      reportId: reportIdOf(kind === 'x-report' ? 'x' : 'z', number),
      ...(takings.sinceMs === undefined ? {} : { sinceMs: takings.sinceMs + offsetMs }),
      rows: rowsOf(takings.tally),
      unsent: { count: waiting.count, minor: waiting.amountMinor },
      reversalsOwed: reversalsOwed(state),
      setAside: setAside(state).length,
      shifts: takings.shifts,
      added: takings.added,
      dropped: takings.dropped,
      drawerOpenings: takings.drawerOpenings,
      cashOutsideShiftsMinor: takings.cashOutsideShiftsMinor,
      ...(shift ? { openShift: { number: shift.shiftNumber, expectedMinor: cashExpectedMinor(shift) } } : {}),
      grandSalesMinor: takings.grandSalesMinor,
      grandReturnsMinor: takings.grandReturnsMinor,
      journalHead: context.journalHead,
    },
    { language: 'both' },
  );
}

function rowsOf(tally: Tally): TakingsRow[] {
  return TENDERS.flatMap((tender) =>
    TAKING_KINDS.flatMap((kind) => {
      const figure = tally[`${tender}/${kind}`] ?? NOTHING;
      return figure.count === 0 ? [] : [{ tender, kind, ...figure }];
    }),
  );
}
