import type { Change } from '../../ports/journal.ts';
import { type BlockedCardDoc, put, type StateView, type Txn } from '../state.ts';

/** The store's own list: the card of a claim is refused here until the claim is closed or the host takes it off its list. */
export function blockCard(state: StateView, txn: Txn): Change[] {
  const { panHash, txnId } = txn;
  if (panHash === undefined) return [];
  const before = state.get('blockedCards', panHash);
  const onHostList = state.get('hotlist', 'hotlist')?.panHashes.includes(panHash) ?? false;
  return [
    put('blockedCards', panHash, {
      panHash,
      txnIds: [...(before?.txnIds ?? []).filter((each) => each !== txnId), txnId],
      onHostList: before?.onHostList ?? onHostList,
    }),
  ];
}

/** The claim is closed, or somebody lifted the block: the card is refused only for other claims on it. */
export function closeClaim(state: StateView, txn: Txn): Change[] {
  const before = txn.panHash === undefined ? undefined : state.get('blockedCards', txn.panHash);
  if (!before?.txnIds.includes(txn.txnId)) return [];
  const txnIds = before.txnIds.filter((each) => each !== txn.txnId);
  return txnIds.length === 0
    ? [remove(before)]
    : [put('blockedCards', before.panHash, { ...before, txnIds })];
}

/** A new hotlist leaves the store's own list as it is, but for a card that was on the host's list and is not any more. */
export function heedHotlist(state: StateView, panHashes: readonly string[]): Change[] {
  const listed = new Set(panHashes);
  return [...state.live('blockedCards')].flatMap((card) => {
    if (listed.has(card.panHash) === card.onHostList) return [];
    return card.onHostList
      ? [remove(card)]
      : [put('blockedCards', card.panHash, { ...card, onHostList: true })];
  });
}

function remove(card: BlockedCardDoc): Change {
  return { collection: 'blockedCards', key: card.panHash, doc: null, live: false };
}
