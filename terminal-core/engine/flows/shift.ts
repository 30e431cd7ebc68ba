import { holdsCardNumberLike } from '../../domain/card-number-like.ts';
import { type Context, type Decision, type Input, reply } from '../inputs.ts';
import { isAnythingUnderWay } from '../owed.ts';
import type { RefusalRule } from '../refusals.ts';
import { shiftReportOf, takingsReportOf } from '../report-text.ts';
import type { StateView } from '../state.ts';
import { cashExpectedMinor, isAnythingTaken, openShift, reportIdOf, takingsOf } from '../takings.ts';
import { permission, refuse } from './operator.ts';

/** Cash movements in one shift; each is kept by its id, so that none can be booked twice. */
export const SHIFT_MOVEMENTS_MAX = 200;

export function decideOpenShift(
  state: StateView,
  input: Extract<Input, { kind: 'open-shift' }>,
  context: Context,
): Decision {
  const may = permission(state, { action: 'open-shift' }, context);
  if (may.kind === 'refused') return refuse(state, { command: input.kind, ...may });
  if (openShift(state)) return refuse(state, { command: input.kind, rule: 'shift-already-open' });
  const { operatorCode } = may;
  const shiftNumber = takingsOf(state).shiftCount + 1;
  return reply({ kind: 'done' }, [
    { kind: 'shift-opened', shiftNumber, operatorCode, floatMinor: input.floatMinor },
  ]);
}

/**
 * Money put into the drawer or taken to the safe. A drop is not refused for being more than should be there: that would
 * tell what should be, and the count at the end is blind.
 */
export function decideMoveCash(
  state: StateView,
  input: Extract<Input, { kind: 'move-cash' }>,
  context: Context,
): Decision {
  const command = input.kind;
  const shift = openShift(state);
  const { movementId, movement, amountMinor, reason } = input;
  const before = shift?.movements[movementId];
  if (before !== undefined) {
    const signed = movement === 'float-added' ? amountMinor : -amountMinor;
    return before === signed ? reply({ kind: 'done' }) : refuse(state, { command, rule: 'movement-differs' });
  }
  if (!shift) return refuse(state, { command, rule: 'no-open-shift' });
  if (amountMinor === 0) return refuse(state, { command, rule: 'amount-zero' });
  if (Object.keys(shift.movements).length >= SHIFT_MOVEMENTS_MAX) {
    return refuse(state, { command, rule: 'too-many-movements' });
  }
  const rule = whyNoReason(reason);
  if (rule) return refuse(state, { command, rule });
  const may = permission(state, { action: actionOn(state), approval: input.approval }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  return reply({ kind: 'done' }, [
    ...may.events,
    {
      kind: 'cash-moved',
      shiftNumber: shift.shiftNumber,
      movementId,
      movement,
      amountMinor,
      reason: reason.trim(),
      ...whoOf(may),
    },
  ]);
}

export function decideOpenDrawer(
  state: StateView,
  input: Extract<Input, { kind: 'open-drawer' }>,
  context: Context,
): Decision {
  const rule = whyNoReason(input.reason);
  if (rule) return refuse(state, { command: input.kind, rule });
  const may = permission(state, { action: 'open-drawer', approval: input.approval }, context);
  if (may.kind === 'refused') return refuse(state, { command: input.kind, ...may });
  return reply({ kind: 'done' }, [
    ...may.events,
    { kind: 'drawer-opened', reason: input.reason.trim(), ...whoOf(may) },
  ]);
}

/** One durable step holds the count, what was expected and the report: before it nobody has been told either. */
export function decideCloseShift(
  state: StateView,
  input: Extract<Input, { kind: 'close-shift' }>,
  context: Context,
): Decision {
  const command = input.kind;
  const shift = openShift(state);
  if (!shift) return refuse(state, { command, rule: 'no-open-shift' });
  const { countedMinor, denominations = [] } = input;
  const added = denominations.reduce((sum, { valueMinor, count }) => sum + valueMinor * count, 0);
  if (denominations.length > 0 && added !== countedMinor)
    return refuse(state, { command, rule: 'count-differs' });
  if (isAnythingUnderWay(state)) return refuse(state, { command, rule: 'sale-in-progress' });
  const may = permission(state, { action: actionOn(state), approval: input.approval }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  const expectedMinor = cashExpectedMinor(shift);
  const { shiftNumber } = shift;
  const who = whoOf(may);
  const receipt = shiftReportOf(state, shift, {
    ...who,
    atMs: context.nowMs,
    countedMinor,
    expectedMinor,
    denominations,
  });
  return reply({ kind: 'report', reportId: reportIdOf('shift', shiftNumber) }, [
    ...may.events,
    {
      kind: 'shift-closed',
      shiftNumber,
      countedMinor,
      expectedMinor,
      differenceMinor: countedMinor - expectedMinor,
      ...(denominations.length === 0 ? {} : { denominations }),
      ...who,
      receipt,
    },
  ]);
}

/** X: the takings so far; resets nothing. It tells what the drawer should hold, so a cashier asks a supervisor for it. */
export function decideXReport(
  state: StateView,
  input: Extract<Input, { kind: 'x-report' }>,
  context: Context,
): Decision {
  const may = permission(state, { action: 'x-report', approval: input.approval }, context);
  if (may.kind === 'refused') return refuse(state, { command: input.kind, ...may });
  const number = takingsOf(state).xCount + 1;
  const who = whoOf(may);
  const receipt = takingsReportOf(state, { kind: 'x-report', number, ...who }, context);
  return reply({ kind: 'report', reportId: reportIdOf('x', number) }, [
    ...may.events,
    { kind: 'x-report-made', number, ...who, receipt },
  ]);
}

/**
 * Z: numbered, and with it the period ends. The one step that holds it resets the figures too, so a crash leaves either
 * both or none; asked again after one, it finds nothing to reset.
 */
export function decideZReport(
  state: StateView,
  input: Extract<Input, { kind: 'z-report' }>,
  context: Context,
): Decision {
  const command = input.kind;
  const may = permission(state, { action: 'z-report', approval: input.approval }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  const takings = takingsOf(state);
  if (openShift(state)) return refuse(state, { command, rule: 'shift-open' });
  if (isAnythingUnderWay(state)) return refuse(state, { command, rule: 'sale-in-progress' });
  if (!isAnythingTaken(takings)) return refuse(state, { command, rule: 'nothing-since-z' });
  const number = takings.zNumber + 1;
  const who = whoOf(may);
  const receipt = takingsReportOf(state, { kind: 'z-report', number, ...who }, context);
  const { journalHead } = context;
  return reply({ kind: 'report', reportId: reportIdOf('z', number) }, [
    ...may.events,
    { kind: 'z-report-made', number, ...who, takings, journalHead, receipt },
  ]);
}

/** The cashier's own shift is the cashier's; anybody else's is a supervisor's. */
function actionOn(state: StateView): 'own-shift' | 'any-shift' {
  const { operatorCode } = state.get('terminal', 'terminal') ?? {};
  return openShift(state)?.operatorCode === operatorCode ? 'own-shift' : 'any-shift';
}

function whyNoReason(reason: string): RefusalRule | undefined {
  return reason.trim() === '' || holdsCardNumberLike(reason) ? 'reason-unusable' : undefined;
}

function whoOf(may: { readonly operatorCode: string; readonly supervisorCode?: string }): {
  readonly operatorCode: string;
  readonly supervisorCode?: string;
} {
  const { operatorCode, supervisorCode } = may;
  return { operatorCode, ...(supervisorCode === undefined ? {} : { supervisorCode }) };
}
