import { cardAccount, merchantAccount } from '../../ledger/accounts.ts';
import { post } from '../../ledger/post.ts';
import { cardFacts, cardOf } from '../card-facts.ts';
import { UNKNOWN_CARD } from '../card-rules.ts';
import { checkDebit } from '../debit-check.ts';
import { newAuthorisationCode, newRrn } from '../numbers.ts';
import { declined, type MessageContext, type Outcome } from '../outcome.ts';

/** Online purchase (消费): the card pays the merchant, or nothing happens. */
export async function purchase(context: MessageContext): Promise<Outcome> {
  const { accountingDate, nowMs, request, terminal, tx } = context;
  const amountMinor = request.amountMinor ?? 0;
  const card = await cardOf(context);
  if (!card) return declined('purchase', UNKNOWN_CARD);
  const check = await checkDebit(context, card, 'purchase');
  if (!check.ok) return check.outcome;
  const postingId = await post(tx, {
    kind: 'purchase',
    atMs: nowMs,
    accountingDate,
    entries: [
      { account: cardAccount(card.cardId), amountMinor: -amountMinor },
      { account: merchantAccount(terminal.merchantId), amountMinor },
    ],
  });
  return {
    kind: 'purchase',
    state: 'approved',
    code: '00',
    card,
    postingId,
    rrn: await newRrn(context),
    authorisationCode: newAuthorisationCode(context),
    answer: await cardFacts(context, card, check.balanceMinor - amountMinor),
  };
}
