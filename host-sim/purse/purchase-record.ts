import { PURSE_PURCHASE } from '../../terminal-core/crypto/index.ts';
import { DAY_MS, HOUR_MS, localTime } from '../../terminal-core/domain/local-time.ts';
import { PURSE_FLAG } from '../../terminal-core/iso8583/index.ts';
import type { ExceptionKind } from '../exceptions/kinds.ts';
import {
  type Account,
  balanceOf,
  EXCEPTIONS,
  merchantAccount,
  purseAccount,
  SUSPENSE,
} from '../ledger/accounts.ts';
import { newRrn } from '../server/numbers.ts';
import { declined, type MessageContext, type Outcome, type Refusal } from '../server/outcome.ts';
import { recordOf } from '../server/record.ts';
import type { HostSettings } from '../settings.ts';
import { cameInUpload } from '../store/transactions.ts';
import { raise } from './alerts.ts';
import { type ChainVerdict, judge } from './chain.ts';
import { decideDoubts, isTakenFor, takeBackDoubt } from './doubts.ts';
import { PurseData } from './fields.ts';
import { type StoredLoad, standingLoads } from './loads.ts';
import { debitWithSameCode, tacHolds } from './purchase-code.ts';
import {
  decidePurchase,
  insertPurchase,
  type PurchaseDecision,
  purchasesAt,
  type StoredPurchase,
} from './purchases.ts';
import { findPurse, type StoredPurse } from './purses.ts';
import { creditInsteadOf, creditLoad, linkAround, possibleLoads, postDebit, rivalOf } from './shadow.ts';

const KIND = 'purse-purchase';

/**
 * How far ahead of the host's clock a sale may be dated before a person is told. No date makes a sale less true (the card has paid, and
 * the TAC covers the date), but a till that is a day ahead will also be wrong about what has expired.
 */
const DATED_AHEAD_MS_MAX = DAY_MS;

type Follows = Extract<ChainVerdict<StoredLoad>, { kind: 'follows' }>;

/** A record as the rules below see it. */
interface Facts {
  readonly purse: StoredPurse;
  readonly data: PurseData;
  readonly counter: number;
  readonly amountMinor: number;
  readonly flags: number;
  readonly content: string;
  readonly sale: { readonly batchNumber: string; readonly stan: string; readonly atMs: number };
  /** The same purchase, where it is known and was in doubt. */
  readonly known?: StoredPurchase;
}

/**
 * Record of a purchase that a card paid offline (0220 36). The TAC proves that the card paid, counter and balance prove that it
 * is the only card of its number. docs/protocol.md, "The electronic purse", says what each flag means.
 */
export async function purchaseRecord(context: MessageContext): Promise<Outcome> {
  const { request, tx } = context;
  const data = PurseData.of(request, 'purchaseRecord');
  if (!data || data.number('transactionType') !== PURSE_PURCHASE)
    return refused('30', 'purse-data-unreadable');
  const amountMinor = data.amount('amount');
  if (amountMinor !== request.amountMinor) {
    await raise(context, 'purse-amount-differs', { note: `DE58 says ${amountMinor} minor units` });
    return refused('64', 'other-amount-in-purse-data');
  }
  if (amountMinor === 0) return refused('13', 'amount-zero');
  const soldAtMs = momentOf(data, context.services.settings);
  if (soldAtMs === undefined) return refused('30', 'no-time-of-sale');
  const purse = await findPurse(tx, data.hex('applicationSerial'));
  if (!purse) {
    await raise(context, 'purse-unknown', { note: `application serial ${data.hex('applicationSerial')}` });
    return refused('14', 'unknown-purse');
  }
  const { batchNumber, stan } = request.original ?? request;
  return judgeRecord(context, {
    purse,
    data,
    amountMinor,
    counter: data.number('counter'),
    flags: data.flags(),
    content: data.content(),
    sale: { batchNumber, stan, atMs: soldAtMs },
  });
}

async function judgeRecord(context: MessageContext, told: Facts): Promise<Outcome> {
  const { counter, flags, purse } = told;
  const earlier = await purchasesAt(context.tx, purse.purseId, counter);
  const same = earlier.find((each) => each.content === told.content);
  if (same && !bringsMore(same, told)) return deliveredBefore(same);
  const record = same ? { ...told, known: same } : told;
  const debited = earlier.find((each) => isDebited(each) && each !== same);
  if (debited && !(await provesOtherDebit(context, record, debited)))
    return counterUsed(context, record, debited);
  if (debited) await takeBackDoubt(context, debited);
  if ((flags & PURSE_FLAG.mac2Wrong) !== 0) return fraudAlert(context, record);
  if ((flags & PURSE_FLAG.unresolved) !== 0) return keepInDoubt(context, record, 'unresolved');
  if ((flags & PURSE_FLAG.withoutTac) !== 0) return withoutTac(context, record);
  if (!record.data.has('tac')) return refused('30', 'no-tac-and-no-flag');
  if (!(await tacHolds(context, purse, record.data))) {
    await raise(context, 'purse-tac-wrong', { purse });
    return refused('59', 'tac-wrong');
  }
  const replayed = await debitWithSameCode(context.tx, purse, record.data);
  if (replayed !== undefined) {
    await raise(context, 'purse-tac-replayed', { purse, hostRecord: replayed });
    return refused('59', 'tac-replayed');
  }
  const verdict = await verdictOf(context, record);
  return verdict.kind === 'breaks'
    ? chainBreaks(context, record, verdict.reason)
    : debit(context, record, verdict);
}

/** Whether this record has the code for a debit that was booked for a sale whose terminal did not know. */
async function provesOtherDebit(
  context: MessageContext,
  record: Facts,
  debited: StoredPurchase,
): Promise<boolean> {
  const { amountMinor, data, flags, purse } = record;
  if ((flags & ~PURSE_FLAG.recoveredByProve) !== 0 || !data.has('tac')) return false;
  const balanceBeforeMinor = data.amount('balanceBefore');
  if (!(await isTakenFor(context.tx, debited, { amountMinor, balanceBeforeMinor }))) return false;
  return (
    (await tacHolds(context, purse, data)) && (await debitWithSameCode(context.tx, purse, data)) === undefined
  );
}

/**
 * A TAC for what was in doubt says more than was known, and so does a card that came back after the terminal had given it up and
 * showed that it was debited. Anything else of the same content was delivered before.
 */
function bringsMore(known: StoredPurchase, record: Facts): boolean {
  if (isDebited(known) || known.state === 'alert') return false;
  const hasComeBack = known.state === 'unresolved' && (record.flags & PURSE_FLAG.withoutTac) !== 0;
  return hasComeBack || record.data.has('tac');
}

function isDebited(purchase: StoredPurchase): boolean {
  return purchase.state === 'booked' || purchase.state === 'withheld';
}

function deliveredBefore(known: StoredPurchase): Outcome {
  return {
    ...refused('94', `known-as-${known.state}`),
    ...(known.rrn === null ? {} : { rrn: known.rrn }),
  };
}

/** The counter was used for something else. For a record that was in doubt this is the answer: its card was not debited. */
async function counterUsed(
  context: MessageContext,
  record: Facts,
  debited: StoredPurchase,
): Promise<Outcome> {
  const { purse } = record;
  if ((record.flags & PURSE_FLAG.unresolved) !== 0) return keepInDoubt(context, record, 'not-debited');
  await raise(context, 'purse-counter-reused', { purse, hostRecord: debited.record });
  return refused('59', 'counter-reused');
}

async function chainBreaks(context: MessageContext, record: Facts, reason: string): Promise<Outcome> {
  const kind: ExceptionKind =
    record.counter < record.purse.firstOffline ? 'purse-counter-backwards' : 'purse-balance-breaks';
  await raise(context, kind, { purse: record.purse, note: reason });
  return refused('59', kind);
}

/** The PSAM did not believe the card. No goods and no money: where the TAC holds, the card was debited all the same. */
async function fraudAlert(context: MessageContext, record: Facts): Promise<Outcome> {
  const { data, purse } = record;
  await raise(context, 'purse-mac2-wrong', { purse });
  const isProven =
    data.has('tac') &&
    (await tacHolds(context, purse, data)) &&
    (await debitWithSameCode(context.tx, purse, data)) === undefined;
  const verdict = isProven ? await verdictOf(context, record) : undefined;
  if (verdict?.kind === 'follows' && (await availableAfter(context, record, verdict)) >= record.amountMinor) {
    await withhold(context, record, verdict);
    await decideDoubts(context, purse);
  } else {
    await keep(context, record, { state: 'alert' });
  }
  return { kind: KIND, state: 'recorded', code: '00', reason: 'fraud-alert', sale: record.sale };
}

/** Debited, by the terminal's word: believed where counter and balance follow from a record that is known. */
async function withoutTac(context: MessageContext, record: Facts): Promise<Outcome> {
  const verdict = await verdictOf(context, record);
  if (verdict.kind === 'breaks') return chainBreaks(context, record, verdict.reason);
  return verdict.isJoined ? debit(context, record, verdict) : keepInDoubt(context, record, 'held');
}

async function keepInDoubt(
  context: MessageContext,
  record: Facts,
  state: 'held' | 'unresolved' | 'not-debited',
): Promise<Outcome> {
  await keep(context, record, { state });
  await decideDoubts(context, record.purse);
  return { kind: KIND, state: 'recorded', code: '00', reason: state, sale: record.sale };
}

/** The card was debited. The merchant is paid, unless he should have refused the card. */
async function debit(context: MessageContext, record: Facts, verdict: Follows): Promise<Outcome> {
  const { amountMinor, purse, sale } = record;
  // Paid from a load that only a record that is still on its way can tell.
  if ((await availableAfter(context, record, verdict)) < amountMinor)
    return keepInDoubt(context, record, 'held');
  const refusal = refusalAtSale(purse, record, context.services.settings);
  if (refusal) {
    await raise(context, 'purse-refused-at-sale', { purse, note: refusal.reason });
    await withhold(context, record, verdict);
    await decideDoubts(context, purse);
    return declined(KIND, refusal, { sale });
  }
  const rrn = await newRrn(context);
  const to = await payeeOf(context, record);
  const postingId = await bookDebit(context, record, { verdict, to, kind: 'purse-purchase' });
  await keep(context, record, { state: 'booked', rrn, postingId, loadsSeen: verdict.loadsSeen });
  await decideDoubts(context, purse);
  // In the totals of its batch it was counted with the upload.
  if (to === EXCEPTIONS) return { ...refused('94', 'came-in-an-upload'), rrn };
  return { kind: KIND, state: 'approved', code: '00', rrn, postingId, sale, reason: reasonOf(record.flags) };
}

async function withhold(context: MessageContext, record: Facts, verdict: Follows): Promise<void> {
  const postingId = await bookDebit(context, record, { verdict, to: SUSPENSE, kind: 'purse-withheld' });
  await keep(context, record, { state: 'withheld', postingId, loadsSeen: verdict.loadsSeen });
}

async function bookDebit(
  context: MessageContext,
  record: Facts,
  booking: {
    readonly verdict: Follows;
    readonly to: Account;
    readonly kind: 'purse-purchase' | 'purse-withheld';
  },
): Promise<number> {
  const { kind, to } = booking;
  const { purseId } = record.purse;
  await creditUsed(context, booking.verdict);
  return postDebit(context, { purseId, amountMinor: record.amountMinor, to, kind });
}

/** The card has paid with these loads, so it has them. */
async function creditUsed(context: MessageContext, verdict: Follows): Promise<void> {
  for (const load of verdict.usedLoads) {
    if (load.state !== 'pending') continue;
    const rival = rivalOf(load, await standingLoads(context.tx, load.purseId));
    if (rival) await creditInsteadOf(context, rival, load, 'next-purchase');
    else await creditLoad(context, load, 'next-purchase', { isCertain: false });
  }
}

/** What the shadow will hold once the loads are credited that the card has paid with. */
async function availableAfter(context: MessageContext, record: Facts, verdict: Follows): Promise<number> {
  const { purseId } = record.purse;
  const { balanceMinor } = await balanceOf(context.tx, purseAccount(purseId));
  const loads = await standingLoads(context.tx, purseId);
  const gains = verdict.usedLoads
    .filter((load) => load.state === 'pending')
    .map((load) => load.amountMinor - (rivalOf(load, loads)?.amountMinor ?? 0));
  return gains.reduce((sum, gain) => sum + gain, balanceMinor);
}

/** The merchant; or the exceptions account, which stood in for the card when the upload of a batch brought the sale first. */
async function payeeOf(context: MessageContext, record: Facts): Promise<Account> {
  const { terminal, tx } = context;
  const uploaded = await cameInUpload(tx, {
    terminalId: terminal.terminalId,
    saleBatchNumber: record.sale.batchNumber,
    saleStan: record.sale.stan,
  });
  return uploaded ? EXCEPTIONS : merchantAccount(terminal.merchantId);
}

async function verdictOf(context: MessageContext, record: Facts): Promise<ChainVerdict<StoredLoad>> {
  const { amountMinor, counter, data, purse } = record;
  if (counter < purse.firstOffline) return { kind: 'breaks', reason: 'the counter is below the first one' };
  const { tx } = context;
  const loads = await possibleLoads(tx, purse.purseId);
  const verdict = judge(
    { counter, amountMinor, balanceBeforeMinor: data.amount('balanceBefore') },
    await linkAround(tx, purse, counter),
    loads,
  );
  const { balanceMinor } = await balanceOf(tx, purseAccount(purse.purseId));
  const openMinor = loads
    .filter((load) => load.state === 'pending')
    .reduce((sum, load) => sum + load.amountMinor, 0);
  return verdict.kind === 'follows' && amountMinor > balanceMinor + openMinor
    ? { kind: 'breaks', reason: 'more than the purse was ever loaded' }
    : verdict;
}

/** What the terminal could have known: the card's dates, and a hotlist of the age that it may have. */
function refusalAtSale(purse: StoredPurse, record: Facts, settings: HostSettings): Refusal | undefined {
  const soldOn = record.data.hex('date');
  if (soldOn < purse.startsOn || soldOn > purse.expiresOn)
    return { code: '54', reason: 'purse-expired-at-sale' };
  const knownFromMs = purse.statusSinceMs + settings.hotlistMaxAgeHours * HOUR_MS;
  return purse.status !== 'active' && record.sale.atMs > knownFromMs
    ? { code: '43', reason: 'purse-hotlisted-at-sale' }
    : undefined;
}

async function keep(context: MessageContext, record: Facts, decided: PurchaseDecision): Promise<void> {
  const { nowMs, request, terminal, tx } = context;
  const { data, sale } = record;
  if (record.known) return decidePurchase(tx, record.known.purchaseId, decided);
  if (sale.atMs > nowMs + DATED_AHEAD_MS_MAX) {
    const { date, time } = localTime(nowMs, context.services.settings.utcOffsetMinutes);
    const note = `dated ${spelled(data.hex('date'), data.hex('time'))}, received ${spelled(date, time)}`;
    await raise(context, 'purse-dated-ahead', { purse: record.purse, note });
  }
  await insertPurchase(tx, {
    purseId: record.purse.purseId,
    counter: record.counter,
    state: decided.state,
    amountMinor: record.amountMinor,
    balanceBeforeMinor: data.amount('balanceBefore'),
    loadsSeen: decided.loadsSeen ?? null,
    content: record.content,
    flags: record.flags,
    soldAt: `${data.hex('date')}${data.hex('time')}`,
    merchantId: terminal.merchantId,
    terminalId: terminal.terminalId,
    saleBatchNumber: sale.batchNumber,
    saleStan: sale.stan,
    rrn: decided.rrn ?? null,
    record: recordOf(request),
    postingId: decided.postingId ?? null,
    atMs: nowMs,
  });
}

/** DF07 and DF08, in the host's local time; undefined when they name no real moment. */
function momentOf(data: PurseData, settings: HostSettings): number | undefined {
  const [date, time] = [data.hex('date'), data.hex('time')];
  const utcMs = Date.parse(`${spelled(date, time).replace(' ', 'T')}Z`);
  return Number.isNaN(utcMs) ? undefined : utcMs - settings.utcOffsetMinutes * 60_000;
}

/** YYYYMMDD and hhmmss for people. */
function spelled(date: string, time: string): string {
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)} ${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
}

function reasonOf(flags: number): string {
  if ((flags & PURSE_FLAG.withoutTac) !== 0) return 'without-tac';
  return (flags & PURSE_FLAG.recoveredByProve) === 0 ? 'tac-right' : 'recovered-by-prove';
}

function refused(code: string, reason: string): Outcome {
  return declined(KIND, { code, reason });
}
