import { nextStan } from '../../domain/identifiers.ts';
import type { EngineEvent } from '../events.ts';
import { owedFor, purseOwes } from '../owed.ts';
import type { Placement } from '../purse/events.ts';
import { type StateView, type Txn, terminalOf } from '../state.ts';

/**
 * Advices whose batch is closed, under numbers of the batch that is open now. The host takes nothing in a closed batch; it
 * knows the record by the name under which it was made, which DE61 carries, and books it once. Nothing else that is owed
 * can go this way: a repeat under another number would be booked twice.
 */
export function placedAnew(state: StateView, open: Omit<Placement, 'stan'>): EngineEvent[] {
  const late = [...state.live('transactions')].filter(
    (txn) => owedFor(txn) === 'advice' && (txn.settled || txn.batchNumber !== open.batchNumber),
  );
  let stan = terminalOf(state).lastStan;
  return late.map(({ txnId }) => {
    stan = nextStan(stan);
    return { kind: 'advice-placed-anew', txnId, placement: { ...open, stan } };
  });
}

/** One that a person sends again, where the terminal is signed on to a batch; else the next sign-on places it. */
export function goesUpAnew(state: StateView, txn: Txn): EngineEvent[] {
  const { batchNumber, keySetId, lastStan, signOnNeeded } = terminalOf(state);
  const isAdvice = txn.kind === 'offline-sale' || (txn.purse && purseOwes(txn) === 'advice');
  if (!isAdvice || !txn.settled || signOnNeeded || batchNumber === undefined || keySetId === undefined)
    return [];
  const placement = { stan: nextStan(lastStan), batchNumber, keySetId };
  return [{ kind: 'advice-placed-anew', txnId: txn.txnId, placement }];
}
