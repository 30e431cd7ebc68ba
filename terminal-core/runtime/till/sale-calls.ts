import type { TillService } from '../../api/service.ts';
import { amountMinor, ZERO } from '../../domain/money.ts';
import type { TenderAsked } from '../../engine/inputs.ts';
import { splitSaleOf, tendersOf } from '../../engine/split.ts';
import { priceBasket } from './price-basket.ts';
import type { TillDesk } from './till-desk.ts';
import type { TillPorts } from './till-ports.ts';

/** Taking a payment. */
export function saleCalls(
  { terminal, catalogue }: TillPorts,
  desk: TillDesk,
): Pick<TillService, 'payCash' | 'payCard' | 'preAuthorise'> {
  const { earlierOutcome, enteredPin, finish, onCard } = desk;

  /** What a sale that is paid in part sells was settled with its first tender, whatever the catalogue says now. */
  function basketOf(
    input: Omit<Parameters<TillService['payCash']>[0], 'receivedMinor'>,
  ): ReturnType<typeof priceBasket> {
    const sale = input.tender && splitSaleOf(terminal.state, input.saleId);
    const first = sale && tendersOf(terminal.state, sale)[0]?.txn;
    if (!first) return priceBasket(catalogue, input);
    const { saleId } = input;
    const { lines = [], taxMinor = ZERO } = first;
    return { ok: true, basket: { saleId, lines, taxMinor, totalMinor: amountMinor(input.totalMinor) } };
  }

  return {
    async payCash(input) {
      const asked = tenderOf(input);
      const before = earlierOutcome({ saleId: input.saleId, totalMinor: input.totalMinor, ...asked });
      if (before) return before;
      const priced = basketOf(input);
      if (!priced.ok) return priced.refusal;
      const reply = await terminal.run({
        kind: 'pay-cash',
        basket: priced.basket,
        receivedMinor: amountMinor(input.receivedMinor),
        ...asked,
      });
      return finish(reply, { maskedPan: '', totalMinor: input.totalMinor });
    },
    async payCard(input) {
      const asked = tenderOf(input);
      const before = earlierOutcome({ saleId: input.saleId, totalMinor: input.totalMinor, ...asked });
      if (before) return before;
      const priced = basketOf(input);
      if (!priced.ok) return priced.refusal;
      const { saleId, cardRef } = input;
      const totalMinor = input.tender?.amountMinor ?? input.totalMinor;
      const key = input.tender ? `${saleId} ${input.tender.tenderId}` : saleId;
      return onCard({ key, cardRef, totalMinor }, (card) =>
        terminal.run({
          kind: 'pay-card',
          basket: priced.basket,
          presented: card,
          ...asked,
          ...enteredPin(input.pin, card.card),
        }),
      );
    },

    async preAuthorise(input) {
      const { saleId, cardRef, amountMinor: totalMinor } = input;
      const before = earlierOutcome({ saleId, totalMinor, of: 'pre-authorisation' });
      if (before) return before;
      return onCard({ key: saleId, cardRef, totalMinor }, (card) =>
        terminal.run({
          kind: 'pre-authorise',
          saleId,
          amountMinor: amountMinor(totalMinor),
          presented: card,
          ...enteredPin(input.pin, card.card),
        }),
      );
    },
  };
}

function tenderOf(input: {
  readonly tender?: { readonly tenderId: string; readonly amountMinor: number } | undefined;
}): { readonly tender?: TenderAsked } {
  const { tender } = input;
  return tender
    ? { tender: { tenderId: tender.tenderId, amountMinor: amountMinor(tender.amountMinor) } }
    : {};
}
