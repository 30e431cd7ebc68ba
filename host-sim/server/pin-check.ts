import { type StoredCard, setPinFailures } from '../store/cards.ts';
import type { MessageContext, Refusal } from './outcome.ts';
import { bytesOf } from './request.ts';

/**
 * The PIN of a request: checked whenever DE52 is there, demanded from the limit on (of the amount that moves, where DE4 does not say
 * it). Every wrong try counts for its
 * accounting day; when they are used up the card refuses any PIN until the next.
 */
export async function refusalByPin(
  context: MessageContext,
  card: StoredCard,
  movedMinor = context.request.amountMinor ?? 0,
): Promise<Refusal | undefined> {
  const { accountingDate, keySet, request, services, tx } = context;
  const { settings } = services;
  const block = bytesOf(request, 52);
  if (!block || !request.pan) {
    const needed = movedMinor >= settings.pinRequiredFromMinor;
    return needed ? { code: '55', reason: 'pin-required' } : undefined;
  }
  const failures = card.pinFailuresDate === accountingDate ? card.pinFailures : 0;
  if (failures >= settings.pinTriesPerDay) return { code: '75', reason: 'pin-tries-used-up' };
  // The PIN key of the set whose MAC key vouched for the message: the terminal took both at one sign-on.
  const pin = services.terminalKeys.openPinBlock(keySet, { block, pan: request.pan });
  if (pin !== undefined && services.cardVault.pinMatches(card, pin)) return undefined;
  const count = failures + 1;
  await setPinFailures(tx, card.cardId, { count, accountingDate });
  return count >= settings.pinTriesPerDay
    ? { code: '75', reason: 'pin-tries-used-up' }
    : { code: '55', reason: 'wrong-pin' };
}
