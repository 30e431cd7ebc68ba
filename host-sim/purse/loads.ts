import type { StoreTransaction } from '../store/store.ts';

/** `pending` from before MAC2 leaves the host until it is known whether the card was credited. */
export type LoadState = 'pending' | 'credited' | 'reversed';

/** How it became known. */
export type LoadClosedBy =
  | 'confirmation'
  | 'confirmation-without-tac'
  /** A later INITIALIZE FOR LOAD shows the counter that follows. */
  | 'next-load'
  /** A later purchase was made with the money. */
  | 'next-purchase'
  | 'reversal'
  /** Another load used up the same counter. */
  | 'other-load';

export interface StoredLoad {
  readonly loadId: number;
  readonly purseId: number;
  /** Online counter as INITIALIZE gave it. */
  readonly counter: number;
  readonly state: LoadState;
  readonly amountMinor: number;
  readonly oldBalanceMinor: number;
  /** Hex, as are the following up to MAC2. */
  readonly random: string;
  readonly keyVersion: number;
  readonly terminalNumber: string;
  readonly date: string;
  readonly time: string;
  readonly mac2: string;
  readonly merchantId: string;
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
  readonly rrn: string;
  /** The purchase that this load gives back. */
  readonly purchaseId: number | null;
  readonly pendingPostingId: number;
  readonly closingPostingId: number | null;
  readonly closedBy: LoadClosedBy | null;
  readonly atMs: number;
}

export type NewLoad = Omit<StoredLoad, 'loadId' | 'state' | 'closingPostingId' | 'closedBy'>;

const COLUMN_OF = {
  purseId: 'purse_id',
  counter: 'counter',
  amountMinor: 'amount_minor',
  oldBalanceMinor: 'old_balance_minor',
  random: 'random',
  keyVersion: 'key_version',
  terminalNumber: 'terminal_number',
  date: 'date',
  time: 'time',
  mac2: 'mac2',
  merchantId: 'merchant_id',
  terminalId: 'terminal_id',
  batchNumber: 'batch_number',
  stan: 'stan',
  rrn: 'rrn',
  purchaseId: 'purchase_id',
  pendingPostingId: 'pending_posting_id',
  atMs: 'at_ms',
} as const satisfies Record<keyof NewLoad, string>;

// Object.keys of a const object: its keys are exactly the members of NewLoad.
const MEMBERS = Object.keys(COLUMN_OF) as (keyof NewLoad)[];
const SELECT = `SELECT load_id AS "loadId", state, closing_posting_id AS "closingPostingId", closed_by AS "closedBy",
  ${MEMBERS.map((member) => `${COLUMN_OF[member]} AS "${member}"`).join(', ')} FROM purse_loads`;
const INSERT = `INSERT INTO purse_loads (state, ${MEMBERS.map((member) => COLUMN_OF[member]).join(', ')})
  VALUES ('pending', ${MEMBERS.map(() => '?').join(', ')})`;

export async function insertLoad(tx: StoreTransaction, load: NewLoad): Promise<void> {
  await tx.run(INSERT, ...MEMBERS.map((member) => load[member]));
}

export async function findLoad(
  tx: StoreTransaction,
  message: { readonly terminalId: string; readonly batchNumber: string; readonly stan: string },
): Promise<StoredLoad | undefined> {
  return tx.get<StoredLoad>(
    `${SELECT} WHERE terminal_id = ? AND batch_number = ? AND stan = ?`,
    message.terminalId,
    message.batchNumber,
    message.stan,
  );
}

/** Loads that the card has or may have, by counter. */
export async function standingLoads(tx: StoreTransaction, purseId: number): Promise<StoredLoad[]> {
  return tx.all<StoredLoad>(
    `${SELECT} WHERE purse_id = ? AND state IN ('pending', 'credited') ORDER BY counter, load_id`,
    purseId,
  );
}

/** The newest loads of a purse, newest first. */
export async function latestLoads(
  tx: StoreTransaction,
  purseId: number,
  limit: number,
): Promise<StoredLoad[]> {
  return tx.all<StoredLoad>(
    `${SELECT} WHERE purse_id = ? ORDER BY counter DESC, load_id DESC LIMIT ?`,
    purseId,
    limit,
  );
}

/** What was given back of a purchase, loads that are still open included. */
export async function givenBackOf(tx: StoreTransaction, purchaseId: number): Promise<number> {
  const row = await tx.get<{ givenMinor: number }>(
    `SELECT COALESCE(SUM(amount_minor), 0) AS "givenMinor" FROM purse_loads
     WHERE purchase_id = ? AND state IN ('pending', 'credited')`,
    purchaseId,
  );
  return row?.givenMinor ?? 0;
}

export async function closeLoad(
  tx: StoreTransaction,
  loadId: number,
  closed: {
    readonly state: Exclude<LoadState, 'pending'>;
    readonly by: LoadClosedBy;
    readonly postingId: number;
  },
): Promise<void> {
  await tx.run(
    'UPDATE purse_loads SET state = ?, closed_by = ?, closing_posting_id = ? WHERE load_id = ?',
    closed.state,
    closed.by,
    closed.postingId,
    loadId,
  );
}

/** It is not known after all. */
export async function reopenLoad(tx: StoreTransaction, loadId: number): Promise<void> {
  await tx.run(
    `UPDATE purse_loads SET state = 'pending', closed_by = NULL, closing_posting_id = NULL WHERE load_id = ?`,
    loadId,
  );
}
