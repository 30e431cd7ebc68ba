import type { IsoMessage } from '../message.ts';
import { decodeDe60 } from '../subfields/de60.ts';
import type { MessageKind, MessageRow } from './message-row.ts';
import { MESSAGE_ROWS } from './rows.ts';

/** The row of a kind. */
export function messageRow(kind: MessageKind): MessageRow {
  const row = MESSAGE_ROWS.find((candidate) => candidate.kind === kind);
  if (!row) throw new Error(`The catalogue has no row for ${kind}`);
  return row;
}

/**
 * What a request is, by its message type, processing code and DE60. @returns undefined when no row of the catalogue has
 * that combination. Whether the rest of the message is right is for `checkMessage` to say.
 */
export function classifyRequest(message: IsoMessage): MessageKind | undefined {
  const de60 = message.fields[60];
  const decoded = typeof de60 === 'string' ? decodeDe60(de60) : undefined;
  if (!decoded?.ok) return undefined;
  const { type = '', control = '' } = decoded.value;
  return MESSAGE_ROWS.find(
    (row) =>
      row.mtis.includes(message.mti) &&
      (row.processingCode === undefined || row.processingCode === message.fields[3]) &&
      (row.types === undefined || row.types.includes(type)) &&
      (row.controls === undefined || row.controls.includes(control)) &&
      (row.kind !== 'code-payment' || isCodePayment(message)) &&
      (!UNDOES_CODE_PAYMENT.includes(row.kind) || isWithoutCard(message)),
  )?.kind;
}

const UNDOES_CODE_PAYMENT: readonly MessageKind[] = ['code-payment-void', 'code-payment-refund'];

/** A void or refund of what a code has paid: DE22 = 03x as its original, and nothing that names a card. */
function isWithoutCard(message: IsoMessage): boolean {
  const { 2: pan, 22: entryMode, 35: track2, 36: track3 } = message.fields;
  const isOfCode = typeof entryMode === 'string' && entryMode.startsWith('03');
  return isOfCode && pan === undefined && track2 === undefined && track3 === undefined;
}

/** A purchase whose "card" is a code from the customer's phone: DE22 = 03x and no card number. */
function isCodePayment(message: IsoMessage): boolean {
  const { 2: pan, 22: entryMode, 59: tagged } = message.fields;
  return (
    pan === undefined && tagged !== undefined && typeof entryMode === 'string' && entryMode.startsWith('03')
  );
}
