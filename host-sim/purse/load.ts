import {
  fromHex,
  loadMac1,
  loadMac2,
  macEquals,
  PURSE_LOAD,
  seslk,
  toHex,
} from '../../terminal-core/crypto/index.ts';
import { localTime } from '../../terminal-core/domain/local-time.ts';
import { encodeDe58, purseObjects } from '../../terminal-core/iso8583/index.ts';
import {
  type Account,
  balanceOf,
  cardAccount,
  merchantAccount,
  purseAccount,
  purseLoadAccount,
} from '../ledger/accounts.ts';
import { post } from '../ledger/post.ts';
import { cardOf } from '../server/card-facts.ts';
import { UNKNOWN_CARD } from '../server/card-rules.ts';
import { checkDebit } from '../server/debit-check.ts';
import { newAuthorisationCode, newRrn } from '../server/numbers.ts';
import { declined, type MessageContext, type Outcome, type Refusal } from '../server/outcome.ts';
import { type HostRequest, textOf } from '../server/request.ts';
import { written } from '../server/wire.ts';
import type { StoredCard } from '../store/cards.ts';
import type { StoreTransaction } from '../store/store.ts';
import { raise } from './alerts.ts';
import { decideDoubts } from './doubts.ts';
import { PurseData } from './fields.ts';
import { givenBackOf, insertLoad, type StoredLoad, standingLoads } from './loads.ts';
import {
  findPurchaseByRrn,
  findPurchaseBySale,
  highestBalanceSince,
  type StoredPurchase,
} from './purchases.ts';
import { findPurse, type StoredPurse } from './purses.ts';
import { creditLoad, isInferred, nextOnlineCounter, possibleLoads } from './shadow.ts';

const KIND = 'purse-load';

/** DE60.1: money from a card account of this host; 46 is cash. */
const FROM_ACCOUNT = '45';

/** Who pays for a load: the merchant, who has the customer's cash, or the customer's card account. */
interface Payer {
  readonly account: Account;
  readonly card?: StoredCard;
}

/**
 * Load of a purse (充值, 圈存). The amount is held as pending before MAC2 leaves, because with MAC2 the card can be credited
 * and nobody here would see it.
 */
export async function purseLoad(context: MessageContext): Promise<Outcome> {
  const { request, tx } = context;
  const data = PurseData.of(request, 'loadRequest');
  if (!data || data.number('transactionType') !== PURSE_LOAD) return refused('30', 'purse-data-unreadable');
  if (data.amount('amount') !== request.amountMinor) return refused('64', 'other-amount-in-purse-data');
  const purse = await findPurse(tx, data.hex('applicationSerial'));
  if (!purse) return refused('14', 'unknown-purse');
  const byCard = refusalByPurse(context, purse);
  if (byCard) return refused(byCard.code, byCard.reason);
  const session = await loadSession(context, purse, data);
  if (!session) return refused('12', 'key-version-unknown');
  // The first thing that only the card itself can say.
  if (!cardIsGenuine(session, data)) return refused('59', 'mac1-wrong');
  const byCounter = await refusalByCounter(context, purse, data);
  if (byCounter) return refused(byCounter.code, byCounter.reason);
  const purchase = await givenBack(context, purse);
  if (purchase === 'none') return refused('25', 'no-such-original');
  const byLimits = await refusalByLimits(context, data, purchase);
  if (byLimits) return refused(byLimits.code, byLimits.reason);
  const payer = await payerOf(context);
  if ('kind' in payer) return payer;
  return release(context, { purse, data, session, payer, purchase });
}

async function release(
  context: MessageContext,
  load: {
    readonly purse: StoredPurse;
    readonly data: PurseData;
    readonly session: ReturnType<typeof seslk>;
    readonly payer: Payer;
    readonly purchase: StoredPurchase | undefined;
  },
): Promise<Outcome> {
  const { accountingDate, nowMs, request, services, terminal, tx } = context;
  const { data, payer, purchase, purse, session } = load;
  const amountMinor = data.amount('amount');
  const { date, time } = localTime(nowMs, services.settings.utcOffsetMinutes);
  const moment = { dateBcd: fromHex(date, 'The date'), timeBcd: fromHex(time, 'The time') };
  const mac2 = loadMac2(session, { ...data.amountPart(), ...moment });
  const pendingPostingId = await post(tx, {
    kind: 'purse-load-pending',
    atMs: nowMs,
    accountingDate,
    entries: [
      { account: payer.account, amountMinor: -amountMinor },
      { account: purseLoadAccount(purse.purseId), amountMinor },
    ],
  });
  const rrn = await newRrn(context);
  await insertLoad(tx, {
    purseId: purse.purseId,
    counter: data.number('counter'),
    amountMinor,
    oldBalanceMinor: data.amount('balanceBefore'),
    random: data.hex('random'),
    keyVersion: data.number('keyVersion'),
    terminalNumber: data.hex('terminal'),
    date,
    time,
    mac2: toHex(mac2),
    merchantId: terminal.merchantId,
    terminalId: terminal.terminalId,
    batchNumber: request.batchNumber,
    stan: request.stan,
    rrn,
    purchaseId: purchase?.purchaseId ?? null,
    pendingPostingId,
    atMs: nowMs,
  });
  const answer = {
    applicationSerial: data.bytes('applicationSerial'),
    counter: data.bytes('counter'),
    transactionType: data.bytes('transactionType'),
    amount: data.bytes('amount'),
    date: moment.dateBcd,
    time: moment.timeBcd,
    mac2,
  };
  return {
    kind: KIND,
    state: 'approved',
    code: '00',
    rrn,
    authorisationCode: newAuthorisationCode(context),
    postingId: pendingPostingId,
    ...(payer.card ? { card: payer.card } : {}),
    answer: { 58: written(encodeDe58(purseObjects(answer))) },
  };
}

function refusalByPurse(context: MessageContext, purse: StoredPurse): Refusal | undefined {
  if (purse.status === 'hotlisted') return { code: '43', reason: 'purse-hotlisted' };
  if (purse.status === 'blocked') return { code: '62', reason: 'purse-blocked' };
  const today = localTime(context.nowMs, context.services.settings.utcOffsetMinutes).date;
  return today < purse.startsOn || today > purse.expiresOn
    ? { code: '54', reason: 'purse-expired' }
    : undefined;
}

/** The session key of an INITIALIZE FOR LOAD; undefined when the issuer has no such key. */
export async function loadSession(
  context: MessageContext,
  purse: StoredPurse,
  data: PurseData,
): Promise<ReturnType<typeof seslk> | undefined> {
  if (data.number('algorithm') !== 0) return undefined;
  const dlk = await context.services.purseKeys.cardKey(context.tx, purse, {
    version: data.number('keyVersion'),
    purpose: 'load',
  });
  return dlk && seslk({ dlk, random: data.bytes('random'), onlineCounter: data.bytes('counter') });
}

export function cardIsGenuine(session: ReturnType<typeof seslk>, data: PurseData): boolean {
  const expected = loadMac1(session, { ...data.amountPart(), oldBalanceMinor: data.amount('balanceBefore') });
  return macEquals(expected, data.bytes('mac1'));
}

/**
 * The counter must be the one that follows. One more than that, while a load is open, is the card's own word that it was
 * credited: MAC1 is made with the counter, and no INITIALIZE with this one can be older than the credit.
 */
async function refusalByCounter(
  context: MessageContext,
  purse: StoredPurse,
  data: PurseData,
): Promise<Refusal | undefined> {
  const { tx } = context;
  const counter = data.number('counter');
  const next = await nextOnlineCounter(tx, purse);
  // A load that was asked for earlier and comes now, after another till has loaded the card: nobody is to blame, and MAC2
  // for a counter that is used up could credit nothing.
  if (counter < next && counter >= purse.firstOnline) return { code: '59', reason: 'counter-used' };
  if (counter < next) {
    await raise(context, 'purse-counter-backwards', {
      purse,
      note: `online counter ${counter} after ${next}`,
    });
    return { code: '59', reason: 'counter-backwards' };
  }
  if (counter > next) {
    const open = counter === next + 1 ? await openLoadsAt(context, purse, { counter: next, data }) : [];
    const [credited] = open;
    if (!credited) {
      await raise(context, 'purse-load-unexplained', {
        purse,
        note: `online counter ${counter}, expected ${next}`,
      });
      return { code: '59', reason: 'counter-unexplained' };
    }
    await creditLoad(context, credited, 'next-load', { isCertain: open.length === 1 });
    await decideDoubts(context, purse);
  }
  const { balanceMinor } = await balanceOf(tx, purseAccount(purse.purseId));
  if (data.amount('balanceBefore') > balanceMinor + (await inferenceErrorMax(tx, purse))) {
    // Asked for before purchases that the host has heard of since: the till that asked lay dark for hours. The card has moved on.
    const highest = await highestBalanceSince(tx, purse.purseId, counter);
    if (highest !== undefined && data.amount('balanceBefore') <= highest)
      return { code: '59', reason: 'balance-left-behind' };
    await raise(context, 'purse-balance-breaks', {
      purse,
      note: `the card says ${data.amount('balanceBefore')}, its shadow ${balanceMinor} minor units`,
    });
    return { code: '59', reason: 'balance-breaks' };
  }
  return undefined;
}

/**
 * The open loads of which the card has one. Of several the likeliest comes first: the one that leads to this balance, else one
 * that allows it while purchases are still on their way. Its TAC may say later that it was another.
 */
async function openLoadsAt(
  context: MessageContext,
  purse: StoredPurse,
  seen: { readonly counter: number; readonly data: PurseData },
): Promise<readonly StoredLoad[]> {
  const { tx } = context;
  const { balanceMinor } = await balanceOf(tx, purseAccount(purse.purseId));
  const loads = await standingLoads(tx, purse.purseId);
  const open = loads.filter((load) => load.counter === seen.counter && load.state === 'pending');
  // What purchases that are still on their way must have taken.
  const missing = (load: StoredLoad) => balanceMinor + load.amountMinor - seen.data.amount('balanceBefore');
  const rank = (load: StoredLoad) => (missing(load) < 0 ? Number.POSITIVE_INFINITY : missing(load));
  return open.toSorted((one, other) => rank(one) - rank(other) || one.loadId - other.loadId);
}

/** How much more the card can hold than its shadow, where of several loads with one counter the wrong one was inferred. */
async function inferenceErrorMax(tx: StoreTransaction, purse: StoredPurse): Promise<number> {
  const loads = await possibleLoads(tx, purse.purseId);
  return loads.filter(isInferred).reduce((sum, load) => {
    const others = loads.filter((each) => each.counter === load.counter);
    return sum + Math.max(...others.map((each) => each.amountMinor)) - load.amountMinor;
  }, 0);
}

/** The purchase that DE61 or DE37 names for a refund; `none` when it names one that is not this card's and merchant's. */
async function givenBack(
  context: MessageContext,
  purse: StoredPurse,
): Promise<StoredPurchase | undefined | 'none'> {
  const { request, terminal, tx } = context;
  const rrn = textOf(request, 37);
  if (request.original === undefined && rrn === undefined) return undefined;
  const purchase = await namedPurchase(context, request, rrn);
  const isHis = purchase?.merchantId === terminal.merchantId && purchase.purseId === purse.purseId;
  if (!purchase || !isHis || purchase.state !== 'booked') return 'none';
  const givenMinor = await givenBackOf(tx, purchase.purchaseId);
  return givenMinor + (request.amountMinor ?? 0) <= purchase.amountMinor ? purchase : 'none';
}

function namedPurchase(
  context: MessageContext,
  request: HostRequest,
  rrn: string | undefined,
): Promise<StoredPurchase | undefined> {
  const { terminal, tx } = context;
  if (rrn !== undefined) return findPurchaseByRrn(tx, rrn);
  const { batchNumber, stan } = request.original ?? request;
  return findPurchaseBySale(tx, { terminalId: terminal.terminalId, batchNumber, stan });
}

async function refusalByLimits(
  context: MessageContext,
  data: PurseData,
  purchase: StoredPurchase | undefined,
): Promise<Refusal | undefined> {
  const { settings } = context.services;
  const amountMinor = data.amount('amount');
  if (amountMinor === 0) return { code: '13', reason: 'amount-zero' };
  // What comes back to the card was on it before.
  if (purchase) return undefined;
  if (amountMinor > settings.transactionMaxMinor) return { code: '61', reason: 'above-transaction-limit' };
  return data.amount('balanceBefore') + amountMinor > settings.purseBalanceMaxMinor
    ? { code: '61', reason: 'above-balance-limit' }
    : undefined;
}

async function payerOf(context: MessageContext): Promise<Payer | Outcome> {
  const { request, terminal } = context;
  if (request.type !== FROM_ACCOUNT) return { account: merchantAccount(terminal.merchantId) };
  const card = await cardOf(context);
  if (!card) return declined(KIND, UNKNOWN_CARD);
  const check = await checkDebit(context, card, KIND);
  return check.ok ? { account: cardAccount(card.cardId), card } : check.outcome;
}

function refused(code: string, reason: string): Outcome {
  return declined(KIND, { code, reason });
}
