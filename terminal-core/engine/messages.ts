import type { Card } from '../domain/card.ts';
import type { BatchNumber, Stan } from '../domain/identifiers.ts';
import type { AmountMinor } from '../domain/money.ts';
import { Pan } from '../domain/pan.ts';
import {
  BATCH_RECORDS_MAX,
  DE59_TAG,
  type De60,
  deriveReversal,
  encodeBatchRecords,
  encodeDe22,
  encodeDe53,
  encodeDe59,
  encodeDe60,
  encodeDe61,
  encodeSettlementTotals,
  encodeUploadCount,
  type IsoMessage,
  NO_TOTALS,
  type SubfieldResult,
} from '../iso8583/index.ts';
import type { CardSecret } from './events.ts';
import type { EnteredPin } from './inputs.ts';
import { purseUploadRecord } from './purse/messages.ts';
import type { BatchTotals, ReversalReason, TerminalDoc, Txn } from './state.ts';

/** DE60.1 of what is no request of a card (docs/protocol.md, Messages). */
const TYPE = { offlineAdvice: '30', network: '00' } as const;

/** MTI, DE3, DE25 and DE60.1 by request (docs/protocol.md, Messages). */
const REQUESTS = {
  purchase: { mti: '0200', processingCode: '000000', condition: '00', type: '22' },
  void: { mti: '0200', processingCode: '200000', condition: '00', type: '23' },
  refund: { mti: '0220', processingCode: '200000', condition: '00', type: '25' },
  'pre-authorisation': { mti: '0100', processingCode: '030000', condition: '06', type: '10' },
  'pre-authorisation-void': { mti: '0100', processingCode: '200000', condition: '06', type: '11' },
  completion: { mti: '0200', processingCode: '000000', condition: '06', type: '20' },
  'completion-void': { mti: '0200', processingCode: '200000', condition: '06', type: '21' },
  load: { mti: '0200', processingCode: '630000', condition: '00', type: '48' },
  'load-void': { mti: '0200', processingCode: '200000', condition: '00', type: '49' },
  activate: { mti: '0200', processingCode: '900000', condition: '00', type: '60' },
  block: { mti: '0200', processingCode: '910000', condition: '00', type: '61' },
  unblock: { mti: '0200', processingCode: '920000', condition: '00', type: '62' },
  replace: { mti: '0200', processingCode: '930000', condition: '00', type: '63' },
  surrender: { mti: '0200', processingCode: '940000', condition: '00', type: '64' },
  'report-loss': { mti: '0200', processingCode: '950000', condition: '00', type: '66' },
} as const;
type RequestKind = keyof typeof REQUESTS;

/** A void is made by what it voids, a card service by what it does. */
function requestKind(txn: Txn, original: Txn | undefined): RequestKind {
  switch (txn.kind) {
    case 'void':
      return original?.kind === 'pre-authorisation' ||
        original?.kind === 'completion' ||
        original?.kind === 'load'
        ? `${original.kind}-void`
        : 'void';
    case 'card-service':
      if (txn.service === undefined) throw new Error(`${txn.txnId} is no service`);
      return txn.service;
    case 'cash-sale':
    case 'cash-void':
    case 'cash-refund':
    case 'offline-sale':
    case 'purse-sale':
    case 'purse-load':
      throw new Error(`A ${txn.kind} is not sent as a request`);
    default:
      return txn.kind;
  }
}

/** Card class of a record in a batch upload. */
const DOMESTIC = '00';

/** DE60.6: the terminal can take a part of the amount. What stands before it is said to be of no special kind. */
const PARTIAL_APPROVAL = { reader: '0', chipCondition: '0', partialApproval: '1' } as const;

/** A payment beside others: what the card cannot pay, another tender does. */
export function takesPart(txn: Pick<Txn, 'kind' | 'tenderId'>): boolean {
  return txn.kind === 'purchase' && txn.tenderId !== undefined;
}

export type Fields = Record<number, string | Uint8Array>;

/** Terminal sign-on; 003 asks for double-length PIK and MAK. */
export function signOnMessage(terminal: TerminalDoc, stan: Stan, operatorCode: string): IsoMessage {
  return message(terminal, '0800', {
    11: stan,
    60: de60(TYPE.network, terminal.batchNumber ?? '000001', '003'),
    63: operator(operatorCode),
  });
}

/** Application echo: moves nothing, and shows whether the host answers. */
export function echoMessage(terminal: TerminalDoc, stan: Stan): IsoMessage {
  return message(terminal, '0820', {
    11: stan,
    60: de60(TYPE.network, terminal.batchNumber ?? '000001', '301'),
  });
}

/** The request of a transaction, from its journalled document and the card in the cashier's hand. */
export function transactionMessage(
  terminal: TerminalDoc,
  txn: Txn,
  options: {
    readonly card: Card;
    readonly pin?: EnteredPin;
    readonly original?: Txn;
    /** Of a replacement: the number of the new card. */
    readonly newPan?: string;
  },
): IsoMessage {
  const { card, pin, original, newPan } = options;
  const { mti, processingCode, condition, type } = REQUESTS[requestKind(txn, original)];
  return message(terminal, mti, {
    ...amountAndTrace(terminal, txn),
    // A refund is repeated from the journal, which keeps no track: its first message is already the one that can be
    // made again to the byte. Only a PIN is not sent again: nothing keeps it.
    ...(txn.kind === 'refund' ? numberFields(card) : cardFields(card)),
    ...(pin ? pinFields(pin) : {}),
    // A purchase that pays a claim is a payment like any other: the host refused what it pays for.
    ...(original && txn.kind !== 'purchase' ? originalFields(original) : {}),
    3: processingCode,
    25: condition,
    ...(newPan === undefined ? {} : { 48: newPan }),
    60: de60(type, txn.batchNumber, '000', takesPart(txn) ? PARTIAL_APPROVAL : {}),
    ...(txn.kind === 'refund' ? { 63: operator(txn.operatorCode) } : {}),
  });
}

/** The reversal of anything but a refund whose outcome is unknown, derived from its original by the catalogue. */
export function reversalMessage(
  terminal: TerminalDoc,
  txn: Txn,
  options: { readonly secret: CardSecret; readonly original?: Txn; readonly reason: ReversalReason },
): IsoMessage {
  const original = transactionMessage(terminal, txn, {
    card: cardFromSecret(options.secret, txn),
    ...(options.secret.newPan === undefined ? {} : { newPan: options.secret.newPan }),
    ...(options.original ? { original: options.original } : {}),
  });
  return deriveReversal(
    { ...original, fields: { ...original.fields, 2: options.secret.pan } },
    options.reason,
  );
}

/** The advice of a sale that was accepted offline. Every repeat of it is the same to the byte. */
export function offlineAdviceMessage(terminal: TerminalDoc, txn: Txn, secret: CardSecret): IsoMessage {
  return message(terminal, '0220', {
    ...amountAndTrace(terminal, txn),
    2: secret.pan,
    3: '000000',
    12: txn.time,
    13: txn.date.slice(4),
    ...(secret.expiry === undefined ? {} : { 14: secret.expiry }),
    59: written(encodeDe59([{ tag: DE59_TAG.certificate, value: txn.certificateBase64 ?? '' }])),
    60: de60(TYPE.offlineAdvice, txn.batchNumber, '000'),
    61: de61(asMade(txn)),
    63: operator(txn.operatorCode),
  });
}

/** The repeat of a refund that was not answered, from the sealed card number alone. */
export function refundRepeatMessage(
  terminal: TerminalDoc,
  txn: Txn,
  secret: CardSecret,
  original: Txn,
): IsoMessage {
  return transactionMessage(terminal, txn, { card: cardFromSecret(secret, txn), original });
}

export function settlementMessage(
  terminal: TerminalDoc,
  options: { readonly stan: Stan; readonly totals: BatchTotals; readonly operatorCode: string },
): IsoMessage {
  return message(terminal, '0500', {
    11: options.stan,
    48: written(
      encodeSettlementTotals({ domestic: { ...NO_TOTALS, ...options.totals }, foreign: NO_TOTALS }),
    ),
    49: terminal.currency,
    60: de60(TYPE.network, terminal.batchNumber, '201'),
    63: operator(options.operatorCode),
  });
}

export function message(terminal: TerminalDoc, mti: string, fields: Fields): IsoMessage {
  return {
    tpdu: terminal.tpdu,
    header: terminal.header,
    mti,
    fields: { ...fields, 41: terminal.terminalId, 42: terminal.merchantId },
  };
}

export function amountAndTrace(terminal: TerminalDoc, txn: Txn): Fields {
  return {
    4: n12(txn.amountMinor),
    11: txn.stan ?? '',
    22: written(encodeDe22({ mode: txn.entryMode ?? 'keyed', pin: txn.pinUsed ? 'entered' : 'none' })),
    25: '00',
    49: terminal.currency,
  };
}

/** Swiped: track 2; keyed and scanned: the number, and the expiry date where it is known. */
export function cardFields(card: Card): Fields {
  if (card.entryMode === 'magnetic' && card.track2 !== undefined) return { 35: card.track2 };
  return numberFields(card);
}

export function numberFields(card: Card): Fields {
  return { 2: card.pan.reveal(), ...(card.expiry === undefined ? {} : { 14: card.expiry }) };
}

/** The card of a transaction, from its sealed number: without a track. */
export function cardFromSecret(secret: CardSecret, txn: Txn): Card {
  const pan = Pan.parse(secret.pan);
  if (!pan) throw new Error(`The sealed card number of ${txn.txnId} is no card number`);
  const { expiry } = secret;
  return { pan, entryMode: txn.entryMode ?? 'keyed', ...(expiry === undefined ? {} : { expiry }) };
}

/** ISO 9564 format 0 has the card number in it; the key is double-length, the tracks are in the clear. */
export function pinFields(pin: EnteredPin): Fields {
  const control = { pinFormat: 'with-pan', keyLength: 'double', tracks: 'clear' } as const;
  return { 26: String(pin.length).padStart(2, '0'), 52: pin.block, 53: written(encodeDe53(control)) };
}

function originalFields(original: Txn): Fields {
  return {
    ...(original.rrn === undefined ? {} : { 37: original.rrn }),
    ...(original.authCode === undefined ? {} : { 38: original.authCode }),
    61: de61(original),
  };
}

/** What goes as whole records after the sales of an upload, in this order. */
const WHOLE_RECORDS: readonly RequestKind[] = [
  'void',
  'refund',
  'load',
  'load-void',
  'completion',
  'completion-void',
];

/**
 * The messages of a batch upload, in the order of docs/protocol.md: offline advices, magnetic online, voids and refunds,
 * loads and their voids, completions and their voids, end.
 * Sales go as records of DE48, eight a message; everything else as a whole record.
 */
export function batchUploadMessages(
  terminal: TerminalDoc,
  options: {
    readonly transactions: readonly Txn[];
    readonly secretOf: (txn: Txn) => CardSecret | undefined;
    /** What a void voids, a refund refunds and a completion completes. */
    readonly originalOf: (txn: Txn) => Txn | undefined;
    /** Trace number of a message that is no whole record. */
    readonly stan: Stan;
    readonly operatorCode: string;
  },
): IsoMessage[] {
  const { transactions, secretOf, originalOf } = options;
  const kindOf = (txn: Txn): RequestKind | undefined =>
    txn.kind === 'offline-sale' || txn.purse ? undefined : requestKind(txn, originalOf(txn));
  const whole = (txn: Txn): IsoMessage => {
    const pan = secretOf(txn)?.pan;
    const kind = kindOf(txn);
    const { processingCode, condition, type } = kind
      ? REQUESTS[kind]
      : { ...REQUESTS.purchase, type: TYPE.offlineAdvice };
    return message(terminal, '0320', {
      ...amountAndTrace(terminal, txn),
      ...(pan === undefined ? {} : { 2: pan }),
      3: processingCode,
      25: condition,
      12: txn.time,
      13: txn.date.slice(4),
      ...(txn.rrn === undefined ? {} : { 37: txn.rrn }),
      ...(txn.authCode === undefined ? {} : { 38: txn.authCode }),
      60: de60(type, txn.batchNumber, '201'),
      61: de61(asMade(txn)),
    });
  };
  const online = transactions.filter((txn) => txn.kind === 'purchase');
  const groups: IsoMessage[] = [];
  for (let at = 0; at < online.length; at += BATCH_RECORDS_MAX) {
    const records = online.slice(at, at + BATCH_RECORDS_MAX).map((txn) => ({
      cardClass: DOMESTIC,
      stan: txn.stan ?? '',
      // The record has no place for a number that begins with its filling.
      pan: (secretOf(txn)?.pan ?? '').replace(/^0.*/, ''),
      amountMinor: txn.amountMinor,
    }));
    groups.push(
      message(terminal, '0320', {
        11: options.stan,
        48: written(encodeBatchRecords(records)),
        60: de60(TYPE.network, terminal.batchNumber, '201'),
        63: operator(options.operatorCode),
      }),
    );
  }
  return [
    ...transactions.filter((txn) => txn.kind === 'offline-sale').map(whole),
    ...transactions.filter((txn) => txn.purse).map((txn) => purseUploadRecord(terminal, txn)),
    ...groups,
    ...WHOLE_RECORDS.flatMap((kind) => transactions.filter((txn) => kindOf(txn) === kind).map(whole)),
    message(terminal, '0320', {
      11: options.stan,
      48: written(encodeUploadCount(transactions.length)),
      60: de60(TYPE.network, terminal.batchNumber, '202'),
      63: operator(options.operatorCode),
    }),
  ];
}

export function de60(
  type: string,
  batchNumber: BatchNumber | string | undefined,
  control: string,
  more: Partial<De60> = {},
): string {
  return written(encodeDe60({ type, batchNumber: batchNumber ?? '000001', control, ...more }));
}

/** DE63 of a request: the operator, three characters. */
export function operator(operatorCode: string): string {
  return operatorCode.slice(-3).padStart(3, '0');
}

export function n12(amount: AmountMinor): string {
  return String(amount).padStart(12, '0');
}

/** Under the batch and trace number by which the host first hears, or heard, of it. */
function asMade(txn: Txn): Txn {
  const { firstBatchNumber: batchNumber, firstStan: stan } = txn;
  return batchNumber === undefined || stan === undefined ? txn : { ...txn, batchNumber, stan };
}

/** DE61: the original of a void or refund; in an advice and an upload, the record itself. */
function de61(txn: Txn): string {
  return written(
    encodeDe61({ batchNumber: txn.batchNumber ?? '', stan: txn.stan ?? '', date: txn.date.slice(4) }),
  );
}

/** The engine's values were checked when they came in: one that does not fit its sub-field is a bug. */
function written(field: SubfieldResult<string>): string {
  if (!field.ok) throw new Error(`${field.error.field ?? ''}: ${field.error.message}`);
  return field.value;
}
