import type { Account } from '../ledger/accounts.ts';
import { balanceOf, EXCEPTIONS, purseAccount, purseLoadAccount } from '../ledger/accounts.ts';
import { post, postReversalOf } from '../ledger/post.ts';
import type { UnauthenticatedContext } from '../server/outcome.ts';
import type { StoreTransaction } from '../store/store.ts';
import { findOriginal, setState } from '../store/transactions.ts';
import type { Debit } from './chain.ts';
import { closeLoad, type LoadClosedBy, reopenLoad, type StoredLoad, standingLoads } from './loads.ts';
import { debitsAround } from './purchases.ts';
import type { StoredPurse } from './purses.ts';

type At = Pick<UnauthenticatedContext, 'tx' | 'nowMs' | 'accountingDate'>;

/** The card as it was given out, as the debit before its first. */
export function openingDebit(purse: StoredPurse): Debit {
  return {
    counter: purse.firstOffline - 1,
    amountMinor: 0,
    balanceBeforeMinor: purse.openingMinor,
    loadsSeen: purse.firstOnline,
  };
}

/** The nearest known debits; below the first one stands the card as it was given out. */
export async function linkAround(
  tx: StoreTransaction,
  purse: StoredPurse,
  counter: number,
): Promise<{ readonly before: Debit; readonly after: Debit | undefined }> {
  const { after, before } = await debitsAround(tx, purse.purseId, counter);
  return { before: before ?? openingDebit(purse), after };
}

/** The online counter that the card has now, as far as the host knows. */
export async function nextOnlineCounter(tx: StoreTransaction, purse: StoredPurse): Promise<number> {
  const loads = await standingLoads(tx, purse.purseId);
  return loads
    .filter((load) => load.state === 'credited')
    .reduce((next, load) => Math.max(next, load.counter + 1), purse.firstOnline);
}

/** The card paid: its shadow goes down, and who is paid is said by the caller. @returns the posting. */
export async function postDebit(
  at: At,
  debit: {
    readonly purseId: number;
    readonly amountMinor: number;
    readonly to: Account;
    readonly kind: 'purse-purchase' | 'purse-withheld';
  },
): Promise<number> {
  const { amountMinor, kind, purseId, to } = debit;
  return post(at.tx, {
    kind,
    atMs: at.nowMs,
    accountingDate: at.accountingDate,
    entries: [
      { account: purseAccount(purseId), amountMinor: -amountMinor },
      { account: to, amountMinor },
    ],
  });
}

/**
 * The card has the load. Other loads with the same counter then never reached it; where `isCertain` says so they are taken
 * back.
 * @returns the posting.
 */
export async function creditLoad(
  at: At,
  load: StoredLoad,
  by: LoadClosedBy,
  proof: { readonly isCertain: boolean },
): Promise<number> {
  const postingId = await postCredit(at, load);
  await closeLoad(at.tx, load.loadId, { state: 'credited', by, postingId });
  if (proof.isCertain) await takeBackOthers(at, load);
  return postingId;
}

/**
 * The card has this one of two loads with one counter, and until now the other was inferred to be it: that one is open again.
 * @returns the posting, or undefined when what the card has spent since was only there with the other.
 */
export async function creditInsteadOf(
  at: At,
  rival: StoredLoad,
  load: StoredLoad,
  by: LoadClosedBy,
): Promise<number | undefined> {
  const { accountingDate, nowMs: atMs, tx } = at;
  const { balanceMinor } = await balanceOf(tx, purseAccount(load.purseId));
  if (rival.closingPostingId === null || balanceMinor + load.amountMinor < rival.amountMinor)
    return undefined;
  const postingId = await postCredit(at, load);
  await postReversalOf(tx, {
    postingId: rival.closingPostingId,
    kind: 'purse-load-correction',
    atMs,
    accountingDate,
  });
  await reopenLoad(tx, rival.loadId);
  await closeLoad(tx, load.loadId, { state: 'credited', by, postingId });
  return postingId;
}

/** Believed to be on the card for what the card said later, before any terminal confirmed it. */
export function isInferred(load: StoredLoad): boolean {
  return load.closedBy === 'next-load' || load.closedBy === 'next-purchase';
}

/** Another load with the same counter, of which the card is believed to have that one. */
export function rivalOf(load: StoredLoad, loads: readonly StoredLoad[]): StoredLoad | undefined {
  return loads.find((each) => each.counter === load.counter && each.state === 'credited');
}

/** What a card may have been loaded with: not what lost its counter to a load that a terminal has confirmed. */
export async function possibleLoads(tx: StoreTransaction, purseId: number): Promise<readonly StoredLoad[]> {
  const loads = await standingLoads(tx, purseId);
  return loads.filter((load) => {
    const rival = load.state === 'pending' ? rivalOf(load, loads) : undefined;
    return !rival || isInferred(rival);
  });
}

function postCredit(at: At, load: StoredLoad): Promise<number> {
  const { purseId } = load;
  return post(at.tx, {
    kind: 'purse-load',
    atMs: at.nowMs,
    accountingDate: at.accountingDate,
    entries: [
      { account: purseAccount(purseId), amountMinor: load.amountMinor },
      // A load that was taken back and turns out to be on the card: nobody holds its money any more.
      {
        account: load.state === 'pending' ? purseLoadAccount(purseId) : EXCEPTIONS,
        amountMinor: -load.amountMinor,
      },
    ],
  });
}

/** The card has this load: no other with its counter. */
export async function takeBackOthers(at: At, load: StoredLoad): Promise<void> {
  for (const other of await standingLoads(at.tx, load.purseId)) {
    if (other.counter === load.counter && other.state === 'pending')
      await takeBackLoad(at, other, 'other-load');
  }
}

/** The card does not have the load: whoever paid for it gets the amount back. */
export async function takeBackLoad(at: At, load: StoredLoad, by: 'reversal' | 'other-load'): Promise<void> {
  const { accountingDate, nowMs: atMs, tx } = at;
  const request = await findOriginal(tx, load);
  if (request) await setState(tx, request.transactionId, 'reversed');
  const { postingId } = await postReversalOf(tx, {
    postingId: load.pendingPostingId,
    kind: 'purse-load-reversal',
    atMs,
    accountingDate,
  });
  await closeLoad(tx, load.loadId, { state: 'reversed', by, postingId });
}
