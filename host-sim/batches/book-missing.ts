import { openException } from '../exceptions/exceptions.ts';
import { type Account, balanceOf, cardAccount, EXCEPTIONS, merchantAccount } from '../ledger/accounts.ts';
import { post } from '../ledger/post.ts';
import { accountInPlaceOf } from '../ledger/successor.ts';
import { nextNumber } from '../store/counters.ts';
import type { StoreTransaction } from '../store/store.ts';
import { insertTransaction, netPaidAt } from '../store/transactions.ts';
import type { UploadRecord, UploadRecordKind } from '../store/upload-records.ts';

export interface BookAt {
  readonly nowMs: number;
  /** YYYY-MM-DD. */
  readonly accountingDate: string;
}

const CREDITS: ReadonlySet<UploadRecordKind> = new Set([
  'void',
  'refund',
  'completion-void',
  'load',
  'purse-load-confirmation',
]);

/** The MTI under which a transaction stands that no message of its own brought. */
const BOOKED_AT_UPLOAD = 'upload';

/**
 * Books a transaction that the host lacks from the terminal's record. It has happened in the store, so the merchant's
 * side is always booked; where the card is unknown or no longer holds the amount, the exceptions account stands in for
 * it and a person collects.
 */
export async function bookMissing(
  tx: StoreTransaction,
  record: UploadRecord & { readonly merchantId: string },
  at: BookAt,
): Promise<void> {
  const isCredit = CREDITS.has(record.kind);
  const signedMinor = isCredit ? record.amountMinor : -record.amountMinor;
  const payer = isCredit ? await payeeOf(tx, record, at) : await payerOf(tx, record, at);
  const postingId =
    record.amountMinor === 0
      ? null
      : await post(tx, {
          kind: `${record.kind}-at-upload`,
          atMs: at.nowMs,
          accountingDate: at.accountingDate,
          entries: [
            { account: payer, amountMinor: signedMinor },
            { account: merchantAccount(record.merchantId), amountMinor: -signedMinor },
          ],
        });
  await insertTransaction(tx, {
    terminalId: record.terminalId,
    merchantId: record.merchantId,
    batchNumber: record.batchNumber,
    stan: record.stan,
    mti: BOOKED_AT_UPLOAD,
    kind: record.kind,
    state: 'approved',
    responseCode: '00',
    reason: 'booked-at-upload',
    amountMinor: record.amountMinor,
    cardId: record.cardId,
    panMasked: record.panMasked,
    rrn: String(await nextNumber(tx, 'rrn')).padStart(12, '0'),
    authorisationCode: null,
    saleBatchNumber: record.batchNumber,
    saleStan: record.stan,
    saleAtMs: record.saleAtMs,
    certificateNumber: null,
    originalTransactionId: null,
    postingId,
    statusBefore: null,
    atMs: at.nowMs,
    accountingDate: at.accountingDate,
    requestDigest: '',
    requestBodyDigest: '',
    record: record.record,
    answer: new Uint8Array(0),
  });
}

async function payerOf(tx: StoreTransaction, record: UploadRecord, at: BookAt): Promise<Account> {
  if (record.cardId === null) return forAPerson(tx, record, 'unknown-card-in-upload', at);
  const account = cardAccount(record.cardId);
  if ((await balanceOf(tx, account)).balanceMinor >= record.amountMinor) return account;
  return forAPerson(tx, record, 'card-short', at);
}

/**
 * A batch upload carries no MAC, so anybody on the wire could write a credit into one. A card gets back at most what it
 * has paid at that terminal and has not got back yet; the rest waits for a person.
 */
async function payeeOf(tx: StoreTransaction, record: UploadRecord, at: BookAt): Promise<Account> {
  if (record.cardId === null) return forAPerson(tx, record, 'unknown-card-in-upload', at);
  const paidMinor = await netPaidAt(tx, record.terminalId, record.cardId);
  if (paidMinor >= record.amountMinor) return accountInPlaceOf(tx, record.cardId);
  return forAPerson(tx, record, 'credit-without-sale', at);
}

async function forAPerson(
  tx: StoreTransaction,
  record: UploadRecord,
  kind: 'unknown-card-in-upload' | 'card-short' | 'credit-without-sale',
  at: BookAt,
): Promise<Account> {
  await openException(tx, {
    kind,
    terminalId: record.terminalId,
    batchNumber: record.batchNumber,
    stan: record.stan,
    amountMinor: record.amountMinor,
    terminalRecord: record.record,
    hostRecord: null,
    atMs: at.nowMs,
  });
  return EXCEPTIONS;
}
