import { balanceOf, cardAccount } from '../../ledger/accounts.ts';
import { cardFacts, cardOf } from '../card-facts.ts';
import { refusalByStatus, UNKNOWN_CARD } from '../card-rules.ts';
import { declined, type MessageContext, type Outcome } from '../outcome.ts';
import { refusalByPin } from '../pin-check.ts';

/** Balance inquiry: DE54 and a fresh balance certificate. An expired card tells what is left on it, and gets no certificate. */
export async function balance(context: MessageContext): Promise<Outcome> {
  const card = await cardOf(context);
  if (!card) return declined('balance', UNKNOWN_CARD);
  const refusal = refusalByStatus(card) ?? (await refusalByPin(context, card));
  if (refusal) return declined('balance', refusal, { card });
  const { balanceMinor } = await balanceOf(context.tx, cardAccount(card.cardId));
  return {
    kind: 'balance',
    state: 'recorded',
    code: '00',
    card,
    answer: await cardFacts(context, card, balanceMinor),
  };
}
