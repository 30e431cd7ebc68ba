import type { TillService } from '../../api/service.ts';
import { refusal } from '../../engine/refusals.ts';
import { splitSaleOf, tendersOf } from '../../engine/split.ts';
import { undoTenders } from '../undo-tenders.ts';
import type { CardRefs } from './card-refs.ts';
import { whyNotCall } from './may-call.ts';
import { cancelResultOf, splitSaleView } from './split-sale-view.ts';
import type { TillDesk } from './till-desk.ts';
import type { TillPorts } from './till-ports.ts';

/** A sale that several tenders pay: how it stands, and the way out of it. */
export function splitSaleCalls(
  ports: TillPorts,
  desk: TillDesk,
  cards: CardRefs,
): Pick<TillService, 'getSale' | 'cancelSale'> {
  const { terminal, sync } = ports;
  const { alone, approval, enteredPin, presented, print } = desk;

  /** The receipts of what gave the sale's money back; each is printed once. */
  async function printUndone(saleId: string): Promise<void> {
    const sale = splitSaleOf(terminal.state, saleId);
    const tenders = new Set(sale && tendersOf(terminal.state, sale).map(({ txn }) => txn.txnId));
    const undone = [...terminal.state.live('transactions')].filter(
      (txn) => tenders.has(txn.originalTxnId ?? '') && txn.state === 'approved' && !txn.receiptPrinted,
    );
    for (const { txnId } of undone) await print(txnId, 'original');
  }

  return {
    getSale({ saleId }) {
      const refused = whyNotCall(terminal.state, 'see-transactions');
      if (refused) return refused;
      const sale = splitSaleOf(terminal.state, saleId);
      return sale ? { kind: 'sale', sale: splitSaleView(terminal.state, sale) } : refusal('no-such-sale');
    },
    async cancelSale(input) {
      const { saleId, cardRef, pin } = input;
      const given = await approval(input.supervisor);
      return alone(`cancel ${saleId}`, async () => {
        const card = cardRef === undefined ? undefined : cards.get(cardRef);
        if (cardRef !== undefined && !card) return refusal('card-gone');
        const reply = await terminal.run({ kind: 'cancel-sale', saleId, ...given });
        if (reply.kind === 'refused') return reply;
        // Reversals first, then what was taken offline: it can be voided only when the host has it.
        await sync.now();
        await undoTenders(terminal, saleId, card && { presented: presented(card), ...enteredPin(pin, card) });
        if (cardRef !== undefined) cards.forget(cardRef);
        await printUndone(saleId);
        return cancelResultOf(terminal.state, saleId);
      });
    },
  };
}
