import { type Context, type Decision, type Input, reply } from '../inputs.ts';
import type { StateView } from '../state.ts';
import { batchesToCheck } from '../takings.ts';
import { approvedBy, refuse } from './operator.ts';
import { whoWorksAtBench, whyNotThisNote } from './workbench.ts';

/** What became of the difference of a batch that the host had closed by itself: for the record, in words. */
export function decideCheckBatch(
  state: StateView,
  input: Extract<Input, { kind: 'check-batch' }>,
  context: Context,
): Decision {
  const command = input.kind;
  const { reportId } = input;
  const may = whoWorksAtBench(state, {}, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  if (!batchesToCheck(state).some((each) => each.reportId === reportId))
    return refuse(state, { command, rule: 'no-such-report' });
  const note = input.note?.trim() ?? '';
  const rule = note === '' ? 'note-required' : whyNotThisNote(note);
  if (rule) return refuse(state, { command, rule });
  const { approval } = input;
  const { operatorCode } = may;
  const approved = approvedBy(state, { action: 'resolve', operatorCode, approval }, context);
  if (approved.kind === 'refused') return refuse(state, { command, ...approved });
  const { supervisorCode } = approved;
  return reply({ kind: 'done' }, [
    ...approved.events,
    {
      kind: 'batch-checked',
      reportId,
      operatorCode,
      ...(supervisorCode === undefined ? {} : { supervisorCode }),
      note,
    },
  ]);
}
