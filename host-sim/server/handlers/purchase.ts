import { cardAccount, merchantAccount } from '../../ledger/accounts.ts';
import { post } from '../../ledger/post.ts';
import { cardFacts, cardOf } from '../card-facts.ts';
import { INSUFFICIENT, UNKNOWN_CARD } from '../card-rules.ts';
import { checkDebit } from '../debit-check.ts';
import { newAuthorisationCode, newRrn } from '../numbers.ts';
import { declined, type MessageContext, type Outcome } from '../outcome.ts';

/** Online purchase (消费): the card pays the merchant, or nothing happens. */
export async function purchase(context: MessageContext): Promise<Outcome> {
  const { accountingDate, nowMs, request, terminal, tx } = context;
  const askedMinor = request.amountMinor ?? 0;
  const card = await cardOf(context);
  if (!card) return declined('purchase', UNKNOWN_CARD);
  const check = await checkDebit(context, card, 'purchase');
  if (!check.ok) return check.outcome;
  const amountMinor = approvedOf(context, askedMinor);
  if (amountMinor < askedMinor && !request.takesPartialApproval)
    return declined('purchase', INSUFFICIENT, { card });
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
    code: amountMinor < askedMinor ? '10' : '00',
    amountMinor,
    card,
    postingId,
    rrn: await newRrn(context),
    authorisationCode: newAuthorisationCode(context),
    answer: {
      ...(await cardFacts(context, card, check.balanceMinor - amountMinor)),
      4: String(amountMinor).padStart(AMOUNT_DIGITS, '0'),
    },
  };
}

const AMOUNT_DIGITS = 12;

/** All that was asked for, unless a fault rule leaves only a part of it. */
function approvedOf({ faults: { approveMinor } }: MessageContext, askedMinor: number): number {
  if (approveMinor === undefined || askedMinor <= 1) return askedMinor;
  return Math.min(askedMinor, approveMinor === 'half' ? Math.floor(askedMinor / 2) : approveMinor);
}
