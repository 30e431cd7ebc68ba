import type { TillStatus } from '../../api/contract.ts';
import { doubts, isOwedBack, lastDigits } from '../../engine/purse/doubts.ts';
import type { StateView, Txn } from '../../engine/state.ts';

type PurseStatus = NonNullable<TillStatus['purse']>;

/** What the till shows of the electronic purse: whose card it waits for, and what it owes to whom. */
export function purseStatus(state: StateView, psamReady: boolean): PurseStatus {
  return {
    psamReady,
    doubts: doubts(state).flatMap(doubtView),
    owedBack: [...state.live('transactions')]
      .filter(isOwedBack)
      .map(({ txnId, purse, amountMinor, refundedMinor }) => ({
        txnId,
        lastDigits: purse ? lastDigits(purse.applicationSerial) : '',
        amountMinor: amountMinor - refundedMinor,
      })),
  };
}

function doubtView({ txnId, kind, state, amountMinor, atMs, purse }: Txn): PurseStatus['doubts'] {
  if (!purse || (kind !== 'purse-sale' && kind !== 'purse-load')) return [];
  if (state !== 'in-doubt' && state !== 'unresolved' && state !== 'uncredited') return [];
  const { applicationSerial, otherTender = false } = purse;
  return [{ txnId, kind, state, amountMinor, atMs, lastDigits: lastDigits(applicationSerial), otherTender }];
}
