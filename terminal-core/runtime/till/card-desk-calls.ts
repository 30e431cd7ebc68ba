import type { InquiryResult, PaymentResult } from '../../api/contract.ts';
import type { TillService } from '../../api/service.ts';
import { amountMinor } from '../../domain/money.ts';
import { certificateStanding } from '../../engine/card-desk/certificate.ts';
import { STATEMENT_WORDS, signedMinor } from '../../engine/card-desk/receipts.ts';
import { earlierAtDesk, isDeliveryFirst } from '../../engine/flows/card-desk.ts';
import type { Reply } from '../../engine/inputs.ts';
import { refusal } from '../../engine/refusals.ts';
import { claimsOn } from '../../engine/workbench.ts';
import { responseCode } from '../../iso8583/index.ts';
import type { TillDesk } from './till-desk.ts';
import type { TillPorts } from './till-ports.ts';
import { receiptView } from './views.ts';

/** Balance, statement, load and the other services of host-account cards. */
export function cardDeskCalls(
  { clock, sync, terminal }: TillPorts,
  desk: TillDesk,
): Pick<TillService, 'inquireCard' | 'loadCard' | 'serveCard'> {
  const { alone, approval, cardOf, enteredPin, onCard, outcomeOf, printText, presented } = desk;

  /** A card is good for one thing that moves money; asking leaves it, so that what was asked for can follow. */
  async function inquired(
    reply: Reply,
    asked: { readonly panHash: string; readonly print: boolean },
  ): Promise<InquiryResult> {
    if (reply.kind === 'refused') return reply;
    if (reply.kind !== 'inquiry') throw new Error(`An inquiry cannot end as ${reply.kind}`);
    const { lines, maskedPan, responseCode: code, slip } = reply;
    if (slip === undefined) {
      const { nextStep, text } = responseCode(code);
      return { kind: 'declined', responseCode: code, text, nextStep };
    }
    if (asked.print) await printText(slip, 'original');
    return {
      kind: 'inquiry',
      maskedPan,
      ...(reply.balanceMinor === undefined ? {} : { balanceMinor: reply.balanceMinor }),
      ...(lines === undefined
        ? {}
        : {
            lines: lines.map((line) => ({
              date: line.date,
              time: line.time,
              what: STATEMENT_WORDS[line.kind],
              amountMinor: signedMinor(line),
              balanceMinor: line.balanceMinor,
            })),
          }),
      certificate: certificateStanding(terminal.state, { panHash: asked.panHash, nowMs: clock.nowMs() }),
      receipt: receiptView(slip, 'original'),
    };
  }

  return {
    inquireCard({ cardRef, inquiry, pin, print }) {
      return alone(`${inquiry} ${cardRef}`, async () => {
        const card = cardOf(cardRef);
        if (!card) return refusal('card-gone');
        await sync.beforeOnline();
        const of = presented(card);
        const reply = await terminal.run({
          kind: 'inquire',
          inquiry,
          presented: of,
          ...enteredPin(pin, card),
        });
        return inquired(reply, { panHash: of.panHash, print: print === true });
      });
    },

    async loadCard({ amountMinor: totalMinor, cardRef, loadId }) {
      const command = { kind: 'load-card', undoId: loadId, amountMinor: amountMinor(totalMinor) } as const;
      const result =
        outcomeOf(earlierAtDesk(terminal.state, command)) ??
        (await onCard({ key: `desk ${loadId}`, cardRef, totalMinor }, (card) =>
          terminal.run({ ...command, presented: card }),
        ));
      return { result, claims: result.kind === 'approved' ? claimsAfter(result) : [] };
    },

    async serveCard(input) {
      const { cardRef, pin, service, serviceId, supervisor } = input;
      const totalMinor = input.service === 'surrender' ? input.amountMinor : 0;
      const command = {
        kind: 'serve-card',
        service,
        undoId: serviceId,
        ...(input.service === 'surrender' ? { amountMinor: amountMinor(totalMinor) } : {}),
      } as const;
      const before = outcomeOf(earlierAtDesk(terminal.state, command));
      if (before) return before;
      const newCard = input.service === 'replace' ? cardOf(input.newCardRef) : undefined;
      if (input.service === 'replace' && !newCard) return refusal('card-gone');
      const given = await approval(supervisor);
      return onCard({ key: `desk ${serviceId}`, cardRef, totalMinor }, async (card) => {
        if (isDeliveryFirst(terminal.state, { service, panHash: card.panHash })) await sync.now();
        return terminal.run({
          ...command,
          presented: card,
          ...(newCard ? { newCard: presented(newCard) } : {}),
          ...enteredPin(pin, card.card),
          ...given,
        });
      });
    },
  };

  /** The money is on the card now: that is the moment to ask for what its holder owes. */
  function claimsAfter({ transaction }: Extract<PaymentResult, { kind: 'approved' }>) {
    const panHash = terminal.state.get('transactions', transaction.txnId)?.panHash;
    const due = panHash === undefined ? [] : claimsOn(terminal.state, panHash);
    return due.map(({ amountMinor: minor, atMs, txnId }) => ({ txnId, amountMinor: minor, atMs }));
  }
}
