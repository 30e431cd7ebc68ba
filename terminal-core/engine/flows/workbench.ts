import { holdsCardNumberLike } from '../../domain/card-number-like.ts';
import { BENCH_EVENTS, type BenchDeed, type EngineEvent } from '../events.ts';
import { type Context, type Decision, type Input, reply } from '../inputs.ts';
import { claimSlipOf, receiptOf, reversalNoticeOf } from '../receipt-text.ts';
import type { RefusalRule } from '../refusals.ts';
import { type BenchAction, type StateView, type Txn, terminalOf } from '../state.ts';
import { benchRulesFor, claimReason, NOTE_LENGTH_MAX } from '../workbench.ts';
import { approvedBy, type Permission, permission, refuse } from './operator.ts';
import { goesUpAnew } from './placement.ts';

/** What a supervisor does about a record that was set aside (docs/domain.md 4, workbench). */
export function decideBenchAct(
  state: StateView,
  input: Extract<Input, { kind: 'bench-act' }>,
  context: Context,
): Decision {
  const command = `${input.kind} ${input.action}`;
  const may = whoWorksAtBench(state, input, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  const txn = state.get('transactions', input.txnId);
  if (!txn) return refuse(state, { command, rule: 'no-such-transaction' });
  const rule = benchRulesFor(state, txn).find(({ action }) => action === input.action);
  if (!rule) return refuse(state, { command, rule: 'bench-action-not-now' });
  if (rule.waitsForSettlement && terminalOf(state).settlement)
    return refuse(state, { command, rule: 'settling' });
  const note = input.note?.trim() ?? '';
  const noteRule = rule.needs === 'approval-and-note' && note === '' ? 'note-required' : whyNotThisNote(note);
  if (noteRule) return refuse(state, { command, rule: noteRule });
  const approved =
    rule.needs === 'nothing'
      ? may
      : approvedBy(
          state,
          { action: 'resolve', operatorCode: may.operatorCode, approval: input.approval, txnId: txn.txnId },
          context,
        );
  if (approved.kind === 'refused') return refuse(state, { command, ...approved });
  const deed: BenchDeed = {
    txnId: txn.txnId,
    operatorCode: may.operatorCode,
    ...(approved.supervisorCode === undefined ? {} : { supervisorCode: approved.supervisorCode }),
    ...(note === '' ? {} : { note }),
    ...receiptAfter(state, txn, { action: input.action, operatorCode: may.operatorCode }, context),
  };
  const event: EngineEvent = { kind: BENCH_EVENTS[input.action], ...deed };
  return reply({ kind: 'transaction', txnId: txn.txnId }, [
    ...approved.events,
    event,
    ...(input.action === 'send-again' ? goesUpAnew(state, txn) : []),
  ]);
}

export function whyNotThisNote(note: string): RefusalRule | undefined {
  if (note.length > NOTE_LENGTH_MAX) return 'note-too-long';
  return holdsCardNumberLike(note) ? 'note-holds-card-number' : undefined;
}

/** The workbench is the supervisor's: nobody works at it on somebody's approval. */
export function whoWorksAtBench(
  state: StateView,
  about: { readonly txnId?: string },
  context: Context,
): Permission {
  const { operatorCode } = terminalOf(state);
  const role = operatorCode === undefined ? undefined : state.get('operators', operatorCode)?.role;
  if (role === 'cashier') return { kind: 'refused', rule: 'role-not-allowed', events: [] };
  return permission(
    state,
    { action: 'resolve', ...(about.txnId === undefined ? {} : { txnId: about.txnId }) },
    context,
  );
}

/** Their own receipt stands, or there is none. */
const TELLS_NOTHING: readonly Txn['kind'][] = ['offline-sale', 'refund', 'load', 'purse-sale'];

/** The paper that an action leaves behind. A slip is made once; after that the same one is printed again. */
function receiptAfter(
  state: StateView,
  txn: Txn,
  by: { readonly action: BenchAction; readonly operatorCode: string },
  context: Context,
): { readonly receipt?: string } {
  switch (by.action) {
    case 'slip':
      return {
        receipt:
          txn.slip ??
          claimSlipOf(state, txn, {
            operatorCode: by.operatorCode,
            atMs: context.nowMs,
            reason: claimReason(txn),
          }),
      };
    case 'host-says-stands':
      // An offline sale has its receipt since it was made.
      return txn.kind === 'offline-sale' || txn.purse ? {} : { receipt: receiptOf(state, txn) };
    case 'host-says-undone':
      return TELLS_NOTHING.includes(txn.kind) || (txn.purse && txn.state !== 'not-credited')
        ? {}
        : { receipt: reversalNoticeOf(state, txn, 'done') };
    default:
      return {};
  }
}
