import type { TillService } from '../../api/service.ts';
import { amountMinor } from '../../domain/money.ts';
import { refusal } from '../../engine/refusals.ts';
import type { Txn } from '../../engine/state.ts';
import { whyNotCall } from './may-call.ts';
import type { TillDesk } from './till-desk.ts';
import type { TillPorts } from './till-ports.ts';
import { receiptView, transactionView } from './views.ts';

/** The list of transactions and what can follow upon one of them. */
export function transactionCalls(
  { terminal, journal }: TillPorts,
  desk: TillDesk,
): Pick<
  TillService,
  'listTransactions' | 'receipt' | 'voidTransaction' | 'completePreAuthorisation' | 'refundTransaction'
> {
  const { approval, onCard, print, transaction } = desk;
  return {
    listTransactions({ search, limit }) {
      if (whyNotCall(terminal.state, 'see-transactions')) return [];
      return journal
        .list('transactions', { limit, ...(search === undefined || search.trim() === '' ? {} : { search }) })
        .map(({ doc }) => transactionView(terminal.state, doc as unknown as Txn));
    },
    async receipt({ txnId }) {
      const refused = whyNotCall(terminal.state, 'reprint-receipt');
      if (refused) return refused;
      const source = transaction(txnId)?.receipt;
      if (source === undefined) return refusal(transaction(txnId) ? 'no-receipt' : 'no-such-transaction');
      await print(txnId, 'copy');
      return { kind: 'receipt', receipt: receiptView(source, 'copy') };
    },
    async voidTransaction(input) {
      const given = await approval(input.supervisor);
      const { txnId, cardRef } = input;
      const totalMinor = transaction(txnId)?.amountMinor ?? 0;
      return onCard({ key: `void ${txnId}`, cardRef, totalMinor }, (card) =>
        terminal.run({ kind: 'void', txnId, presented: card, ...given }),
      );
    },
    completePreAuthorisation({ txnId, cardRef, amountMinor: totalMinor }) {
      return onCard({ key: `complete ${txnId}`, cardRef, totalMinor }, (card) =>
        terminal.run({ kind: 'complete', txnId, amountMinor: amountMinor(totalMinor), presented: card }),
      );
    },
    async refundTransaction(input) {
      const given = await approval(input.supervisor);
      const { txnId, cardRef, amountMinor: totalMinor } = input;
      return onCard({ key: `refund ${txnId}`, cardRef, totalMinor }, (card) =>
        terminal.run({
          kind: 'refund',
          txnId,
          amountMinor: amountMinor(totalMinor),
          presented: card,
          ...given,
        }),
      );
    },
  };
}
