import type { Change } from '../../ports/journal.ts';
import { isCash } from '../cash.ts';
import type { EngineEvent } from '../events.ts';
import { isHold, isHoldExpired } from '../holds.ts';
import { put, type SettlementDoc, type StateView, type Txn, terminalOf } from '../state.ts';
import { letKeysGo } from './purse.ts';
import { settlementReport } from './takings.ts';
import { carryOver, latestAfter, txnChange, txnOf } from './transactions.ts';

type Event<K extends EngineEvent['kind']> = Extract<EngineEvent, { readonly kind: K }>;

export type SettlementEvent = Event<
  | 'settlement-started'
  | 'settlement-repeated'
  | 'settlement-refused'
  | 'settlement-compared'
  | 'upload-record-without-card'
  | 'upload-ending'
  | 'upload-refused'
  | 'settlement-abandoned'
  | 'batch-closed'
>;

/** What an event of a settlement changes: how far it is, and at its end the batch. */
export function settlementChanges(state: StateView, event: SettlementEvent, atMs: number): Change[] {
  const settlement = (fields: Partial<SettlementDoc>): Change[] => [
    put('terminal', 'terminal', {
      ...terminalOf(state),
      settlement: { ...settlementOf(state, event), ...fields },
    }),
  ];
  switch (event.kind) {
    case 'settlement-started':
      return started(state, event, atMs);
    case 'settlement-compared':
      // It has compared, and so has not closed the batch by any of the tries before.
      return settlement({ result: event.result, phase: 'uploading', unansweredTries: 0, uploadEndings: 0 });
    case 'upload-record-without-card': {
      const txn = txnOf(state, event.txnId);
      return txnChange(txn, txn.state, { setAsideBecause: 'sealed-data-missing' });
    }
    case 'upload-ending':
      return settlement({ uploadEndings: (settlementOf(state, event).uploadEndings ?? 0) + 1 });
    case 'upload-refused': {
      const { result: _again, ...before } = settlementOf(state, event);
      const uploadEndings = (before.uploadEndings ?? 0) - (event.atEnd ? 1 : 0);
      if (event.mayComeAgain) return settlement({ uploadEndings });
      const compared: SettlementDoc = { ...before, uploadEndings, phase: 'comparing' };
      return [put('terminal', 'terminal', { ...terminalOf(state), settlement: compared })];
    }
    case 'settlement-repeated':
    case 'settlement-refused':
      return settlement({ unansweredTries: triesAfter(settlementOf(state, event).unansweredTries, event) });
    case 'settlement-abandoned': {
      const { settlement, ...rest } = terminalOf(state);
      const hasCompared = settlement?.uploadEndings !== undefined;
      return [put('terminal', 'terminal', { ...rest, ...(hasCompared ? { hostHasCompared: true } : {}) })];
    }
    case 'batch-closed':
      return closed(state, event, atMs);
  }
}

function settlementOf(state: StateView, event: SettlementEvent): SettlementDoc {
  const { settlement } = terminalOf(state);
  if (!settlement) throw new Error(`${event.kind} without a settlement`);
  return settlement;
}

function started(state: StateView, event: Event<'settlement-started'>, atMs: number): Change[] {
  const { stan, totals } = event;
  const settlement: SettlementDoc = {
    stan,
    totals,
    phase: 'comparing',
    startedAtMs: atMs,
    unansweredTries: 1,
  };
  return [put('terminal', 'terminal', { ...terminalOf(state), lastStan: stan, settlement })];
}

function closed(state: StateView, event: Event<'batch-closed'>, atMs: number): Change[] {
  const { hostBatchNumber: _said, hostHasCompared: _again, settlement: _done, ...rest } = terminalOf(state);
  const { batchNumber, receipt, result, totals } = event;
  const isOfBatch = (txn: Txn): boolean =>
    txn.batchNumber === batchNumber || isCash(txn) || txn.kind === 'pre-authorisation';
  const settled = (txn: Txn): Change[] => {
    if (isHold(txn) && !isHoldExpired(state, txn, atMs)) return carryOver(txn);
    return txn.purse ? letKeysGo(txn) : txnChange({ ...txn, settled: true }, txn.state, {});
  };
  return [
    put('terminal', 'terminal', {
      ...rest,
      batchNumber: event.nextBatchNumber,
      signOnNeeded: true,
      latestAtMs: latestAfter(rest, atMs),
    }),
    ...[...state.live('transactions')].filter(isOfBatch).flatMap(settled),
    ...settlementReport(state, {
      operatorCode: rest.operatorCode ?? '',
      receipt,
      atMs,
      ...(result === 'closed-by-host' ? { toCheck: { batchNumber, totals } } : {}),
    }),
  ];
}

/** "Not now" says nothing of the tries before it; any other refusal says that the host has not closed the batch by them. */
function triesAfter(before: number, event: Event<'settlement-repeated' | 'settlement-refused'>): number {
  if (event.kind === 'settlement-repeated') return before + 1;
  return event.mayComeAgain ? before - 1 : 0;
}
