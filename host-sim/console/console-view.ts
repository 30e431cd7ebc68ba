import { listBatches } from '../batches/batches.ts';
import { listExceptions } from '../exceptions/exceptions.ts';
import { EXCEPTION_KINDS } from '../exceptions/kinds.ts';
import type { StoreTransaction } from '../store/store.ts';
import { listTerminals } from '../store/terminals.ts';
import { latestTransactions } from '../store/transaction-lists.ts';

const ROWS_MAX = 50;
const MINUTE_MS = 60_000;
const TRAFFIC_MINUTES = 60;

/** What `GET /state` tells and the console shows: no key, no clear card number. */
export async function consoleView(tx: StoreTransaction, nowMs: number) {
  const ledger = await tx.all<{ kind: string; balanceMinor: number }>(
    `SELECT kind, SUM(balance_minor) AS "balanceMinor" FROM ledger_accounts GROUP BY kind ORDER BY kind`,
  );
  return {
    terminals: (await listTerminals(tx)).map(
      ({ batchNumber, merchantId, signedOn, signedOnAtMs, status, terminalId }) => ({
        terminalId,
        merchantId,
        status,
        signedOn: signedOn === 1,
        batchNumber,
        signedOnAtMs,
      }),
    ),
    batches: await listBatches(tx, ROWS_MAX),
    openExceptions: (await listExceptions(tx, { status: 'open', limit: ROWS_MAX })).map((exception) => ({
      ...exception,
      ...EXCEPTION_KINDS[exception.kind],
    })),
    messages: await latestTransactions(tx, ROWS_MAX),
    ledger,
    ledgerSumMinor: ledger.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0),
    traffic: await traffic(tx, nowMs),
  };
}

/** Recorded messages of each of the last sixty minutes, oldest first. */
async function traffic(tx: StoreTransaction, nowMs: number): Promise<readonly number[]> {
  const fromMinute = Math.floor(nowMs / MINUTE_MS) - TRAFFIC_MINUTES + 1;
  const rows = await tx.all<{ minute: number; count: number }>(
    `SELECT at_ms / ${MINUTE_MS} AS minute, COUNT(*) AS count FROM transactions WHERE at_ms >= ? GROUP BY at_ms / ${MINUTE_MS}`,
    fromMinute * MINUTE_MS,
  );
  const counts = new Map(rows.map(({ count, minute }) => [minute, count]));
  return Array.from({ length: TRAFFIC_MINUTES }, (_, index) => counts.get(fromMinute + index) ?? 0);
}
