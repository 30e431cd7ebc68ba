import { nextStan } from '../../domain/identifiers.ts';
import { DAY_MS } from '../../domain/local-time.ts';
import type { NewTxn } from '../events.ts';
import { isHold } from '../holds.ts';
import {
  type Context,
  type Decision,
  type EnteredPin,
  type Input,
  type PresentedCard,
  send,
} from '../inputs.ts';
import { transactionMessage } from '../messages.ts';
import { reversalsOwed } from '../owed.ts';
import type { RefusalRule } from '../refusals.ts';
import { splitSaleOf, tenderOf, worthOf } from '../split.ts';
import { parametersOf, type StateView, type Txn, terminalOf } from '../state.ts';
import { batchCount } from '../totals.ts';
import { decideCashBack, whyNotCashRefundable, whyNotCashVoidable } from './cash-back.ts';
import { earlierUndo } from './earlier-undo.ts';
import { cardFields, newTxn, secretOf } from './new-txn.ts';
import { type Permission, permission, refuse } from './operator.ts';

/** What DE48 can count, whatever side it is on. */
export const BATCH_TRANSACTIONS_MAX = 999;

/**
 * Void (消费撤销): same terminal, same batch, not yet settled, the full amount, the same card, once. A pre-authorisation is
 * voided in any batch, as long as it is not completed.
 */
export function decideVoid(
  state: StateView,
  input: Extract<Input, { kind: 'void' }>,
  context: Context,
): Decision {
  const { txnId, undoId } = input;
  const before = earlierUndo(state, { undoId, does: 'void', txnId, hasPin: input.pin !== undefined });
  if (before) return before;
  const original = state.get('transactions', txnId);
  if (!original) return refuse(state, { command: 'void', rule: 'no-such-transaction' });
  const { amountMinor } = original;
  const rule = whyNotVoidable(state, original);
  return undo(state, { input, original, amountMinor, rule }, context);
}

/** Refund (退货): after settlement, to the original card, in parts up to the original amount. */
export function decideRefund(
  state: StateView,
  input: Extract<Input, { kind: 'refund' }>,
  context: Context,
): Decision {
  const { txnId, undoId, amountMinor } = input;
  const hasPin = input.pin !== undefined;
  const before = earlierUndo(state, { undoId, does: 'refund', txnId, amountMinor, hasPin });
  if (before) return before;
  const original = state.get('transactions', txnId);
  if (!original) return refuse(state, { command: 'refund', rule: 'no-such-transaction' });
  let rule = whyNotRefundable(state, original, amountMinor);
  if (!rule && amountMinor === 0) rule = 'amount-zero';
  if (!rule && original.refundedMinor + amountMinor > original.amountMinor) rule = 'refund-above-original';
  if (!rule && context.nowMs - original.atMs > parametersOf(state).refundDaysMax * DAY_MS)
    rule = 'refund-too-late';
  return undo(state, { input, original, amountMinor, rule }, context);
}

/** Also what the till's list shows a void key for. */
export function whyNotVoidable(state: StateView, txn: Txn): RefusalRule | undefined {
  const alone = whyNotAlone(state, txn, txn.amountMinor);
  return alone ?? whyNotTenderVoidable(state, txn);
}

/** One of several tenders is undone with its sale, but for what it paid beyond the total: that is its card's alone. */
function whyNotAlone(state: StateView, txn: Txn, amount: number): RefusalRule | undefined {
  if (txn.tenderId === undefined) return undefined;
  const beyond = beyondOf(state, txn);
  return beyond > 0 && amount <= beyond ? undefined : 'part-of-sale';
}

function beyondOf(state: StateView, txn: Txn): number {
  const isComplete = splitSaleOf(state, txn.saleId ?? '')?.split.state === 'complete';
  const each = isComplete ? tenderOf(state, txn) : undefined;
  return each ? worthOf(each).beyondMinor : 0;
}

/** The same of a transaction that may be one of several that pay a sale: they are undone with it, not one by one. */
export function whyNotTenderVoidable(state: StateView, txn: Txn): RefusalRule | undefined {
  if (txn.kind === 'cash-sale') return whyNotCashVoidable(txn);
  if (txn.pendingTxnId !== undefined) return 'already-pending';
  if (txn.state === 'completed') return 'pre-authorisation-completed';
  // A hold is in no batch: it is let go for as long as it stands, expired or not.
  if (isHold(txn)) return undefined;
  const sale = isSale(txn) || (txn.kind === 'load' && txn.state === 'approved');
  const sameBatch = !txn.settled && txn.batchNumber === terminalOf(state).batchNumber;
  // The void names its original by the host's reference number.
  return sale && sameBatch && txn.rrn !== undefined ? undefined : 'not-voidable';
}

/** @param amount what is to be refunded, minor units; what a list shows a refund key for, when absent. */
export function whyNotRefundable(state: StateView, txn: Txn, amount = 0): RefusalRule | undefined {
  return whyNotAlone(state, txn, amount) ?? whyNotTenderRefundable(txn);
}

/** See `whyNotTenderVoidable`. */
export function whyNotTenderRefundable(txn: Txn): RefusalRule | undefined {
  if (txn.kind === 'cash-sale') return whyNotCashRefundable(txn);
  if (txn.pendingTxnId !== undefined) return 'already-pending';
  return isSale(txn) && txn.settled && txn.rrn !== undefined && txn.refundedMinor < txn.amountMinor
    ? undefined
    : 'not-refundable';
}

/** The host has booked it to the merchant. */
function isSale(txn: Txn): boolean {
  return (
    ((txn.kind === 'purchase' || txn.kind === 'completion') && txn.state === 'approved') ||
    (txn.kind === 'offline-sale' && txn.state === 'delivered')
  );
}

interface Undo {
  readonly input: Extract<Input, { kind: 'void' | 'refund' }>;
  readonly original: Txn;
  readonly amountMinor: Txn['amountMinor'];
  readonly rule: RefusalRule | undefined;
}

function undo(state: StateView, asked: Undo, context: Context): Decision {
  const { input, original } = asked;
  const { kind: command, undoId, approval, presented } = input;
  if (original.kind === 'cash-sale')
    return decideCashBack(state, { ...asked, command, undoId, approval }, context);
  const rule = asked.rule ?? (presented ? whyNotNow(state, { original, presented }, context) : 'card-needed');
  if (rule || !presented) return refuse(state, { command, rule: rule ?? 'card-needed' });
  const may: Permission = permission(state, { action: command, approval, txnId: original.txnId }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  const sent = sendUndo(state, { ...asked, ...input, ...may, command, presented }, context);
  return { ...sent, events: [...may.events, ...sent.events] };
}

/** Sends a void or refund to which nothing stands in the way any more. */
export function sendUndo(
  state: StateView,
  undo: {
    readonly command: 'void' | 'refund';
    readonly original: Txn;
    readonly amountMinor: Txn['amountMinor'];
    readonly presented: PresentedCard;
    readonly operatorCode: string;
    readonly supervisorCode?: string;
    readonly undoId?: string;
    readonly refundId?: string;
    readonly pin?: EnteredPin;
  },
  context: Context,
): Decision {
  const { command, original, amountMinor, presented, operatorCode, supervisorCode, undoId, refundId, pin } =
    undo;
  const terminal = terminalOf(state);
  const { batchNumber, keySetId } = terminal;
  if (batchNumber === undefined || keySetId === undefined)
    return refuse(state, { command, rule: 'not-signed-on' });
  const txn: NewTxn = {
    ...newTxn(state, { kind: command, state: 'sending', amountMinor, operatorCode }, context),
    ...cardFields(presented),
    ...(supervisorCode === undefined ? {} : { supervisorCode }),
    ...(undoId === undefined ? {} : { undoId }),
    ...(refundId === undefined ? {} : { refundId }),
    ...(pin ? { pinUsed: true } : {}),
    stan: nextStan(terminal.lastStan),
    batchNumber,
    keySetId,
    originalTxnId: original.txnId,
  };
  return send(
    {
      purpose: { kind: 'request', txnId: txn.txnId },
      message: transactionMessage(terminal, txn, {
        card: presented.card,
        original,
        ...(pin ? { pin } : {}),
      }),
      macKeySetId: keySetId,
    },
    [{ kind: 'transaction-sent', txn, secret: secretOf(presented) }],
  );
}

export function whyNotNow(
  state: StateView,
  asked: { readonly original: Txn; readonly presented: PresentedCard },
  context: Context,
): RefusalRule | undefined {
  const terminal = terminalOf(state);
  if (asked.original.panHash !== asked.presented.panHash) return 'different-card';
  if (terminal.settlement) return 'settling';
  if (batchCount(state) >= BATCH_TRANSACTIONS_MAX) return 'batch-full';
  if (terminal.signOnNeeded) return 'not-signed-on';
  if (!context.linkUp) return 'host-unreachable';
  if (reversalsOwed(state) > 0) return 'reversal-owed';
  return undefined;
}
