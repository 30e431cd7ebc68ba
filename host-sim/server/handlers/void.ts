import { balanceOf, merchantAccount } from '../../ledger/accounts.ts';
import { post } from '../../ledger/post.ts';
import { accountInPlaceOf } from '../../ledger/successor.ts';
import {
  findOriginal,
  type StoredTransaction,
  setState,
  type TransactionKind,
} from '../../store/transactions.ts';
import { cardFacts, cardOf } from '../card-facts.ts';
import { refusalOfCredit, UNKNOWN_CARD } from '../card-rules.ts';
import { newAuthorisationCode, newRrn } from '../numbers.ts';
import { declined, type MessageContext, type Outcome, type Refusal } from '../outcome.ts';
import { textOf } from '../request.ts';

/**
 * Void (消费撤销): the same terminal, the same open batch, the full amount, the same card, once. A blocked or expired
 * card gets its money back all the same, a replaced one on the card in its place, one that was given back never.
 */
export async function voidSale(context: MessageContext): Promise<Outcome> {
  const { accountingDate, nowMs, request, terminal, tx } = context;
  const card = await cardOf(context);
  if (!card) return declined('void', UNKNOWN_CARD);
  const original =
    request.original && (await findOriginal(tx, { terminalId: terminal.terminalId, ...request.original }));
  const refusal =
    refusalOfVoid(context, original, { of: OF_A_CARD, cardId: card.cardId }) ?? refusalOfCredit(card);
  if (refusal || !original) {
    const reference = original ? { originalTransactionId: original.transactionId } : {};
    return declined('void', refusal ?? NO_ORIGINAL, { card, ...reference });
  }
  const { amountMinor } = original;
  const account = await accountInPlaceOf(tx, card.cardId);
  const postingId = await post(tx, {
    kind: 'void',
    atMs: nowMs,
    accountingDate,
    entries: [
      { account, amountMinor },
      { account: merchantAccount(original.merchantId), amountMinor: -amountMinor },
    ],
  });
  await setState(tx, original.transactionId, 'voided');
  const { balanceMinor } = await balanceOf(tx, account);
  return {
    kind: 'void',
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

const OF_A_CARD = ['purchase', 'offline-sale'] as const;

export const NO_ORIGINAL: Refusal = { code: '25', reason: 'no-such-original' };

/** Why a sale cannot be voided; `cardId` null is for what no card has paid. */
export function refusalOfVoid(
  context: MessageContext,
  original: StoredTransaction | undefined,
  asked: { readonly of: readonly TransactionKind[]; readonly cardId: number | null },
): Refusal | undefined {
  const { request, terminal } = context;
  if (!original || original.rrn === null || original.rrn !== textOf(request, 37)) return NO_ORIGINAL;
  if (!asked.of.includes(original.kind)) return { code: '12', reason: 'not-voidable' };
  if (original.batchNumber !== terminal.batchNumber) return { code: '12', reason: 'original-settled' };
  if (original.state !== 'approved') return { code: '12', reason: `original-${original.state}` };
  if (original.cardId !== asked.cardId) return { code: '12', reason: 'other-card' };
  if (original.amountMinor !== request.amountMinor) return { code: '64', reason: 'other-amount' };
  return undefined;
}
