import { fromHex, uintBytes } from '../../crypto/bytes.ts';
import type { AmountMinor } from '../../domain/money.ts';
import { PURSE_TRANSACTION_TYPE } from '../../domain/purse.ts';
import {
  deriveReversal,
  encodeDe58,
  encodeDe61,
  type IsoMessage,
  PURSE_FLAG,
  type PurseFields,
  purseObjects,
  type SubfieldResult,
} from '../../iso8583/index.ts';
import { de60, message, n12, operator } from '../messages.ts';
import { type StateView, type TerminalDoc, type Txn, terminalOf } from '../state.ts';
import type { PurseFacts } from './facts.ts';

/** DE60.1 (docs/protocol.md, Messages). */
const PURSE_TYPE = { record: '36', cashLoad: '46' } as const;
const CASH_LOAD = { processingCode: '630000', condition: '91' } as const;

/** The record of a sale: every repeat of it is the same to the byte. */
export function purseRecordMessage(state: StateView, txn: Txn): IsoMessage {
  const terminal = terminalOf(state);
  const purse = factsOf(txn);
  return message(terminal, '0220', {
    3: '000000',
    4: n12(txn.amountMinor),
    11: txn.stan ?? '',
    12: purse.time ?? txn.time,
    13: (purse.date ?? txn.date).slice(4),
    25: '00',
    49: terminal.currency,
    58: de58(purseRecord(txn)),
    60: de60(PURSE_TYPE.record, txn.batchNumber, '000'),
    ...(purse.firstStan === undefined ? {} : { 61: recordName(txn) }),
    63: operator(txn.operatorCode),
  });
}

/** DE58 of the record of a sale, also in a batch upload. */
function purseRecord(txn: Txn): PurseFields {
  const purse = factsOf(txn);
  const flags = flagsOf(txn);
  const isDoubt = txn.state === 'unresolved';
  return {
    ...common(txn, txn.amountMinor),
    ...moment(purse),
    terminal: fromHex(purse.terminalNumber, 'terminal'),
    terminalSerial: fromHex(purse.terminalSerial ?? '', 'terminalSerial'),
    balanceBefore: uintBytes(purse.balanceBeforeMinor, 4),
    keyVersion: uintBytes(purse.keyVersion, 1),
    algorithm: uintBytes(purse.algorithm, 1),
    ...(purse.tac === undefined || isDoubt ? {} : { tac: fromHex(purse.tac, 'tac') }),
    ...(flags === 0 ? {} : { flags: uintBytes(flags, 1) }),
  };
}

/** What became of the card, DF10. */
function flagsOf(txn: Txn): number {
  const purse = factsOf(txn);
  if (txn.state === 'unresolved') return PURSE_FLAG.unresolved;
  if (txn.state === 'suspect') return PURSE_FLAG.mac2Wrong;
  if (purse.tac === undefined) return PURSE_FLAG.withoutTac;
  return purse.provenBy === undefined ? 0 : PURSE_FLAG.recoveredByProve;
}

/** The request of a load. Its repeat is the same to the byte, and gets the same MAC2. */
export function loadMessage(state: StateView, txn: Omit<Txn, 'secretSeq'>): IsoMessage {
  const terminal = terminalOf(state);
  const original = txn.originalTxnId === undefined ? undefined : state.get('transactions', txn.originalTxnId);
  const purse = factsOf(txn);
  return message(terminal, '0200', {
    ...loadFields(txn),
    49: terminal.currency,
    58: de58({
      ...common(txn, txn.amountMinor),
      terminal: fromHex(purse.terminalNumber, 'terminal'),
      balanceBefore: uintBytes(purse.balanceBeforeMinor, 4),
      ...keyOf(purse),
      mac1: fromHex(purse.mac1, 'mac1'),
    }),
    ...(original ? { 61: recordName(original) } : {}),
  });
}

/** The card was credited. */
export function loadConfirmation(state: StateView, txn: Txn): IsoMessage {
  return message(terminalOf(state), '0220', {
    ...loadFields(txn),
    49: terminalOf(state).currency,
    58: de58(loadRecord(txn)),
    61: recordName(txn),
  });
}

/** DE58 of a confirmed load, also in a batch upload. */
function loadRecord(txn: Txn): PurseFields {
  const purse = factsOf(txn);
  const flags = flagsOf(txn);
  return {
    ...common(txn, txn.amountMinor),
    ...moment(purse),
    terminal: fromHex(purse.terminalNumber, 'terminal'),
    balanceBefore: uintBytes(purse.balanceBeforeMinor, 4),
    keyVersion: uintBytes(purse.keyVersion, 1),
    algorithm: uintBytes(purse.algorithm, 1),
    ...(purse.tac === undefined ? {} : { tac: fromHex(purse.tac, 'tac') }),
    ...(flags === 0 ? {} : { flags: uintBytes(flags, 1) }),
  };
}

/** The card was not credited: the reversal carries what a later INITIALIZE FOR LOAD gave, which proves it. */
export function loadReversal(state: StateView, txn: Txn): IsoMessage {
  const { proof, terminalNumber } = factsOf(txn);
  if (!proof) throw new Error(`The load ${txn.txnId} has no proof to be reversed with`);
  const request = loadMessage(state, txn);
  const reversal = deriveReversal(request, txn.reversalReason ?? '06');
  return {
    ...reversal,
    fields: {
      ...reversal.fields,
      58: de58({
        ...common(txn, proof.amountMinor),
        terminal: fromHex(terminalNumber, 'terminal'),
        balanceBefore: uintBytes(proof.balanceMinor, 4),
        ...keyOf(proof),
        mac1: fromHex(proof.mac1, 'mac1'),
      }),
    },
  };
}

/** A sale or load as a whole record of a batch upload. */
export function purseUploadRecord(terminal: TerminalDoc, txn: Txn): IsoMessage {
  const isLoad = txn.kind === 'purse-load';
  const purse = factsOf(txn);
  return message(terminal, '0320', {
    3: isLoad ? CASH_LOAD.processingCode : '000000',
    4: n12(txn.amountMinor),
    11: txn.stan ?? '',
    12: purse.time ?? txn.time,
    13: (purse.date ?? txn.date).slice(4),
    25: isLoad ? CASH_LOAD.condition : '00',
    ...(txn.rrn === undefined ? {} : { 37: txn.rrn }),
    49: terminal.currency,
    58: de58(isLoad ? loadRecord(txn) : purseRecord(txn)),
    60: de60(isLoad ? PURSE_TYPE.cashLoad : PURSE_TYPE.record, txn.batchNumber, '201'),
    61: recordName(txn),
  });
}

function loadFields(txn: Omit<Txn, 'secretSeq'>): Record<number, string> {
  return {
    3: CASH_LOAD.processingCode,
    4: n12(txn.amountMinor),
    11: txn.stan ?? '',
    25: CASH_LOAD.condition,
    60: de60(PURSE_TYPE.cashLoad, txn.batchNumber, '000'),
  };
}

function common(txn: Omit<Txn, 'secretSeq'>, amountMinor: AmountMinor): PurseFields {
  const { applicationSerial, counter } = factsOf(txn);
  const type = txn.kind === 'purse-load' ? PURSE_TRANSACTION_TYPE.load : PURSE_TRANSACTION_TYPE.purchase;
  return {
    applicationSerial: fromHex(applicationSerial, 'applicationSerial'),
    counter: uintBytes(counter, 2),
    transactionType: uintBytes(type, 1),
    amount: uintBytes(amountMinor, 4),
  };
}

function keyOf(from: Pick<PurseFacts, 'keyVersion' | 'algorithm' | 'random'>): PurseFields {
  return {
    keyVersion: uintBytes(from.keyVersion, 1),
    algorithm: uintBytes(from.algorithm, 1),
    random: fromHex(from.random, 'random'),
  };
}

function moment({ date, time }: PurseFacts): PurseFields {
  return { date: fromHex(date ?? '', 'date'), time: fromHex(time ?? '', 'time') };
}

/** DE61: batch, trace number and date under which the host first hears, or heard, of a record. */
function recordName(txn: Txn): string {
  const purse = txn.purse;
  return written(
    encodeDe61({
      batchNumber: purse?.firstBatchNumber ?? txn.batchNumber ?? '',
      stan: purse?.firstStan ?? txn.stan ?? '',
      date: txn.date.slice(4),
    }),
  );
}

function factsOf(txn: Pick<Txn, 'txnId' | 'purse'>): PurseFacts {
  if (!txn.purse) throw new Error(`${txn.txnId} is not of a purse`);
  return txn.purse;
}

function de58(fields: PurseFields): Uint8Array {
  return written(encodeDe58(purseObjects(fields)));
}

/** The engine's values were checked when they came in: one that does not fit its sub-field is a bug. */
function written<T>(field: SubfieldResult<T>): T {
  if (!field.ok) throw new Error(`${field.error.field ?? ''}: ${field.error.message}`);
  return field.value;
}
