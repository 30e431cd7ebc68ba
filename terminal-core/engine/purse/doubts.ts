import type { ApplicationSerial } from '../../domain/purse.ts';
import type { StateView, Txn } from '../state.ts';

/** Sales and loads whose card has to come back before anybody knows: more of them stop the till from taking purses. */
export const PURSE_DOUBTS_MAX = 20;

/** The card decides what became of it, as soon as it is there again; days later, too. */
export function isInDoubt(txn: Txn): boolean {
  return (
    txn.state === 'in-doubt' ||
    (txn.state === 'unresolved' && txn.purse?.unresolvedBecause === 'batch-closed')
  );
}

/** A load that the card did not get, whose proof has to be taken from the card. The card itself is in no doubt. */
export function needsProof(txn: Txn): boolean {
  return txn.kind === 'purse-load' && txn.state === 'uncredited';
}

/**
 * The host knows all that this terminal knows of it, and nothing happens to it any more unless its card comes back, which
 * may be never.
 */
export function isLeftToItsCard(txn: Txn): boolean {
  if (txn.kind === 'purse-load') return txn.state === 'unresolved' || needsProof(txn);
  return (txn.state === 'unresolved' || txn.state === 'suspect') && txn.purse?.told === true;
}

/** What waits for a card to come back, oldest first. */
export function doubts(state: StateView): Txn[] {
  return [...state.live('transactions')].filter((txn) => isInDoubt(txn) || needsProof(txn));
}

/** What this card has to settle first: what is in doubt before what only lacks its proof. */
export function doubtOf(state: StateView, serial: ApplicationSerial): Txn | undefined {
  const own = doubts(state).filter((txn) => txn.purse?.applicationSerial === serial);
  return own.find(isInDoubt) ?? own[0];
}

/** The card has paid: with proof, or by its own counter, balance and log. */
export function hasPaid(txn: Txn): boolean {
  if (txn.kind !== 'purse-sale') return false;
  switch (txn.state) {
    case 'approved':
    case 'recovered':
    case 'debited-without-tac':
    case 'delivered':
      return true;
    default:
      return false;
  }
}

/**
 * The sale was paid twice: by the card, as it turned out when it came back, and by the tender that the cashier took in
 * the meantime; or it does not stand, for want of its receipt. What has not gone back to the card yet is owed to the customer.
 */
export function isOwedBack(txn: Txn): boolean {
  const isOwed = txn.purse?.otherTender === true || txn.unprintedUndo === 'under-way';
  return hasPaid(txn) && isOwed && txn.refundedMinor < txn.amountMinor;
}

/** The last digits, by which the till asks for a card. */
export function lastDigits(serial: ApplicationSerial): string {
  return serial.slice(-4);
}
