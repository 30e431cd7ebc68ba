import { findCardByPan } from './card-facts.ts';
import type { Refusal, UnauthenticatedContext } from './outcome.ts';
import { type HostRequest, textOf } from './request.ts';

const CURRENCY_CNY = '156';

/** DE49, where it is there: this host has accounts in one currency. */
export function refusalByCurrency(request: Pick<HostRequest, 'fields'>): Refusal | undefined {
  const currency = textOf(request, 49);
  return currency === undefined || currency === CURRENCY_CNY
    ? undefined
    : { code: '12', reason: 'other-currency' };
}

/**
 * Card number, track and expiry date must name one card. A number whose date or track is another card's was mistyped, misread or
 * forged; which of them, the host cannot know, so that it names no card.
 */
export async function refusalByCardData(context: UnauthenticatedContext): Promise<Refusal | undefined> {
  const { request, services, tx } = context;
  const track = textOf(request, 35);
  const [trackNumber, discretionary = ''] = track?.split('=') ?? [];
  if (trackNumber !== undefined && request.pan?.reveal() !== trackNumber)
    return { code: '14', reason: 'track-of-another-card' };
  const expiries = [textOf(request, 14), track === undefined ? undefined : discretionary.slice(0, 4)];
  const told = expiries.filter((expiry) => expiry !== undefined);
  if (told.length === 0) return undefined;
  const card = request.pan && (await findCardByPan(tx, services, request.pan));
  const expected = card?.expiry ?? told[0];
  return told.every((expiry) => expiry === expected)
    ? undefined
    : { code: '14', reason: 'expiry-of-another-card' };
}
