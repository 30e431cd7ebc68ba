import { merchantAccount } from '../../ledger/accounts.ts';
import { post } from '../../ledger/post.ts';
import { findByRrn, findOriginal, type StoredTransaction, setState } from '../../store/transactions.ts';
import { walletOfPayment } from '../../wallets/wallets.ts';
import { newAuthorisationCode, newRrn } from '../numbers.ts';
import { declined, type MessageContext, type Outcome } from '../outcome.ts';
import { textOf } from '../request.ts';
import { namesSameSale, refusalOfRefund } from './refund.ts';
import { NO_ORIGINAL, refusalOfVoid } from './void.ts';

/** What a void or refund without a card gives back; a sale that a card paid goes back to that card. */
const OF = ['code-payment'] as const;

/**
 * Void of a payment by customer-presented code: as the void of a card's sale, without the customer. The code is spent and the phone
 * is gone; the original says which wallet paid.
 */
export async function voidCodePayment(context: MessageContext): Promise<Outcome> {
  const { request, terminal, tx } = context;
  const original =
    request.original && (await findOriginal(tx, { terminalId: terminal.terminalId, ...request.original }));
  const refusal = refusalOfVoid(context, original, { of: OF, cardId: null });
  if (refusal || !original) return declined('void', refusal ?? NO_ORIGINAL, reference(original));
  await setState(tx, original.transactionId, 'voided');
  const authorisationCode = newAuthorisationCode(context);
  return { ...(await giveBack(context, 'void', original)), authorisationCode };
}

/** Refund of a payment by customer-presented code: to the wallet that paid, by the rules of every refund. */
export async function refundCodePayment(context: MessageContext): Promise<Outcome> {
  const { request, terminal, tx } = context;
  const original = await findByRrn(tx, textOf(request, 37) ?? '', terminal.merchantId);
  if (!original || !namesSameSale(context, original)) return declined('refund', NO_ORIGINAL);
  const refusal = await refusalOfRefund(context, original, { of: OF, cardId: null });
  if (refusal) return declined('refund', refusal, reference(original));
  return giveBack(context, 'refund', original);
}

function reference(original: StoredTransaction | undefined): Partial<Outcome> {
  return original ? { originalTransactionId: original.transactionId } : {};
}

async function giveBack(
  context: MessageContext,
  kind: 'void' | 'refund',
  original: StoredTransaction,
): Promise<Outcome> {
  const { accountingDate, nowMs, request, terminal, tx } = context;
  const amountMinor = request.amountMinor ?? 0;
  const postingId = await post(tx, {
    kind,
    atMs: nowMs,
    accountingDate,
    entries: [
      { account: await walletOfPayment(tx, original), amountMinor },
      { account: merchantAccount(terminal.merchantId), amountMinor: -amountMinor },
    ],
  });
  const { transactionId: originalTransactionId } = original;
  const rrn = await newRrn(context);
  return { kind, state: 'approved', code: '00', postingId, originalTransactionId, rrn };
}
