import { unreachable } from '../../domain/unreachable.ts';
import type { Change } from '../../ports/journal.ts';
import { put, type StateView, type Txn } from '../state.ts';
import { dropCertificate } from './certificates.ts';

/**
 * What an approved card service changes here until the host's next documents say the same: a card that was put out of use is
 * refused on line and off, one that was put in use is taken off the copy of the hotlist that is held.
 */
export function servedCard(state: StateView, txn: Txn): Change[] {
  const { newPanHash, panHash, service } = txn;
  switch (service) {
    case undefined:
      return [];
    case 'activate':
    case 'unblock':
      return relist(state, { off: panHash });
    case 'block':
    case 'report-loss':
    case 'surrender':
      return [...dropCertificate(state, panHash), ...relist(state, { on: panHash })];
    case 'replace':
      return [...dropCertificate(state, panHash), ...relist(state, { on: panHash, off: newPanHash })];
    default:
      return unreachable(service);
  }
}

/** A till that never had a hotlist refuses every card offline anyway, and the host says the rest. */
function relist(
  state: StateView,
  cards: { readonly on?: string | undefined; readonly off?: string | undefined },
): Change[] {
  const held = state.get('hotlist', 'hotlist');
  if (!held) return [];
  const { off, on } = cards;
  const others = held.panHashes.filter((each) => each !== off && each !== on);
  return [put('hotlist', 'hotlist', { panHashes: on === undefined ? others : [...others, on] })];
}
