import type { Change } from '../../ports/journal.ts';
import type { EngineEvent } from '../events.ts';
import type { StateView, Txn } from '../state.ts';
import { firstName, lastStan, placed, withFacts } from './purse.ts';
import { txnChange, txnOf } from './transactions.ts';

/** It keeps the name under which it was first made. */
export function placedAnew(
  state: StateView,
  { txnId, placement }: Extract<EngineEvent, { kind: 'advice-placed-anew' }>,
): Change[] {
  const txn = txnOf(state, txnId);
  const named = txn.purse ? withFacts(txn, firstName(txn, placement)) : firstNames(txn);
  return [...lastStan(state, placement), ...txnChange(txn, txn.state, { ...placed(placement), ...named })];
}

function firstNames(txn: Txn): Partial<Txn> {
  const firstStan = txn.firstStan ?? txn.stan;
  const firstBatchNumber = txn.firstBatchNumber ?? txn.batchNumber;
  return {
    ...(firstStan === undefined ? {} : { firstStan }),
    ...(firstBatchNumber === undefined ? {} : { firstBatchNumber }),
  };
}

/** 94: the host has it already, under its first name, in the batch that was closed over it. */
export function inFirstBatch({ firstBatchNumber, firstStan }: Txn, responseCode: string): Partial<Txn> {
  if (responseCode !== '94' || firstBatchNumber === undefined || firstStan === undefined) return {};
  return { batchNumber: firstBatchNumber, stan: firstStan, settled: true };
}
