import { nextBatchNumber, nextStan } from '../../domain/identifiers.ts';
import type { Exchange, ExchangeOutcome } from '../exchange.ts';
import { type Context, type Decision, type Input, reply, send } from '../inputs.ts';
import { batchUploadMessages, settlementMessage } from '../messages.ts';
import { isAnythingUnderWay, type OwedKind, owed, wentUpWithoutCard } from '../owed.ts';
import { doubts } from '../purse/doubts.ts';
import { settlementReceiptOf } from '../receipt-text.ts';
import { refusal } from '../refusals.ts';
import { openSales, type SplitSaleDoc } from '../split.ts';
import {
  type SettlementDoc,
  type SettlementOutcome,
  type StateView,
  type TerminalDoc,
  terminalOf,
} from '../state.ts';
import { reportIdOf, takingsOf } from '../takings.ts';
import { batchTotals, batchTransactions } from '../totals.ts';
import { mayComeAgain, textField } from './answers.ts';
import { keepsFromSettling } from './cancel-sale.ts';
import { cardDataOf } from './deliver.ts';
import { permission, refuse } from './operator.ts';
import { unprintedToUndo } from './unprinted.ts';

/**
 * Settlement (批结算). Nothing may be owed any more: the caller has delivered it all. A settlement that was started
 * before, and not ended, goes on where it was.
 */
export function decideSettle(
  state: StateView,
  input: Extract<Input, { kind: 'settle' }>,
  context: Context,
): Decision {
  const terminal = terminalOf(state);
  const may = permission(state, { action: 'settle', approval: input.approval }, context);
  if (may.kind === 'refused') return refuse(state, { command: 'settle', ...may });
  if (!terminal.settlement) {
    if (terminal.batchNumber === undefined)
      return refuse(state, { command: 'settle', rule: 'nothing-to-settle' });
    if (!context.linkUp) return refuse(state, { command: 'settle', rule: 'host-unreachable' });
    // An answer that comes after the totals were taken would be in no batch.
    if (isAnythingUnderWay(state)) return refuse(state, { command: 'settle', rule: 'sale-in-progress' });
    // A card that has not come back by now is left to the host: never voided, never taken for paid. The caller sends it up.
    const open = doubts(state).filter((txn) => txn.state === 'in-doubt');
    if (open.length > 0) {
      return reply({ kind: 'doubts-closed', count: open.length }, [
        ...may.events,
        ...open.map(({ txnId }) => ({ kind: 'purse-unresolved', txnId, because: 'batch-closed' }) as const),
      ]);
    }
    const isClosed = isClosedAtHost(state);
    const waiting = owed(state).filter(({ kind }) => !canWaitForNextBatch(terminal, kind));
    if (waiting.length > 0) return refuse(state, { command: 'settle', rule: 'unsent-remains' });
    if (openSales(state).some((sale) => keepsFromSettling(state, sale) && (!isClosed || isPaidInPart(sale))))
      return refuse(state, { command: 'settle', rule: 'sale-open' });
    if (!isClosed && unprintedToUndo(state).length > 0)
      return refuse(state, { command: 'settle', rule: 'sale-being-undone' });
    const stan = nextStan(terminal.lastStan);
    const totals = batchTotals(state);
    return send(comparing(state, { stan, totals }), [
      ...may.events,
      { kind: 'settlement-started', stan, batchNumber: terminal.batchNumber, totals },
    ]);
  }
  if (!context.linkUp) return reply({ kind: 'unfinished' }, may.events);
  // The totals are asked again with the same trace number: the host answers as it did the first time.
  const next =
    terminal.settlement.phase === 'comparing'
      ? send(comparing(state, terminal.settlement), [{ kind: 'settlement-repeated' }])
      : uploadPart(state, 0, context);
  return { ...next, events: [...may.events, ...next.events] };
}

/**
 * The way out of a settlement that the host will not compare: the batch stays open with all that is in it, cards can be
 * taken again, and the next settlement starts anew.
 */
export function decideAbandonSettlement(
  state: StateView,
  input: Extract<Input, { kind: 'abandon-settlement' }>,
  context: Context,
): Decision {
  const may = permission(state, { action: 'settle', approval: input.approval }, context);
  if (may.kind === 'refused') return refuse(state, { command: input.kind, ...may });
  const { batchNumber, settlement } = terminalOf(state);
  if (!settlement || batchNumber === undefined) return reply(refusal('no-settlement'));
  if (!mayBeGivenUp(settlement)) return refuse(state, { command: input.kind, rule: 'settlement-in-doubt' });
  const operatorCode = may.supervisorCode ?? may.operatorCode;
  return reply({ kind: 'done' }, [
    ...may.events,
    { kind: 'settlement-abandoned', batchNumber, operatorCode },
  ]);
}

/**
 * What the host cannot take in a batch that it has closed does not hold the batch open here; a reversal goes in any. After a
 * comparison that was given up it takes nothing in this batch but another settlement, so that offline sales go up in the next.
 */
function canWaitForNextBatch(terminal: TerminalDoc, kind: OwedKind): boolean {
  if (terminal.hostBatchNumber !== undefined) return kind !== 'reversal';
  return terminal.hostHasCompared === true && kind === 'advice';
}

/** The customer is still there; a cancelling goes on by refunds. */
function isPaidInPart(sale: SplitSaleDoc): boolean {
  return sale.split.state === 'open';
}

/** Sales that went on in a batch which the host has closed could never be delivered. */
export function mayBeGivenUp({ phase, unansweredTries, uploadEndings }: SettlementDoc): boolean {
  // An upload that was begun before its ends were counted may have ended.
  if (phase === 'uploading') return uploadEndings === 0;
  return unansweredTries === 0 && (uploadEndings ?? 0) === 0;
}

/** At the last sign-on the host said that another batch is open. */
export function isClosedAtHost(state: StateView): boolean {
  return terminalOf(state).hostBatchNumber !== undefined;
}

/** DE48 of the answer: the host does not compare, because it has closed the batch before or has none of that number. */
const ERROR = '3';

export function decideSettlementEnded(
  state: StateView,
  outcome: ExchangeOutcome,
  context: Context,
): Decision {
  // Given up, or ended by another answer, in the meantime.
  if (!terminalOf(state).settlement) return reply({ kind: 'unfinished' });
  if (outcome.kind === 'not-sent' || outcome.kind === 'cannot-be-made') {
    return reply({ kind: 'unfinished' }, [
      { kind: 'settlement-refused', hostSaid: 'not sent', mayComeAgain: true },
    ]);
  }
  if (outcome.kind !== 'answered') return reply({ kind: 'unfinished' });
  const code = textField(outcome.message, 39);
  const result = textField(outcome.message, 48)?.[30];
  if (code !== undefined && code !== '00') return refusedBy(code);
  if (result === '1')
    return close(state, context, 'balanced', [{ kind: 'settlement-compared', result: 'balanced' }]);
  if (result === ERROR && isClosedAtHost(state)) return close(state, context, 'closed-by-host', []);
  if (result !== '2') {
    const refused = refusedBy(`result ${result ?? 'missing'}`);
    // The sign-on says whether the batch is still the open one.
    return result === ERROR
      ? { ...refused, events: [...refused.events, { kind: 'sign-on-asked', responseCode: 'result 3' }] }
      : refused;
  }
  const decision = uploadPart(state, 0, context);
  return {
    ...decision,
    events: [{ kind: 'settlement-compared', result: 'not-balanced' }, ...decision.events],
  };
}

function refusedBy(hostSaid: string): Decision {
  return reply({ kind: 'unfinished', hostSaid }, [
    { kind: 'settlement-refused', hostSaid, mayComeAgain: mayComeAgain(hostSaid) },
  ]);
}

export function decideUploadEnded(
  state: StateView,
  ended: { readonly part: number; readonly parts: number; readonly outcome: ExchangeOutcome },
  context: Context,
): Decision {
  const { outcome, part, parts } = ended;
  if (!terminalOf(state).settlement) return reply({ kind: 'unfinished' });
  const atEnd = part === parts - 1;
  if (outcome.kind === 'not-sent' || outcome.kind === 'cannot-be-made') {
    return reply({ kind: 'unfinished' }, [
      { kind: 'upload-refused', atEnd, hostSaid: 'not sent', mayComeAgain: true },
    ]);
  }
  if (outcome.kind !== 'answered') return reply({ kind: 'unfinished' });
  const code = textField(outcome.message, 39) ?? '';
  if (code !== '00' && code !== '94') {
    return reply({ kind: 'unfinished', hostSaid: code }, [
      { kind: 'upload-refused', atEnd, hostSaid: code, mayComeAgain: mayComeAgain(code) },
    ]);
  }
  return uploadPart(state, part + 1, context);
}

/**
 * The n-th message of the batch upload; after the last one the batch is closed. An upload that was cut short starts again
 * from its first message: the host knows each record by batch and trace number and books it once. A record whose card data
 * is damaged goes up without its card number, about which the host then says nothing, and is set aside for a person: one
 * damaged entry must not keep the batch open for good.
 */
function uploadPart(state: StateView, part: number, context: Context): Decision {
  const terminal = terminalOf(state);
  const stan = nextStan(terminal.lastStan);
  const transactions = batchTransactions(state);
  const messages = batchUploadMessages(terminal, {
    transactions,
    secretOf: (txn) => cardDataOf(txn, context),
    originalOf: (txn) =>
      txn.originalTxnId === undefined ? undefined : state.get('transactions', txn.originalTxnId),
    stan,
    operatorCode: terminal.operatorCode ?? '',
  });
  const message = messages[part];
  if (!message) return close(state, context, 'not-balanced', []);
  return send({ purpose: { kind: 'batch-upload', part, parts: messages.length }, message }, [
    { kind: 'stan-taken', stan, message: 'batch-upload' },
    ...transactions
      .filter((txn) => !txn.purse && !wentUpWithoutCard(txn) && cardDataOf(txn, context) === undefined)
      .map(({ txnId }) => ({ kind: 'upload-record-without-card', txnId }) as const),
    ...(part === messages.length - 1 ? [{ kind: 'upload-ending' } as const] : []),
  ]);
}

function comparing(state: StateView, settlement: Pick<SettlementDoc, 'stan' | 'totals'>): Exchange {
  const terminal = terminalOf(state);
  return {
    purpose: { kind: 'settlement' },
    message: settlementMessage(terminal, { ...settlement, operatorCode: terminal.operatorCode ?? '' }),
  };
}

function close(
  state: StateView,
  context: Context,
  result: SettlementOutcome,
  before: Decision['events'],
): Decision {
  const { batchNumber, hostBatchNumber, settlement } = terminalOf(state);
  if (batchNumber === undefined || !settlement) throw new Error('No settlement to close');
  const { totals } = settlement;
  const receipt = settlementReceiptOf(state, {
    result,
    totals,
    batchNumber,
    atMs: context.nowMs,
    journalHead: context.journalHead,
  });
  const reportId = reportIdOf('settlement', takingsOf(state).settlementCount + 1);
  return reply({ kind: 'settled', result, batchNumber, totals, receipt, reportId }, [
    ...before,
    {
      kind: 'batch-closed',
      batchNumber,
      nextBatchNumber: hostBatchNumber ?? nextBatchNumber(batchNumber),
      result,
      totals,
      receipt,
    },
  ]);
}
