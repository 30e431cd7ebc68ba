import type { TillService } from '../../api/service.ts';
import { amountMinor } from '../../domain/money.ts';
import { priceBasket } from './price-basket.ts';
import type { TillDesk } from './till-desk.ts';
import type { TillPorts } from './till-ports.ts';

/** Taking a payment. */
export function saleCalls(
  { terminal, catalogue }: TillPorts,
  desk: TillDesk,
): Pick<TillService, 'payCash' | 'payCard' | 'preAuthorise'> {
  const { earlierOutcome, enteredPin, finish, onCard } = desk;
  return {
    async payCash(input) {
      const before = earlierOutcome(input);
      if (before) return before;
      const priced = priceBasket(catalogue, input);
      if (!priced.ok) return priced.refusal;
      const reply = await terminal.run({
        kind: 'pay-cash',
        basket: priced.basket,
        receivedMinor: amountMinor(input.receivedMinor),
      });
      return finish(reply, { maskedPan: '', totalMinor: input.totalMinor });
    },
    async payCard(input) {
      const before = earlierOutcome(input);
      if (before) return before;
      const priced = priceBasket(catalogue, input);
      if (!priced.ok) return priced.refusal;
      const { saleId, cardRef, totalMinor } = input;
      return onCard({ key: saleId, cardRef, totalMinor }, (card) =>
        terminal.run({
          kind: 'pay-card',
          basket: priced.basket,
          presented: card,
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
