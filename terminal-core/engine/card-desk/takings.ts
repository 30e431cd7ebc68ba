import type { Txn } from '../state.ts';
import type { TakingKey } from '../takings.ts';

/**
 * Where a load or a service of a host-account card stands in the tallies. The cash of a load lies in the drawer for as long
 * as nobody knows what became of it; what a state once counted stays counted in every state after it.
 */
export function cardDeskTakingKeys(txn: Txn): TakingKey[] {
  return txn.kind === 'load' ? ofLoad(txn) : ofService(txn);
}

function ofLoad({ state }: Txn): TakingKey[] {
  switch (state) {
    case 'declined':
      return ['cash/declined'];
    case 'unknown':
    case 'undeliverable':
    case 'approved':
    case 'voided':
    case 'load-refused':
      return ['cash/load'];
    case 'reversed':
      return ['cash/load', 'cash/load-returned'];
    default:
      return [];
  }
}

function ofService({ amountMinor, service, state }: Txn): TakingKey[] {
  return service === 'surrender' && state === 'approved' && amountMinor > 0 ? ['cash/surrender'] : [];
}
