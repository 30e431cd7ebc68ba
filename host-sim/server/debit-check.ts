import { balanceOf, cardAccount } from '../ledger/accounts.ts';
import type { StoredCard } from '../store/cards.ts';
import { spentOn } from '../store/transactions.ts';
import { cardFacts } from './card-facts.ts';
import { refusalByCard, refusalByLimits } from './card-rules.ts';
import { declined, type MessageContext, type Outcome } from './outcome.ts';
import { refusalByPin } from './pin-check.ts';

export type DebitCheck =
  | { readonly ok: true; readonly balanceMinor: number }
  | { readonly ok: false; readonly outcome: Outcome };

/** Everything that a card and its holder must pass before money leaves the card online. */
export async function checkDebit(
  context: MessageContext,
  card: StoredCard,
  kind: 'purchase' | 'pre-authorisation' | 'purse-load',
): Promise<DebitCheck> {
  const { accountingDate, nowMs, request, services, tx } = context;
  const { balanceMinor } = await balanceOf(tx, cardAccount(card.cardId));
  const refusal =
    refusalByCard(card, nowMs, services.settings) ??
    (await refusalByPin(context, card)) ??
    refusalByLimits(
      {
        amountMinor: request.amountMinor ?? 0,
        balanceMinor,
        spentTodayMinor: await spentOn(tx, card.cardId, accountingDate),
      },
      services.settings,
    );
  if (!refusal) return { ok: true, balanceMinor };
  // The balance is the cardholder's: it is told only where the card itself was accepted.
  const answer = refusal.code === '51' ? await cardFacts(context, card, balanceMinor) : undefined;
  return { ok: false, outcome: declined(kind, refusal, { card, ...(answer ? { answer } : {}) }) };
}
