import { fromHex, loadProofAmountMinor, PURSE_LOAD } from '../../terminal-core/crypto/index.ts';
import { declined, type MessageContext, type Outcome } from '../server/outcome.ts';
import type { StoredTransaction } from '../store/transactions.ts';
import { raise } from './alerts.ts';
import { decideDoubts } from './doubts.ts';
import { PurseData } from './fields.ts';
import { cardIsGenuine, loadSession } from './load.ts';
import { findLoad, type StoredLoad, standingLoads } from './loads.ts';
import { findPurse, type StoredPurse } from './purses.ts';
import { creditLoad, takeBackLoad } from './shadow.ts';

/**
 * Reversal of a load (0400). With MAC2 out, only the card knows whether it was credited: nothing is undone without its word,
 * which is an INITIALIZE FOR LOAD with the counter that it had before and an amount that only MAC2 could tell.
 */
export async function purseLoadReversal(
  context: MessageContext,
  original: StoredTransaction,
): Promise<Outcome> {
  const { request, tx } = context;
  const originalTransactionId = original.transactionId;
  const recorded = (reason: string): Outcome => ({
    kind: 'reversal',
    state: 'recorded',
    code: '00',
    reason,
    originalTransactionId,
  });
  const refused = (reason: string): Outcome =>
    // Without a record, so that the terminal can come again with the proof.
    ({ ...declined('reversal', { code: '12', reason }, { originalTransactionId }), mayComeAgain: true });
  const load = await findLoad(tx, original);
  // A load that was declined never had a MAC2.
  if (!load) return recorded(`original-${original.state}`);
  if (load.state === 'reversed') return recorded('reversed-before');
  const data = PurseData.of(request, 'loadReversal');
  const purse = data && (await findPurse(tx, data.hex('applicationSerial')));
  if (load.state === 'credited') {
    await raise(context, 'purse-reversal-of-credited', {
      ...(purse ? { purse } : {}),
      hostRecord: original.record,
    });
    return declined('reversal', { code: '12', reason: 'load-is-credited' }, { originalTransactionId });
  }
  if (!data) return refused('no-proof');
  if (purse?.purseId !== load.purseId) return refused('proof-of-another-purse');
  const said = await cardSays(context, { data, load, purse });
  if (said === 'nothing') return refused('proof-does-not-hold');
  if (said === 'credited') {
    const loads = await standingLoads(tx, load.purseId);
    const isAlone = loads.every((each) => each.counter !== load.counter || each.loadId === load.loadId);
    // The counter went on with one of them, and their TACs will say with which.
    if (!isAlone) return refused('the-card-has-one-of-several-loads');
    await creditLoad(context, load, 'next-load', { isCertain: true });
    await decideDoubts(context, purse);
    return refused('the-card-proves-the-credit');
  }
  await takeBackLoad(context, load, 'reversal');
  return recorded('proven-not-credited');
}

async function cardSays(
  context: MessageContext,
  proof: { readonly data: PurseData; readonly load: StoredLoad; readonly purse: StoredPurse },
): Promise<'credited' | 'not-credited' | 'nothing'> {
  const { data, load, purse } = proof;
  if (data.number('transactionType') !== PURSE_LOAD) return 'nothing';
  if (data.amount('amount') !== loadProofAmountMinor(fromHex(load.mac2, 'MAC2'))) return 'nothing';
  const session = await loadSession(context, purse, data);
  if (!session || !cardIsGenuine(session, data)) return 'nothing';
  const counter = data.number('counter');
  // Purchases may have been made since; more than before can only have come from a load.
  if (counter === load.counter)
    return data.amount('balanceBefore') <= load.oldBalanceMinor ? 'not-credited' : 'nothing';
  return counter === load.counter + 1 ? 'credited' : 'nothing';
}
