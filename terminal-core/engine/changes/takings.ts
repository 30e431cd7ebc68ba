import type { Change } from '../../ports/journal.ts';
import type { EngineEvent } from '../events.ts';
import { put, type StateView, type Txn } from '../state.ts';
import {
  NOTHING,
  netMinor,
  nextPeriod,
  openShift,
  plus,
  type ReportDoc,
  type ReportKind,
  reportIdOf,
  type ShiftDoc,
  type TakingKey,
  type TakingsDoc,
  takingKeys,
  takingsOf,
} from '../takings.ts';

/** What an event adds to the open shift and to the takings since the last Z, by the transactions that it changed. */
export function tallyChanges(state: StateView, changes: readonly Change[]): Change[] {
  const booked = bookedBy(state, changes);
  if (booked.length === 0) return [];
  let takings = takingsOf(state);
  let shift = openShift(state);
  for (const { key, minor } of booked) {
    takings = booking(takings, { key, minor, isInShift: shift !== undefined });
    if (shift) shift = { ...shift, tally: added(shift.tally, key, minor) };
  }
  return [putTakings(takings), ...(shift ? [putShift(shift)] : [])];
}

interface Booked {
  readonly key: TakingKey;
  readonly minor: number;
}

/** A tally's keys that a transaction has now and had not before: nothing is ever counted twice or taken off. */
function bookedBy(state: StateView, changes: readonly Change[]): Booked[] {
  const latest = new Map<string, Txn>();
  for (const { collection, key, doc } of changes) {
    if (collection === 'transactions' && doc !== null) latest.set(key, doc as unknown as Txn);
  }
  return [...latest].flatMap(([txnId, txn]) => {
    const before = state.get('transactions', txnId);
    const had = before ? takingKeys(state, before) : [];
    return takingKeys(state, txn)
      .filter((key) => !had.includes(key))
      .map((key) => ({ key, minor: txn.amountMinor }));
  });
}

function booking(takings: TakingsDoc, booked: Booked & { readonly isInShift: boolean }): TakingsDoc {
  const { key, minor, isInShift } = booked;
  const [, kind] = key.split('/');
  const sold = kind === 'sale' || kind === 'completion' ? minor : 0;
  const givenBack = kind === 'void' || kind === 'refund' ? minor : 0;
  return {
    ...takings,
    tally: added(takings.tally, key, minor),
    grandSalesMinor: takings.grandSalesMinor + sold,
    grandReturnsMinor: takings.grandReturnsMinor + givenBack,
    cashOutsideShiftsMinor:
      takings.cashOutsideShiftsMinor + (isInShift ? 0 : netMinor({ [key]: plus(NOTHING, minor) }, 'cash')),
  };
}

function added(tally: TakingsDoc['tally'], key: TakingKey, minor: number): TakingsDoc['tally'] {
  return { ...tally, [key]: plus(tally[key] ?? NOTHING, minor) };
}

type EventOf<K extends EngineEvent['kind']> = Extract<EngineEvent, { kind: K }>;

export function shiftOpened(state: StateView, event: EventOf<'shift-opened'>, atMs: number): Change[] {
  const { shiftNumber, operatorCode, floatMinor } = event;
  const takings = takingsOf(state);
  if (openShift(state) || shiftNumber !== takings.shiftCount + 1)
    throw new Error('One shift at a time, in order');
  const shift: ShiftDoc = {
    shiftNumber,
    operatorCode,
    openedAtMs: atMs,
    floatMinor,
    tally: {},
    added: NOTHING,
    dropped: NOTHING,
    drawerOpenings: 0,
    movements: {},
  };
  return [putShift(shift), putTakings({ ...takings, shiftCount: shiftNumber })];
}

export function cashMoved(state: StateView, event: EventOf<'cash-moved'>): Change[] {
  const shift = openShift(state);
  if (!shift) throw new Error('Cash was moved in no shift');
  const { movementId, movement, amountMinor: minor } = event;
  const takings = takingsOf(state);
  const side = movement === 'float-added' ? 'added' : 'dropped';
  const movements = { ...shift.movements, [movementId]: movement === 'float-added' ? minor : -minor };
  return [
    putShift({ ...shift, movements, [side]: plus(shift[side], minor) }),
    putTakings({ ...takings, [side]: plus(takings[side], minor) }),
  ];
}

export function drawerOpened(state: StateView): Change[] {
  const shift = openShift(state);
  const takings = takingsOf(state);
  return [
    putTakings({ ...takings, drawerOpenings: takings.drawerOpenings + 1 }),
    ...(shift ? [putShift({ ...shift, drawerOpenings: shift.drawerOpenings + 1 })] : []),
  ];
}

export function shiftClosed(state: StateView, event: EventOf<'shift-closed'>, atMs: number): Change[] {
  const shift = openShift(state);
  if (!shift || shift.shiftNumber !== event.shiftNumber)
    throw new Error('Another shift is open than was closed');
  const { countedMinor, expectedMinor, operatorCode, receipt } = event;
  const takings = takingsOf(state);
  const { shifts } = takings;
  return [
    putShift({ ...shift, closed: { atMs, operatorCode, expectedMinor, countedMinor } }),
    putTakings({
      ...takings,
      shifts: {
        count: shifts.count + 1,
        floatMinor: shifts.floatMinor + shift.floatMinor,
        expectedMinor: shifts.expectedMinor + expectedMinor,
        countedMinor: shifts.countedMinor + countedMinor,
      },
    }),
    newReport({ kind: 'shift', number: shift.shiftNumber, operatorCode, receipt, atMs }),
  ];
}

export function reportMade(
  state: StateView,
  event: EventOf<'x-report-made'> | EventOf<'z-report-made'>,
  atMs: number,
): Change[] {
  const takings = takingsOf(state);
  const { number, operatorCode, receipt } = event;
  const kind = event.kind === 'z-report-made' ? 'z' : 'x';
  // Without gaps and never one twice: a step that breaks it is refused before it reaches the journal.
  if (number !== (kind === 'z' ? takings.zNumber : takings.xCount) + 1)
    throw new Error(`${kind} ${number} is not next`);
  return [
    putTakings(kind === 'z' ? nextPeriod(takings, { number, atMs }) : { ...takings, xCount: number }),
    newReport({ kind, number, operatorCode, receipt, atMs }),
  ];
}

/** After a restore: what is lost may have printed reports, and no number on paper comes twice. */
export function numbersSkipped(state: StateView, skipped: number): Change {
  const takings = takingsOf(state);
  return putTakings({
    ...takings,
    zNumber: takings.zNumber + skipped,
    xCount: takings.xCount + skipped,
    shiftCount: takings.shiftCount + skipped,
    settlementCount: takings.settlementCount + skipped,
  });
}

/** The receipt of a settlement, kept where it can be printed again. */
export function settlementReport(
  state: StateView,
  of: {
    readonly operatorCode: string;
    readonly receipt: string;
    readonly atMs: number;
    readonly toCheck?: NonNullable<ReportDoc['toCheck']>;
  },
): Change[] {
  const takings = takingsOf(state);
  const number = takings.settlementCount + 1;
  return [
    putTakings({ ...takings, settlementCount: number }),
    newReport({ ...of, kind: 'settlement', number }),
  ];
}

export function batchChecked(
  state: StateView,
  { kind: _kind, reportId, ...checked }: Extract<EngineEvent, { kind: 'batch-checked' }>,
): Change[] {
  const report = state.get('reports', reportId);
  if (!report) throw new Error(`No report ${reportId}`);
  const { toCheck: _done, ...rest } = report;
  return [putReport({ ...rest, checked })];
}

export function reportPrinted(state: StateView, reportId: string): Change[] {
  const report = state.get('reports', reportId);
  return report && !report.printed ? [putReport({ ...report, printed: true })] : [];
}

function newReport(of: Omit<ReportDoc, 'reportId'> & { readonly kind: ReportKind }): Change {
  return putReport({ ...of, reportId: reportIdOf(of.kind, of.number) });
}

function putReport(report: ReportDoc): Change {
  return put('reports', report.reportId, report, {
    // What waits for a person is kept at hand.
    live: report.toCheck !== undefined,
    terms: `${report.reportId} ${report.kind} ${report.operatorCode}`,
  });
}

function putTakings(takings: TakingsDoc): Change {
  return put('takings', 'takings', takings);
}

function putShift(shift: ShiftDoc): Change {
  return put('shifts', String(shift.shiftNumber), shift, { live: shift.closed === undefined });
}
