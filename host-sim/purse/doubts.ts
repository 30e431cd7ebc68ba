import { PURSE_FLAG } from '../../terminal-core/iso8583/index.ts';
import { openException } from '../exceptions/exceptions.ts';
import type { ExceptionKind } from '../exceptions/kinds.ts';
import { balanceOf, merchantAccount, purseAccount } from '../ledger/accounts.ts';
import { postReversalOf } from '../ledger/post.ts';
import { newRrn } from '../server/numbers.ts';
import type { UnauthenticatedContext } from '../server/outcome.ts';
import type { StoreTransaction } from '../store/store.ts';
import { balanceAfter, canGain, judge } from './chain.ts';
import { givenBackOf } from './loads.ts';
import {
  debitedAt,
  decidePurchase,
  purchasesInDoubt,
  type StoredPurchase,
  unbookPurchase,
} from './purchases.ts';
import type { StoredPurse } from './purses.ts';
import { linkAround, possibleLoads, postDebit } from './shadow.ts';

type Decision = 'debited' | 'not-debited' | 'open';

/**
 * Decides what earlier records left in doubt from what the card has said since: the counter that follows, with a balance that
 * includes the amount or does not. One decision can bring the next.
 */
export async function decideDoubts(context: UnauthenticatedContext, purse: StoredPurse): Promise<void> {
  for (;;) {
    const doubts = await purchasesInDoubt(context.tx, purse.purseId);
    let decided = false;
    for (const doubt of doubts) {
      const decision = await decisionOn(context, purse, { doubt, doubts });
      if (decision === 'open') continue;
      if (decision === 'debited') await bookDoubt(context, purse, doubt);
      else await dropDoubt(context, doubt);
      decided = true;
      break;
    }
    if (!decided) return;
  }
}

async function decisionOn(
  context: UnauthenticatedContext,
  purse: StoredPurse,
  about: { readonly doubt: StoredPurchase; readonly doubts: readonly StoredPurchase[] },
): Promise<Decision> {
  const { doubt, doubts } = about;
  const { tx } = context;
  if (await debitedAt(tx, purse.purseId, doubt.counter)) return 'not-debited';
  const loads = await possibleLoads(tx, purse.purseId);
  const { balanceMinor } = await balanceOf(tx, purseAccount(purse.purseId));
  // A load that is still open may have paid for it: that is decided first.
  if (balanceMinor < doubt.amountMinor) return 'open';
  const next = await debitedAt(tx, purse.purseId, doubt.counter + 1);
  if (next) {
    const includes = (each: StoredPurchase) => canGain(next.balanceBeforeMinor - balanceAfter(each), loads);
    if (!includes(doubt)) return 'not-debited';
    const rivals = doubts.filter((each) => each.counter === doubt.counter && includes(each));
    // Two terminals had the card in doubt at one counter, for the same amount: nothing says which of them it paid.
    return rivals.length === 1 ? 'debited' : 'open';
  }
  if (doubt.state === 'unresolved') return 'open';
  const verdict = judge(doubt, await linkAround(tx, purse, doubt.counter), loads);
  if (verdict.kind === 'breaks') return 'not-debited';
  return verdict.isJoined ? 'debited' : 'open';
}

/** The card paid. A person looks whether the customer paid in another way too: the till had to let him go. */
async function bookDoubt(
  context: UnauthenticatedContext,
  purse: StoredPurse,
  doubt: StoredPurchase,
): Promise<void> {
  const { tx } = context;
  const { before } = await linkAround(tx, purse, doubt.counter);
  const noLoadBetween =
    before.counter + 1 === doubt.counter && balanceAfter(before) === doubt.balanceBeforeMinor;
  const postingId = await postDebit(context, {
    purseId: purse.purseId,
    amountMinor: doubt.amountMinor,
    to: merchantAccount(doubt.merchantId),
    kind: 'purse-purchase',
  });
  await decidePurchase(tx, doubt.purchaseId, {
    state: 'booked',
    postingId,
    rrn: await newRrn(context),
    loadsSeen: noLoadBetween ? before.loadsSeen : null,
  });
  if (doubt.state === 'unresolved') await tell(context, doubt, 'purse-doubt-debited');
}

/**
 * A sale with the card's own code for a debit that an unresolved sale was taken for: a customer whose card was pulled away pays the
 * same goods at the next till. The code knows better than the balances did, unless somebody has given the amount back since.
 */
export async function isTakenFor(
  tx: StoreTransaction,
  debited: StoredPurchase,
  proven: Pick<StoredPurchase, 'amountMinor' | 'balanceBeforeMinor'>,
): Promise<boolean> {
  return (
    debited.state === 'booked' &&
    (debited.flags & PURSE_FLAG.unresolved) !== 0 &&
    debited.amountMinor === proven.amountMinor &&
    debited.balanceBeforeMinor === proven.balanceBeforeMinor &&
    (await givenBackOf(tx, debited.purchaseId)) === 0
  );
}

/** The card did not pay this one: the store gives it back, and a person is told. */
export async function takeBackDoubt(context: UnauthenticatedContext, doubt: StoredPurchase): Promise<void> {
  const { accountingDate, nowMs: atMs, tx } = context;
  if (doubt.postingId === null) throw new Error('A booked purchase has its posting');
  const kind = 'purse-purchase-correction';
  await postReversalOf(tx, { postingId: doubt.postingId, kind, atMs, accountingDate });
  await unbookPurchase(tx, doubt.purchaseId);
  await tell(context, doubt, 'purse-doubt-corrected');
}

async function dropDoubt(context: UnauthenticatedContext, doubt: StoredPurchase): Promise<void> {
  await decidePurchase(context.tx, doubt.purchaseId, { state: 'not-debited' });
  if (doubt.state === 'held') await tell(context, doubt, 'purse-record-disproved');
}

function tell(context: UnauthenticatedContext, doubt: StoredPurchase, kind: ExceptionKind): Promise<void> {
  return openException(context.tx, {
    kind,
    terminalId: doubt.terminalId,
    batchNumber: doubt.saleBatchNumber,
    stan: doubt.saleStan,
    amountMinor: doubt.amountMinor,
    terminalRecord: doubt.record,
    hostRecord: null,
    atMs: context.nowMs,
  });
}
