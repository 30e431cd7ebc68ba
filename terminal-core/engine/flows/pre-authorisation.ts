import { nextStan } from '../../domain/identifiers.ts';
import type { NewTxn } from '../events.ts';
import { completionMaxMinor, isHold, isHoldExpired } from '../holds.ts';
import { type Context, type Decision, type Input, reply, send } from '../inputs.ts';
import { transactionMessage } from '../messages.ts';
import { whyNotThisCard } from '../offline-rules.ts';
import { reversalsOwed } from '../owed.ts';
import type { RefusalRule } from '../refusals.ts';
import { parametersOf, type StateView, type Txn, terminalOf } from '../state.ts';
import { batchCount } from '../totals.ts';
import { earlierUndo } from './earlier-undo.ts';
import { cardFields, newTxn, secretOf } from './new-txn.ts';
import { permission, refuse } from './operator.ts';
import { BATCH_SALES_MAX, earlierOutcome } from './sale.ts';

/** Pre-authorisation (预授权): holds an amount on the card for a sale to come. Online only: no certificate covers it. */
export function decidePreAuthorise(
  state: StateView,
  input: Extract<Input, { kind: 'pre-authorise' }>,
  context: Context,
): Decision {
  const command = input.kind;
  const { saleId, amountMinor, presented, pin } = input;
  const before = earlierOutcome(state, { saleId, totalMinor: amountMinor, of: 'pre-authorisation' });
  if (before) return before;
  const may = permission(state, { action: 'sell' }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  const rule = amountMinor === 0 ? 'amount-zero' : whyNotOnlineNow(state, presented.panHash, context);
  if (rule) return refuse(state, { command, rule });
  if (amountMinor >= parametersOf(state).pinRequiredFromMinor && !pin) return reply({ kind: 'pin-required' });
  return sendNew(
    state,
    {
      ...newTxn(
        state,
        { kind: 'pre-authorisation', state: 'sending', amountMinor, operatorCode: may.operatorCode },
        context,
      ),
      ...cardFields(presented),
      saleId,
      pinUsed: pin !== undefined,
    },
    input,
  );
}

/** Completion (预授权完成): charges what was held, or a little more or less of it, to the same card, once. */
export function decideComplete(
  state: StateView,
  input: Extract<Input, { kind: 'complete' }>,
  context: Context,
): Decision {
  const command = input.kind;
  const { amountMinor, presented, txnId, undoId, pin } = input;
  const hasPin = pin !== undefined;
  const before = earlierUndo(state, { undoId, does: 'completion', txnId, amountMinor, hasPin });
  if (before) return before;
  const original = state.get('transactions', txnId);
  if (!original) return refuse(state, { command, rule: 'no-such-transaction' });
  const may = permission(state, { action: 'sell' }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  let rule = whyNotCompletable(original);
  if (!rule && original.panHash !== presented.panHash) rule = 'different-card';
  if (!rule && isHoldExpired(state, original, context.nowMs)) rule = 'pre-authorisation-expired';
  if (!rule && amountMinor === 0) rule = 'amount-zero';
  if (!rule && amountMinor > completionMaxMinor(state, original)) rule = 'completion-above-limit';
  rule ??= whyNotOnlineNow(state, presented.panHash, context);
  if (rule) return refuse(state, { command, rule });
  return sendNew(
    state,
    {
      ...newTxn(
        state,
        { kind: 'completion', state: 'sending', amountMinor, operatorCode: may.operatorCode },
        context,
      ),
      ...cardFields(presented),
      originalTxnId: original.txnId,
      ...(undoId === undefined ? {} : { undoId }),
      ...(pin ? { pinUsed: true } : {}),
    },
    { presented, original, ...(pin ? { pin } : {}) },
  );
}

/** What keeps a pre-authorisation from being completed, whatever the amount and the moment. */
export function whyNotCompletable(txn: Txn): RefusalRule | undefined {
  if (txn.pendingTxnId !== undefined) return 'already-pending';
  if (txn.state === 'completed') return 'pre-authorisation-completed';
  return isHold(txn) ? undefined : 'not-completable';
}

/** The rules of an online purchase, without the way out that a certificate gives one. */
function whyNotOnlineNow(state: StateView, panHash: string, context: Context): RefusalRule | undefined {
  return whyNotThisCard(state, panHash) ?? whyHostNotNow(state, context);
}

/** What keeps any online payment from starting now, whoever's card it is. */
export function whyHostNotNow(state: StateView, context: Context): RefusalRule | undefined {
  const terminal = terminalOf(state);
  if (terminal.settlement) return 'settling';
  if (terminal.batchNumber === undefined || terminal.keySetId === undefined) return 'not-signed-on';
  if (batchCount(state) >= BATCH_SALES_MAX) return 'batch-full';
  if (terminal.signOnNeeded) return 'not-signed-on';
  if (!context.linkUp) return 'host-unreachable';
  if (reversalsOwed(state) > 0) return 'reversal-owed';
  return undefined;
}

function sendNew(
  state: StateView,
  draft: NewTxn,
  how: Pick<Extract<Input, { kind: 'pre-authorise' }>, 'presented' | 'pin'> & { readonly original?: Txn },
): Decision {
  const terminal = terminalOf(state);
  const { batchNumber, keySetId } = terminal;
  if (batchNumber === undefined || keySetId === undefined) throw new Error('Checked by whyNotOnlineNow');
  const txn: NewTxn = { ...draft, stan: nextStan(terminal.lastStan), batchNumber, keySetId };
  const { presented, pin, original } = how;
  const message = transactionMessage(terminal, txn, {
    card: presented.card,
    ...(pin ? { pin } : {}),
    ...(original ? { original } : {}),
  });
  return send({ purpose: { kind: 'request', txnId: txn.txnId }, message, macKeySetId: keySetId }, [
    { kind: 'transaction-sent', txn, secret: secretOf(presented) },
  ]);
}
