import { unreachable } from '../domain/unreachable.ts';
import { decideAdviceEnded, decideRequestEnded, decideReversalEnded, textField } from './flows/answers.ts';
import { decideCancelSale, decideUndoTender } from './flows/cancel-sale.ts';
import { decideLoadCard, decideServeCard } from './flows/card-desk.ts';
import { decideCardEnded } from './flows/card-ended.ts';
import { decideCheckBatch } from './flows/check-batch.ts';
import { decideCollect } from './flows/collect.ts';
import { decideDeliver, decideDeliveryFailed } from './flows/deliver.ts';
import { decideInquire, decideInquiryEnded } from './flows/inquiry.ts';
import { decideOperatorSignOff, decideOperatorSignOn } from './flows/operator.ts';
import { decideComplete, decidePreAuthorise } from './flows/pre-authorisation.ts';
import { decideSettleDoubt } from './flows/purse-doubt.ts';
import { decideLoadAnswered, decideLoadPurse } from './flows/purse-load.ts';
import { decideOtherTender, decidePayPurse } from './flows/purse-sale.ts';
import { decideRefundPart, decideRefundSale, decideWithdrawRefund } from './flows/refund-sale.ts';
import { decidePayCard, decidePayCash } from './flows/sale.ts';
import {
  decideAbandonSettlement,
  decideSettle,
  decideSettlementEnded,
  decideUploadEnded,
} from './flows/settlement.ts';
import {
  decideCloseShift,
  decideMoveCash,
  decideOpenDrawer,
  decideOpenShift,
  decideXReport,
  decideZReport,
} from './flows/shift.ts';
import { decideSignOnEnded, decideTakeStans, decideTerminalSignOn } from './flows/terminal-sign-on.ts';
import { decideEnterTraining, decideLeaveTraining } from './flows/training.ts';
import { decideRefund, decideVoid } from './flows/undo.ts';
import { decideNotPrinted, decidePrintBegun, decideUndoUnprinted } from './flows/unprinted.ts';
import { decideBenchAct } from './flows/workbench.ts';
import { type Context, type Decision, type Input, reply } from './inputs.ts';
import { CLOCK_TOLERANCE_MS } from './offline-rules.ts';
import { recover } from './recovery.ts';
import { type StateView, terminalOf } from './state.ts';

/**
 * What the terminal does about an input. Pure: it reads the state and the context and says which events become durable
 * and what happens next; it touches no clock, no file, no line. Everything a person can do wrong is a reply.
 */
export function decide(state: StateView, input: Input, context: Context): Decision {
  switch (input.kind) {
    case 'provision':
      return reply({ kind: 'done' }, [{ kind: 'terminal-provisioned', identity: input.identity }]);
    case 'add-operator': {
      const { kind: _input, ...operator } = input;
      return reply({ kind: 'done' }, [{ kind: 'operator-added', ...operator }]);
    }
    case 'operator-sign-on':
      return decideOperatorSignOn(state, input, context);
    case 'operator-sign-off':
      return decideOperatorSignOff(state);
    case 'terminal-sign-on':
      return decideTerminalSignOn(state, context);
    case 'take-stans':
      return decideTakeStans(state, input);
    case 'parameters-downloaded': {
      const { kind: _input, ...document } = input;
      const { parametersVersion: version, parametersAtMs: issuedAtMs } = terminalOf(state);
      if (!isNews(state, { version, issuedAtMs }, document, context)) return reply({ kind: 'done' });
      return reply({ kind: 'done' }, [{ kind: 'parameters-received', ...document }]);
    }
    case 'hotlist-downloaded': {
      const { kind: _input, ...document } = input;
      const { hotlistVersion: version, hotlistAtMs: issuedAtMs } = terminalOf(state);
      if (!isNews(state, { version, issuedAtMs }, document, context)) return reply({ kind: 'done' });
      return reply({ kind: 'done' }, [{ kind: 'hotlist-received', ...document }]);
    }
    case 'pay-cash':
      return decidePayCash(state, input, context);
    case 'pay-card':
      return decidePayCard(state, input, context);
    case 'void':
      return decideVoid(state, input, context);
    case 'refund':
      return decideRefund(state, input, context);
    case 'pre-authorise':
      return decidePreAuthorise(state, input, context);
    case 'complete':
      return decideComplete(state, input, context);
    case 'inquire':
      return decideInquire(state, input, context);
    case 'load-card':
      return decideLoadCard(state, input, context);
    case 'serve-card':
      return decideServeCard(state, input, context);
    case 'pay-purse':
      return decidePayPurse(state, input, context);
    case 'load-purse':
      return decideLoadPurse(state, input, context);
    case 'settle-doubt':
      return decideSettleDoubt(state, input);
    case 'other-tender':
      return decideOtherTender(state, input, context);
    case 'card-ended':
      return decideCardEnded(state, input, context);
    case 'cancel-sale':
      return decideCancelSale(state, input, context);
    case 'refund-sale':
      return decideRefundSale(state, input, context);
    case 'refund-part':
      return decideRefundPart(state, input, context);
    case 'withdraw-refund':
      return decideWithdrawRefund(state, input, context);
    case 'undo-tender':
      return decideUndoTender(state, input, context);
    case 'deliver':
      return decideDeliver(state, input, context);
    case 'bench-act':
      return decideBenchAct(state, input, context);
    case 'collect-claim':
      return decideCollect(state, input, context);
    case 'delivery-failed':
      return decideDeliveryFailed(state, input);
    case 'settle':
      return decideSettle(state, input, context);
    case 'abandon-settlement':
      return decideAbandonSettlement(state, input, context);
    case 'check-batch':
      return decideCheckBatch(state, input, context);
    case 'batch-exported':
      return decideBatchExported(state, input);
    case 'receipt-printed':
      return reply({ kind: 'done' }, [{ kind: 'receipt-printed', txnId: input.txnId, copy: input.copy }]);
    case 'open-shift':
      return decideOpenShift(state, input, context);
    case 'move-cash':
      return decideMoveCash(state, input, context);
    case 'open-drawer':
      return decideOpenDrawer(state, input, context);
    case 'close-shift':
      return decideCloseShift(state, input, context);
    case 'x-report':
      return decideXReport(state, input, context);
    case 'z-report':
      return decideZReport(state, input, context);
    case 'enter-training':
      return decideEnterTraining(state, input, context);
    case 'leave-training':
      return decideLeaveTraining(state, input, context);
    case 'report-printed':
      return reply({ kind: 'done' }, [
        { kind: 'report-printed', reportId: input.reportId, copy: input.copy },
      ]);
    case 'receipt-not-printed':
      return decideNotPrinted(state, input, context);
    case 'print-begun':
      return decidePrintBegun(state, input);
    case 'undo-unprinted':
      return decideUndoUnprinted(state, input, context);
    case 'exchange-ended':
      return decideExchangeEnded(state, input, context);
    case 'recover':
      return recover(state, input);
    default:
      return unreachable(input);
  }
}

/**
 * A signed document of the host replaces the one before only if it is not older: who replays an old hotlist could sell
 * with a card that is on the new one. One from the future would never grow old.
 */
function isNews(
  state: StateView,
  held: { readonly version: number | undefined; readonly issuedAtMs: number | undefined },
  offered: { readonly version: number; readonly issuedAtMs: number },
  context: Context,
): boolean {
  const isOlder = offered.version < (held.version ?? 0) || offered.issuedAtMs < (held.issuedAtMs ?? 0);
  return (
    !isOlder && offered.issuedAtMs <= context.nowMs + CLOCK_TOLERANCE_MS + terminalOf(state).hostClockOffsetMs
  );
}

function decideBatchExported(state: StateView, input: Extract<Input, { kind: 'batch-exported' }>): Decision {
  const { operatorCode } = terminalOf(state);
  return reply({ kind: 'done' }, [{ ...input, ...(operatorCode === undefined ? {} : { operatorCode }) }]);
}

function decideExchangeEnded(
  state: StateView,
  input: Extract<Input, { kind: 'exchange-ended' }>,
  context: Context,
): Decision {
  const { outcome } = input;
  const { purpose } = input.exchange;
  switch (purpose.kind) {
    case 'request':
    case 'refund-repeat':
    case 'load-confirm':
      return decideRequestEnded(state, { purpose, outcome }, context);
    case 'reversal':
      return decideReversalEnded(state, { txnId: purpose.txnId, outcome });
    case 'purse-load':
    case 'purse-load-repeat':
      return decideLoadAnswered(state, { purpose, outcome });
    case 'advice': {
      const stan = textField(input.exchange.message, 11);
      return decideAdviceEnded(state, { txnId: purpose.txnId, outcome, ...(stan ? { stan } : {}) });
    }
    case 'inquiry':
      return decideInquiryEnded(state, { purpose, outcome }, context);
    case 'terminal-sign-on':
      return decideSignOnEnded(state, outcome, context);
    case 'download':
      return reply({ kind: 'done' });
    case 'settlement':
      return decideSettlementEnded(state, outcome, context);
    case 'batch-upload':
      return decideUploadEnded(state, { part: purpose.part, parts: purpose.parts, outcome }, context);
    default:
      return unreachable(purpose);
  }
}
