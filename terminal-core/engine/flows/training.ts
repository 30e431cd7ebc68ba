import { type Context, type Decision, type Input, reply } from '../inputs.ts';
import { isAnythingUnderWay } from '../owed.ts';
import { type StateView, terminalOf } from '../state.ts';
import { permission, refuse } from './operator.ts';

/**
 * Training mode (培训模式). All that the real journal ever holds of it is that it began and that it ended: sales in it run
 * on an engine of their own. While it is on, this one takes no command about money, so that nothing real can be done on
 * a screen that says TRAINING; what is owed goes on being delivered.
 */
export function decideEnterTraining(
  state: StateView,
  input: Extract<Input, { kind: 'enter-training' }>,
  context: Context,
): Decision {
  const terminal = terminalOf(state);
  if (terminal.training) return reply({ kind: 'done' });
  if (terminal.settlement) return refuse(state, { command: input.kind, rule: 'settling' });
  if (isAnythingUnderWay(state)) return refuse(state, { command: input.kind, rule: 'sale-in-progress' });
  return switched(state, { input, event: 'training-entered' }, context);
}

export function decideLeaveTraining(
  state: StateView,
  input: Extract<Input, { kind: 'leave-training' }>,
  context: Context,
): Decision {
  if (!terminalOf(state).training) return reply({ kind: 'done' });
  return switched(state, { input, event: 'training-left' }, context);
}

function switched(
  state: StateView,
  to: {
    readonly input: Extract<Input, { kind: 'enter-training' | 'leave-training' }>;
    readonly event: 'training-entered' | 'training-left';
  },
  context: Context,
): Decision {
  const { input, event } = to;
  const may = permission(state, { action: 'train', approval: input.approval }, context);
  if (may.kind === 'refused') return refuse(state, { command: input.kind, ...may });
  const { operatorCode, supervisorCode } = may;
  return reply({ kind: 'done' }, [
    ...may.events,
    { kind: event, operatorCode, ...(supervisorCode === undefined ? {} : { supervisorCode }) },
  ]);
}
