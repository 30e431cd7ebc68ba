import type { Txn } from '../../../terminal-core/engine/state.ts';
import type { Checker, Problem } from './checker.ts';
import { namesOf } from './money.ts';
import { standsForPeople } from './standing.ts';

/** A sale of several tenders that is complete was paid to the fen; of any other nothing is kept. */
export const splitSalesWhole: Checker = {
  name: 'split-sales-whole',
  holds({ memories, tills }) {
    return memories.splits.flatMap(({ saleId, till, totalMinor }): Problem[] => {
      const evidence = tills[till];
      const sale = evidence?.sales.get(saleId);
      if (!evidence || !sale?.split) return [];
      const tenders = sale.split.tenders.flatMap(({ txnId }) => evidence.transactions.get(txnId) ?? []);
      const about = [saleId, ...tenders.flatMap(namesOf)];
      const paid = tenders.reduce((sum, txn) => sum + (standsForPeople(txn) ? paidBy(txn) : 0), 0);
      const kept = tenders.reduce(
        (sum, txn) => sum + (standsForPeople(txn) ? paidBy(txn) - txn.refundedMinor : 0),
        0,
      );
      const { state } = sale.split;
      // One that nobody has paid anything of may be forgotten; one that holds money may not.
      if (state === 'complete' ? paid === totalMinor : state !== 'cancelling' && kept === 0) return [];
      const detail = `${saleId} of ${totalMinor} is ${state}, with ${paid} paid and ${kept} kept`;
      return [{ detail, about }];
    });
  },
};

function paidBy(txn: Txn): number {
  return txn.state === 'voided' || txn.state === 'reversed' ? 0 : txn.amountMinor;
}
