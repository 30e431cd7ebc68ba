import type { AmountMinor } from '../../domain/money.ts';
import { isCashSale } from '../cash.ts';
import type { NewTxn } from '../events.ts';
import { type Approval, type Context, type Decision, reply } from '../inputs.ts';
import { receiptOf } from '../receipt-text.ts';
import type { RefusalRule } from '../refusals.ts';
import { type StateView, type Txn, terminalOf } from '../state.ts';
import { newTxn } from './new-txn.ts';
import { permission, refuse } from './operator.ts';

/** All of a cash sale of the open batch, of which nothing was refunded. */
export function whyNotCashVoidable(txn: Txn): RefusalRule | undefined {
  return isCashSale(txn) && !txn.settled && txn.refundedMinor === 0 ? undefined : 'not-voidable';
}

/** Cash comes out of the drawer at once, so no batch has to be settled first. */
export function whyNotCashRefundable(txn: Txn): RefusalRule | undefined {
  return isCashSale(txn) && txn.refundedMinor < txn.amountMinor ? undefined : 'not-refundable';
}

/** Cash that is given back: durable, with its receipt, before the drawer opens. */
export function decideCashBack(
  state: StateView,
  undo: {
    readonly command: 'void' | 'refund';
    readonly original: Txn;
    readonly amountMinor: AmountMinor;
    readonly undoId: string | undefined;
    readonly approval: Approval | undefined;
    readonly rule: RefusalRule | undefined;
  },
  context: Context,
): Decision {
  const { command, original, rule, approval } = undo;
  if (rule) return refuse(state, { command, rule });
  const may = permission(state, { action: command, approval, txnId: original.txnId }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  const txn = cashBackTxn(state, { ...undo, ...may }, context);
  return reply({ kind: 'transaction', txnId: txn.txnId }, [...may.events, { kind: 'cash-handed-back', txn }]);
}

export function cashBackTxn(
  state: StateView,
  undo: {
    readonly command: 'void' | 'refund';
    readonly original: Txn;
    readonly amountMinor: AmountMinor;
    readonly undoId?: string | undefined;
    readonly operatorCode: string;
    readonly supervisorCode?: string;
    /** See `newTxn`. */
    readonly offset?: number;
  },
  context: Context,
): NewTxn {
  const { batchNumber } = terminalOf(state);
  const { amountMinor, operatorCode, offset } = undo;
  const draft: NewTxn = {
    ...newTxn(
      state,
      {
        kind: `cash-${undo.command}`,
        state: 'approved',
        amountMinor,
        operatorCode,
        ...(offset === undefined ? {} : { offset }),
      },
      context,
    ),
    originalTxnId: undo.original.txnId,
    ...(undo.undoId === undefined ? {} : { undoId: undo.undoId }),
    ...(undo.supervisorCode === undefined ? {} : { supervisorCode: undo.supervisorCode }),
    ...(batchNumber === undefined ? {} : { batchNumber }),
  };
  return { ...draft, receipt: receiptOf(state, draft) };
}
