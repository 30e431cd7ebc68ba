import type { TillService } from '../../api/service.ts';
import { amountMinor } from '../../domain/money.ts';
import { isBeingUndone } from '../../engine/flows/unprinted.ts';
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
  const { approval, earlierUndo, enteredPin, finish, onCard, print, transaction } = desk;
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
      const txn = transaction(txnId);
      // A proof of a sale that is about to be no sale any more.
      if (txn && isBeingUndone(txn)) return refusal('sale-being-undone');
      await print(txnId, 'copy');
      return { kind: 'receipt', receipt: receiptView(source, 'copy') };
    },
    async voidTransaction(input) {
      const { txnId, undoId, cardRef } = input;
      const before = earlierUndo({ undoId, does: 'void', txnId, hasPin: input.pin !== undefined });
      if (before) return before;
      const given = await approval(input.supervisor);
      const totalMinor = transaction(txnId)?.amountMinor ?? 0;
      const command = { kind: 'void', txnId, ...idOf(undoId), ...given } as const;
      if (cardRef === undefined || isCashSale(txnId)) {
        return finish(await terminal.run(command), { maskedPan: '', totalMinor });
      }
      return onCard({ key: `undo ${undoId ?? `void ${txnId}`}`, cardRef, totalMinor }, (card) =>
        terminal.run({ ...command, presented: card, ...enteredPin(input.pin, card.card) }),
      );
    },
    async completePreAuthorisation(input) {
      const { txnId, undoId, cardRef, amountMinor: totalMinor } = input;
      const hasPin = input.pin !== undefined;
      const before = earlierUndo({ undoId, does: 'completion', txnId, amountMinor: totalMinor, hasPin });
      if (before) return before;
      return onCard({ key: `undo ${undoId ?? `complete ${txnId}`}`, cardRef, totalMinor }, (card) =>
        terminal.run({
          kind: 'complete',
          txnId,
          ...idOf(undoId),
          amountMinor: amountMinor(totalMinor),
          presented: card,
          ...enteredPin(input.pin, card.card),
        }),
      );
    },
    async refundTransaction(input) {
      const { txnId, undoId, cardRef, amountMinor: totalMinor } = input;
      const hasPin = input.pin !== undefined;
      const before = earlierUndo({ undoId, does: 'refund', txnId, amountMinor: totalMinor, hasPin });
      if (before) return before;
      const given = await approval(input.supervisor);
      const amount = amountMinor(totalMinor);
      const command = { kind: 'refund', txnId, amountMinor: amount, ...idOf(undoId), ...given } as const;
      if (cardRef === undefined || isCashSale(txnId)) {
        return finish(await terminal.run(command), { maskedPan: '', totalMinor });
      }
      return onCard({ key: `undo ${undoId ?? `refund ${txnId}`}`, cardRef, totalMinor }, (card) =>
        terminal.run({ ...command, presented: card, ...enteredPin(input.pin, card.card) }),
      );
    },
  };

  function isCashSale(txnId: string): boolean {
    return transaction(txnId)?.kind === 'cash-sale';
  }
}

function idOf(undoId: string | undefined): { readonly undoId?: string } {
  return undoId === undefined ? {} : { undoId };
}
