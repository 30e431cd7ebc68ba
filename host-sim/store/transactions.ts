import type { StoreTransaction } from './store.ts';

export type TransactionKind =
  | 'balance'
  | 'statement'
  | 'purchase'
  | 'void'
  | 'refund'
  | 'offline-sale'
  | 'pre-authorisation'
  | 'pre-authorisation-void'
  | 'completion'
  | 'completion-void'
  | 'load'
  | 'load-void'
  | 'load-confirmation'
  | 'purse-purchase'
  | 'purse-load'
  | 'purse-load-confirmation'
  | 'purse-transfer-confirmation'
  | 'card-service'
  | 'code-payment'
  | 'query'
  | 'reversal'
  | 'settlement'
  | 'batch-upload'
  | 'unknown';

/**
 * `recorded` moves no money and never will (balance, statement, query, reversal, settlement); `voided` is a sale with a standing
 * void: both are booked and both are in the totals; `reversed` never happened.
 */
export type TransactionState = 'approved' | 'declined' | 'reversed' | 'voided' | 'recorded';

export interface StoredTransaction {
  readonly transactionId: number;
  readonly terminalId: string;
  readonly merchantId: string;
  readonly batchNumber: string;
  readonly stan: string;
  /** The MTI without its repeat digit. */
  readonly mti: string;
  readonly kind: TransactionKind;
  readonly state: TransactionState;
  readonly responseCode: string;
  /** The host's own word for a refusal, for lists and people. */
  readonly reason: string | null;
  readonly amountMinor: number;
  readonly cardId: number | null;
  readonly panMasked: string | null;
  readonly rrn: string | null;
  readonly authorisationCode: string | null;
  /** The batch and trace number under which the terminal made an offline sale, or a load that its confirmation booked. */
  readonly saleBatchNumber: string | null;
  readonly saleStan: string | null;
  readonly saleAtMs: number | null;
  readonly certificateNumber: number | null;
  readonly originalTransactionId: number | null;
  readonly postingId: number | null;
  /** JSON of CardStatusBefore, of a card service: what its reversal puts back. */
  readonly statusBefore: string | null;
  readonly atMs: number;
  readonly accountingDate: string;
  /** SHA-256 over what makes the request itself, without its MAC. */
  readonly requestDigest: string;
  /** SHA-256 over the whole body, MTI to DE64. */
  readonly requestBodyDigest: string;
  /** The masked fields of the request, JSON. */
  readonly record: string;
  /** The bytes of the answer as they were sent, without the length. */
  readonly answer: Uint8Array;
}

export type NewTransaction = Omit<StoredTransaction, 'transactionId'>;

/** Column of each member, in the order in which they are written. */
const COLUMN_OF = {
  terminalId: 'terminal_id',
  merchantId: 'merchant_id',
  batchNumber: 'batch_number',
  stan: 'stan',
  mti: 'mti',
  kind: 'kind',
  state: 'state',
  responseCode: 'response_code',
  reason: 'reason',
  amountMinor: 'amount_minor',
  cardId: 'card_id',
  panMasked: 'pan_masked',
  rrn: 'rrn',
  authorisationCode: 'authorisation_code',
  saleBatchNumber: 'sale_batch_number',
  saleStan: 'sale_stan',
  saleAtMs: 'sale_at_ms',
  certificateNumber: 'certificate_number',
  originalTransactionId: 'original_transaction_id',
  postingId: 'posting_id',
  statusBefore: 'status_before',
  atMs: 'at_ms',
  accountingDate: 'accounting_date',
  requestDigest: 'request_digest',
  requestBodyDigest: 'request_body_digest',
  record: 'record',
  answer: 'answer',
} as const satisfies Record<keyof NewTransaction, string>;

// Object.keys of a const object: its keys are exactly the members of NewTransaction.
const MEMBERS = Object.keys(COLUMN_OF) as (keyof NewTransaction)[];
const SELECT = `SELECT transaction_id AS "transactionId", ${MEMBERS.map((member) => `${COLUMN_OF[member]} AS "${member}"`).join(', ')} FROM transactions`;
const INSERT = `INSERT INTO transactions (${MEMBERS.map((member) => COLUMN_OF[member]).join(', ')})
  VALUES (${MEMBERS.map(() => '?').join(', ')})`;

export async function insertTransaction(tx: StoreTransaction, transaction: NewTransaction): Promise<void> {
  await tx.run(INSERT, ...MEMBERS.map((member) => transaction[member]));
}

/** What makes a message the same message: DE41, DE60.2, DE11 and the MTI. */
export interface MessageKey {
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
  readonly mti: string;
}

async function findByKey(tx: StoreTransaction, key: MessageKey): Promise<StoredTransaction | undefined> {
  return tx.get<StoredTransaction>(
    `${SELECT} WHERE terminal_id = ? AND batch_number = ? AND stan = ? AND mti = ?`,
    key.terminalId,
    key.batchNumber,
    key.stan,
    key.mti,
  );
}

/**
 * The message that came before under the same key. The parts of a batch upload may share one trace number, so among them
 * only the same content is the same message.
 */
export async function findRepeat(
  tx: StoreTransaction,
  key: MessageKey,
  requestDigest: string,
): Promise<StoredTransaction | undefined> {
  if (key.mti !== '0320') return findByKey(tx, key);
  return tx.get<StoredTransaction>(
    `${SELECT} WHERE terminal_id = ? AND batch_number = ? AND request_digest = ? AND mti = '0320'`,
    key.terminalId,
    key.batchNumber,
    requestDigest,
  );
}

export async function findTransaction(
  tx: StoreTransaction,
  transactionId: number,
): Promise<StoredTransaction | undefined> {
  return tx.get<StoredTransaction>(`${SELECT} WHERE transaction_id = ?`, transactionId);
}

/**
 * The transaction that a reversal, void or query names, whatever its MTI was; not the reversals and queries themselves. A
 * load is also known by the load that its confirmation named, under whichever number the confirmation came.
 */
export async function findOriginal(
  tx: StoreTransaction,
  key: Omit<MessageKey, 'mti'>,
): Promise<StoredTransaction | undefined> {
  return tx.get<StoredTransaction>(
    `${SELECT} WHERE transaction_id = (SELECT MIN(transaction_id) FROM (
       SELECT transaction_id FROM transactions WHERE terminal_id = ? AND batch_number = ? AND stan = ?
         AND mti IN ('0100', '0200', '0220') AND kind <> 'query'
       UNION ALL
       SELECT transaction_id FROM transactions WHERE terminal_id = ? AND sale_batch_number = ? AND sale_stan = ?
         AND kind = 'load'))`,
    key.terminalId,
    key.batchNumber,
    key.stan,
    key.terminalId,
    key.batchNumber,
    key.stan,
  );
}

export async function findByRrn(
  tx: StoreTransaction,
  rrn: string,
  merchantId: string,
): Promise<StoredTransaction | undefined> {
  return tx.get<StoredTransaction>(
    `${SELECT} WHERE rrn = ? AND merchant_id = ? AND kind IN ('purchase', 'offline-sale', 'completion', 'code-payment') ORDER BY transaction_id LIMIT 1`,
    rrn,
    merchantId,
  );
}

/** An offline sale that is booked already, whichever message brought it. */
export async function findOfflineSale(
  tx: StoreTransaction,
  sale: { readonly terminalId: string; readonly saleBatchNumber: string; readonly saleStan: string },
): Promise<StoredTransaction | undefined> {
  return tx.get<StoredTransaction>(
    `${SELECT} WHERE terminal_id = ? AND sale_batch_number = ? AND sale_stan = ? AND kind = 'offline-sale' AND state <> 'declined'`,
    sale.terminalId,
    sale.saleBatchNumber,
    sale.saleStan,
  );
}

/** Whether a batch upload brought an offline sale of a purse before its own record did. */
export async function cameInUpload(
  tx: StoreTransaction,
  sale: { readonly terminalId: string; readonly saleBatchNumber: string; readonly saleStan: string },
): Promise<boolean> {
  const row = await tx.get(
    `SELECT 1 AS found FROM transactions
     WHERE terminal_id = ? AND sale_batch_number = ? AND sale_stan = ? AND kind = 'purse-purchase' AND mti = 'upload'`,
    sale.terminalId,
    sale.saleBatchNumber,
    sale.saleStan,
  );
  return row !== undefined;
}

export async function transactionsOfBatch(
  tx: StoreTransaction,
  terminalId: string,
  batchNumber: string,
): Promise<StoredTransaction[]> {
  return tx.all<StoredTransaction>(
    `${SELECT} WHERE terminal_id = ? AND batch_number = ? ORDER BY transaction_id`,
    terminalId,
    batchNumber,
  );
}

export async function setState(
  tx: StoreTransaction,
  transactionId: number,
  state: TransactionState,
): Promise<void> {
  await tx.run('UPDATE transactions SET state = ? WHERE transaction_id = ?', state, transactionId);
}

/**
 * Minor units that left a card on an accounting date: sales, loads of a purse from its account, and what a pre-authorisation holds
 * until its completion stands in its place. What was voided or reversed does not count.
 */
export async function spentOn(tx: StoreTransaction, cardId: number, accountingDate: string): Promise<number> {
  const row = await tx.get<{ spentMinor: number }>(
    `SELECT COALESCE(SUM(t.amount_minor), 0) AS "spentMinor" FROM transactions t
     WHERE t.card_id = ? AND t.accounting_date = ? AND t.state = 'approved'
       AND (t.kind IN ('purchase', 'offline-sale', 'completion', 'purse-load')
         OR (t.kind = 'pre-authorisation' AND NOT EXISTS (SELECT 1 FROM transactions c
              WHERE c.original_transaction_id = t.transaction_id AND c.kind = 'completion' AND c.state = 'approved')))`,
    cardId,
    accountingDate,
  );
  return row?.spentMinor ?? 0;
}

/** Minor units that were given back of a sale. */
export async function refundedOf(tx: StoreTransaction, transactionId: number): Promise<number> {
  const row = await tx.get<{ refundedMinor: number }>(
    `SELECT COALESCE(SUM(amount_minor), 0) AS "refundedMinor" FROM transactions
     WHERE original_transaction_id = ? AND kind = 'refund' AND state = 'approved'`,
    transactionId,
  );
  return row?.refundedMinor ?? 0;
}

/** Whether a card service that stands came to a card after another transaction. */
export async function wasServedSince(
  tx: StoreTransaction,
  cardId: number,
  transactionId: number,
): Promise<boolean> {
  const row = await tx.get(
    `SELECT 1 AS found FROM transactions
     WHERE card_id = ? AND transaction_id > ? AND kind = 'card-service' AND state = 'approved' LIMIT 1`,
    cardId,
    transactionId,
  );
  return row !== undefined;
}

/** Whether money of a card was moved after another transaction. */
export async function wasBookedSince(
  tx: StoreTransaction,
  cardId: number,
  transactionId: number,
): Promise<boolean> {
  const row = await tx.get(
    `SELECT 1 AS found FROM transactions WHERE card_id = ? AND transaction_id > ? AND posting_id IS NOT NULL LIMIT 1`,
    cardId,
    transactionId,
  );
  return row !== undefined;
}

/** The transactions of a kind that name another one as their original. */
export async function followersOf(
  tx: StoreTransaction,
  transactionId: number,
  kind: TransactionKind,
): Promise<StoredTransaction[]> {
  return tx.all<StoredTransaction>(
    `${SELECT} WHERE original_transaction_id = ? AND kind = ? ORDER BY transaction_id`,
    transactionId,
    kind,
  );
}

/** What one terminal has sold offline against one certificate and the host has accepted. */
export async function spentOnCertificate(
  tx: StoreTransaction,
  terminalId: string,
  certificateNumber: number,
): Promise<{ readonly count: number; readonly spentMinor: number }> {
  const row = await tx.get<{ count: number; spentMinor: number }>(
    `SELECT COUNT(*) AS count, COALESCE(SUM(amount_minor), 0) AS "spentMinor" FROM transactions
     WHERE terminal_id = ? AND certificate_number = ? AND kind = 'offline-sale' AND state IN ('approved', 'voided')`,
    terminalId,
    certificateNumber,
  );
  return row ?? { count: 0, spentMinor: 0 };
}

/** Minor units that a card has paid at a terminal less what it got back there, in all batches. */
export async function netPaidAt(tx: StoreTransaction, terminalId: string, cardId: number): Promise<number> {
  const row = await tx.get<{ paidMinor: number }>(
    `SELECT COALESCE(SUM(CASE WHEN kind IN ('purchase', 'offline-sale', 'completion') THEN amount_minor
                              WHEN kind IN ('void', 'refund', 'completion-void') THEN -amount_minor
                              ELSE 0 END), 0) AS "paidMinor"
     FROM transactions WHERE terminal_id = ? AND card_id = ? AND state IN ('approved', 'voided')`,
    terminalId,
    cardId,
  );
  return row?.paidMinor ?? 0;
}
