import type { TillService } from '../../api/service.ts';
import { amountMinor } from '../../domain/money.ts';
import { earlierRefund } from '../../engine/flows/refund-sale.ts';
import { whyNotCall } from './may-call.ts';
import { refundPlanResult } from './refund-plan-view.ts';
import type { TillDesk } from './till-desk.ts';
import type { TillPorts } from './till-ports.ts';

/** Giving back a sale that several tenders paid. */
export function refundSaleCalls(
  { terminal }: TillPorts,
  desk: TillDesk,
): Pick<TillService, 'refundSale' | 'refundPart' | 'withdrawRefund' | 'getRefund'> {
  const { approval, enteredPin, onCard, print, transaction } = desk;
  return {
    async refundSale(input) {
      const { saleId, refundId } = input;
      const before = earlierRefund(terminal.state, input)?.next;
      if (before?.kind === 'reply' && before.reply.kind === 'refund-plan')
        return refundPlanResult(terminal.state, refundId);
      const given = await approval(input.supervisor);
      const amount = amountMinor(input.amountMinor);
      const reply = await terminal.run({
        kind: 'refund-sale',
        saleId,
        refundId,
        amountMinor: amount,
        ...given,
      });
      if (reply.kind === 'refused') return reply;
      const plan = terminal.state.get('refundPlans', refundId);
      for (const { txnId } of plan?.parts ?? []) {
        if (txnId !== undefined && !transaction(txnId)?.receiptPrinted) await print(txnId, 'original');
      }
      return refundPlanResult(terminal.state, refundId);
    },
    refundPart({ refundId, cardRef, pin }) {
      const plan = terminal.state.get('refundPlans', refundId);
      const totalMinor = plan?.amountMinor ?? 0;
      return onCard({ key: `refund ${refundId}`, cardRef, totalMinor }, (card) =>
        terminal.run({
          kind: 'refund-part',
          refundId,
          presented: card,
          ...enteredPin(pin, card.card),
        }),
      );
    },
    withdrawRefund({ refundId }) {
      // Not while one of its parts is on its way from here: what became of that decides what is left to withdraw.
      return desk.alone(`withdraw ${refundId}`, async () => {
        const reply = await terminal.run({ kind: 'withdraw-refund', refundId });
        return reply.kind === 'refused' ? reply : refundPlanResult(terminal.state, refundId);
      });
    },
    getRefund({ refundId }) {
      return whyNotCall(terminal.state, 'see-transactions') ?? refundPlanResult(terminal.state, refundId);
    },
  };
}
