import type { TillService } from '../../api/service.ts';
import { exposureOf } from '../../engine/exposure.ts';
import { whyNotCall } from './may-call.ts';
import type { TillPorts } from './till-ports.ts';

/** The exposure meter, with the last digits of the cards where a transaction still has them. */
export function exposureCall({ clock, terminal }: TillPorts): Pick<TillService, 'exposure'> {
  return {
    exposure() {
      const refused = whyNotCall(terminal.state, 'see-exposure');
      if (refused) return refused;
      const masked = new Map<string, string>();
      for (const { maskedPan, panHash } of terminal.state.live('transactions')) {
        if (panHash !== undefined && maskedPan !== undefined) masked.set(panHash, maskedPan);
      }
      const { cards, ...rest } = exposureOf(terminal.state, clock.nowMs());
      return {
        kind: 'exposure',
        ...rest,
        cards: cards.map(({ panHash, ...card }) => {
          const maskedPan = masked.get(panHash);
          return { ...card, ...(maskedPan === undefined ? {} : { maskedPan }) };
        }),
      };
    },
  };
}
