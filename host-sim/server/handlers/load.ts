import { openException } from '../../exceptions/exceptions.ts';
import { balanceOf, cardAccount, hasBeenLoaded, merchantAccount } from '../../ledger/accounts.ts';
import { post } from '../../ledger/post.ts';
import { barOriginal } from '../../store/barred-originals.ts';
import type { StoredCard } from '../../store/cards.ts';
import { findOriginal, type StoredTransaction } from '../../store/transactions.ts';
import { cardFacts, cardOf } from '../card-facts.ts';
import { balanceMaxMinor, refusalByCard, UNKNOWN_CARD } from '../card-rules.ts';
import { newAuthorisationCode, newRrn } from '../numbers.ts';
import { declined, type MessageContext, type Outcome, type Refusal } from '../outcome.ts';
import { recordOf } from '../record.ts';
import { textOf } from '../request.ts';

/** Load of a prepaid card in cash (充值): the merchant has the cash and owes it to the issuer. */
export async function load(context: MessageContext): Promise<Outcome> {
  const card = await cardOf(context);
  if (!card) return declined('load', UNKNOWN_CARD);
  const refusal = await refusalOfLoad(context, card);
  return refusal ? declined('load', refusal, { card }) : bookLoad(context, card);
}

/**
 * Confirmation of a load whose answer was lost: the customer's cash is in the drawer, so the load must stand. It is booked
 * now if its request never came, and the request is declined if it still comes.
 */
export async function loadConfirmation(context: MessageContext): Promise<Outcome> {
  const { nowMs, request, terminal, tx } = context;
  const { batchNumber, stan } = request.original ?? request;
  const key = { terminalId: terminal.terminalId, batchNumber, stan };
  const original = await findOriginal(tx, key);
  if (original?.kind === 'load') {
    const differs = await differenceFrom(context, original);
    if (differs) return differs;
    return {
      kind: 'load-confirmation',
      state: 'recorded',
      code: original.responseCode,
      reason: `original-${original.state}`,
      originalTransactionId: original.transactionId,
      ...(original.rrn === null ? {} : { rrn: original.rrn }),
    };
  }
  if (original) return declined('load-confirmation', { code: '12', reason: 'original-is-no-load' });
  await barOriginal(tx, key, { by: 'confirmation', nowMs });
  // Whatever is decided is decided for the load that was named: a confirmation under another number finds it.
  return { ...(await load(context)), sale: { batchNumber, stan, atMs: nowMs } };
}

/** The cash in the drawer and the load that is booked are not the same: a person compares them. */
async function differenceFrom(
  context: MessageContext,
  load: StoredTransaction,
): Promise<Outcome | undefined> {
  const { nowMs, request, tx } = context;
  const card = await cardOf(context);
  const isOtherCard = request.pan !== undefined && (card?.cardId ?? null) !== load.cardId;
  if (!isOtherCard && request.amountMinor === load.amountMinor) return undefined;
  await openException(tx, {
    kind: isOtherCard ? 'card-differs' : 'amount-differs',
    terminalId: load.terminalId,
    batchNumber: load.batchNumber,
    stan: load.stan,
    amountMinor: load.amountMinor,
    terminalRecord: recordOf(request),
    hostRecord: load.record,
    atMs: nowMs,
  });
  const refusal: Refusal = isOtherCard
    ? { code: '12', reason: 'other-card' }
    : { code: '64', reason: 'other-amount' };
  return declined('load-confirmation', refusal, { originalTransactionId: load.transactionId });
}

async function refusalOfLoad(context: MessageContext, card: StoredCard): Promise<Refusal | undefined> {
  const { nowMs, request, services, tx } = context;
  const { settings } = services;
  const amountMinor = request.amountMinor ?? 0;
  const byCard = refusalByCard(card, nowMs, settings);
  if (byCard) return byCard;
  if (amountMinor === 0) return { code: '13', reason: 'amount-zero' };
  if (
    card.kind === 'bearer' &&
    !settings.bearerReload &&
    (await hasBeenLoaded(tx, cardAccount(card.cardId)))
  ) {
    return { code: '57', reason: 'bearer-card-not-reloadable' };
  }
  const { balanceMinor } = await balanceOf(tx, cardAccount(card.cardId));
  return balanceMinor + amountMinor > balanceMaxMinor(card, settings)
    ? { code: '61', reason: 'above-balance-limit' }
    : undefined;
}

async function bookLoad(context: MessageContext, card: StoredCard): Promise<Outcome> {
  const { accountingDate, nowMs, request, terminal, tx } = context;
  const amountMinor = request.amountMinor ?? 0;
  const account = cardAccount(card.cardId);
  const postingId = await post(tx, {
    kind: 'load',
    atMs: nowMs,
    accountingDate,
    entries: [
      { account, amountMinor },
      { account: merchantAccount(terminal.merchantId), amountMinor: -amountMinor },
    ],
  });
  const { balanceMinor } = await balanceOf(tx, account);
  return {
    kind: 'load',
    state: 'approved',
    code: '00',
    card,
    postingId,
    rrn: await newRrn(context),
    authorisationCode: textOf(request, 38) ?? newAuthorisationCode(context),
    answer: await cardFacts(context, card, balanceMinor),
  };
}
