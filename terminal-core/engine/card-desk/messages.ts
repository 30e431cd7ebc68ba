import type { Card } from '../../domain/card.ts';
import type { Stan } from '../../domain/identifiers.ts';
import { encodeDe22, type IsoMessage } from '../../iso8583/index.ts';
import type { CardInquiry, CardSecret } from '../events.ts';
import type { EnteredPin } from '../inputs.ts';
import {
  amountAndTrace,
  cardFields,
  cardFromSecret,
  de60,
  message,
  numberFields,
  pinFields,
} from '../messages.ts';
import type { TerminalDoc, Txn } from '../state.ts';

/** DE3 and DE60.1 by what is asked (docs/protocol.md, Messages). */
const INQUIRIES = {
  balance: { processingCode: '310000', type: '01' },
  statement: { processingCode: '370000', type: '67' },
} as const satisfies Record<CardInquiry, unknown>;

/** Asks about a card; moves nothing, and is never repeated or reversed. */
export function inquiryMessage(
  terminal: TerminalDoc,
  asked: {
    readonly inquiry: CardInquiry;
    readonly stan: Stan;
    readonly card: Card;
    readonly pin?: EnteredPin;
  },
): IsoMessage {
  const { card, inquiry, pin, stan } = asked;
  const { processingCode, type } = INQUIRIES[inquiry];
  const entryMode = encodeDe22({ mode: card.entryMode, pin: pin ? 'entered' : 'none' });
  if (!entryMode.ok) throw new Error(`22: ${entryMode.error.message}`);
  return message(terminal, '0200', {
    ...cardFields(card),
    ...(pin ? pinFields(pin) : {}),
    3: processingCode,
    11: stan,
    22: entryMode.value,
    25: '00',
    49: terminal.currency,
    60: de60(type, terminal.batchNumber, '000'),
  });
}

/**
 * The confirmation of a load whose answer was lost (docs/protocol.md: 0220 630000 on timeout or 98): the cash is in the drawer,
 * so the load is to stand. By the trace number of its request, and the same to the byte each time.
 */
export function loadConfirmMessage(terminal: TerminalDoc, txn: Txn, secret: CardSecret): IsoMessage {
  return message(terminal, '0220', {
    ...amountAndTrace(terminal, txn),
    ...numberFields(cardFromSecret(secret, txn)),
    3: '630000',
    60: de60('48', txn.batchNumber, '000'),
  });
}
