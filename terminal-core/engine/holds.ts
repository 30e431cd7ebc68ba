import { DAY_MS } from '../domain/local-time.ts';
import { type AmountMinor, amountMinor } from '../domain/money.ts';
import { parametersOf, type StateView, type Txn } from './state.ts';

/** A pre-authorisation (预授权) whose amount is still held: neither completed nor voided. */
export function isHold(txn: Txn): boolean {
  return txn.kind === 'pre-authorisation' && txn.state === 'approved';
}

/** Older than `preAuthDaysMax`: the issuer may have let it go, so nothing is charged against it any more. */
export function isHoldExpired(state: StateView, txn: Txn, nowMs: number): boolean {
  return nowMs - txn.atMs > parametersOf(state).preAuthDaysMax * DAY_MS;
}

/** The most that a completion may charge, `completionMaxPercent` of what is held; a broken fen is the customer's. */
export function completionMaxMinor(state: StateView, txn: Txn): AmountMinor {
  return amountMinor(Math.floor((txn.amountMinor * parametersOf(state).completionMaxPercent) / 100));
}
