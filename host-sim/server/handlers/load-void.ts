import { balanceOf, cardAccount, merchantAccount } from '../../ledger/accounts.ts';
import { post } from '../../ledger/post.ts';
import type { StoredCard } from '../../store/cards.ts';
import { findOriginal, type StoredTransaction, setState } from '../../store/transactions.ts';
import { cardFacts, cardOf } from '../card-facts.ts';
import { INSUFFICIENT, UNKNOWN_CARD } from '../card-rules.ts';
import { newAuthorisationCode, newRrn } from '../numbers.ts';
import { declined, type MessageContext, type Outcome, type Refusal } from '../outcome.ts';
import { textOf } from '../request.ts';

const KIND = 'load-void';

/**
 * Void of a load in cash (充值撤销): the same terminal, the same open batch, the full amount, the same card, once, and only
 * while the card still holds the amount. The merchant hands the cash back and no longer owes it.
 */
export async function voidLoad(context: MessageContext): Promise<Outcome> {
  const { accountingDate, nowMs, request, terminal, tx } = context;
  const card = await cardOf(context);
  if (!card) return declined(KIND, UNKNOWN_CARD);
  const original =
    request.original && (await findOriginal(tx, { terminalId: terminal.terminalId, ...request.original }));
  const refusal = await refusalOf(context, original, card);
  if (refusal || !original) {
    const reference = original ? { originalTransactionId: original.transactionId } : {};
    return declined(KIND, refusal ?? NO_ORIGINAL, { card, ...reference });
  }
  const account = cardAccount(card.cardId);
  const postingId = await post(tx, {
    kind: KIND,
    atMs: nowMs,
    accountingDate,
    entries: [
      { account, amountMinor: -original.amountMinor },
      { account: merchantAccount(original.merchantId), amountMinor: original.amountMinor },
    ],
  });
  await setState(tx, original.transactionId, 'voided');
  const { balanceMinor } = await balanceOf(tx, account);
  return {
    kind: KIND,
    state: 'approved',
    code: '00',
    card,
    postingId,
    originalTransactionId: original.transactionId,
    rrn: await newRrn(context),
    authorisationCode: newAuthorisationCode(context),
    answer: await cardFacts(context, card, balanceMinor),
  };
}

const NO_ORIGINAL: Refusal = { code: '25', reason: 'no-such-original' };

async function refusalOf(
  context: MessageContext,
  original: StoredTransaction | undefined,
  card: StoredCard,
): Promise<Refusal | undefined> {
  const { request, terminal, tx } = context;
  if (!original || original.rrn === null || original.rrn !== textOf(request, 37)) return NO_ORIGINAL;
  if (original.kind !== 'load') return { code: '12', reason: 'not-a-load' };
  if (original.batchNumber !== terminal.batchNumber) return { code: '12', reason: 'original-settled' };
  if (original.state !== 'approved') return { code: '12', reason: `original-${original.state}` };
  if (original.cardId !== card.cardId) return { code: '12', reason: 'other-card' };
  if (original.amountMinor !== request.amountMinor) return { code: '64', reason: 'other-amount' };
  const { balanceMinor } = await balanceOf(tx, cardAccount(card.cardId));
  return balanceMinor < original.amountMinor ? INSUFFICIENT : undefined;
}
