import type { Receipt, TransactionView } from '../../api/contract.ts';
import { whyNotRefundable, whyNotVoidable } from '../../engine/flows/undo.ts';
import type { StateView, Txn } from '../../engine/state.ts';
import { markAsCopy, renderEscPos, renderSvg } from '../../receipts/index.ts';

/** Width of the paper in characters: 48 is 80 mm. */
const RECEIPT_COLUMNS = 48;

/** A transaction as the screens show it: nothing that a screen must not know. */
export function transactionView(state: StateView, txn: Txn): TransactionView {
  const { txnId, kind, state: txnState, amountMinor, refundedMinor, atMs, operatorCode } = txn;
  return {
    txnId,
    kind,
    state: txnState,
    amountMinor,
    refundedMinor,
    atMs,
    operatorCode,
    batchSettled: txn.settled,
    voidable: whyNotVoidable(state, txn) === undefined,
    refundable: whyNotRefundable(state, txn) === undefined,
    hasReceipt: txn.receipt !== undefined,
    ...present('unprinted', txn.unprinted),
    ...present('stan', txn.stan),
    ...present('rrn', txn.rrn),
    ...present('authCode', txn.authCode),
    ...present('batchNumber', txn.batchNumber),
    ...present('maskedPan', txn.maskedPan),
    ...present('responseCode', txn.responseCode),
    ...present('originalTxnId', txn.originalTxnId),
    ...present('service', txn.service),
    ...present('newMaskedPan', txn.newMaskedPan),
    ...present('saleId', txn.saleId),
    ...present('tenderId', txn.tenderId),
    ...present('askedMinor', txn.askedMinor),
  };
}

/** Screen and printer from one source. */
export function receiptView(source: string, copy: 'original' | 'copy'): Receipt {
  const text = copy === 'copy' ? markAsCopy(source) : source;
  return {
    svg: renderSvg(text, { columns: RECEIPT_COLUMNS }),
    escPosBase64: Buffer.from(renderEscPos(text, { columns: RECEIPT_COLUMNS })).toString('base64'),
  };
}

function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
