import { join } from 'node:path';
import { expect } from 'vitest';
import type { TransactionView } from '../../terminal-core/api/contract.ts';
import { verifyJournal } from '../../terminal-core/journal/index.ts';
import { JOURNAL_FILE } from '../../terminal-core/runtime/sealed-journal.ts';
import type { CrashTill } from './crash-till.ts';

/** States in which a transaction stands that the till has called done, whatever was done with it afterwards. */
const PROMISE_KEPT = [
  'approved',
  'delivered',
  'voided',
  'completed',
  'rejected',
  'collected',
  'written-off',
  'recovered',
  'debited-without-tac',
  'credited-without-tac',
];
/** Ending one thing can leave another: what the host says of a part opens its sale again. */
const ROUNDS = 2;
/** What a supervisor does with all that was set aside, in this order. */
const BENCH_TO_REST = [
  'unblock-card',
  'send-again',
  'host-says-stands',
  'host-says-undone',
  'give-back',
  'returned-otherwise',
  'write-off',
] as const;
/** What a transaction that was sent counts as: the host has it. */
const STANDS = ['approved', 'delivered', 'voided', 'completed'];
const PURSE_MOVED = ['approved', 'delivered', 'recovered', 'debited-without-tac', 'credited-without-tac'];
/** More than a story makes. */
const TRANSACTIONS_MAX = 100_000;

/**
 * The morning after: the network and the host are whole, the devices are in order, what was left open is ended by who
 * works there, and everything is delivered and settled.
 * @returns the till's transactions.
 */
export async function comeToRest(till: CrashTill): Promise<TransactionView[]> {
  const { terminal } = till;
  till.faults();
  // What was to be lost, and has not gone by.
  await till.store.proxy.heal();
  await terminal.service('leaveTraining', {});
  await till.atDevice({ does: 'put-in-paper' });
  await terminal.service('closeShift', { countedMinor: 0 });
  if ((await terminal.service('status')).settling) await terminal.service('settle', {});
  for (let round = 0; round < ROUNDS; round += 1) {
    await endPurses(till);
    await endSales(till);
    await terminal.sync();
    await clearBench(till);
  }
  const settled = await terminal.service('settle', {});
  // A batch that the host had closed by itself is closed here as well, and the next one balances.
  if (settled.kind === 'settled' && settled.result === 'closed-by-host') await till.settle();
  else expect(settled).toMatchObject({ kind: 'settled', result: 'balanced' });
  await till.checkBatches();
  await terminal.sync();
  const { batchesToCheck, openRefunds, openSales, purse, reversalsOwed, settling, undoingCount, unsent } =
    await terminal.service('status');
  expect(batchesToCheck).toEqual([]);
  expect({ openRefunds, openSales, reversalsOwed, settling, undoingCount, unsent: unsent.count }).toEqual({
    openRefunds: [],
    openSales: [],
    reversalsOwed: 0,
    settling: false,
    undoingCount: 0,
    unsent: 0,
  });
  expect(purse).toMatchObject({ doubts: [], owedBack: [] });
  expect(await terminal.service('benchList')).toEqual([]);
  // Without the contract's limit, which is the screens'.
  return terminal.service('listTransactions', { limit: TRANSACTIONS_MAX });
}

/** The customer comes back with the purse: it says what it did, proves it, and gets back what it paid for nothing. */
async function endPurses(till: CrashTill): Promise<void> {
  await till.atDevice({ does: 'put-in-purse' });
  await till.terminal.sync();
  const purseRef = await till.atDevice({ does: 'put-in-purse' });
  await till.terminal.sync();
  for (const { amountMinor, txnId } of (await till.terminal.service('status')).purse?.owedBack ?? [])
    await till.loadPurse(purseRef, { refundOf: txnId, amountMinor });
}

/** What was paid in part is cancelled, and what was to be refunded is, with the cards there again. */
async function endSales(till: CrashTill): Promise<void> {
  const { terminal } = till;
  const { openRefunds, openSales } = await terminal.service('status');
  for (const { saleId } of openSales) await terminal.service('cancelSale', { saleId });
  for (const { refundId } of openRefunds) {
    for (const card of till.cards) {
      const cardRef = await terminal.readCard(card);
      await terminal.service('refundPart', { refundId, cardRef });
    }
  }
}

/** A supervisor goes through what was set aside; of what is in doubt the host's people are asked. */
async function clearBench(till: CrashTill): Promise<void> {
  const { terminal } = till;
  for (const action of BENCH_TO_REST) {
    for (const { actions, transaction } of await terminal.service('benchList')) {
      if (!actions.some((each) => each.action === action)) continue;
      const says = action === 'host-says-stands' || action === 'host-says-undone';
      const stands = says && (await till.store.hasBooked({ ...transaction, terminalId: till.terminalId }));
      if (!says || stands === (action === 'host-says-stands')) await till.act(transaction.txnId, action);
    }
    await terminal.sync();
  }
}

/**
 * The journal verifies, nothing that the till told is lost, and host, purse and journal agree to the fen on what was paid.
 */
export async function checkBooks(till: CrashTill, all: readonly TransactionView[]): Promise<void> {
  const byId = new Map(all.map((txn) => [txn.txnId, txn]));
  const lost = [...till.promised].filter((txnId) => !PROMISE_KEPT.includes(byId.get(txnId)?.state ?? 'lost'));
  expect(lost, `promised`).toEqual([]);
  const charged = all.reduce((sum, txn) => sum + chargeOf(txn, byId), 0);
  expect(await till.store.balanceMinor(till.cards), `the cards' balance`).toBe(till.issuedMinor - charged);
  const loaded = all.reduce((sum, txn) => sum + loadOf(txn), 0);
  expect(await till.purseMinor(), `the purse's balance`).toBe(till.openingOfPurseMinor + loaded);
  expect(await till.store.ledgerProblems(), `the ledger`).toEqual([]);
  expect(verifyJournal(join(till.made.start.dataDir, JOURNAL_FILE))).toMatchObject({
    ok: true,
    clearPans: 0,
  });
}

/** What a transaction took from the cards, or holds of them. */
function chargeOf(txn: TransactionView, byId: ReadonlyMap<string, TransactionView>): number {
  if (!STANDS.includes(txn.state)) return 0;
  switch (txn.kind) {
    case 'pre-authorisation':
      return txn.state === 'approved' ? txn.amountMinor : 0;
    case 'purchase':
    case 'offline-sale':
    case 'completion':
    // Of a surrender; the other services move nothing.
    case 'card-service':
      return txn.amountMinor;
    case 'refund':
    case 'load':
      return -txn.amountMinor;
    case 'void':
      return -voidedOf(byId.get(txn.originalTxnId ?? ''));
    default:
      return 0;
  }
}

/** What the original of a void took, now that it is void. */
function voidedOf(original: TransactionView | undefined): number {
  if (!original) throw new Error('A void has an original');
  switch (original.kind) {
    case 'pre-authorisation':
      return 0;
    case 'load':
      return -original.amountMinor;
    default:
      return original.amountMinor;
  }
}

/** What a sale or load with the purse did to it. */
function loadOf({ amountMinor, kind, state }: TransactionView): number {
  if (!kind.startsWith('purse') || !PURSE_MOVED.includes(state)) return 0;
  return kind === 'purse-load' ? amountMinor : -amountMinor;
}
