import { balanceOf, cardAccount, holdAccount, merchantAccount } from '../../ledger/accounts.ts';
import { type Entry, post } from '../../ledger/post.ts';
import { accountInPlaceOf } from '../../ledger/successor.ts';
import type { StoredCard } from '../../store/cards.ts';
import {
  findOriginal,
  findTransaction,
  followersOf,
  type StoredTransaction,
  setState,
  type TransactionKind,
} from '../../store/transactions.ts';
import { cardFacts, cardOf } from '../card-facts.ts';
import { INSUFFICIENT, refusalByStatus, UNKNOWN_CARD } from '../card-rules.ts';
import { checkDebit } from '../debit-check.ts';
import { newAuthorisationCode, newRrn } from '../numbers.ts';
import { declined, type MessageContext, type Outcome, type Refusal } from '../outcome.ts';

/**
 * Pre-authorisation (预授权): the amount leaves the card for a hold account of its own and belongs to nobody yet.
 */
export async function preAuthorisation(context: MessageContext): Promise<Outcome> {
  const kind = 'pre-authorisation';
  const card = await cardOf(context);
  if (!card) return declined(kind, UNKNOWN_CARD);
  const check = await checkDebit(context, card, kind);
  if (!check.ok) return check.outcome;
  const amountMinor = context.request.amountMinor ?? 0;
  const { stan, batchNumber, terminalId } = context.request;
  const postingId = await book(context, kind, [
    { account: cardAccount(card.cardId), amountMinor: -amountMinor },
    { account: holdAccount({ terminalId, batchNumber, stan }), amountMinor },
  ]);
  return approved(context, { kind, card, postingId });
}

/** Void of a pre-authorisation: the whole hold goes back to the card. Also in a later batch: a hold lives for days. */
export async function preAuthorisationVoid(context: MessageContext): Promise<Outcome> {
  const kind = 'pre-authorisation-void';
  const found = await original(context, { kind, of: 'pre-authorisation' });
  if (!found.ok) return found.outcome;
  const { card, transaction } = found;
  const { amountMinor, transactionId } = transaction;
  const hold = holdAccount(transaction);
  const refusal = await refusalOfHold(context, transaction);
  if (refusal) return declined(kind, refusal, { card, originalTransactionId: transactionId });
  if (context.request.amountMinor !== amountMinor) {
    return declined(
      kind,
      { code: '64', reason: 'other-amount' },
      { card, originalTransactionId: transactionId },
    );
  }
  // After the void of a completion less may be held than at first: see there.
  const { balanceMinor: heldMinor } = await balanceOf(context.tx, hold);
  const postingId = await book(context, kind, [
    { account: hold, amountMinor: -heldMinor },
    { account: await accountInPlaceOf(context.tx, card.cardId), amountMinor: heldMinor },
  ]);
  await setState(context.tx, transactionId, 'voided');
  return approved(context, { kind, card, postingId, originalTransactionId: transactionId });
}

/** Completion (预授权完成): up to 115 % of the hold goes to the merchant; what is left of the hold goes back to the card. */
export async function completion(context: MessageContext): Promise<Outcome> {
  const kind = 'completion';
  const { request, services, terminal, tx } = context;
  const found = await original(context, { kind, of: 'pre-authorisation' });
  if (!found.ok) return found.outcome;
  const { card, transaction } = found;
  const originalTransactionId = transaction.transactionId;
  const refuse = (refusal: Refusal) => declined(kind, refusal, { card, originalTransactionId });
  const refusal = await refusalOfHold(context, transaction);
  if (refusal) return refuse(refusal);
  const amountMinor = request.amountMinor ?? 0;
  const maxMinor = Math.floor((transaction.amountMinor * services.settings.completionMaxPercent) / 100);
  if (amountMinor === 0) return refuse({ code: '13', reason: 'amount-zero' });
  if (amountMinor > maxMinor) return refuse({ code: '64', reason: 'above-completion-limit' });
  const hold = holdAccount(transaction);
  const heldMinor = (await balanceOf(tx, hold)).balanceMinor;
  // What is held was put aside while the card was good. More than that, only a good card pays.
  const byStatus = amountMinor > heldMinor ? refusalByStatus(card) : undefined;
  if (byStatus) return refuse(byStatus);
  const account = await accountInPlaceOf(tx, card.cardId);
  if (amountMinor - heldMinor > (await balanceOf(tx, account)).balanceMinor) return refuse(INSUFFICIENT);
  const postingId = await book(context, kind, [
    { account: merchantAccount(terminal.merchantId), amountMinor },
    { account: hold, amountMinor: -heldMinor },
    ...(heldMinor === amountMinor ? [] : [{ account, amountMinor: heldMinor - amountMinor }]),
  ]);
  return approved(context, { kind, card, postingId, originalTransactionId });
}

/**
 * Void of a completion: the merchant gives the amount back, and what the pre-authorisation asked for is held again. Where
 * the completion was smaller its rest comes from the card once more, as far as the card still has it.
 */
export async function completionVoid(context: MessageContext): Promise<Outcome> {
  const kind = 'completion-void';
  const found = await original(context, { kind, of: 'completion' });
  if (!found.ok) return found.outcome;
  const { card, transaction } = found;
  const originalTransactionId = transaction.transactionId;
  const refuse = (refusal: Refusal) => declined(kind, refusal, { card, originalTransactionId });
  if (transaction.batchNumber !== context.terminal.batchNumber)
    return refuse({ code: '12', reason: 'original-settled' });
  if (transaction.state !== 'approved')
    return refuse({ code: '12', reason: `original-${transaction.state}` });
  if (context.request.amountMinor !== transaction.amountMinor)
    return refuse({ code: '64', reason: 'other-amount' });
  const { amountMinor, originalTransactionId: preAuthorisedId } = transaction;
  const preAuthorised =
    preAuthorisedId === null ? undefined : await findTransaction(context.tx, preAuthorisedId);
  if (!preAuthorised) throw new Error('A completion has its pre-authorisation');
  const account = await accountInPlaceOf(context.tx, card.cardId);
  const { balanceMinor } = await balanceOf(context.tx, account);
  const heldMinor = Math.min(preAuthorised.amountMinor, amountMinor + balanceMinor);
  const postingId = await book(context, kind, [
    { account: merchantAccount(transaction.merchantId), amountMinor: -amountMinor },
    { account: holdAccount(preAuthorised), amountMinor: heldMinor },
    ...(heldMinor === amountMinor ? [] : [{ account, amountMinor: amountMinor - heldMinor }]),
  ]);
  await setState(context.tx, originalTransactionId, 'voided');
  return approved(context, { kind, card, postingId, originalTransactionId });
}

type Found =
  | { readonly ok: true; readonly card: StoredCard; readonly transaction: StoredTransaction }
  | { readonly ok: false; readonly outcome: Outcome };

/** The transaction that DE61 names, made on this terminal with the card that is presented. */
async function original(
  context: MessageContext,
  asked: { readonly kind: TransactionKind; readonly of: TransactionKind },
): Promise<Found> {
  const { request, terminal, tx } = context;
  const card = await cardOf(context);
  if (!card) return { ok: false, outcome: declined(asked.kind, UNKNOWN_CARD) };
  const transaction =
    request.original && (await findOriginal(tx, { terminalId: terminal.terminalId, ...request.original }));
  if (transaction?.kind !== asked.of) {
    return { ok: false, outcome: declined(asked.kind, { code: '25', reason: 'no-such-original' }, { card }) };
  }
  if (transaction.cardId !== card.cardId) {
    const { transactionId: originalTransactionId } = transaction;
    const refusal = { code: '12', reason: 'other-card' };
    return { ok: false, outcome: declined(asked.kind, refusal, { card, originalTransactionId }) };
  }
  return { ok: true, card, transaction };
}

async function refusalOfHold(
  context: MessageContext,
  preAuthorised: StoredTransaction,
): Promise<Refusal | undefined> {
  if (preAuthorised.state !== 'approved') return { code: '12', reason: `original-${preAuthorised.state}` };
  const completions = await followersOf(context.tx, preAuthorised.transactionId, 'completion');
  return completions.some(({ state }) => state === 'approved')
    ? { code: '12', reason: 'original-completed' }
    : undefined;
}

function book(context: MessageContext, kind: TransactionKind, entries: readonly Entry[]): Promise<number> {
  const { accountingDate, nowMs, tx } = context;
  return post(tx, { kind, atMs: nowMs, accountingDate, entries });
}

async function approved(
  context: MessageContext,
  done: {
    readonly kind: TransactionKind;
    readonly card: StoredCard;
    readonly postingId: number;
    readonly originalTransactionId?: number;
  },
): Promise<Outcome> {
  const { balanceMinor } = await balanceOf(context.tx, cardAccount(done.card.cardId));
  return {
    ...done,
    state: 'approved',
    code: '00',
    rrn: await newRrn(context),
    authorisationCode: newAuthorisationCode(context),
    answer: await cardFacts(context, done.card, balanceMinor),
  };
}
