import { balanceOf, cardAccount, merchantAccount } from '../../ledger/accounts.ts';
import { post } from '../../ledger/post.ts';
import { spentOn } from '../../store/transactions.ts';
import { cardFacts, cardOf } from '../card-facts.ts';
import { refusalByCard, refusalByLimits, UNKNOWN_CARD } from '../card-rules.ts';
import { newAuthorisationCode, newRrn } from '../numbers.ts';
import { declined, type MessageContext, type Outcome } from '../outcome.ts';
import { refusalByPin } from '../pin-check.ts';

/** Online purchase (消费): the card pays the merchant, or nothing happens. */
export async function purchase(context: MessageContext): Promise<Outcome> {
  const { accountingDate, nowMs, request, services, terminal, tx } = context;
  const amountMinor = request.amountMinor ?? 0;
  const card = await cardOf(context);
  if (!card) return declined('purchase', UNKNOWN_CARD);
  const account = cardAccount(card.cardId);
  const { balanceMinor } = await balanceOf(tx, account);
  const refusal =
    refusalByCard(card, nowMs, services.settings) ??
    (await refusalByPin(context, card)) ??
    refusalByLimits(
      { amountMinor, balanceMinor, spentTodayMinor: await spentOn(tx, card.cardId, accountingDate) },
      services.settings,
    );
  if (refusal) {
    // The balance is the cardholder's: it is told only where the card itself was accepted.
    const answer = refusal.code === '51' ? await cardFacts(context, card, balanceMinor) : undefined;
    return declined('purchase', refusal, { card, ...(answer ? { answer } : {}) });
  }
  const postingId = await post(tx, {
    kind: 'purchase',
    atMs: nowMs,
    accountingDate,
    entries: [
      { account, amountMinor: -amountMinor },
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
    answer: await cardFacts(context, card, balanceMinor - amountMinor),
  };
}
