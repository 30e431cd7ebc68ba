import type { BilingualText } from '../domain/text.ts';
import { responseCode } from '../iso8583/index.ts';
import { isHeldBack, isSetAside, purseOwes, wentUpWithoutCard } from './owed.ts';
import { strandedMinor } from './split.ts';
import type { BenchAction, StateView, Txn } from './state.ts';

/** Longest note of a person, characters. */
export const NOTE_LENGTH_MAX = 200;

interface BenchRule {
  readonly action: BenchAction;
  /** Needs a supervisor's code and password, and says why in words: it decides about money. */
  readonly needs: 'nothing' | 'approval-and-note';
  readonly makesSense: (txn: Txn, state: StateView) => boolean;
  /** May change what its batch comes to, so it waits until a settlement that has taken its totals is over. */
  readonly waitsForSettlement?: true;
}

/** What can be done about a record that was set aside, in the order in which it is offered. */
export const BENCH_RULES: readonly BenchRule[] = [
  { action: 'collect', needs: 'nothing', makesSense: (txn) => isCardClaim(txn) && txn.collectable !== true },
  {
    action: 'block-card',
    needs: 'nothing',
    makesSense: (txn, state) => isCardClaim(txn) && !isBlockedFor(state, txn),
  },
  { action: 'unblock-card', needs: 'nothing', makesSense: (txn, state) => isBlockedFor(state, txn) },
  { action: 'slip', needs: 'nothing', makesSense: isClaim },
  { action: 'give-back', needs: 'nothing', makesSense: (txn) => txn.state === 'load-refused' },
  {
    action: 'returned-otherwise',
    needs: 'approval-and-note',
    makesSense: (txn, state) => strandedMinor(state, txn) > 0,
  },
  { action: 'send-again', needs: 'nothing', makesSense: canGoAgain, waitsForSettlement: true },
  {
    action: 'host-says-stands',
    needs: 'approval-and-note',
    makesSense: (txn) => isInDoubt(txn) && (!txn.purse || purseOwes(txn) === 'advice'),
    waitsForSettlement: true,
  },
  {
    action: 'host-says-undone',
    needs: 'approval-and-note',
    makesSense: isInDoubt,
    waitsForSettlement: true,
  },
  { action: 'checked', needs: 'approval-and-note', makesSense: isToBeLookedAt },
  // While a payment of it is on its way nobody knows whether there is anything to give up.
  {
    action: 'write-off',
    needs: 'approval-and-note',
    makesSense: (txn) => isClaim(txn) && txn.pendingTxnId === undefined,
  },
];

export function benchRulesFor(state: StateView, txn: Txn): BenchRule[] {
  return isSetAside(txn) || strandedMinor(state, txn) > 0
    ? BENCH_RULES.filter((rule) => rule.makesSense(txn, state))
    : [];
}

/** An offline sale that the host refused: the goods are gone, the store has not been paid. */
export function isClaim(txn: Txn): boolean {
  return txn.state === 'rejected' && txn.kind !== 'purse-load';
}

/** One on a host-account card, which the store can refuse or ask to pay; a purse has paid already. */
function isCardClaim(txn: Txn): boolean {
  return isClaim(txn) && txn.panHash !== undefined;
}

/** Why the store has not been paid, in the host's words where it gave any. */
export function claimReason(txn: Txn): BilingualText {
  if (txn.responseCode !== undefined) return responseCode(txn.responseCode).text;
  return { 'zh-CN': '主机没有这笔脱机消费。', en: 'The host does not have this offline sale.' };
}

/** The store refuses this card because of this claim. */
export function isBlockedFor(state: StateView, txn: Txn): boolean {
  const card = txn.panHash === undefined ? undefined : state.get('blockedCards', txn.panHash);
  return card?.txnIds.includes(txn.txnId) === true;
}

/** The claims to offer when this card comes, oldest first. */
export function claimsOn(state: StateView, panHash: string): Txn[] {
  return [...state.live('transactions')]
    .filter((txn) => isClaim(txn) && txn.panHash === panHash && txn.collectable === true)
    .filter((txn) => txn.pendingTxnId === undefined)
    .sort((a, b) => a.atMs - b.atMs);
}

/** It is as it should be here; only what the host has of it is not known, and nothing follows from that. */
function isToBeLookedAt(txn: Txn): boolean {
  return wentUpWithoutCard(txn) || (txn.purse?.recordRefused === true && !isClaim(txn));
}

/** Nobody knows whether the host has booked it. */
function isInDoubt(txn: Txn): boolean {
  return txn.state === 'undeliverable' || txn.state === 'reversal-refused' || isHeldBack(txn);
}

/** A refund of a closed batch would be in no batch's totals; an advice goes up in the open one, a reversal only takes back. */
function canGoAgain(txn: Txn): boolean {
  return isInDoubt(txn) && !(txn.kind === 'refund' && txn.settled);
}
