import { DAY_MS } from '../../../terminal-core/domain/local-time.ts';
import { findBatch } from '../../batches/batches.ts';
import { balanceOf, merchantAccount } from '../../ledger/accounts.ts';
import { post } from '../../ledger/post.ts';
import { accountInPlaceOf } from '../../ledger/successor.ts';
import {
  findByRrn,
  refundedOf,
  type StoredTransaction,
  type TransactionKind,
} from '../../store/transactions.ts';
import { cardFacts, cardOf } from '../card-facts.ts';
import { refusalOfCredit, UNKNOWN_CARD } from '../card-rules.ts';
import { newRrn } from '../numbers.ts';
import { declined, type MessageContext, type Outcome, type Refusal } from '../outcome.ts';
import { textOf } from '../request.ts';

/**
 * Refund (退货): any terminal of the merchant, after the sale's batch was settled, to the original card, in parts up to
 * the original amount. A blocked or expired card gets its money back all the same, a replaced one on the card in its
 * place, one that was given back never.
 */
export async function refund(context: MessageContext): Promise<Outcome> {
  const { accountingDate, nowMs, request, terminal, tx } = context;
  const amountMinor = request.amountMinor ?? 0;
  const card = await cardOf(context);
  if (!card) return declined('refund', UNKNOWN_CARD);
  const original = await findByRrn(tx, textOf(request, 37) ?? '', terminal.merchantId);
  if (!original || !namesSameSale(context, original)) {
    return declined('refund', { code: '25', reason: 'no-such-original' }, { card });
  }
  const refusal =
    (await refusalOfRefund(context, original, { of: OF_A_CARD, cardId: card.cardId })) ??
    refusalOfCredit(card);
  const { transactionId: originalTransactionId } = original;
  if (refusal) return declined('refund', refusal, { card, originalTransactionId });
  const account = await accountInPlaceOf(tx, card.cardId);
  const postingId = await post(tx, {
    kind: 'refund',
    atMs: nowMs,
    accountingDate,
    entries: [
      { account, amountMinor },
      { account: merchantAccount(terminal.merchantId), amountMinor: -amountMinor },
    ],
  });
  const { balanceMinor } = await balanceOf(tx, account);
  return {
    kind: 'refund',
    state: 'approved',
    code: '00',
    card,
    postingId,
    originalTransactionId,
    rrn: await newRrn(context),
    answer: await cardFacts(context, card, balanceMinor),
  };
}

/** By batch and trace number, where DE61 gives them; never by clock time alone, since the clocks may differ. */
export function namesSameSale(context: MessageContext, original: StoredTransaction): boolean {
  const named = context.request.original;
  if (!named) return false;
  return (
    named.stan === (original.saleStan ?? original.stan) &&
    named.batchNumber === (original.saleBatchNumber ?? original.batchNumber)
  );
}

const OF_A_CARD = ['purchase', 'offline-sale', 'completion'] as const;

/** Why a sale cannot be refunded; `cardId` null is for what no card has paid. */
export async function refusalOfRefund(
  context: MessageContext,
  original: StoredTransaction,
  asked: { readonly of: readonly TransactionKind[]; readonly cardId: number | null },
): Promise<Refusal | undefined> {
  const { nowMs, request, services, tx } = context;
  const amountMinor = request.amountMinor ?? 0;
  if (original.cardId !== asked.cardId || !asked.of.includes(original.kind))
    return { code: '12', reason: 'other-card' };
  if (original.state !== 'approved') return { code: '12', reason: `original-${original.state}` };
  const batch = await findBatch(tx, original.terminalId, original.batchNumber);
  if (batch?.state !== 'closed') return { code: '12', reason: 'original-not-settled' };
  if (nowMs - original.atMs > services.settings.refundDaysMax * DAY_MS)
    return { code: '12', reason: 'refund-too-late' };
  if (amountMinor === 0) return { code: '13', reason: 'amount-zero' };
  const refundedMinor = await refundedOf(tx, original.transactionId);
  if (refundedMinor + amountMinor > original.amountMinor) return { code: '64', reason: 'above-original' };
  return undefined;
}
